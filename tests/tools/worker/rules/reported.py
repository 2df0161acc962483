"""6: what the platform reported for real submissions, with a bundle of our own in the form of its wheat seeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.tools.worker.rules.rule import Rule
from tests.tools.worker.rules.scene import Files, Scene, Task, zip_of
from tests.tools.worker.rules.seen import Seen

INGESTION = """
import os, sys
source, output, program, submission = sys.argv[1:5]
sys.path[:0] = [program, submission]
from model import Model

def rows(name):
    with open(os.path.join(source, name)) as file:
        return [[float(word) for word in line.split(",")] for line in file]

print("Reading the seeds")
model = Model()
print("Training")
model.fit(rows("train.csv"), [int(row[0]) for row in rows("train_labels.csv")])
print("Predicting")
predicted = model.predict(rows("test.csv"))
with open(os.path.join(output, "prediction"), "w") as file:
    file.write("".join(f"{label}\\n" for label in predicted))
"""
SCORING = """
import json, os, sys
source, output = sys.argv[1:3]

def labels(*names):
    with open(os.path.join(source, *names)) as file:
        return [int(line) for line in file]

print("Scoring")
true, predicted = labels("ref", "labels.csv"), labels("res", "prediction")
if len(true) != len(predicted):
    raise ValueError(f"{len(true)} rows are wanted, there are {len(predicted)}")
with open(os.path.join(output, "scores.json"), "w") as file:
    json.dump({"accuracy": sum(map(int.__eq__, true, predicted)) / len(true), "seconds": 1}, file)
"""
SEEDS = Task(
    ingestion={
        "metadata": "command: python3 ingestion.py $input $output $program $submission_program",
        "ingestion.py": INGESTION,
    },
    scoring={"metadata": "command: python3 scoring.py $input $output", "scoring.py": SCORING},
    input_data={"train.csv": "1,1\n2,2\n3,3\n", "train_labels.csv": "1\n2\n3\n", "test.csv": "1,1\n2,2\n3,3\n3,4\n"},
    reference_data={"labels.csv": "1\n2\n3\n1\n"},
)


def model(predict: str = "return [round(row[0]) for row in X]", init: str = "pass", head: str = "") -> str:
    """The source of a model, with other lines in places."""
    return (
        f"{head}\nclass Model:\n    def __init__(self):\n        {init}\n    def fit(self, X, y):\n        pass\n"
        f"    def predict(self, X):\n        {predict}\n"
    )


GOOD = model()
BOTH = {"scoring_stdout", "scoring_stderr"}
PRINTED, FAILED = {"prediction_ingestion_stdout"}, {"prediction_ingestion_stderr"}
CHILD = "Child task failed or non-zero return code"
HOST = "scoring_hostname-local"


@dataclass(frozen=True)
class Case:
    """A row of the table: the submission, and what the platform reported."""

    what: str
    files: Files | bytes
    status: str
    details: str
    ingestion: int | None
    logs: set[str]

    @property
    def submission(self) -> bytes:
        """The bytes of the submission."""
        return self.files if isinstance(self.files, bytes) else zip_of(self.files)

    @property
    def reported(self) -> Mapping[str, Any]:
        """What is to be seen."""
        return {
            "status": self.status,
            "status_details": self.details,
            "scores": {"accuracy": "0.7500000000", "seconds": "1.0000000000"} if self.status == "Finished" else {},
            "ingestionExitCode": self.ingestion,
            "logs with text": self.logs,
        }


CASES = {
    "ok": Case("a good model", {"model.py": GOOD}, "Finished", HOST, 0, PRINTED | {"scoring_stdout"}),
    "model_missing": Case("a zip without `model.py`", {"other.py": GOOD}, "Failed", CHILD, 1, FAILED | BOTH),
    "nested_folder": Case("a `model.py` in a folder", {"mine/model.py": GOOD}, "Failed", CHILD, 1, FAILED | BOTH),
    "predict_raises": Case(
        "a `predict` that raises",
        {"model.py": model("raise ValueError('bad')")},
        "Failed",
        CHILD,
        1,
        PRINTED | FAILED | BOTH,
    ),
    "import_error": Case(
        "an import of a package that the image lacks",
        {"model.py": model(head="import no_such_package")},
        "Failed",
        CHILD,
        1,
        FAILED | BOTH,
    ),
    "syntax_error": Case(
        "a `model.py` with a SyntaxError", {"model.py": "class Model\n"}, "Failed", CHILD, 1, FAILED | BOTH
    ),
    "weights_relative": Case(
        "a model that opens its weights relative to the working directory",
        {"model.py": model(init="open('weights.bin')"), "weights.bin": "w"},
        "Failed",
        CHILD,
        1,
        PRINTED | FAILED | BOTH,
    ),
    "wrong_shape": Case(
        "a `predict` that returns one row too few",
        {"model.py": model("return [1] * (len(X) - 1)")},
        "Failed",
        CHILD,
        0,
        PRINTED | BOTH,
    ),
    "metadata_no_command": Case(
        "a metadata file without a command",
        {"model.py": GOOD, "metadata": "description: mine"},
        "Finished",
        HOST,
        0,
        PRINTED | {"scoring_stdout"},
    ),
    "not_a_zip": Case("a text file", b"this is no zip\n", "Failed", "Bad or empty zip file", None, set()),
}
JUDGED_ALIKE = ("ok", "predict_raises", "wrong_shape", "syntax_error", "import_error", "weights_relative")
SCENES = {
    name: Scene(submission=case.submission, tasks={"seeds": SEEDS}, alike=name not in JUDGED_ALIKE)
    for name, case in CASES.items()
}
SAME_ZIP = {
    **{name: SCENES[name] for name in JUDGED_ALIKE},
    "leaves": Scene(submission=zip_of({"model.py": model("os._exit(0)", head="import os")}), tasks={"seeds": SEEDS}),
}
"""Submissions that are to be judged in the same way in all engines."""


def reported(seen: Seen) -> Mapping[str, Any]:
    """What the platform reports of a submission."""
    return {
        "status": seen.run.status,
        "status_details": seen.run.status_details,
        "scores": seen.run.stored.scores,
        "ingestionExitCode": seen.codes.get("ingestion"),
        "logs with text": seen.with_text,
    }


def sentence(case: Case) -> str:
    """A row of the table in words."""
    code = "no program is run" if case.ingestion is None else f"ingestionExitCode {case.ingestion}"
    logs = ", ".join(sorted(case.logs)) or "none"
    return f"Submitted is {case.what}: {case.status}, `{case.details}`; {code}; logs with text: {logs}."


RULES = tuple(
    Rule(
        code=f"reported-{name.replace('_', '-')}",
        source="6",
        rule=sentence(case).replace(HOST, "scoring_hostname-HOST"),
        scene=SCENES[name],
        look=reported,
        expect=case.reported,
    )
    for name, case in CASES.items()
)
