"""1.8: the statuses that a poller sees."""

from tests.tools.worker.rules.order import FAILING
from tests.tools.worker.rules.programs import EXITING
from tests.tools.worker.rules.rule import Rule
from tests.tools.worker.rules.scene import Scene, Task
from tests.tools.worker.rules.scenes import PLAIN, SUBMISSION
from tests.tools.worker.rules.texts import BAD_SCORES
from tests.tools.worker.rules.unpacking import ENCRYPTED, NOT_A_ZIP
from tools.report.document import parent_status

ALL_FAIL = Scene(alike=True, submission=SUBMISSION, tasks={name: Task(scoring=EXITING) for name in ("one", "two")})

RULES = (
    Rule(
        code="status-sequence",
        source="1.8",
        rule="The statuses are Submitting, Submitted, Running, Preparing, Scoring, Running, Finished; the only details "
        "are the names of the workers' hosts, set with each Running and kept until the next text.",
        kit="yes; the host is `local`",
        scene=PLAIN,
        look=lambda seen: list(seen.run.timeline),
        expect=[
            ("Submitting", None),
            ("Submitted", None),
            ("Running", "ingestion_hostname-local"),
            ("Preparing", "ingestion_hostname-local"),
            ("Scoring", "ingestion_hostname-local"),
            ("Running", "scoring_hostname-local"),
            ("Finished", "scoring_hostname-local"),
        ],
    ),
    Rule(
        code="status-finished-then-failed",
        source="1.8",
        rule="Finished is set before the scores are sent: it can turn into Failed.",
        scene=FAILING,
        task="scoring without command",
        look=lambda seen: seen.statuses[-3:],
        expect=["Running", "Finished", "Failed"],
    ),
    Rule(
        code="status-scoring-in-spite",
        source="1.8",
        rule="A prediction that failed goes on to Scoring as one that went well.",
        scene=FAILING,
        task="raises",
        look=lambda seen: seen.statuses[2:],
        expect=["Running", "Preparing", "Scoring", "Running", "Finished"],
    ),
    Rule(
        code="status-bad-zip",
        source="1.8",
        rule="A zip that cannot be opened ends in Preparing, as Failed, without any log.",
        scene=NOT_A_ZIP,
        look=lambda seen: (seen.statuses[2:], seen.run.logs),
        expect=(["Running", "Preparing", "Failed"], {}),
    ),
    Rule(
        code="status-stuck",
        source="1.8",
        rule="What the worker of 2026-03 does not catch leaves the status as it was, for good.",
        scene=ENCRYPTED,
        look=lambda seen: (seen.final, seen.statuses[2:]),
        expect=(("Preparing", "ingestion_hostname-local"), ["Running", "Preparing"]),
    ),
    Rule(
        code="status-children",
        source="1.8",
        rule="In a phase of several tasks each task is a submission of its own: one that fails does not stop the next.",
        scene=BAD_SCORES,
        look=lambda seen: [one.run.status for one in seen.evaluated.evaluations][3:5],
        expect=["Failed", "Finished"],
    ),
    Rule(
        code="status-parent",
        source="1.8",
        rule="Their parent becomes Finished once all have ended, even if all have failed.",
        kit="yes; the kit's own verdict is a failure",
        scene=ALL_FAIL,
        look=lambda seen: (parent_status(seen.evaluated), seen.evaluated.failed),
        expect=("Finished", True),
    ),
)
