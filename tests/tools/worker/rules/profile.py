"""1.12: what the workers since May 2026 do otherwise (`--worker-profile 2026-05`)."""

from dataclasses import replace

from tests.tools.worker.rules.limit import LIMIT_S, SLOW_SCORING, TEXT
from tests.tools.worker.rules.logs import HANDED_ON
from tests.tools.worker.rules.order import FAILING
from tests.tools.worker.rules.rule import Rule
from tests.tools.worker.rules.scene import Scene
from tests.tools.worker.rules.scenes import DURING, MODEL, PLAIN_LATER, RESULT
from tests.tools.worker.rules.scores import SCORES
from tests.tools.worker.rules.texts import BAD_SCORES, DECODE, METADATA, NO_SCORES
from tests.tools.worker.rules.unpacking import ENCRYPTED, NOT_A_ZIP


def later(scene: Scene, *tasks: str) -> Scene:
    """A scene as the later worker plays it, with some of its tasks."""
    return replace(scene, alike=True, profile="2026-05", tasks={name: scene.tasks[name] for name in tasks})


BAD_ZIP_LATER = later(NOT_A_ZIP, "task")
ENCRYPTED_LATER = later(ENCRYPTED, "task")
DURING_LATER = later(DURING, "during")
RESULT_LATER = later(RESULT, "no ingestion")
ENDINGS_LATER = Scene(
    alike=True,
    submission=BAD_SCORES.submission,
    profile="2026-05",
    tasks={
        **{name: BAD_SCORES.tasks[name] for name in ("no scores", "single quotes", "exits")},
        **{name: FAILING.tasks[name] for name in ("raises", "copied")},
        "metadata": HANDED_ON.tasks["metadata"],
        "nan": SCORES.tasks["nan"],
    },
)


def wrapped(text: str) -> tuple[str, str]:
    """A text as later workers show it."""
    return "Failed", f"Submission failed: {text}. See logs for more details."


RULES = (
    Rule(
        code="later-not-copied",
        source="1.12",
        rule="A code submission is not copied into the output any more: only predictions come to the scoring program.",
        scene=PLAIN_LATER,
        look=lambda seen: (
            seen.ingestion["places"]["output"]["files"],
            [file for file in seen.scoring["places"]["input"]["files"] if file.startswith("res/")],
        ),
        expect=([], ["res/", "res/metadata", "res/prediction"]),
    ),
    Rule(
        code="later-ingested-in-scoring",
        source="1.12",
        rule="The scoring program finds the submission at /app/ingested_program.",
        scene=PLAIN_LATER,
        look=lambda seen: {
            name: seen.scoring["places"]["ingested_program"]["texts"].get(name) for name in sorted(MODEL)
        },
        expect=dict(sorted(MODEL.items())),
    ),
    Rule(
        code="later-ingested-in-prediction",
        source="1.12",
        rule="The ingestion program finds it there as before.",
        scene=PLAIN_LATER,
        look=lambda seen: seen.ingestion["places"]["ingested_program"]["texts"]["model.py"],
        expect=MODEL["model.py"],
    ),
    Rule(
        code="later-ingested-during",
        source="1.12",
        rule="With ingestion_only_during_scoring, too, it is the submission, not the prediction's output.",
        scene=DURING_LATER,
        look=lambda seen: [
            "look_around.py" in told["places"]["ingested_program"]["files"]
            for told in (seen.scoring, seen.scoring_ingestion)
        ],
        expect=[True, True],
    ),
    Rule(
        code="later-result",
        source="1.12",
        rule="A result submission comes to the scoring program as before.",
        scene=RESULT_LATER,
        look=lambda seen: seen.scoring["places"]["input"]["texts"]["res/prediction"],
        expect="1",
    ),
    Rule(
        code="later-statuses",
        source="1.12",
        rule="The statuses of a submission that goes well are the same.",
        scene=PLAIN_LATER,
        look=lambda seen: seen.statuses,
        expect=["Submitting", "Submitted", "Running", "Preparing", "Scoring", "Running", "Finished"],
    ),
    Rule(
        code="later-child",
        source="1.9",
        rule="`Submission failed: Child task failed or non-zero return code. See logs for more details.`",
        scene=ENDINGS_LATER,
        task="exits",
        look=lambda seen: seen.final,
        expect=wrapped("Child task failed or non-zero return code"),
    ),
    Rule(
        code="later-no-scores",
        source="1.9",
        rule=f"`Submission failed: {NO_SCORES}. See logs for more details.`",
        scene=ENDINGS_LATER,
        task="no scores",
        look=lambda seen: seen.final,
        expect=wrapped(NO_SCORES),
    ),
    Rule(
        code="later-decode",
        source="1.9",
        rule="The complaint about a scores.json that is no JSON is wrapped in the same words.",
        scene=ENDINGS_LATER,
        task="single quotes",
        look=lambda seen: seen.final,
        expect=wrapped(DECODE + "Expecting property name enclosed in double quotes"),
    ),
    Rule(
        code="later-metadata",
        source="1.9",
        rule="The complaint about a file `metadata` in the output is wrapped in the same words.",
        scene=ENDINGS_LATER,
        task="metadata",
        look=lambda seen: seen.final,
        expect=wrapped(METADATA),
    ),
    Rule(
        code="later-limit",
        source="1.9",
        rule="The text about the time limit is wrapped in the same words.",
        scene=SLOW_SCORING,
        look=lambda seen: seen.final,
        expect=wrapped(TEXT.format(LIMIT_S)),
    ),
    Rule(
        code="later-bad-zip",
        source="1.9",
        rule="`Bad or empty zip file` is wrapped in the same words.",
        scene=BAD_ZIP_LATER,
        look=lambda seen: seen.final,
        expect=wrapped("Bad or empty zip file"),
    ),
    Rule(
        code="later-traceback",
        source="1.9",
        rule="What was not caught before is caught: Failed, with the traceback in status_details.",
        kit="yes, the traceback without its frames",
        scene=ENCRYPTED_LATER,
        look=lambda seen: (
            seen.run.status,
            (seen.run.status_details or "").splitlines()[0],
            "RuntimeError" in (seen.run.status_details or ""),
        ),
        expect=("Failed", "Traceback (most recent call last):", True),
    ),
    Rule(
        code="later-nan",
        source="1.10",
        rule="NaN among the scores ends as Failed, with the traceback, after it was Finished.",
        kit="yes, the traceback without its frames",
        scene=ENDINGS_LATER,
        task="nan",
        look=lambda seen: (
            seen.statuses[-2:],
            (seen.run.status_details or "").endswith("Out of range float values are not JSON compliant"),
        ),
        expect=(["Finished", "Failed"], True),
    ),
    Rule(
        code="later-scoring-not-run",
        source="1.9",
        rule="A scoring program without an exit code, since it was not run, is a failure.",
        scene=ENDINGS_LATER,
        task="copied",
        look=lambda seen: seen.final,
        expect=wrapped("Child task failed or non-zero return code"),
    ),
    Rule(
        code="later-ingestion",
        source="1.9",
        rule="An ingestion program that fails stops nothing, as before.",
        scene=ENDINGS_LATER,
        task="raises",
        look=lambda seen: (seen.codes["ingestion"], seen.run.status),
        expect=(1, "Finished"),
    ),
)
