"""1.9: the texts that reach a user, word for word; 1.12 has those of later workers."""

from tests.tools.worker.rules.logs import HANDED_ON
from tests.tools.worker.rules.order import FAILING
from tests.tools.worker.rules.programs import EXITING, SCORING, command, scoring
from tests.tools.worker.rules.rule import Rule
from tests.tools.worker.rules.scene import Scene, Task
from tests.tools.worker.rules.scenes import PLAIN, SUBMISSION

BAD_SCORES = Scene(
    alike=True,
    submission=SUBMISSION,
    tasks={
        "no scores": Task(scoring=command("sh -c 'exit 0'")),
        "empty": Task(scoring=scoring("")),
        "single quotes": Task(scoring=scoring("{'accuracy': 1}")),
        "exits": Task(scoring=EXITING),
        "page": Task(scoring={**SCORING, **command("cp scores.json page.html $output"), "page.html": "a page"}),
        "not there": Task(scoring=command("no-such-program")),
        "no columns": Task(scoring=scoring('{"other": 1}')),
        "names": Task(scoring=scoring('{"accuracy": "high"}')),
    },
)
"""Scoring programs that go wrong, one a task."""
CHILD = ("Failed", "Child task failed or non-zero return code")
DECODE = "Could not decode scores json properly, it contains an error.\n"
METADATA = (
    "Error, the output directory already contains a metadata file. This file is used to store exitCode and other "
    "data, do not write to this file manually."
)
NO_SCORES = "Could not find scores file, did the scoring program output it?"
HOST = "scoring_hostname-local"

RULES = (
    Rule(
        code="text-no-metadata",
        source="1.9, 6 and 7",
        rule="`Program directory missing 'metadata.yaml/metadata'` and `... 'command' in metadata` are never shown.",
        scene=FAILING,
        task="no metadata",
        look=lambda seen: (seen.run.status_details, seen.with_text),
        expect=(HOST, {"scoring_stdout"}),
    ),
    Rule(
        code="text-child",
        source="1.9, 10",
        rule="`Child task failed or non-zero return code`: the scoring program ended with another code than 0.",
        scene=BAD_SCORES,
        task="exits",
        look=lambda seen: seen.final,
        expect=CHILD,
    ),
    Rule(
        code="text-child-not-there",
        source="1.9, 10",
        rule="The same text where the scoring program's command is not to be found.",
        scene=BAD_SCORES,
        task="not there",
        look=lambda seen: seen.final,
        expect=CHILD,
    ),
    Rule(
        code="text-decode",
        source="1.9, 11",
        rule="`Could not decode scores json properly, it contains an error.`, and on a new line what Python says.",
        scene=BAD_SCORES,
        task="single quotes",
        look=lambda seen: seen.final,
        expect=("Failed", DECODE + "Expecting property name enclosed in double quotes"),
    ),
    Rule(
        code="text-decode-empty",
        source="1.9, 11",
        rule="The same for a scores.json without a byte.",
        scene=BAD_SCORES,
        task="empty",
        look=lambda seen: seen.final,
        expect=("Failed", DECODE + "Expecting value"),
    ),
    Rule(
        code="text-no-scores",
        source="1.9, 12",
        rule=f"`{NO_SCORES}`: neither scores.json nor scores.txt is in the output.",
        scene=BAD_SCORES,
        task="no scores",
        look=lambda seen: (seen.final, seen.codes),
        expect=(("Failed", NO_SCORES), {"scoring": 0}),
    ),
    Rule(
        code="text-no-scores-not-run",
        source="1.9",
        rule="In 2026-03 a scoring program that is not run has no exit code and is not failed; the same text comes "
        "where it left no scores.",
        scene=FAILING,
        task="scoring without command",
        look=lambda seen: seen.final,
        expect=("Failed", NO_SCORES),
    ),
    Rule(
        code="text-metadata",
        source="1.9, 13",
        rule="`Error, the output directory already contains a metadata file. ...`: the prediction job's output has one.",
        scene=HANDED_ON,
        task="metadata",
        look=lambda seen: seen.final,
        expect=("Failed", METADATA),
    ),
    Rule(
        code="text-metadata-scoring",
        source="1.9, 13",
        rule="The same text where the scoring program has written such a file.",
        scene=HANDED_ON,
        task="scoring metadata",
        look=lambda seen: seen.final,
        expect=("Failed", METADATA),
    ),
    Rule(
        code="text-host",
        source="1.8",
        rule="A submission that went well keeps the name of the worker's host as its status_details.",
        kit="yes; the host is `local`",
        scene=PLAIN,
        look=lambda seen: seen.final,
        expect=("Finished", HOST),
    ),
    Rule(
        code="text-none-ingestion",
        source="1.9",
        rule="No text where ingestion failed and scoring went well: Finished.",
        scene=FAILING,
        task="exits",
        look=lambda seen: seen.final,
        expect=("Finished", HOST),
    ),
    Rule(
        code="text-none-columns",
        source="1.9",
        rule="No text where the scores have no key of the leaderboard: Finished, without a score.",
        scene=BAD_SCORES,
        task="no columns",
        look=lambda seen: (seen.final, seen.run.stored.scores),
        expect=(("Finished", HOST), {}),
    ),
    Rule(
        code="text-none-numbers",
        source="1.9",
        rule="No text where a score is no number: the server stumbles (500), and it stays Finished.",
        scene=BAD_SCORES,
        task="names",
        look=lambda seen: (seen.final, seen.run.stored.scores),
        expect=(("Finished", HOST), {}),
    ),
)
