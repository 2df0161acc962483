"""`kit new`: what it writes passes its own check and evaluation as it is, and a wrong name writes nothing."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from tools import new

pytestmark = pytest.mark.slow

FILES = {
    "README.md",
    "pyproject.toml",
    "submission/model.py",
    "submission/weights.json",
    "bundle/competition.yaml",
    "bundle/contract.yaml",
    "bundle/logo.png",
    "bundle/overview.md",
    "bundle/terms.md",
    "bundle/ingestion_program/ingestion.py",
    "bundle/ingestion_program/metadata.yaml",
    "bundle/input_data/X.npy",
    "bundle/reference_data/y.npy",
    "bundle/scoring_program/metadata.yaml",
    "bundle/scoring_program/scoring.py",
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory with spaces and letters that are not ASCII."""
    folder = tmp_path / "Käfer & Co"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--class", "Flower", "--method", "guess"],
        ["--class", "model", "--method", "predict", "--constructor", "path"],
        ["--class", "No", "--method", "on"],
        ["--class", "str", "--method", "sys"],
        ["--class", "Größe", "--method", "__call__"],
    ],
    ids=" ".join,
)
def test_what_is_written_passes_its_own_check_and_evaluation(options, run, here: Path, monkeypatch) -> None:
    code, out, _ = run("new", "mein Versuch", *options)
    assert code == 0
    assert out.splitlines()[-1] == "next: cd 'mein Versuch' && kit check submission"
    monkeypatch.chdir(here / "mein Versuch")
    assert run("check", "submission", "--strict")[0] == 0
    assert run("build", "submission", "-o", "submission.zip")[0] == 0
    code, out, _ = run("evaluate", "submission.zip", "--json", "out.json")
    document = json.loads(Path("out.json").read_text())
    assert (code, document["verdict"]) == (0, "pass")
    assert {finding["code"] for finding in document["findings"]} <= {"ENV001"}  # depends on the Python of the tests
    assert 0.8 < document["scores"]["accuracy"] < 1
    assert "Accuracy" in out


def test_every_file_is_named_and_nothing_else_is_left(run, here: Path) -> None:
    code, out, _ = run("new", "x", "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert (document["schema"], document["path"], set(document["files"])) == (1, "x", FILES)
    assert {p.relative_to(here / "x").as_posix() for p in (here / "x").rglob("*") if p.is_file()} == FILES
    assert list(here.iterdir()) == [here / "x"]


def test_no_mark_of_a_template_is_left_and_the_title_is_the_name(run) -> None:
    name = "it's 100% #1 - {{ new }}"
    assert run("new", name, "--class", "Flower", "--method", "guess")[0] == 0
    texts = {member: Path(name, member).read_text("utf-8") for member in FILES if not member.endswith(("png", "npy"))}
    for member, text in texts.items():
        assert "{%" not in text, member
        assert "{{" not in text.replace(name, ""), member
        assert "Model" not in text, member
    assert yaml.safe_load(texts["bundle/competition.yaml"])["title"] == name


def test_each_fact_of_the_contract_asks_where_the_organiser_says_so(run) -> None:
    run("new", "x")
    contract = yaml.safe_load(Path("x/bundle/contract.yaml").read_text())
    assert set(contract["sources"]) == set(contract) - {"sources", "data"}
    assert set(contract["sources"].values()) == {"write here where the organiser says so"}


def test_the_programs_are_in_the_grammar_of_python_3_7_and_fix_no_path(run) -> None:
    run("new", "x", "--constructor", "path")
    programs = list(Path("x").rglob("*.py"))
    assert len(programs) == 3
    for program in programs:
        text = program.read_text("utf-8")
        ast.parse(text, feature_version=(3, 7))
        assert "/app" not in text


def test_the_settings_hold_in_every_folder_of_the_project(run, here: Path, monkeypatch) -> None:
    run("new", "x", "--class", "Flower")
    monkeypatch.chdir(here / "x" / "submission")
    assert run("check", ".")[0] == 0
    Path("model.py").write_text("class Model:\n    def predict(self, X): return X\n")
    code, out, _ = run("check", ".")
    assert code == 1
    assert "wanted class Flower at the top level, got Model" in out


def test_data_of_ones_own_is_scored_by_the_names_in_the_contract(run, here: Path, monkeypatch) -> None:
    run("new", "x")
    monkeypatch.chdir(here / "x")
    np.savez("mine.npz", X=np.float32([[-1, 0], [1, 0], [0, 1.5], [0, 1.5]]), y=np.array([0, 1, 2, 0]))
    assert run("build", "submission", "--data", "mine.npz")[0] == 0
    assert run("evaluate", "submission.zip", "--data", "mine.npz", "--json", "out.json")[0] == 0
    assert json.loads(Path("out.json").read_text())["scores"] == {"accuracy": 0.75}


def test_a_bundle_that_is_gone_is_told_with_the_setting(run, here: Path, monkeypatch) -> None:
    run("new", "x")
    monkeypatch.chdir(here / "x")
    Path("bundle").rename("elsewhere")
    for words in (["check", "submission"], ["build", "submission"]):
        code, _, err = run(*words)
        assert code == 2
        assert f"there is no {here / 'x' / 'bundle'}" in err
        assert "[tool.kit]" in err
    assert run("check", "submission", "--bundle", "elsewhere")[0] == 0


def test_a_contract_in_the_settings_stands_in_for_the_one_that_a_bundle_has_not(run, here: Path, monkeypatch) -> None:
    run("new", "x", "--class", "Flower")
    monkeypatch.chdir(here / "x")
    contract = yaml.safe_load(Path("bundle/contract.yaml").read_text())
    table = {key: contract[key] for key in ("class", "method", "arguments", "working_directory")}
    lines = [f"{key} = {json.dumps(value)}" for key, value in table.items()]
    lines += ['output = {kind = "numbers"}', 'input = {shape = ["n", 2], dtype = "float32"}']
    sources = [f'{key} = "a page"' for key in (*table, "input", "output")]
    inline = ["[tool.kit.contract]", *lines, "[tool.kit.contract.sources]", *sources]
    Path("bundle/contract.yaml").unlink()
    Path("pyproject.toml").write_text("\n".join(['[tool.kit]\nbundle = "bundle"', *inline]))
    assert run("check", "submission")[0] == 0
    code, out, _ = run("build", "submission")
    assert code == 0
    assert "tried on 64 rows: an array (n, 2) float32, drawn" in out
    Path("submission/model.py").write_text("class Model: pass\n")
    assert "wanted class Flower" in run("check", "submission")[1]
    Path("pyproject.toml").write_text("\n".join(inline))
    assert "wanted class Flower" in run("check", "submission")[1]


def test_an_empty_folder_is_taken_and_a_full_one_is_left_as_it_is(run, here: Path) -> None:
    (here / "x").mkdir()
    assert run("new", "x")[0] == 0
    (here / "x" / "submission" / "model.py").write_text("mine")
    code, _, err = run("new", "x")
    assert code == 2
    assert "the folder x is not empty" in err
    assert (here / "x" / "submission" / "model.py").read_text() == "mine"


def test_it_goes_into_the_folder_that_is_named(run, here: Path) -> None:
    code, out, _ = run("new", "x", "-o", "deep/er")
    assert code == 0
    assert (here / "deep" / "er" / "x" / "README.md").is_file()
    assert out.splitlines()[-1] == "next: cd deep/er/x && kit check submission"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["a/b"], "NAME is 'a/b', which is a path"),
        ([""], "is no name for a folder"),
        ([".."], "is no name for a folder"),
        (["x "], "is no name for a folder"),
        (["a:b"], "holds ':'"),
        (["a\nb"], r"holds '\n'"),
        (["ä" * 101], "is too long"),
        (["file"], "file is in the way"),
        (["link"], "link is in the way"),
        (["x", "-o", "file"], "file is a file"),
        (["x", "--class", "my-model"], "--class is 'my-model', which is no name in Python"),
        (["x", "--class", "None"], "--class is 'None', which is no name in Python"),
        (["x", "--class", "np"], "--class is 'np', which model.py needs for itself"),
        (["x", "--method", "lambda"], "--method is 'lambda', which is no name in Python"),
        (["x", "--method", "centres"], "--method is 'centres', which model.py needs for itself"),
        (["x", "--constructor", "weights"], "--constructor"),
        ([], "NAME"),
    ],
)
def test_a_wrong_name_is_told_and_nothing_is_written(words, told, run, here: Path) -> None:
    (here / "file").touch()
    (here / "link").symlink_to(here / "gone")
    before = sorted(here.rglob("*"))
    code, _, err = run("new", *words)
    assert code == 2
    assert told in err
    assert sorted(here.rglob("*")) == before


def test_an_interruption_leaves_nothing_half_made(run, here: Path, monkeypatch) -> None:
    def interrupted(_bundle: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(new, "_draw", interrupted)
    assert run("new", "x")[0] == 130
    assert list(here.iterdir()) == []
