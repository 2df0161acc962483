"""1.2: which folders a program finds, and what it may do with them."""

from typing import Any

from tests.tools.worker.rules.programs import SCORING, looking, running
from tests.tools.worker.rules.rule import Instead, Rule
from tests.tools.worker.rules.scene import Scene, Task, zip_of
from tests.tools.worker.rules.scenes import DATA, DURING, MODEL, OWN, OWN_FILES, PLAIN, RESULT, SUBMISSION

FIXED = """
(pathlib.Path("/app/output") / "scores.json").write_text('{"accuracy": 1}')
"""
FIXED_PATHS = Scene(submission=SUBMISSION, tasks={"fixed": Task(scoring=running(FIXED))})
REFUSED = "/app/program/main.py:4 uses the fixed path /app/output, which the process engine cannot give it"
FROM_FILE = Scene(
    submission=zip_of(
        {
            "model.py": "import pathlib\nanswer = pathlib.Path(__file__).with_name('w.bin').read_text()\n",
            "w.bin": "weights",
        }
    ),
    tasks={
        "from file": Task(
            ingestion=running(
                "sys.path.insert(0, sys.argv[1])\nimport model\nprint(json.dumps([model.answer, model.__file__]))\n",
                "$submission_program $output",
            ),
            scoring=SCORING,
        )
    },
)


def found(told: Any, name: str) -> tuple[list[str], str | None] | None:
    """The files of a place, without what Python leaves, and what hinders writing; None where it is not there."""
    place = told["places"][name]
    return place and ([file for file in place["files"] if "__pycache__" not in file], place["unwritable"])


PROGRAM = sorted(looking())
RULES = (
    Rule(
        code="layout-program",
        source="1.2",
        rule="The program being run is /app/program: the ingestion program, the scoring program, or the submission "
        "in a container of its own. It can be written.",
        scene=OWN,
        look=lambda seen: [found(told, "program") for told in (seen.ingestion, seen.scoring, seen.submission)],
        expect=[(PROGRAM, None), (PROGRAM, None), (sorted(OWN_FILES), None)],
    ),
    Rule(
        code="layout-paths",
        source="1.2",
        rule="The paths are the same everywhere: a program may hard-code /app/output.",
        scene=FIXED_PATHS,
        look=lambda seen: seen.refusal or seen.run.scores,
        expect={"accuracy": 1},
        instead={"process": Instead("no /app: such a program is refused, with its line", REFUSED)},
    ),
    Rule(
        code="layout-words",
        source="1.2",
        rule="The words of a command name folders below /app.",
        scene=PLAIN,
        look=lambda seen: seen.ingestion["cwd"][1] == "app",
        expect=True,
        instead={"process": Instead("folders of the job, shown in the logs as those below /app", False)},
    ),
    Rule(
        code="layout-output",
        source="1.2",
        rule="/app/output is one folder for each job, which the submission's own program and the ingestion program "
        "share, and can be written.",
        scene=OWN,
        look=lambda seen: (
            sorted(seen.scoring["places"]["input"]["texts"].keys() - {"ref/labels.txt"}),
            seen.ingestion["places"]["output"]["unwritable"],
        ),
        expect=(["res/of the submission", "res/prediction"], None),
    ),
    Rule(
        code="layout-output-apart",
        source="1.2",
        rule="The scoring job has an output of its own, which is empty at its start.",
        scene=PLAIN,
        look=lambda seen: found(seen.scoring, "output"),
        expect=([], None),
    ),
    Rule(
        code="layout-data",
        source="1.2",
        rule="/app/data is a folder of the worker's machine, mostly empty, and cannot be written (error 30).",
        kit="yes, always empty",
        scene=PLAIN,
        look=lambda seen: [found(told, "data") for told in (seen.ingestion, seen.scoring)],
        expect=[([], "Read-only file system")] * 2,
        instead={"process": Instead("always empty, and can be written", [([], None)] * 2)},
    ),
    Rule(
        code="layout-ingested",
        source="1.2",
        rule="The ingestion program finds the submission, unzipped, at /app/ingested_program, and can write there.",
        scene=PLAIN,
        look=lambda seen: found(seen.ingestion, "ingested_program"),
        expect=(sorted([*MODEL, "weights/"]), None),
    ),
    Rule(
        code="layout-ingested-not-in-scoring",
        source="1.2",
        rule="The scoring program does not find the submission at /app/ingested_program.",
        scene=PLAIN,
        look=lambda seen: found(seen.scoring, "ingested_program"),
        expect=None,
    ),
    Rule(
        code="layout-ingested-own",
        source="6",
        rule="A submission in a container of its own has the input data, but no /app/ingested_program.",
        scene=OWN,
        look=lambda seen: (found(seen.submission, "ingested_program"), sorted(seen.submission["places"]["input_data"])),
        expect=(None, ["files", "texts", "unwritable"]),
    ),
    Rule(
        code="layout-ingested-during",
        source="1.2",
        rule="With ingestion_only_during_scoring /app/ingested_program is the prediction's output, not the submission.",
        scene=DURING,
        look=lambda seen: found(seen.scoring_ingestion, "ingested_program"),
        expect=(["metadata", "of the submission"], None),
    ),
    Rule(
        code="layout-shared",
        source="1.2",
        rule="/app/shared is an empty folder of the scoring job that can be written; the prediction job has none.",
        scene=PLAIN,
        look=lambda seen: (found(seen.scoring, "shared"), found(seen.ingestion, "shared")),
        expect=(([], None), None),
    ),
    Rule(
        code="layout-shared-during",
        source="1.2",
        rule="An ingestion program of the scoring job has /app/shared as well.",
        scene=DURING,
        look=lambda seen: found(seen.scoring_ingestion, "shared"),
        expect=([], None),
    ),
    Rule(
        code="layout-input",
        source="1.2",
        rule="In the scoring job /app/input holds the prediction's output as res and the reference data as ref, and "
        "can be written.",
        scene=PLAIN,
        look=lambda seen: (
            [file for file in seen.scoring["places"]["input"]["files"] if "/" not in file.removesuffix("/")],
            seen.scoring["places"]["input"]["unwritable"],
        ),
        expect=(["ref/", "res/"], None),
    ),
    Rule(
        code="layout-input-during",
        source="1.2",
        rule="An ingestion program of the scoring job has /app/input too, and so sees the reference data.",
        scene=DURING,
        look=lambda seen: seen.scoring_ingestion["places"]["input"]["texts"]["ref/labels.txt"],
        expect="labels",
    ),
    Rule(
        code="layout-input-prediction",
        source="1.2",
        rule="In the prediction job there is no /app/input, neither for ingestion nor for a submission of its own.",
        scene=OWN,
        look=lambda seen: (found(seen.ingestion, "input"), found(seen.submission, "input")),
        expect=(None, None),
    ),
    Rule(
        code="layout-no-reference-data",
        source="1.2",
        rule="Without reference data there is no /app/input/ref.",
        scene=RESULT,
        look=lambda seen: [file for file in seen.scoring["places"]["input"]["files"] if file.startswith("ref")],
        expect=[],
    ),
    Rule(
        code="layout-input-data",
        source="1.2",
        rule="/app/input_data holds the input data and can be written.",
        scene=PLAIN,
        look=lambda seen: found(seen.ingestion, "input_data"),
        expect=(["images.txt", "more/", "more/extra.txt"], None),
    ),
    Rule(
        code="layout-no-input-data",
        source="1.2",
        rule="Without input data there is no /app/input_data.",
        scene=PLAIN,
        task="without data",
        look=lambda seen: found(seen.ingestion, "input_data"),
        expect=None,
    ),
    Rule(
        code="layout-no-ingestion-program",
        source="1.2",
        rule="/app/ingestion_program, which the documentation names, is mounted nowhere.",
        scene=DURING,
        look=lambda seen: [
            found(told, "ingestion_program") for told in (seen.submission, seen.scoring, seen.scoring_ingestion)
        ],
        expect=[None] * 3,
    ),
    Rule(
        code="layout-copies",
        source="1.2",
        rule="The data is unpacked anew for each job: what a program changes there does not reach the next job.",
        scene=DURING,
        look=lambda seen: seen.scoring_ingestion["places"]["input_data"]["texts"]["images.txt"],
        expect=DATA["images.txt"],
    ),
    Rule(
        code="layout-copies-submission",
        source="1.2",
        rule="The submission is unpacked anew for each task: what a program writes there does not reach the next task.",
        scene=PLAIN,
        task="without data",
        look=lambda seen: "left behind" in seen.ingestion["places"]["ingested_program"]["files"],
        expect=False,
    ),
    Rule(
        code="layout-app",
        source="6",
        rule="/app has the folders of the program and no others: in prediction data, ingested_program, input_data, "
        "output and program, in scoring data, input, output, program and shared.",
        scene=PLAIN,
        look=lambda seen: (seen.ingestion["app"], seen.scoring["app"]),
        expect=(
            ["data", "ingested_program", "input_data", "output", "program"],
            ["data", "input", "output", "program", "shared"],
        ),
        untried={"process": "there is no /app"},
    ),
    Rule(
        code="layout-from-file",
        source="6",
        rule="A submission may open what lies beside it by way of `__file__`, which is /app/ingested_program/model.py.",
        scene=FROM_FILE,
        look=lambda seen: seen.ingestion,
        expect=["weights", "/app/ingested_program/model.py"],
    ),
)
