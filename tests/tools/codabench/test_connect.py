"""Which instance a command speaks with, and which token it may carry there."""

from pathlib import Path

import pytest

from tools.codabench.connect import connect
from tools.codabench.host import DEFAULT, Host
from tools.codabench.instance import chosen_instance, needs_naming

FOREIGN = "https://codabench.example.org"


@pytest.fixture(autouse=True)
def _in_a_project_of_somebody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[tool.kit]\nhost = "{FOREIGN}"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CODABENCH_TOKEN", "s3cret")
    monkeypatch.delenv("CODABENCH_HOST", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


def told_and_token(host: str | None = None) -> tuple[list[str], str | None, str]:
    told: list[str] = []
    client = connect(host, told.append).client
    token = client.wire.token
    return told, token.secret if token else None, client.host.url


def test_the_token_of_the_environment_is_kept_from_an_instance_that_only_a_project_names() -> None:
    told, token, url = told_and_token()
    assert (token, url) == (None, FOREIGN)
    assert "CODABENCH_HOST" in told[0]
    assert "s3cret" not in told[0]


def test_who_names_the_instance_sends_it_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told_and_token(FOREIGN) == ([], "s3cret", FOREIGN)
    monkeypatch.setenv("CODABENCH_HOST", FOREIGN)
    assert told_and_token() == ([], "s3cret", FOREIGN)


def test_the_option_wins_over_the_environment_and_that_over_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODABENCH_HOST", "https://one.example.org")
    assert told_and_token()[2] == "https://one.example.org"
    assert told_and_token("two.example.org")[2] == "https://two.example.org"


def test_codabench_itself_gets_it_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.kit]\nhost = "https://www.codabench.org"\n')
    assert told_and_token() == ([], "s3cret", "https://www.codabench.org")


def test_an_instance_is_trusted_that_the_user_names_or_that_is_codabench_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (chosen_instance().host, chosen_instance().is_trusted) == (Host(FOREIGN), False)
    assert chosen_instance(FOREIGN).is_trusted
    monkeypatch.setenv("CODABENCH_HOST", FOREIGN)
    assert chosen_instance().is_trusted
    monkeypatch.delenv("CODABENCH_HOST")
    (tmp_path / "pyproject.toml").unlink()
    assert (chosen_instance().host, chosen_instance().is_trusted) == (Host(DEFAULT), True)


def test_without_the_variable_no_token_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen_instance().withholds_token
    monkeypatch.setenv("CODABENCH_TOKEN", " ")
    assert not chosen_instance().withholds_token


def test_a_command_line_names_the_instance_where_it_would_go_elsewhere_or_without_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert needs_naming(Host(DEFAULT))
    assert needs_naming(Host(FOREIGN))
    monkeypatch.setenv("CODABENCH_HOST", FOREIGN)
    assert not needs_naming(Host(FOREIGN))
    assert needs_naming(Host(DEFAULT))
    monkeypatch.delenv("CODABENCH_HOST")
    monkeypatch.delenv("CODABENCH_TOKEN")
    assert not needs_naming(Host(FOREIGN))
    (tmp_path / "pyproject.toml").write_text('[tool.kit]\nhost = "no address"\n')
    assert needs_naming(Host(FOREIGN))
