"""The platform played for small NumPy submissions: each defect's code, and what the platform would show."""

import io
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tools.archive import open_archive
from tools.checks import Level
from tools.engines import Wish
from tools.errors import BundleError, UsageError
from tools.evaluate import Settings, evaluate
from tools.report.document import evaluated
from tools.report.text import print_evaluated, print_findings
from tools.sandbox.program import Limits

pytestmark = pytest.mark.slow

HEAD = "import numpy as np\n"
FAILED = "Child task failed or non-zero return code"


def model(body: str, init: str = "pass") -> str:
    return f"{HEAD}class Model:\n    def __init__(self):\n        {init}\n    def predict(self, X):\n        {body}\n"


CASES = [
    ("good", model("return np.zeros(len(X), dtype=np.int64)"), [], "Finished"),
    ("small integers", model("return np.zeros(len(X), dtype=np.uint8)"), [], "Finished"),
    ("a module that is not there", HEAD + "import nothing_of_this_name\n" + model("return X"), ["SRC005"], "Failed"),
    ("import raises", HEAD + "int('no number')\n" + model("return X"), ["RUN001"], "Failed"),
    ("a module variable that fails", HEAD + "x = 1 / 0\n" + model("return X"), ["RUN001"], "Failed"),
    ("a file that is not there", model("return X", "open('weights.bin')"), ["SRC009"], "Failed"),
    ("constructor raises", model("return X", "int('no number')"), ["RUN002"], "Failed"),
    ("predict raises", model("raise ValueError('bad')"), ["RUN003"], "Failed"),
    (
        "predict raises on many only",
        model("return np.zeros(len(X), int) if len(X) < 70 else 1 / 0"),
        ["RUN003"],
        "Failed",
    ),
    ("killed", HEAD + "import os, signal\n" + model("os.kill(os.getpid(), signal.SIGKILL)"), ["RUN008"], "Failed"),
    ("a native crash", HEAD + "import ctypes\n" + model("ctypes.string_at(0)"), ["RUN008"], "Failed"),
    ("no return", model("np.zeros(len(X))"), ["OUT001"], "Failed"),
    ("a dict", model("return {'labels': [1]}"), ["OUT001"], "Failed"),
    ("one row short", model("return np.zeros(len(X) - 1, dtype=np.int64)"), ["OUT002"], "Failed"),
    ("one-hot", model("return np.eye(8)[np.zeros(len(X), dtype=int)]"), ["OUT003"], "Failed"),
    ("a column", model("return np.zeros((len(X), 1), dtype=int)"), ["OUT003"], "Failed"),
    ("a scalar", model("return 3"), ["OUT003"], "Failed"),
    ("names", model("return np.array(['monocyte'] * len(X))"), ["OUT004"], "Finished"),
    ("fractions", model("return np.full(len(X), 0.5)"), ["OUT004"], "Finished"),
    ("ids from 1", model("return np.full(len(X), 8)"), ["OUT005"], "Finished"),
    ("negative ids", model("return np.full(len(X), -1)"), ["OUT005"], "Finished"),
    ("NaN", model("return np.full(len(X), np.nan)"), ["OUT006"], "Finished"),
    ("one NaN in the last row", model("y = np.zeros(len(X)); y[-1] = np.nan; return y"), ["OUT006"], "Finished"),
]
WARNED = [
    ("whole floats", model("return np.zeros(len(X))"), "OUT004"),
    ("a list", model("return [0] * len(X)"), "OUT004"),
]


def outcome(path: Path, data: Path | None, limit_s: float | None = None, **settings):
    """The evaluation of the first task, in plain processes, without ENV001, which depends on the running Python."""
    settings = {"wish": Wish(engine="process"), "limits": Limits(wall_s=limit_s)} | settings
    seen = evaluate(open_archive(path), Settings(data=data, **settings))
    findings = tuple(finding for finding in seen.result.findings if finding.code != "ENV001")
    return seen.first, replace(seen.result, findings=findings), seen


@pytest.mark.parametrize(("text", "codes", "status"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_one_defect_gives_one_finding(text, codes, status, write_zip, images_npz) -> None:
    evaluation, result, _ = outcome(write_zip({"model.py": text}), images_npz)
    errors = [finding.code for finding in result.findings if finding.level is Level.ERROR]
    assert (errors, evaluation.run.status) == (codes, status)
    if status == "Failed":
        assert evaluation.run.status_details == FAILED


@pytest.mark.parametrize(("text", "code"), [row[1:] for row in WARNED], ids=[row[0] for row in WARNED])
def test_what_mostly_works_is_a_warning(text, code, write_zip, images_npz) -> None:
    _, result, _ = outcome(write_zip({"model.py": text}), images_npz)
    assert [(f.code, f.level) for f in result.findings] == [(code, Level.WARNING)]
    assert not result.failed()
    assert result.failed(strict=True)


def test_a_good_entry_is_scored_and_shown_as_the_board_does(write_zip, images_npz) -> None:
    evaluation, result, _ = outcome(write_zip({"model.py": model("return np.full(len(X), 3)")}), images_npz)
    assert evaluation.run.scores["accuracy"] == 0.125
    assert evaluation.run.stored.scores["accuracy"] == "0.1250000000"
    assert evaluation.run.shown["Accuracy"] == "0.125"
    assert tuple(status for status, _ in evaluation.run.timeline) == (
        "Submitting",
        "Submitted",
        "Running",
        "Preparing",
        "Scoring",
        "Running",
        "Finished",
    )
    assert result.findings == ()


def test_a_static_error_is_the_cause_and_the_run_is_still_played(write_zip, images_npz) -> None:
    evaluation, result, _ = outcome(write_zip({"model.py": "class model:\n    pass\n"}), images_npz)
    assert [finding.code for finding in result.findings] == ["SRC002"]
    assert evaluation.run.status_details == FAILED
    assert "ImportError" in evaluation.run.logs["prediction_ingestion_stderr"]
    assert "FileNotFoundError" in evaluation.run.logs["scoring_stderr"]


def test_what_is_no_zip_ends_as_on_the_platform(tmp_path: Path, images_npz) -> None:
    path = tmp_path / "x.zip"
    path.write_text("no zip")
    evaluation, result, _ = outcome(path, images_npz)
    assert (evaluation.run.status, evaluation.run.status_details) == ("Failed", "Bad or empty zip file")
    assert [finding.code for finding in result.findings] == ["ARC001"]


def test_an_encrypted_zip_leaves_the_worker_stuck_without_a_word(write_zip, images_npz) -> None:
    path = write_zip({"model.py": CASES[0][1]})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x03\x04") + 6] = data[data.index(b"PK\x01\x02") + 8] = 1
    path.write_bytes(data)
    evaluation, result, seen = outcome(path, images_npz)
    assert [finding.code for finding in result.findings] == ["ARC004"]
    run = evaluation.run
    assert (run.status, run.status_details, run.logs) == ("Preparing", "ingestion_hostname-local", {})
    assert evaluated(open_archive(path), seen)["verdict"] == "fail"
    later, _, _ = outcome(path, images_npz, profile="2026-05")
    assert later.run.status == "Failed"
    assert "is encrypted, password required" in later.run.status_details


@pytest.mark.parametrize(("profile", "copied"), [("2026-03", True), ("2026-05", False)])
def test_the_profile_decides_whether_the_entry_is_copied_into_the_output(
    profile, copied, write_zip, images_npz
) -> None:
    text = "import pathlib\n" + model(
        "print(pathlib.Path('../output/model.py').is_file()); return np.zeros(len(X), int)"
    )
    evaluation, _, _ = outcome(write_zip({"model.py": text}), images_npz, profile=profile)
    assert evaluation.run.logs["prediction_ingestion_stdout"].startswith(str(copied))


def test_the_time_limit_kills_the_whole_tree(write_zip, images_npz, tmp_path: Path) -> None:
    beat = tmp_path / "beat"
    child = f"import time, pathlib\nwhile True:\n    pathlib.Path({str(beat)!r}).touch()\n    time.sleep(0.05)"
    start = f"subprocess.Popen([sys.executable, '-c', {child!r}])"
    text = "import subprocess, sys, time\n" + model(f"{start}; time.sleep(60)")
    evaluation, result, _ = outcome(write_zip({"model.py": text}), images_npz, limit_s=2.0)
    assert [finding.code for finding in result.findings] == ["RUN004"]
    assert evaluation.run.status_details == "Execution Time Limit exceeded. Limit was 2 seconds"
    assert "scoring" not in evaluation.run.outcomes
    beat.unlink(missing_ok=True)
    time.sleep(0.3)
    assert not beat.exists()


def test_the_labels_are_not_in_the_prediction_jobs_folders(write_zip, images_npz) -> None:
    text = "import pathlib\n" + model(
        "print(sorted(p.name for p in pathlib.Path.cwd().parent.rglob('*.npy'))); return np.zeros(len(X), int)"
    )
    evaluation, _, _ = outcome(write_zip({"model.py": text}), images_npz)
    assert "['images.npy']" in evaluation.run.logs["prediction_ingestion_stdout"]


def test_the_project_is_not_importable_for_the_entry(write_zip, images_npz) -> None:
    _, result, _ = outcome(write_zip({"model.py": "import training\n" + model("return X")}), images_npz)
    assert [finding.code for finding in result.findings] == ["SRC005"]
    assert "ModuleNotFoundError" in result.findings[0].chain[0]


def test_the_entry_gets_a_clean_environment(write_zip, images_npz, monkeypatch) -> None:
    monkeypatch.setenv("CODABENCH_TOKEN", "secret")
    text = "import os, json\n" + model("print(json.dumps(dict(os.environ))); return np.zeros(len(X), int)")
    evaluation, _, _ = outcome(write_zip({"model.py": text}), images_npz)
    told = json.loads(evaluation.run.logs["prediction_ingestion_stdout"].splitlines()[0])
    assert "CODABENCH_TOKEN" not in told
    assert told["PYTHONUNBUFFERED"] == "1"
    assert told["http_proxy"] == ""


def test_files_beside_the_entry_open_by_a_relative_path_as_at_the_organisers(write_zip, images_npz) -> None:
    text = model("return np.full(len(X), self.answer)", "self.answer = int(open('answer.txt').read())")
    evaluation, result, _ = outcome(write_zip({"model.py": text, "answer.txt": "3"}), images_npz)
    assert [(finding.code, finding.level) for finding in result.findings] == [("SRC008", Level.WARNING)]
    assert evaluation.run.scores["accuracy"] == 0.125


def test_a_submission_with_a_command_is_run_by_itself_as_well(write_zip, images_npz) -> None:
    files = {
        "model.py": model("return np.zeros(len(X), int)"),
        "metadata.yaml": "command: python3 own.py $output",
        "own.py": "import sys; print('alone', sys.argv[1])",
    }
    evaluation, _, _ = outcome(write_zip(files), images_npz)
    assert evaluation.run.logs["prediction_stdout"] == "alone /app/output\n"
    assert evaluation.run.status == "Finished"


def test_nothing_is_left_behind(write_zip, images_npz, tmp_path: Path, monkeypatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    outcome(write_zip({"model.py": CASES[0][1]}), images_npz)
    assert list(scratch.iterdir()) == []


def test_the_document_has_the_promised_keys(write_zip, images_npz) -> None:
    archive = open_archive(write_zip({"model.py": CASES[0][1]}))
    _, _, seen = outcome(archive.path, images_npz)
    document = json.loads(json.dumps(evaluated(archive, seen)))
    assert document["schema"] == 1
    assert document["zip_sha256"] == archive.sha256
    assert document["verdict"] == "pass"
    assert document["scores"]["accuracy"] == 0.125
    assert document["platform"]["status"] == "Finished"
    assert {"status", "status_details", "stored_scores", "logs"} <= set(document["platform"])
    assert document["enforced"]["engine"] == "process"


BAD_DATA = [
    (
        {"images": np.zeros((3, 96, 96, 3), np.float32), "labels": np.zeros(3, int)},
        "float32, the competition hands out uint8",
    ),
    (
        {"images": np.zeros((3, 28, 28, 3), np.uint8), "labels": np.zeros(3, int)},
        r"shape \(3, 28, 28, 3\), .*\(n, 96, 96, 3\)",
    ),
    (
        {"pictures": np.zeros((3, 96, 96, 3), np.uint8), "labels": np.zeros(3, int)},
        "no array 'images', it has labels, pictures",
    ),
    (
        {"images": np.zeros((3, 96, 96, 3), np.uint8), "labels": np.array([0, 1, 9])},
        "label 9 is outside of the 8 classes",
    ),
    ({"images": np.zeros((3, 96, 96, 3), np.uint8), "labels": np.zeros((3, 8), int)}, r"shape \(3, 8\)"),
    ({"images": np.zeros((0, 96, 96, 3), np.uint8), "labels": np.zeros(0, int)}, "holds no images"),
]


@pytest.mark.parametrize(("arrays", "complaint"), BAD_DATA)
def test_data_that_the_contract_does_not_allow_is_named(arrays, complaint, write_zip, tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", **arrays)
    with pytest.raises(UsageError, match=complaint):
        outcome(write_zip({"model.py": CASES[0][1]}), tmp_path / "data.npz")


def test_data_that_is_no_npz_is_named(write_zip, tmp_path: Path) -> None:
    (tmp_path / "data.npz").write_text("x")
    with pytest.raises(UsageError, match=r"not an \.npz"):
        outcome(write_zip({"model.py": CASES[0][1]}), tmp_path / "data.npz")
    with pytest.raises(UsageError, match="is a folder"):
        outcome(write_zip({"model.py": CASES[0][1]}), tmp_path)


def test_a_bundle_without_a_contract_refuses_data(write_zip, images_npz, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / "competition.yaml").write_text(
        "version: 2\ntitle: t\ntasks: [{index: 0, scoring_program: s}]\nphases: [{name: p, tasks: [0]}]\n"
        "leaderboards: [{columns: []}]\n"
    )
    with pytest.raises(UsageError, match=r"does not say how --data maps into it"):
        outcome(write_zip({"model.py": CASES[0][1]}), images_npz, bundle=bundle)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("version: 2\n  title: [", "not YAML"),
        ("version: 2\ntitle: t\n", "competition.yaml:1: tasks is missing"),
        (
            "version: 2\ntitle: t\ntasks: [{index: 0}]\nphases: [{name: p, tasks: [0]}]\nleaderboards: [{}]",
            "scoring_program",
        ),
    ],
)
def test_a_broken_bundle_names_the_key(text, complaint, write_zip, tmp_path: Path) -> None:
    (tmp_path / "competition.yaml").write_text(text)
    with pytest.raises(BundleError, match=complaint):
        evaluate(open_archive(write_zip({"model.py": CASES[0][1]})), Settings(bundle=tmp_path))


@pytest.mark.parametrize("forged", ["'{}'", "'[1]'", "'no json'"])
def test_a_report_that_the_entry_has_forged_counts_as_none(forged, write_zip, images_npz) -> None:
    """In an engine that isolates, the probe's desk is at /app/probe; here it is the folder of the child."""
    text = f"import os, sys\nopen(os.path.join(sys.argv[1], 'report.json'), 'w').write({forged})\nos._exit(0)\n"
    _, result, _ = outcome(write_zip({"model.py": text + model("return X")}), images_npz)
    assert result.failed()


def test_what_a_program_prints_reaches_the_terminal_as_text(write_zip, images_npz) -> None:
    from rich.console import Console

    text = model("import sys; raise ValueError(chr(27) + ']0;owned' + chr(7) + chr(27) + '[2J')")
    _, _, seen = outcome(write_zip({"model.py": text}), images_npz)
    stream = io.StringIO()
    console = Console(file=stream, width=200)
    print_evaluated(console, seen)
    print_findings(console, seen.result)
    assert "owned" in stream.getvalue()
    assert not {"\x1b", "\x07"} & set(stream.getvalue())
