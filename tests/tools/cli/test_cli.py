"""The command line: exit codes, JSON at every exit, and one sentence with the fix for bad input."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tools.history import last_verdict

GOOD = """
import numpy as np

class Model:
    def predict(self, X):
        return np.full(len(X), 3, dtype=np.int64)
"""


def save(name: str, **arrays: np.ndarray) -> Path:
    np.savez(name, **arrays)
    return Path(name)


def images(count: int, dtype: type = np.uint8) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 96, 96, 3)).astype(dtype)


def test_help_names_every_command(run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    for command in ("demo", "sample", "inspect", "clean", "recipes", "train", "build", "check", "evaluate"):
        assert re.search(rf"\b{command}\b", out)


@pytest.mark.slow
def test_a_good_zip_passes_is_scored_and_is_remembered(run, write_zip, images_npz: Path) -> None:
    path = write_zip({"model.py": GOOD})
    code, out, _ = run("evaluate", path, "--data", images_npz, "--json", "out.json")
    document = json.loads(Path("out.json").read_text())
    assert code == 0
    assert "Finished" in out
    assert "0.125" in out
    assert document["verdict"] == "pass"
    assert last_verdict(document["zip_sha256"]) == "pass"


@pytest.mark.slow
def test_a_bad_zip_exits_with_1_and_names_cause_and_fix(run, write_zip, images_npz: Path) -> None:
    path = write_zip({"model.py": GOOD.replace("return", "raise ValueError('no') #")})
    code, out, _ = run("evaluate", path, "--data", images_npz)
    assert code == 1
    assert "RUN003" in out
    assert "ValueError: no" in out
    assert "Failed: Child task failed or non-zero return code" in out
    assert "fix" in out


@pytest.mark.slow
def test_strict_turns_a_warning_into_failure(run, write_zip, images_npz: Path) -> None:
    path = write_zip({"model.py": GOOD.replace(", dtype=np.int64", ", dtype=float")})
    assert run("evaluate", path, "--data", images_npz)[0] == 0
    assert run("evaluate", path, "--data", images_npz, "--strict")[0] == 1


def test_json_to_stdout_is_json_alone(run, write_zip) -> None:
    code, out, _ = run("check", write_zip({"model.py": "def ("}), "--format", "json")
    document = json.loads(out)
    assert code == 1
    assert document["verdict"] == "fail"
    assert document["findings"][0]["code"] == "SRC001"
    assert set(document["findings"][0]) >= {"code", "level", "title", "where", "evidence", "why", "fix", "source"}


def test_json_is_written_when_the_command_line_itself_is_wrong(run) -> None:
    code, _, _ = run("check", "--json", "out.json", "--no-such-option")
    assert code == 2
    assert json.loads(Path("out.json").read_text())["verdict"] == "unknown"


@pytest.mark.slow
def test_without_data_the_drawn_cells_are_used_and_named(run, write_zip) -> None:
    code, out, _ = run("evaluate", write_zip({"model.py": GOOD}), "--no-probes")
    assert code == 0
    assert "data: 512 drawn cells" in out


def test_a_folder_is_built_as_it_is_twice_the_same(run) -> None:
    Path("mine").mkdir()
    Path("mine/model.py").write_text(GOOD)
    Path("mine/.DS_Store").write_text("x")
    assert run("build", "mine", "-o", "1.zip")[0] == 0
    code, out, _ = run("build", "mine", "-o", "2.zip")
    assert code == 0
    assert "left out: .DS_Store" in out
    assert Path("1.zip").read_bytes() == Path("2.zip").read_bytes()


def test_a_folder_that_does_not_work_is_built_and_told(run) -> None:
    Path("mine").mkdir()
    Path("mine/model.py").write_text(GOOD.replace("return", "return undefined_name #"))
    code, out, _ = run("build", "mine")
    assert code == 1
    assert "NameError" in out
    assert "model.py:6" in out


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("import os; os._exit(0)", "exit code 0, without an answer"),
        ("return {'ids': X}", "it answered dict, which is no array"),
        ("return None", "it answered NoneType, which is no array"),
    ],
)
def test_a_folder_whose_entry_gives_no_answer_is_told(body, told, run) -> None:
    Path("mine").mkdir()
    Path("mine/model.py").write_text(GOOD.replace("return np", f"{body}\n        return np"))
    code, out, _ = run("build", "mine", "--json", "out.json")
    assert code == 1
    assert told in out
    assert json.loads(Path("out.json").read_text())["verdict"] == "fail"


def test_a_bundle_without_a_contract_cannot_say_how_to_ask(run) -> None:
    Path("mine").mkdir()
    Path("mine/model.py").write_text(GOOD)
    Path("bundle").mkdir()
    Path("bundle/competition.yaml").write_text(
        "version: 2\ntitle: t\ntasks: [{index: 0, scoring_program: s}]\nphases: [{name: p, tasks: [0]}]\n"
        "leaderboards: [{columns: []}]\n"
    )
    code, _, err = run("build", "mine", "--bundle", "bundle")
    assert code == 2
    assert "has no contract.yaml" in err
    assert not Path("submission.zip").exists()


def test_a_run_whose_zip_answers_otherwise_gives_no_zip(run, monkeypatch) -> None:
    Path("entry").mkdir()
    Path("entry/model.py").write_text(GOOD)
    monkeypatch.setattr("tools.build.ENTRY", Path("entry"))
    make_run(Path("runs/x"), answers=np.full(5, 2))
    code, _, err = run("build", "runs/x", "-o", "s.zip")
    assert code == 1
    assert "answers otherwise than the trained model on 5 of 5 images" in err
    assert not Path("s.zip").exists()


def test_a_run_whose_zip_gives_the_same_answers_is_put_in_place(run, monkeypatch) -> None:
    Path("entry").mkdir()
    Path("entry/model.py").write_text(GOOD)
    monkeypatch.setattr("tools.build.ENTRY", Path("entry"))
    make_run(Path("runs/x"), answers=np.full(5, 3))
    code, out, _ = run("build", "runs/x", "-o", "s.zip")
    assert code == 0
    assert "the same answers as the trained model's on 5 images" in out
    with zipfile.ZipFile("s.zip") as opened:
        assert opened.namelist() == ["card.json", "model.py", "saved_model/saved_model.pb"]


def test_a_teams_own_entry_may_answer_otherwise_and_it_is_told(run) -> None:
    make_run(Path("runs/x"), answers=np.full(5, 2))
    Path("own.py").write_text(GOOD)
    code, out, _ = run("build", "runs/x", "--entry", "own.py", "-o", "s.zip")
    assert code == 0
    assert "5 answers other than the trained model's" in out


def make_run(folder: Path, answers: np.ndarray) -> None:
    """A run as training leaves it, with a graph that no entry here opens."""
    (folder / "saved_model").mkdir(parents=True)
    (folder / "saved_model" / "saved_model.pb").write_bytes(b"x")
    (folder / "card.json").write_text('{"schema": 1, "recipe": "x"}')
    np.savez(folder / "test.npz", images=images(len(answers)), labels=answers, predictions=answers)


def bad_inputs() -> list[tuple[str, list[object], int, str]]:
    return [
        ("a missing file", ["inspect", "gone.npz"], 2, "gone.npz"),
        ("a directory for a file", ["clean", "folder"], 2, "folder"),
        ("a wrong key", ["clean", "keys.npz"], 2, "pictures"),
        ("float images", ["clean", "floats.npz"], 2, "float32"),
        (
            "labels out of range",
            ["evaluate", "good.zip", "--data", "range.npz"],
            2,
            "label 9 is outside of the 8 classes",
        ),
        ("an empty class", ["train", "baseline", "--data", "gap.npz"], 2, "class"),
        ("an unknown recipe", ["train", "basline", "--data", "gap.npz"], 2, "baseline"),
        ("a zip for the run", ["build", "good.zip"], 2, "--model"),
        ("a folder for the zip", ["build", "mine", "-o", "folder"], 2, "folder is a folder"),
        ("no run and no model", ["build"], 2, "--model FILE"),
        ("a folder with nothing to pack", ["build", "folder"], 2, "neither a run"),
        ("a run that is not there", ["build", "runs/gone"], 2, "there is no run"),
        ("a model that is not there", ["build", "--model", "gone.keras"], 2, "gone.keras"),
        ("a bundle that is none", ["evaluate", "good.zip", "--bundle", "folder"], 2, "competition.yaml"),
        (
            "an engine without what it needs",
            ["evaluate", "good.zip", "--engine", "container", "--environment", "an2dl-2024"],
            2,
            "image",
        ),
        ("a folder to evaluate", ["evaluate", "mine"], 2, "kit build"),
        ("a sample of nothing", ["sample", "-o", "s.npz", "--count", "0"], 2, "0"),
        ("a cutoff past the end", ["clean", "fine.npz", "--cutoff-idx", "99"], 2, "99"),
        ("cleaning onto itself", ["clean", "fine.npz", "-o", "fine.npz"], 2, "fine.npz"),
        ("a wrong split", ["train", "baseline", "--data", "fine.npz", "--split", "50/20"], 2, "70"),
    ]


@pytest.mark.parametrize(
    ("words", "expected", "told"), [row[1:] for row in bad_inputs()], ids=[r[0] for r in bad_inputs()]
)
def test_bad_input_is_one_sentence_with_the_fix(words, expected, told, run, write_zip) -> None:
    for name in ("folder", "mine"):
        Path(name).mkdir()
    Path("mine/model.py").write_text(GOOD)
    write_zip({"model.py": GOOD}).rename("good.zip")
    save("fine.npz", images=images(16), labels=np.arange(16) % 8)
    save("keys.npz", pictures=images(8), labels=np.arange(8))
    save("floats.npz", images=images(8, np.float32), labels=np.arange(8))
    save("range.npz", images=images(8), labels=np.array([0, 1, 2, 3, 4, 5, 6, 9]))
    save("gap.npz", images=images(8), labels=np.array([0, 1, 3, 0, 1, 3, 0, 1]))
    before = sorted(Path().rglob("*"))
    code, _, err = run(*words)
    assert code == expected
    assert told in err
    assert "fix: " in err
    assert "Traceback" not in err
    assert sorted(Path().rglob("*")) == before


def test_a_full_disk_leaves_nothing_half_written() -> None:
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); "
        "from tools.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = ["sample", "-o", "s.npz", "--count", "64"]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "fix: " in done.stderr
    assert list(Path().iterdir()) == []


@pytest.mark.slow
def test_ctrl_c_ends_with_130_and_leaves_no_process(write_zip, images_npz: Path, tmp_path: Path) -> None:
    beat = tmp_path / "beat"
    text = f"import pathlib, time\nwhile True:\n    pathlib.Path({str(beat)!r}).touch()\n    time.sleep(0.02)\n"
    path = write_zip({"model.py": text + GOOD})
    words = [sys.executable, "-c", "import sys; from tools.cli import main; sys.exit(main(sys.argv[1:]))"]
    child = subprocess.Popen(
        [*words, "evaluate", str(path), "--data", str(images_npz), "--engine", "process", "--json", "out.json"],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    while not beat.exists():
        time.sleep(0.05)
        assert child.poll() is None
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "interrupted" in err
    assert json.loads(Path("out.json").read_text())["verdict"] == "unknown"
    beat.unlink(missing_ok=True)
    time.sleep(0.2)
    assert not beat.exists()
    assert not list(tmp_path.glob("kit-*/prediction"))


def test_the_bundle_can_be_listed(run) -> None:
    code, out, _ = run("evaluate", "--list", "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert document["schema"] == 1
    code, out, _ = run("evaluate", "--list")
    assert code == 0
    for word in ("Blood cells", "Development", "Final", "ingestion_program", "accuracy", "600 s"):
        assert word in out


def test_a_phase_that_is_not_there_lists_those_that_are(run, write_zip, images_npz: Path) -> None:
    code, _, err = run("evaluate", write_zip({"model.py": GOOD}), "--data", images_npz, "--phase", "Third")
    assert code == 2
    assert "0 (Development), 1 (Final)" in err


@pytest.mark.slow
def test_what_was_enforced_and_what_was_passed_over_is_said(run, write_zip, images_npz: Path) -> None:
    path = write_zip({"model.py": GOOD})
    code, out, _ = run(
        "evaluate", path, "--data", images_npz, "--engine", "process", "--memory-limit", "900", "--json", "o"
    )
    enforced = json.loads(Path("o").read_text())["enforced"]
    assert code == 0
    assert (enforced["engine"], enforced["labels"], enforced["network"]) == ("process", False, False)
    assert (enforced["memory_limit_mb"], enforced["memory"] in ("cgroup", "watcher")) == (900, True)
    assert "not enforced: the labels can be read" in " ".join(out.split())


def test_an_engine_that_is_not_there_is_told_with_the_fix(run, write_zip, images_npz: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(Path("empty").resolve()))
    code, _, err = run("evaluate", write_zip({"model.py": GOOD}), "--data", images_npz, "--engine", "bubblewrap")
    assert code == 3
    assert "bubblewrap is not installed" in err
    assert "apt install bubblewrap" in err


@pytest.mark.slow
def test_without_other_engines_auto_takes_the_process_engine_and_says_why(
    run, write_zip, images_npz: Path, monkeypatch
) -> None:
    monkeypatch.setenv("PATH", str(Path("empty").resolve()))
    code, out, _ = run("evaluate", write_zip({"model.py": GOOD}), "--data", images_npz)
    assert code == 0
    assert "engine process" in out
    assert "passed over container: no-such-program is not installed" in " ".join(out.split())
    assert "passed over bubblewrap: bubblewrap is not installed" in " ".join(out.split())


@pytest.mark.parametrize("command", ["evaluate", "build", "train", "check"])
def test_the_help_shows_the_defaults_that_are_no_single_value(command, run) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    words = " ".join(out.replace("│", " ").split())
    assert "(default:" in words
    assert " . " not in words
