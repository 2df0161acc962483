"""1.6: the time limit of a job."""

from tests.tools.worker.rules.programs import SCORE, SCORING, command, running
from tests.tools.worker.rules.rule import Rule
from tests.tools.worker.rules.scene import Scene, Task, zip_of

SHORT_S = 1
LIMIT_S = 3
SLEEPING = running("print('up')\nsys.stderr.write('beginning')\nsys.stderr.flush()\nimport time\ntime.sleep(300)\n")
DEAF = running("import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(300)\n")
SLOW = Scene(
    submission=zip_of(DEAF),
    tasks={"slow": Task(ingestion=SLEEPING, scoring=SCORING)},
    phase={"execution_time_limit": SHORT_S},
)
"""Both programs of the prediction job sleep, one of them deaf to a polite end."""
SLOW_SCORING = Scene(
    alike=True,
    submission=zip_of({"model.py": ""}),
    tasks={"slow scoring": Task(ingestion=command("sh -c 'exit 0'"), scoring=running(SCORE + SLEEPING["main.py"]))},
    phase={"execution_time_limit": LIMIT_S},
    profile="2026-05",
)
TEXT = "Execution Time Limit exceeded. Limit was {} seconds"

RULES = (
    Rule(
        code="limit-prediction",
        source="1.6",
        rule="A prediction job that is still running at the limit is killed: Failed, and scoring is not run. The "
        "worker of 2026-03 did not always do so.",
        kit="yes, always",
        scene=SLOW,
        look=lambda seen: (seen.final, seen.statuses[2:], "scoring" in seen.codes),
        expect=(("Failed", TEXT.format(SHORT_S)), ["Running", "Preparing", "Failed"], False),
    ),
    Rule(
        code="limit-whole-job",
        source="1.6",
        rule="The limit is that of the whole job: a submission of its own is killed with the ingestion program.",
        scene=SLOW,
        look=lambda seen: {name: outcome.stopped for name, outcome in seen.run.outcomes.items()},
        expect={"submission": "time", "ingestion": "time"},
    ),
    Rule(
        code="limit-log",
        source="1.6",
        rule="The server adds the text to prediction_ingestion_stderr.",
        scene=SLOW,
        look=lambda seen: seen.run.logs["prediction_ingestion_stderr"].splitlines()[-1],
        expect=TEXT.format(SHORT_S),
    ),
    Rule(
        code="limit-scoring",
        source="1.6",
        rule="A scoring job that is still running at the limit is killed, though it has written scores.",
        scene=SLOW_SCORING,
        look=lambda seen: (
            seen.run.status,
            TEXT.format(LIMIT_S) in (seen.run.status_details or ""),
            seen.run.stored.scores,
        ),
        expect=("Failed", True, {}),
    ),
    Rule(
        code="limit-scoring-log",
        source="1.6",
        rule="Of a scoring job the server adds the text to scoring_stderr.",
        scene=SLOW_SCORING,
        look=lambda seen: seen.run.logs["scoring_stderr"].splitlines()[-2:],
        expect=["beginning", TEXT.format(LIMIT_S)],
    ),
    Rule(
        code="limit-each-job",
        source="1.6",
        rule="Each job has the limit for itself: what prediction took is not taken from scoring.",
        scene=SLOW_SCORING,
        look=lambda seen: (seen.run.outcomes["ingestion"].seconds > 0, seen.run.outcomes["scoring"].seconds >= LIMIT_S),
        expect=(True, True),
    ),
)
