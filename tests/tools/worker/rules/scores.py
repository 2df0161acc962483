"""1.10: what is read as scores, what of it is stored, and what the leaderboard shows."""

from typing import Any

from tests.tools.worker.rules.programs import COPYING
from tests.tools.worker.rules.rule import Rule
from tests.tools.worker.rules.scene import COLUMNS, Files, Scene, Task
from tests.tools.worker.rules.scenes import SUBMISSION
from tests.tools.worker.rules.seen import Seen

WRITTEN: dict[str, Files] = {
    "json": {"scores.json": '{"accuracy": 0.5, "seconds": 2}'},
    "text": {"scores.txt": "accuracy: 0.5\nseconds: 2\n"},
    "both": {"scores.json": '{"accuracy": 0.5}', "scores.txt": "accuracy: 0.25"},
    "no space": {"scores.txt": "accuracy:0.5"},
    "empty text": {"scores.txt": ""},
    "a list": {"scores.json": "[0.5]"},
    "null": {"scores.json": "null"},
    "tag": {"scores.txt": "accuracy: !!python/object/apply:float ['0.5']"},
    "no number": {"scores.json": '{"seconds": 2, "accuracy": null, "more": 1}'},
    "a text": {"scores.json": '{"seconds": 2, "accuracy": "high"}'},
    "an object": {"scores.json": '{"seconds": 2, "accuracy": {"mean": 1}}'},
    "eleven digits": {"scores.json": '{"seconds": 2, "accuracy": 12345678901}'},
    "ten digits": {"scores.json": '{"accuracy": 1234567890}'},
    "numeric texts": {"scores.json": '{"accuracy": "1e-5", "seconds": "2.5"}'},
    "unknown keys": {"scores.json": '{"other": "x", "all_costs": {"a": [1]}, "accuracy": 0.5}'},
    "missing key": {"scores.json": '{"accuracy": 0.5}'},
    "decimals": {"scores.json": '{"accuracy": 0.123456789012345, "seconds": 1.005}'},
    "nan": {"scores.json": '{"accuracy": NaN, "seconds": 2}'},
    "infinity deep": {"scores.json": '{"accuracy": 0.5, "all_costs": {"a": [1, -Infinity]}}'},
}
SCORES = Scene(
    alike=True,
    submission=SUBMISSION,
    tasks={name: Task(scoring=COPYING, reference_data=files) for name, files in WRITTEN.items()},
)
"""Scores of many kinds, one a task."""
COMPUTED = Scene(
    alike=True,
    submission=SUBMISSION,
    tasks={
        "two": Task(scoring=COPYING, reference_data={"scores.json": '{"accuracy": 0.5, "seconds": 2}'}),
        "one": Task(scoring=COPYING, reference_data={"scores.json": '{"seconds": 2}'}),
    },
    keys={
        "leaderboards": [
            {
                "title": "Results",
                "key": "results",
                "columns": [
                    *map(dict, COLUMNS),
                    *(
                        {
                            "title": name,
                            "key": name,
                            "index": index,
                            "computation": name,
                            "computation_indexes": [0, 1],
                            "hidden": name == "min",
                        }
                        for index, name in enumerate(("sum", "avg", "min", "max"), 2)
                    ),
                ],
            },
            {"title": "Second", "key": "second", "columns": [{"title": "Other", "key": "other", "index": 0}]},
        ]
    },
)
BEFORE = {"seconds": "2.0000000000"}


def stored(seen: Seen) -> Any:
    """The last status and what the server keeps."""
    return seen.run.status, seen.run.stored.scores


def stopped(code: str, task: str, what: str) -> Rule:
    """A value that the server stumbles over."""
    return Rule(
        code=code,
        source="1.10",
        rule=f"{what} makes the server stumble (500): the keys before it are stored, the status stays Finished.",
        scene=SCORES,
        task=task,
        look=stored,
        expect=("Finished", BEFORE),
    )


def no_object(code: str, task: str, what: str) -> Rule:
    """Scores that are no object."""
    return Rule(
        code=code,
        source="1.10",
        rule=f"{what} is no object of keys: the server stumbles (500), the status stays Finished, without a score.",
        scene=SCORES,
        task=task,
        look=lambda seen: (stored(seen), set(seen.run.shown.values())),
        expect=(("Finished", {}), {"n/a"}),
    )


RULES = (
    Rule(
        code="scores-json",
        source="1.10",
        rule="Scores are read from scores.json.",
        scene=SCORES,
        task="json",
        look=stored,
        expect=("Finished", {"accuracy": "0.5000000000", "seconds": "2.0000000000"}),
    ),
    Rule(
        code="scores-text",
        source="1.10",
        rule="Without it they are read from scores.txt, as YAML.",
        scene=SCORES,
        task="text",
        look=stored,
        expect=("Finished", {"accuracy": "0.5000000000", "seconds": "2.0000000000"}),
    ),
    Rule(
        code="scores-both",
        source="1.10",
        rule="Of both files scores.json counts.",
        scene=SCORES,
        task="both",
        look=stored,
        expect=("Finished", {"accuracy": "0.5000000000"}),
    ),
    no_object("scores-no-space", "no space", "`accuracy:0.5` in scores.txt, without the space,"),
    no_object("scores-empty-text", "empty text", "An empty scores.txt"),
    no_object("scores-list", "a list", "A list in scores.json"),
    no_object("scores-null", "null", "`null` in scores.json"),
    Rule(
        code="scores-loader",
        source="1.10",
        rule="scores.txt is read with YAML's full loader, which runs Python's tags.",
        kit="read with the safe loader: the scores are not sent",
        scene=SCORES,
        task="tag",
        look=lambda seen: (stored(seen), (seen.run.unsent or "").split(":")[0]),
        expect=(("Finished", {}), "ConstructorError"),
    ),
    stopped("scores-null-value", "no number", "`null` under a key of the leaderboard"),
    stopped("scores-text-value", "a text", "A text that is no number"),
    stopped("scores-object-value", "an object", "An object under a key of the leaderboard"),
    stopped("scores-eleven-digits", "eleven digits", "A number of more than ten integer digits"),
    Rule(
        code="scores-ten-digits",
        source="1.10",
        rule="Ten integer digits can be stored.",
        scene=SCORES,
        task="ten digits",
        look=stored,
        expect=("Finished", {"accuracy": "1234567890.0000000000"}),
    ),
    Rule(
        code="scores-numeric-text",
        source="1.10",
        rule="A text that is a number is stored as one, `1e-5` too.",
        scene=SCORES,
        task="numeric texts",
        look=stored,
        expect=("Finished", {"accuracy": "0.0000100000", "seconds": "2.5000000000"}),
    ),
    Rule(
        code="scores-unknown-keys",
        source="1.10",
        rule="Keys that no column has are ignored, whatever is in them.",
        scene=SCORES,
        task="unknown keys",
        look=stored,
        expect=("Finished", {"accuracy": "0.5000000000"}),
    ),
    Rule(
        code="scores-missing-key",
        source="1.10",
        rule="A column without a score is no error: it shows n/a.",
        scene=SCORES,
        task="missing key",
        look=lambda seen: (seen.run.status, seen.run.shown),
        expect=("Finished", {"Accuracy": "0.5", "Seconds": "n/a"}),
    ),
    Rule(
        code="scores-decimals",
        source="1.10",
        rule="Ten decimals are stored.",
        scene=SCORES,
        task="decimals",
        look=stored,
        expect=("Finished", {"accuracy": "0.1234567890", "seconds": "1.0050000000"}),
    ),
    Rule(
        code="scores-precision",
        source="1.10",
        rule="The leaderboard rounds to the column's precision, by default 2, as Python's `round` does.",
        scene=SCORES,
        task="decimals",
        look=lambda seen: seen.run.shown,
        expect={"Accuracy": "0.1235", "Seconds": str(round(1.005, 2))},
    ),
    Rule(
        code="scores-nan",
        source="1.10",
        rule="NaN cannot be sent: in 2026-03 the status stays Finished, without any score.",
        scene=SCORES,
        task="nan",
        look=lambda seen: (stored(seen), seen.run.unsent),
        expect=(("Finished", {}), "InvalidJSONError: Out of range float values are not JSON compliant"),
    ),
    Rule(
        code="scores-infinity",
        source="1.10",
        rule="Infinity cannot be sent either, wherever it is, also under a key that no column has.",
        scene=SCORES,
        task="infinity deep",
        look=stored,
        expect=("Finished", {}),
    ),
    Rule(
        code="scores-nan-output",
        source="1.10",
        rule="With NaN among the scores the scoring program's output is never uploaded: there is no scoring_result.zip to download.",
        scene=SCORES,
        task="nan",
        look=lambda seen: [name for name in seen.kept if name.endswith(".zip")],
        expect=["prediction_result.zip"],
    ),
    Rule(
        code="scores-computed",
        source="1.10",
        rule="The server computes the columns with a computation: sum, avg, min and max of the columns they name.",
        scene=COMPUTED,
        task="two",
        look=lambda seen: {name: float(seen.run.stored.scores[name]) for name in ("sum", "avg", "min", "max")},
        expect={"sum": 2.5, "avg": 1.25, "min": 0.5, "max": 2.0},
    ),
    Rule(
        code="scores-computed-partly",
        source="1.10",
        rule="Such columns are computed after each score, of the scores that are there.",
        scene=COMPUTED,
        task="one",
        look=lambda seen: {name: float(score) for name, score in seen.run.stored.scores.items()},
        expect={"seconds": 2.0, "sum": 2.0, "avg": 2.0, "min": 2.0, "max": 2.0},
    ),
    Rule(
        code="scores-first-leaderboard",
        source="2",
        rule="Only the first leaderboard of a bundle is used; its hidden columns are not shown.",
        scene=COMPUTED,
        task="two",
        look=lambda seen: list(seen.run.shown),
        expect=["Accuracy", "Seconds", "sum", "avg", "max"],
    ),
)
