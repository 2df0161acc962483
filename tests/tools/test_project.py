"""A project's settings: where they are looked for, what wins, and how a wrong one is told."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.errors import UsageError
from tools.project import Container, ProjectSettings, read_settings

CONTRACT = """
[tool.kit.contract]
class = "Net"
method = "run"
arguments = ["X"]
working_directory = "submission"
input = {shape = ["n", 4], dtype = "float32"}
output = {kind = "numbers"}

[tool.kit.contract.sources]
class = "the organiser's page"
method = "the organiser's page"
arguments = "the organiser's page"
working_directory = "the organiser's page"
input = "the organiser's page"
output = "the organiser's page"
"""


@pytest.fixture(autouse=True)
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of user settings, empty."""
    folder = tmp_path / "user"
    folder.mkdir()
    monkeypatch.setenv("KIT_CONFIG_DIR", str(folder))
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "a project"
    folder.mkdir()
    return folder


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pyproject.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_a_file_nothing_is_settled(project: Path) -> None:
    assert read_settings(project) == ProjectSettings()


def test_every_key_is_read_and_paths_are_relative_to_the_file(project: Path) -> None:
    write(
        project,
        '[tool.kit]\nbundle = "bundles/flowers"\nhost = "https://x.example"\ncompetition = 4430\nphase = "Final"\n',
    )
    settings = read_settings(project)
    assert settings.bundle == project / "bundles" / "flowers"
    assert (settings.host, settings.competition, settings.phase) == ("https://x.example", 4430, "Final")


def test_the_container_engine_is_settled_by_the_user_alone(project: Path, user: Path) -> None:
    (user / "config.toml").write_text(
        '[container]\nprogram = "bin/podman"\noptions = ["--root", "/big"]\nrun_options = ["--net=none"]\n'
    )
    assert read_settings(project).container == Container(
        program=str(user / "bin" / "podman"), options=("--root", "/big"), run_options=("--net=none",)
    )
    write(project, '[tool.kit.container]\nprogram = "docker"\n')
    with pytest.raises(UsageError, match=r"tool\.kit\.container is taken from your own settings only") as caught:
        read_settings(project)
    assert "config.toml" in caught.value.fix


@pytest.mark.parametrize("program", ["docker", "/opt/podman/bin/podman"])
def test_a_program_by_its_name_or_whole_path_stays_as_it_is(program: str, project: Path, user: Path) -> None:
    (user / "config.toml").write_text(f'[container]\nprogram = "{program}"\n')
    assert read_settings(project).container.program == program


def test_a_contract_in_the_project_writes_n_where_yaml_has_null(project: Path) -> None:
    write(project, CONTRACT)
    contract = read_settings(project).contract
    assert contract.call == "Net().run(X)"
    assert contract.input.shape == (None, 4)


def test_the_working_directory_is_the_default(project: Path, monkeypatch) -> None:
    write(project, "[tool.kit]\nphase = 2\n")
    monkeypatch.chdir(project)
    assert read_settings().phase == 2


def test_the_nearest_file_that_speaks_of_the_kit_is_the_projects(project: Path) -> None:
    write(project, "[tool.kit]\ncompetition = 1\n")
    write(project / "package", '[project]\nname = "x"\n')
    assert read_settings(project / "package").competition == 1
    write(project / "package", "[tool.kit]\n")
    assert read_settings(project / "package").competition is None


def test_the_projects_keys_win_over_the_users_and_leave_the_others(project: Path, user: Path) -> None:
    (user / "config.toml").write_text(
        'bundle = "mine"\nhost = "https://user.example"\nphase = 1\n[container]\nprogram = "podman"\noptions = ["-a"]\n'
    )
    write(project, '[tool.kit]\nhost = "https://project.example"\nphase = 2\n')
    settings = read_settings(project)
    assert settings.bundle == user / "mine"
    assert (settings.host, settings.phase) == ("https://project.example", 2)
    assert settings.container == Container(program="podman", options=("-a",))


@pytest.mark.parametrize(
    ("text", "complaint", "fix"),
    [
        ('[tool.kit]\nbundel = "b"', r"tool\.kit\.bundel: Extra inputs .*got 'b'", "the keys are bundle, contract"),
        ("[tool.kit]\nbundle = 3", r"tool\.kit\.bundle: .*got 3", "mend that value"),
        ('[tool.kit]\ncompetition = "4430"', r"tool\.kit\.competition: .*got '4430'", "mend that value"),
        ("[tool.kit]\nphase = true", r"tool\.kit\.phase: .*got True", "mend that value"),
        ('[tool.kit.container]\noptions = "-a"', r"tool\.kit\.container\.options: .*got '-a'", "are lists"),
        ('[tool.kit.container]\nprogram = ""', r"tool\.kit\.container\.program: .*got ''", "a name or path"),
        (
            CONTRACT.replace('method = "run"', ""),
            r"tool\.kit\.contract\.method: Field required",
            "as in a contract.yaml",
        ),
        ("[tool]\nkit = 3", r"tool\.kit is 3, a table is wanted", "write [tool.kit]"),
        ("[tool.kit]\nphase = 1\nphase =\n", r"not TOML: .*line 3", "mend that line"),
    ],
)
def test_a_wrong_setting_names_file_key_value_and_fix(text, complaint, fix, project: Path) -> None:
    path = write(project, text)
    with pytest.raises(UsageError, match=complaint) as told:
        read_settings(project)
    assert str(path) in told.value.what
    assert fix in told.value.fix


def test_a_wrong_setting_of_the_users_names_the_users_file(project: Path, user: Path) -> None:
    (user / "config.toml").write_text("hots = 1\n")
    with pytest.raises(UsageError, match=r"user/config\.toml: hots: "):
        read_settings(project)


def test_a_file_that_is_not_utf8_is_told(project: Path) -> None:
    (project / "pyproject.toml").write_bytes(b'[tool.kit]\nhost = "\xff"\n')
    with pytest.raises(UsageError, match=r"pyproject\.toml is not TOML"):
        read_settings(project)


def test_a_broken_file_farther_up_matters_only_if_it_speaks_of_the_kit(project: Path) -> None:
    write(project / "package", '[project]\nname = "x"\n')
    write(project, "[project\n")
    assert read_settings(project / "package") == ProjectSettings()
    write(project, "[tool.kit\n")
    with pytest.raises(UsageError, match=r"not TOML: .*line 1"):
        read_settings(project / "package")


@pytest.fixture
def _without_root() -> Iterator[None]:
    """Root may read everything: be nobody for a while."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


@pytest.fixture
def unreadable() -> Iterator[Path]:
    """A project in a folder that everybody may enter, its file for nobody to read."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        write(Path(folder), "[tool.kit]\n").chmod(0)
        yield Path(folder)


@pytest.mark.usefixtures("unreadable", "_without_root")
def test_a_file_that_may_not_be_read_is_told(unreadable: Path, monkeypatch) -> None:
    monkeypatch.setenv("KIT_CONFIG_DIR", str(unreadable))
    with pytest.raises(UsageError, match=r"pyproject\.toml cannot be read: Permission denied"):
        read_settings(unreadable)
