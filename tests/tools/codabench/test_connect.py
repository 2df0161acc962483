"""Which instance a command speaks with, and which token it may carry there."""

from pathlib import Path

import pytest

from tools.codabench.connect import connect

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
