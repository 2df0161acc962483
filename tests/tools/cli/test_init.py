"""`kit init` against a platform on this machine: the settings, the public files, the bundle and the contract."""

import io
import json
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import typer
import yaml

from tests.tools.codabench.platform import Fault
from tools.contract import read_contract
from tools.project import read_settings

pytestmark = pytest.mark.slow  # over sockets, again and again

METADATA = "command: python3 ingestion.py $input $output $program $submission_program\n"
INGESTION = """\
import json, sys
from pathlib import Path
data, output, submission = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[4])
sys.path.insert(0, str(submission))
from model import Model
numbers = json.loads((data / "numbers.json").read_text())
(output / "answers.json").write_text(json.dumps(Model().predict(numbers)))
"""
SCORING = """\
import json, sys
from pathlib import Path
given, output = Path(sys.argv[1]), Path(sys.argv[2])
answers = json.loads((given / "res" / "answers.json").read_text())
truth = json.loads((given / "ref" / "truth.json").read_text())
right = sum(a == b for a, b in zip(answers, truth)) / len(truth)
(output / "scores.json").write_text(json.dumps({"accuracy": right, "duration": 1}))
"""


def zip_of(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, content in members.items():
            opened.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


FILES = {
    "ingestion_program": zip_of(metadata=METADATA, ingestion__py=INGESTION),
    "scoring_program": zip_of(metadata="command: python3 score.py $input $output\n", score__py=SCORING),
    "input_data": zip_of(numbers__json="[1, 2, 3]"),
    "reference_data": zip_of(truth__json="[1, 2, 3]"),
}


@pytest.fixture
def competition(platform):
    """One whose programs and data are real, and not public."""
    return platform.add_competition(title="Grüße: 'ein' \"Titel\" # 🌾", files=FILES, starting_kit=zip_of(README="hi"))


@pytest.fixture
def init(run, platform, competition):
    return lambda *words: run("init", competition.id, "--host", platform.url, *words)


def publish(competition, *kinds: str) -> None:
    for task in competition.tasks:
        for kind, dataset in task.files.items():
            dataset.is_public = dataset.is_public or kind in (kinds or task.files)


def settings() -> dict[str, object]:
    return tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["tool"]["kit"]


def test_all_is_public_so_that_the_competition_can_be_played_here(init, run, competition, platform) -> None:
    publish(competition)
    code, out, _ = init()
    assert code == 0
    folder = Path(f"competition-{competition.id}")
    assert settings() == {"host": platform.url, "competition": competition.id, "bundle": str(folder)}
    assert read_settings().bundle == folder.resolve()
    contract = read_contract(folder)
    assert contract is not None
    assert contract.call == "Model().predict(numbers)"
    assert contract.environment == "codalab-legacy-py39"
    assert contract.sources["method"] == "ingestion_program/ingestion.py:7"
    assert "not known: the input's shape and dtype" in out
    assert (folder / "starting_kit" / "README").read_text() == "hi"
    code, out, _ = run("evaluate", "--list", "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert told["bundle"]["title"] == competition.title
    assert [phase["name"] for phase in told["phases"]] == ["Development Phase", "Final Phase"]
    assert [column["key"] for column in told["leaderboard"]["columns"]] == ["accuracy", "duration"]


def test_what_was_fetched_is_played(init, run, competition, write_zip) -> None:
    publish(competition)
    competition.docker_image = "someone/own:1"
    init()
    entry = write_zip({"model.py": "class Model:\n    def predict(self, X):\n        return X[:2] + [0]\n"})
    code, out, _ = run("evaluate", entry, "--engine", "process", "--no-probes", "--format", "json")
    assert json.loads(out)["platform"]["status"] == "Finished"
    assert round(json.loads(out)["scores"]["accuracy"], 3) == 0.667
    assert code in {0, 1}


def test_nothing_is_public_so_that_the_bundle_is_not_set_and_it_is_said_why(init, run, competition, platform) -> None:
    code, out, _ = init()
    assert code == 0
    assert "bundle" not in settings()
    assert "ingestion_program: not public" in out
    assert "it cannot be played here" in out
    assert "missing: the ingestion program: it is not public" in out
    kit = competition.phases[0].starting_kit.key
    assert [record.path for record in platform.asked("download")] == [f"/datasets/download/{kit}/"]
    content = yaml.safe_load(Path(f"competition-{competition.id}/competition.yaml").read_text("utf-8"))
    assert content["tasks"][0]["scoring_program"] == competition.tasks[0].files["scoring_program"].key
    assert run("evaluate", "--list", "--bundle", f"competition-{competition.id}")[0] == 0


def test_only_the_programs_are_public_so_that_check_knows_the_contract(init, run, competition, write_zip) -> None:
    publish(competition, "ingestion_program", "scoring_program")
    code, out, _ = init()
    assert code == 0
    assert "bundle" not in settings()
    assert f"next: kit check ZIP --bundle competition-{competition.id}" in out
    entry = write_zip({"model.py": "class Modell:\n    def predict(self, X):\n        return X\n"})
    code, out, _ = run("check", entry, "--bundle", f"competition-{competition.id}")
    assert code == 1
    assert "SRC002" in out


def test_the_phase_is_kept_by_its_number_only_if_one_is_named(init, competition) -> None:
    assert "phase" not in (init("--no-download"), settings())[1]
    init("--no-download", "--phase", "Final Phase")
    assert settings()["phase"] == competition.phases[1].id
    init("--no-download")
    assert settings()["phase"] == competition.phases[1].id
    assert init("--no-download", "--phase", "Finale")[0] == 2


def test_other_values_are_asked_for_before_they_go(init, competition) -> None:
    before = (
        f'[tool.kit]\ncompetition = {competition.id + 5}  # the old one\nphase = 3\nignore = {{SRC012 = "known"}}\n'
    )
    Path("pyproject.toml").write_text(before)
    code, out, err = init("--no-download")
    assert code == 2
    assert "--yes" in err
    assert f"-competition = {competition.id + 5}" in out
    assert Path("pyproject.toml").read_text() == before
    assert init("--no-download", "--yes")[0] == 0
    assert "# the old one" in Path("pyproject.toml").read_text()
    assert "phase" not in settings()
    assert settings()["ignore"] == {"SRC012": "known"}


@pytest.mark.parametrize("yes", [True, False])
def test_on_a_terminal_the_question_decides(init, competition, monkeypatch, yes) -> None:
    Path("pyproject.toml").write_text("[tool.kit]\ncompetition = 99\n")
    monkeypatch.setattr(sys, "stdin", type("Terminal", (), {"isatty": lambda _: True})())
    monkeypatch.setattr(typer, "confirm", lambda *_, **__: yes)
    code, _, _ = init("--no-download")
    assert (code, settings()["competition"]) == ((0, competition.id) if yes else (2, 99))


def test_a_bundle_of_before_is_told_and_not_replaced_without_a_yes(init, competition) -> None:
    publish(competition)
    Path("old").mkdir()
    Path("pyproject.toml").write_text('[tool.kit]\nbundle = "old"\n')
    code, out, _ = init()
    assert code == 0
    assert settings()["bundle"] == "old"
    assert "bundle stays as it was" in out
    init("--yes")
    assert settings()["bundle"] == f"competition-{competition.id}"


def test_the_same_again_fetches_nothing_and_changes_nothing(init, competition, platform) -> None:
    publish(competition)
    init()
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    platform.requests.clear()
    code, out, _ = init()
    assert code == 0
    assert not platform.asked("download")
    assert "there already" in out
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


def test_a_contract_that_was_completed_by_hand_stays(init, competition) -> None:
    publish(competition)
    init()
    path = Path(f"competition-{competition.id}/contract.yaml")
    mine = path.read_text("utf-8") + "# mine\n"
    path.write_text(mine, "utf-8")
    assert "contract.yaml: left as it was" in init()[1]
    assert path.read_text("utf-8") == mine


def test_a_part_that_cannot_be_had_is_told_with_its_address_and_the_rest_comes(init, competition, platform) -> None:
    publish(competition)
    platform.fail("download", Fault.redirect("/accounts/login/"))
    code, out, _ = init("--format", "json")
    parts = {part["name"]: part for part in json.loads(out)["parts"]}
    assert code == 0
    assert parts["ingestion_program"]["state"] == "not given"
    assert parts["ingestion_program"]["url"].startswith(f"{platform.url}/datasets/download/")
    assert parts["scoring_program"]["state"] == "fetched"
    assert not json.loads(out)["is_bundle_set"]


def test_a_storage_that_is_down_ends_with_3_and_the_next_time_it_goes_on(
    init, competition, platform, monkeypatch
) -> None:
    monkeypatch.setenv("KIT_HTTP_PACE", "0.0001")
    publish(competition)
    platform.fail("get", Fault.status(503), times=None)
    code, out, _ = init()
    assert code == 3
    assert "open http" in out
    platform.heal()
    assert init()[0] == 0
    assert "bundle" in settings()


def test_a_folder_of_ones_own_is_named_as_seen_from_the_projects_file(init, competition, monkeypatch) -> None:
    publish(competition)
    Path("pyproject.toml").write_text("[tool.kit]\n")
    Path("below").mkdir()
    monkeypatch.chdir("below")
    assert init("--bundle-folder", "the files")[0] == 0
    assert Path("the files/competition.yaml").is_file()
    monkeypatch.chdir("..")
    assert settings()["bundle"] == "below/the files"
    assert not Path("below/pyproject.toml").exists()


def test_a_file_in_the_place_of_the_folder_is_refused(init) -> None:
    Path("taken").write_text("")
    assert init("--bundle-folder", "taken")[0] == 2


def test_a_broken_project_file_is_told_and_left(init) -> None:
    Path("pyproject.toml").write_text("[tool.kit\n")
    code, _, err = init()
    assert code == 2
    assert "is not TOML" in err
    assert Path("pyproject.toml").read_text() == "[tool.kit\n"


def test_a_competition_without_phases_or_leaderboard_still_settles_the_project(init, competition, platform) -> None:
    def bare(document):
        document.update(phases=[], leaderboards=[])

    platform.fail("competition", Fault.mutated(bare))
    code, out, _ = init()
    assert code == 0
    assert settings()["competition"] == competition.id
    assert "no phase has a task" in out


def test_without_leaderboard_times_or_named_programs_the_bundle_still_reads(init, run, competition, platform) -> None:
    def sparse(document):
        document["leaderboards"] = []
        for phase in document["phases"]:
            phase |= {"start": None, "end": None, "execution_time_limit": None, "max_submissions_per_day": None}
            phase["tasks"][0]["public_datasets"] = []

    platform.fail("competition", Fault.mutated(sparse))
    assert init()[0] == 0
    assert run("evaluate", "--list", "--bundle", f"competition-{competition.id}")[0] == 0


def test_a_private_competition_that_is_not_joined_says_what_is_next(run, platform) -> None:
    private = platform.add_competition(secret_key="abc", registered=False)
    assert run("init", private.id, "--host", platform.url)[0] == 1
    code, out, _ = run("init", private.id, "--host", platform.url, "--secret-key", "abc", "--no-download")
    assert code == 0
    assert f"kit join {private.id}, before an upload" in out
    assert "abc" not in Path("pyproject.toml").read_text()


def test_without_a_token_a_public_competition_is_set_up(init, monkeypatch) -> None:
    monkeypatch.delenv("CODABENCH_TOKEN")
    code, out, _ = init("--no-download")
    assert code == 0
    assert "kit login, before an upload" in out


def test_reference_data_that_the_platform_does_not_name_may_be_hidden_so_nothing_is_played(
    init, competition, platform
) -> None:
    publish(competition)

    def keep_back(document):
        for phase in document["phases"]:
            files = phase["tasks"][0]["public_datasets"]
            phase["tasks"][0]["public_datasets"] = [one for one in files if one["type"] != "reference_data"]

    platform.fail("competition", Fault.mutated(keep_back))
    code, out, _ = init()
    assert code == 0
    assert "bundle" not in settings()
    assert "tells of no reference data" in out


def test_ones_own_reference_data_in_its_place_make_it_playable(init, competition) -> None:
    publish(competition, "ingestion_program", "scoring_program", "input_data")
    init()
    assert "bundle" not in settings()
    own = Path(f"competition-{competition.id}/reference_data")
    own.mkdir()
    (own / "truth.json").write_text("[1, 1, 1]")
    code, out, _ = init()
    assert code == 0
    assert "put there by hand" in out
    assert "bundle" in settings()
