"""Bundles of any competition through `evaluate`: what the checks of SCO, and of RUN without a contract, say of them."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from tools.archive import open_archive
from tools.checks import Level
from tools.contract import Contract
from tools.engines import Wish
from tools.errors import BundleError, UsageError
from tools.evaluate import Settings, evaluate
from tools.report.document import evaluated
from tools.report.text import print_evaluated
from tools.sandbox.program import Limits

pytestmark = pytest.mark.slow

INGESTION = """
import json, os, sys
sys.path.insert(0, sys.argv[3])
from model import Model
numbers = json.load(open(os.path.join(sys.argv[1], "numbers.json")))
answers = Model().predict(numbers)
json.dump(answers, open(os.path.join(sys.argv[2], "answers.json"), "w"))
"""
SCORING = """
import json, os, sys
wanted = json.load(open(os.path.join(sys.argv[1], "numbers.json")))
answers = json.load(open(os.path.join(sys.argv[2], "answers.json")))
assert len(answers) == len(wanted), "wrong number of answers"
share = sum(a == b for a, b in zip(answers, wanted)) / len(wanted)
json.dump({"share": share}, open(os.path.join(sys.argv[3], "scores.json"), "w"))
"""
GOOD = "class Model:\n    def predict(self, X):\n        return [2 * x for x in X]\n"
WriteBundle = Callable[..., Path]


@pytest.fixture
def write_bundle(tmp_path: Path) -> WriteBundle:
    """A bundle whose submissions double numbers; a scoring or ingestion program can be another, and any key.

    Its image is one of which nobody knows what is in it.
    """

    def write(scoring: str = SCORING, ingestion: str = INGESTION, **keys: object) -> Path:
        root = tmp_path / "bundle"
        files = {
            "ingestion/main.py": ingestion,
            "ingestion/metadata.yaml": "command: python3 main.py $input $output $submission_program",
            "scoring/main.py": scoring,
            "scoring/metadata.yaml": "command: python3 main.py $hidden $predictions $output",
            "input/numbers.json": json.dumps([1, 2, 3]),
            "reference/numbers.json": json.dumps([2, 4, 6]),
        }
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        task = {"ingestion_program": "ingestion", "scoring_program": "scoring", "input_data": "input"}
        task |= {"reference_data": "reference"}
        competition = {
            "version": 2,
            "title": "Doubling",
            "docker_image": "example.invalid/of-the-organiser:1",
            "tasks": [{"index": 0, "name": "One"} | task, {"index": 1, "name": "Two"} | task],
            "phases": [
                {"index": 0, "name": "First", "start": "2026-01-01", "end": "2026-02-01", "tasks": [0]},
                {"index": 1, "name": "Second", "start": "2026-02-01", "tasks": [0, 1]},
            ],
            "leaderboards": [{"title": "R", "key": "r", "columns": [{"title": "Share", "key": "share", "index": 0}]}],
        }
        (root / "competition.yaml").write_text(yaml.safe_dump(competition | keys, sort_keys=False))
        return root

    return write


@pytest.fixture
def entry(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        with zipfile.ZipFile(tmp_path / "entry.zip", "w") as target:
            target.writestr("model.py", text)
        return tmp_path / "entry.zip"

    return write


def seen(path: Path, bundle: Path, **settings):
    settings = {"wish": Wish(engine="process")} | settings
    return evaluate(open_archive(path), Settings(bundle=bundle, **settings))


def errors(found) -> list[str]:
    return [finding.code for finding in found.result.findings if finding.level is Level.ERROR]


def test_a_good_entry_of_any_competition_passes(write_bundle, entry) -> None:
    found = seen(entry(GOOD), write_bundle())
    assert found.result.findings == ()
    assert found.first.run.shown == {"Share": "1.0"}
    assert found.first.run.status_details == "scoring_hostname-local"


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("import nothing_of_this_name\n" + GOOD, "RUN001", "nothing_of_this_name"),
        (
            GOOD.replace("def predict", "def __init__(self):\n        1 / 0\n    def predict"),
            "RUN002",
            "ZeroDivisionError",
        ),
        (GOOD.replace("return", "raise ValueError('no')  #"), "RUN003", "ValueError: no"),
        (GOOD.replace("return", "raise SystemExit(0)  #"), "RUN009", "wrote nothing into its output"),
        (GOOD.replace("return", "import os; os.kill(os.getpid(), 11)  #"), "RUN008", "signal 11"),
        (GOOD.replace("Model", "Other"), "RUN013", "cannot import name 'Model'"),
        ("", "RUN013", "cannot import name 'Model'"),
    ],
)
def test_without_a_contract_the_traceback_tells(text, code, told, write_bundle, entry) -> None:
    found = seen(entry(text), write_bundle())
    assert errors(found) == [code]
    assert told in str(found.result.findings[0].evidence)
    assert found.first.run.status_details == "Child task failed or non-zero return code"


WRITES = "import sys, json\nopen(sys.argv[3] + '/scores.{kind}', 'w').write({text!r})\n"


@pytest.mark.parametrize(
    ("scoring", "code", "status", "told"),
    [
        ("pass", "SCO001", "Failed", "its output is empty"),
        (WRITES.format(kind="json", text="{'share': 1}"), "SCO002", "Failed", "Could not decode scores json properly"),
        (WRITES.format(kind="txt", text="share:0.5"), "SCO002", "Finished", "the scores are str"),
        (WRITES.format(kind="txt", text="a: [b"), "SCO002", "Finished", "ParserError"),
        (WRITES.format(kind="json", text='{"share": NaN}'), "SCO003", "Finished", "NaN or infinity"),
        (WRITES.format(kind="json", text='{"share": null}'), "SCO003", "Finished", "share is None"),
        (WRITES.format(kind="json", text='{"share": 1e12}'), "SCO003", "Finished", "at most 10 integer digits"),
        ("raise KeyError('theirs')", "SCO005", "Failed", "KeyError: 'theirs'"),
        (
            "import sys; open(sys.argv[3] + '/metadata', 'w'); "
            + WRITES.format(kind="json", text='{"share": 1}').strip().replace("import sys, json\n", ""),
            "SCO005",
            "Failed",
            "`metadata`",
        ),
    ],
)
def test_what_the_scoring_program_does_wrong_is_the_organisers(
    scoring, code, status, told, write_bundle, entry
) -> None:
    found = seen(entry(GOOD), write_bundle(scoring))
    assert (errors(found), found.first.run.status) == ([code], status)
    assert told in str(found.result.findings[0].evidence)
    assert "organiser" in found.result.findings[0].fix or code == "SCO003"


def test_a_scoring_program_without_a_command_fails_later_workers(write_bundle, entry) -> None:
    bundle = write_bundle()
    (bundle / "scoring/metadata.yaml").write_text("description: none")
    first = seen(entry(GOOD), bundle).first.run
    assert first.status_details == "Could not find scores file, did the scoring program output it?"
    later = seen(entry(GOOD), bundle, profile="2026-05")
    assert "Child task failed or non-zero return code" in later.first.run.status_details
    assert errors(later) == ["SCO005"]


def test_keys_without_a_column_and_columns_without_a_key_are_warned_of(write_bundle, entry) -> None:
    found = seen(entry(GOOD), write_bundle(WRITES.format(kind="json", text='{"accuracy": 1, "all": {"a": 1}}')))
    assert [(finding.code, finding.level) for finding in found.result.findings] == [("SCO004", Level.WARNING)]
    assert found.result.findings[0].evidence == (
        "accuracy is no column; columns are share",
        "the column 'Share' (share) gets no score",
    )
    assert found.first.run.shown == {"Share": "n/a"}


def test_an_entry_that_writes_metadata_into_the_output_is_told(write_bundle, entry) -> None:
    text = GOOD.replace("return", "import sys; open(sys.argv[2] + '/metadata', 'w'); return")
    found = seen(entry(text), write_bundle())
    assert errors(found) == ["RUN010"]
    assert found.first.run.status_details.startswith("Error, the output directory already contains a metadata file.")


def test_a_flood_is_a_warning(write_bundle, entry) -> None:
    text = GOOD.replace("return", "print('x' * 3_000_000); return")
    found = seen(entry(text), write_bundle(), limits=Limits(log_mb=1))
    assert [(finding.code, finding.level) for finding in found.result.findings] == [("RUN011", Level.WARNING)]
    assert found.first.run.status == "Finished"


def test_memory_and_disk_limits_are_findings(write_bundle, entry) -> None:
    hog = GOOD.replace("return", "x = [bytearray(b'1' * 10_000_000) for _ in range(40)]; return")
    found = seen(entry(hog), write_bundle(), limits=Limits(memory_mb=150))
    assert errors(found) == ["RUN005"]
    assert found.first.run.outcomes["ingestion"].exit_code == 137
    filling = (
        "import sys, time\nf = open(sys.argv[2] + '/big', 'wb')\nfor _ in range(90):\n    f.write(b'1' * 1_000_000)\n"
    )
    filling += "    f.flush()\n    time.sleep(0.02)\n" + GOOD
    assert errors(seen(entry(filling), write_bundle(), limits=Limits(disk_mb=40))) == ["RUN014"]


def test_several_tasks_are_children_of_a_parent_that_always_finishes(write_bundle, entry) -> None:
    bundle = write_bundle()
    (bundle / "other").mkdir()
    (bundle / "other" / "numbers.json").write_text("[1]")
    content = yaml.safe_load((bundle / "competition.yaml").read_text())
    content["tasks"][1]["reference_data"] = "other"
    (bundle / "competition.yaml").write_text(yaml.safe_dump(content))
    found = seen(entry(GOOD), bundle, phase="Second")
    document = evaluated(open_archive(entry(GOOD)), found)
    assert [one.run.status for one in found.evaluations] == ["Finished", "Failed"]
    assert document["platform"]["status"] == "Finished"
    assert document["scores"] == {"Second": {"One": {"share": 1.0}, "Two": {}}}
    assert document["verdict"] == "fail"
    assert [finding.where for finding in found.result.findings] == ["Second-Two: scoring"]
    assert [child["task"] for child in document["platform"]["children"]] == ["One", "Two"]
    assert seen(entry(GOOD), bundle, phase="1", task="One").first.run.status == "Finished"
    assert len(seen(entry(GOOD), bundle, phase="all").evaluations) == 3


def test_what_can_be_downloaded_is_kept(write_bundle, entry, tmp_path: Path) -> None:
    scoring = (
        SCORING
        + "\nopen(os.path.join(sys.argv[3], 'detailed_results.html'), 'w').write('<p>fine</p>')\nprint('said')\n"
    )
    bundle = write_bundle(scoring, enable_detailed_results=True)
    found = seen(entry(GOOD), bundle, keep=tmp_path / "kept")
    place = found.first.kept
    assert place == tmp_path / "kept" / "First-One"
    assert sorted(path.name for path in place.iterdir()) == [
        "detailed_results.html",
        "prediction_result.zip",
        "scoring_result.zip",
        "scoring_stdout.txt",
    ]
    with zipfile.ZipFile(place / "prediction_result.zip") as kept:
        assert {"answers.json", "metadata", "model.py"} <= set(kept.namelist())


def test_the_limit_of_the_default_queue_holds(write_bundle, entry) -> None:
    phases = [{"index": 0, "name": "P", "start": "2026-01-01", "tasks": [0], "execution_time_limit": 5000}]
    found = seen(entry(GOOD), write_bundle(phases=phases))
    assert found.first.limit_s == 600
    console = Console(record=True, width=200, file=io.StringIO())
    print_evaluated(console, found)
    assert "P asks for 5000 s a job; the default queue gives 600 s" in console.export_text()
    assert seen(entry(GOOD), write_bundle(phases=phases, queue="a1b2")).first.limit_s == 5000


def test_a_contract_of_the_project_stands_in_and_alone_it_is_refused(write_bundle, entry) -> None:
    facts = {"class": "Model", "method": "predict", "arguments": ["X"], "working_directory": "ingestion_program"}
    facts |= {"output": {"kind": "any"}}
    contract = Contract.model_validate(facts | {"sources": dict.fromkeys(facts, "the organiser's page")})
    found = seen(entry(GOOD.replace("Model", "Other")), write_bundle(), contract=contract)
    assert errors(found) == ["SRC002"]
    with pytest.raises(UsageError, match="has a contract of its own and no bundle"):
        evaluate(open_archive(entry(GOOD)), Settings(contract=contract))


def test_a_scoring_program_that_is_not_there_is_told_before_anything_runs(write_bundle, entry) -> None:
    bundle = write_bundle()
    (bundle / "scoring").rename(bundle / "elsewhere")
    with pytest.raises(BundleError, match=r"competition\.yaml:\d+: .*scoring"):
        seen(entry("import os; os.abort()"), bundle)


def test_a_bundle_of_the_platforms_own_image_is_told_once_that_the_run_was_elsewhere(write_bundle, entry) -> None:
    found = seen(entry(GOOD), write_bundle(docker_image="codalab/codalab-legacy:py37"), phase="Second")
    told = [finding for finding in found.result.findings if finding.code == "ENV001"]
    assert [finding.evidence for finding in told] == [
        (
            "the run had the kit's own packages, the evaluator has codalab-legacy-py37",
            "which versions the entry loads was not seen",
        )
    ]
