"""2: what of a bundle matters for a run."""

from typing import Any

from tests.tools.worker.rules.programs import INGESTION, SCORING, command, scoring
from tests.tools.worker.rules.rule import Rule
from tests.tools.worker.rules.scene import Scene, Task, zip_of
from tests.tools.worker.rules.scenes import SUBMISSION
from tests.tools.worker.rules.seen import Seen

FIND = "cd $1; find * -type f | sort"
TELLING = {**INGESTION, **command(f"sh -c '{FIND}' sh $input")}
TELLING_SCORING = {**SCORING, **command(f"sh -c 'cp scores.json $2; {FIND}' sh $input $output")}
REFERENCE = {"labels.txt": "y"}
FORMS = Scene(
    alike=True,
    submission=SUBMISSION,
    tasks={
        "folders": Task(
            ingestion=TELLING, scoring=TELLING_SCORING, input_data={"x.txt": "x"}, reference_data=REFERENCE
        ),
        "zips": Task(
            ingestion=zip_of(TELLING),
            scoring=zip_of(TELLING_SCORING),
            input_data=zip_of({"x.txt": "x"}),
            reference_data=zip_of(REFERENCE),
        ),
        "top folder": Task(ingestion=TELLING, scoring=SCORING, input_data=zip_of({"top/x.txt": "x"})),
        "program in a folder": Task(
            ingestion=zip_of({f"top/{name}": text for name, text in INGESTION.items()}), scoring=SCORING
        ),
    },
)
ZIPPED = Scene(
    alike=True, submission=SUBMISSION, tasks={name: FORMS.tasks[name] for name in ("folders", "zips")}, zipped=True
)
TASKS = {name: Task(scoring=scoring(f'{{"accuracy": {score}}}')) for name, score in (("a", 1), ("b", 2), ("c", 3))}
PHASES: dict[str, Any] = {
    "phases": [
        {"index": 1, "name": "Final", "start": "2026-03-01", "tasks": [2], "execution_time_limit": 7200},
        {
            "index": 0,
            "name": "Feedback",
            "start": "2026-01-01",
            "end": "2026-02-01",
            "tasks": [1, 0],
            "execution_time_limit": 100,
        },
    ],
}
UNKNOWN = {"allow_robot_submissions": True, "of_nobody": [1]}
FIRST_PHASE = Scene(alike=True, submission=SUBMISSION, tasks=TASKS, keys=PHASES)
SECOND_PHASE = Scene(alike=True, submission=SUBMISSION, tasks=TASKS, keys={**PHASES, **UNKNOWN}, play="Final")
SOLUTION = {"model.py": "class Model: ...\n"}
SOLUTIONS = Scene(
    alike=True,
    submission=zip_of(SOLUTION),
    tasks={"task": Task(ingestion=INGESTION, scoring=SCORING)},
    keys={
        "solutions": [
            {"index": 0, "tasks": [0], "path": "solution"},
            {"index": 1, "tasks": [0], "key": "6a2f1c1e-6f6c-4c3c-9f0a-1f2e3d4c5b6a"},
        ]
    },
    files={f"solution/{name}": text for name, text in SOLUTION.items()},
)
NO_IMAGE = Scene(alike=True, submission=SUBMISSION, tasks={"task": Task(scoring=SCORING)}, keys={"docker_image": None})
KEY = "6a2f1c1e-6f6c-4c3c-9f0a-1f2e3d4c5b6a"
ONLY_THERE = Scene(
    alike=True,
    submission=SUBMISSION,
    tasks={"task": Task(scoring=SCORING)},
    keys={"tasks": [{"index": 0, "name": "task", "scoring_program": "task-0/scoring_program", "input_data": KEY}]},
)


def both(seen: Seen) -> Any:
    """What the programs of both jobs found below their input."""
    return seen.words("prediction_ingestion_stdout"), seen.words("scoring_stdout")


RULES = (
    Rule(
        code="bundle-folders",
        source="2",
        rule="A folder that a task names is zipped without its own name: its contents are at the root.",
        scene=FORMS,
        task="folders",
        look=both,
        expect=(["x.txt"], ["ref/labels.txt", "res/metadata", "res/model.py", "res/prediction", "res/weights/w.bin"]),
    ),
    Rule(
        code="bundle-zips",
        source="2",
        rule="A zip that a task names is taken as it is.",
        scene=FORMS,
        task="zips",
        look=both,
        expect=(["x.txt"], ["ref/labels.txt", "res/metadata", "res/model.py", "res/prediction", "res/weights/w.bin"]),
    ),
    Rule(
        code="bundle-zip-top-folder",
        source="2",
        rule="A zip with a folder at its top keeps it, and a program in it is not found.",
        scene=FORMS,
        task="top folder",
        look=lambda seen: (
            seen.words("prediction_ingestion_stdout"),
            "ingestion" in seen.evaluated.evaluations[3].run.outcomes,
        ),
        expect=(["top/x.txt"], False),
    ),
    Rule(
        code="bundle-zipped",
        source="2",
        rule="The bundle itself is a zip with competition.yaml at its root.",
        kit="yes, or the folder of it",
        scene=ZIPPED,
        look=lambda seen: [
            [list(one.run.outcomes), one.run.status, one.run.stored.scores["accuracy"]]
            for one in seen.evaluated.evaluations[:2]
        ],
        expect=[[["ingestion", "scoring"], "Finished", "0.5000000000"]] * 2,
    ),
    Rule(
        code="bundle-phases",
        source="2",
        rule="Phases are in the order of their index, whatever their order in the file; a submission goes to one of them.",
        kit="yes; to the first, or --phase",
        scene=FIRST_PHASE,
        look=lambda seen: {one.play.phase_name for one in seen.evaluated.evaluations},
        expect={"Feedback"},
    ),
    Rule(
        code="bundle-tasks",
        source="2",
        rule="A submission is played on all tasks of its phase.",
        kit="yes, or --task",
        scene=FIRST_PHASE,
        look=lambda seen: {one.play.task_name: one.run.scores["accuracy"] for one in seen.evaluated.evaluations},
        expect={"b": 2, "a": 1},
    ),
    Rule(
        code="bundle-phase",
        source="2",
        rule="Each phase has its own tasks and its own time limit.",
        scene=SECOND_PHASE,
        look=lambda seen: [(one.play.task_name, one.run.scores, one.limit_s) for one in seen.evaluated.evaluations],
        expect=[("c", {"accuracy": 3}, 600)],
    ),
    Rule(
        code="bundle-solutions",
        source="2",
        rule="A solution is an example submission: zipped and submitted it runs as any other.",
        scene=SOLUTIONS,
        look=lambda seen: ([one.path for one in seen.evaluated.bundle.competition.solutions], seen.run.status),
        expect=(["solution", None], "Finished"),
    ),
    Rule(
        code="bundle-unknown-keys",
        source="2",
        rule="Keys that the platform does not know are ignored.",
        scene=SECOND_PHASE,
        look=lambda seen: (seen.run.status, seen.evaluated.bundle.refusals),
        expect=("Finished", ()),
    ),
    Rule(
        code="bundle-image",
        source="2",
        rule="Without docker_image the image is codalab/codalab-legacy:py37.",
        scene=NO_IMAGE,
        look=lambda seen: seen.evaluated.bundle.competition.docker_image,
        expect="codalab/codalab-legacy:py37",
        untried={"container": "it would be pulled"},
    ),
    Rule(
        code="bundle-keys",
        source="2",
        rule="A program or data set may be named by the key of one that is on the platform already.",
        kit="not to be had here: the kit says which line and stops",
        scene=ONLY_THERE,
        look=lambda seen: (seen.refusal or "").split(" is ")[-1],
        expect=f"{KEY}, a key: it exists on the platform only",
    ),
)
