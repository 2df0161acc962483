"""1.1: the two jobs of a submission, and what each of them is given."""

from tests.tools.worker.rules.bundle import SECOND_PHASE
from tests.tools.worker.rules.programs import SCORING
from tests.tools.worker.rules.rule import Rule
from tests.tools.worker.rules.scene import Scene, Task
from tests.tools.worker.rules.scenes import DATA, DURING, LABELS, OWN, PLAIN, RESULT, SUBMISSION

QUEUED = Scene(
    alike=True,
    submission=SUBMISSION,
    tasks={"queued": Task(scoring=SCORING)},
    phase={"execution_time_limit": 7200},
    keys={"queue": "6a2f1c1e-6f6c-4c3c-9f0a-1f2e3d4c5b6a"},
)
RULES = (
    Rule(
        code="jobs-two",
        source="1.1",
        rule="A submission is two jobs, first prediction, then scoring, which is given what prediction put out.",
        scene=PLAIN,
        look=lambda seen: (list(seen.codes), seen.scoring["places"]["input"]["texts"]["res/prediction"]),
        expect=(["ingestion", "scoring"], "1"),
    ),
    Rule(
        code="jobs-prediction-always",
        source="1.1",
        rule="The prediction job runs also for a result submission, where there is no ingestion program.",
        scene=RESULT,
        look=lambda seen: (seen.statuses[2:5], list(seen.codes)),
        expect=(["Running", "Preparing", "Scoring"], ["scoring"]),
    ),
    Rule(
        code="jobs-input-data",
        source="1.1",
        rule="The input data is given to the prediction job, and not to the scoring job.",
        scene=PLAIN,
        look=lambda seen: (seen.ingestion["places"]["input_data"]["files"], seen.scoring["places"]["input_data"]),
        expect=(["images.txt", "more/", "more/extra.txt"], None),
    ),
    Rule(
        code="jobs-reference-data",
        source="1.1",
        rule="The reference data is given to the scoring job alone: no folder of the prediction job has it.",
        scene=PLAIN,
        look=lambda seen: (
            "labels" in str(seen.ingestion["places"]),
            seen.scoring["places"]["input"]["texts"]["ref/labels.txt"],
        ),
        expect=(False, LABELS["labels.txt"]),
    ),
    Rule(
        code="jobs-reference-data-own",
        source="1.1",
        rule="A submission that is a program of its own is not given the reference data either.",
        scene=OWN,
        look=lambda seen: "labels" in str(seen.submission["places"]),
        expect=False,
    ),
    Rule(
        code="jobs-during-scoring",
        source="1.1",
        rule="With ingestion_only_during_scoring the ingestion program is run in the scoring job and in no other.",
        scene=DURING,
        look=lambda seen: sorted(seen.codes),
        expect=["scoring", "scoring_ingestion", "submission"],
    ),
    Rule(
        code="jobs-during-scoring-data",
        source="1.1",
        rule="With ingestion_only_during_scoring both jobs are given the input data, the scoring job all of its programs.",
        scene=DURING,
        look=lambda seen: [
            sorted(told["places"]["input_data"]["texts"])
            for told in (seen.submission, seen.scoring_ingestion, seen.scoring)
        ],
        expect=[sorted(DATA)] * 3,
    ),
    Rule(
        code="jobs-clean-up",
        source="1.11",
        rule="The folders of a job are removed when it has ended.",
        scene=PLAIN,
        look=lambda seen: [
            folder is not None and folder.exists() for folder in (seen.run.predictions, seen.run.output)
        ],
        expect=[False, False],
    ),
    Rule(
        code="jobs-limit",
        source="1.1",
        rule="A phase that names no execution_time_limit has one of 600 seconds for each job.",
        scene=PLAIN,
        look=lambda seen: seen.evaluation.limit_s,
        expect=600,
    ),
    Rule(
        code="jobs-limit-capped",
        source="1.1",
        rule="On the default queue the limit of a phase is capped at 600 seconds, or what the site has set instead.",
        kit="yes, at 600",
        scene=SECOND_PHASE,
        look=lambda seen: seen.evaluation.limit_s,
        expect=600,
    ),
    Rule(
        code="jobs-limit-queue",
        source="1.1",
        rule="On a queue of the organisers' own the limit of the phase is taken as it is.",
        scene=QUEUED,
        look=lambda seen: seen.evaluation.limit_s,
        expect=7200,
    ),
)
