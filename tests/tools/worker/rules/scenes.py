"""The scenes that several sections look at: one program of each kind that looks around."""

from dataclasses import replace

from tests.tools.worker.rules.programs import PREDICT, SCORE, SCORING, command, looking
from tests.tools.worker.rules.scene import Scene, Task, zip_of

DATA = {"images.txt": "images", "more/extra.txt": "extra"}
LABELS = {"labels.txt": "labels"}
MODEL = {"model.py": "class Model: ...\n", "weights/w.bin": "w", "prediction": "from the zip"}
ODD = "'$input_data' > log && $HOME | * ~ 'two words' \"it's\""
"""Words that a shell would read otherwise."""

LEAVE = """(pathlib.Path(place["ingested_program"]) / "left behind").write_text("x")\n"""
LOOKING = Task(
    ingestion=looking(PREDICT, ODD),
    scoring=looking(SCORE),
    input_data=DATA,
    reference_data=LABELS,
)
LEAVING = replace(LOOKING, ingestion=looking(PREDICT + LEAVE, ODD))
WITHOUT_DATA = Task(ingestion=looking(PREDICT), scoring=looking(SCORE))
SUBMISSION = zip_of(MODEL)
PLAIN = Scene(submission=SUBMISSION, tasks={"with data": LEAVING, "without data": WITHOUT_DATA})
"""The usual code submission: no metadata, an ingestion program, data."""
PLAIN_LATER = Scene(submission=SUBMISSION, tasks={"with data": LOOKING}, profile="2026-05")

OWN_LINES = """
(output / "of the submission").write_text("x")
if place["input_data"]:
    (pathlib.Path(place["input_data"]) / "images.txt").write_text("changed")
sys.stderr.write("of the submission")
sys.exit(5)
"""
OWN_FILES = {**looking(OWN_LINES), "model.py": "class Model: ...\n"}
OWN = Scene(submission=zip_of(OWN_FILES), tasks={"with data": LOOKING})
"""A submission with a command: it is a program of its own, and ends with 5."""

DURING = Scene(
    alike=True,
    submission=zip_of(OWN_FILES),
    tasks={
        "during": Task(
            ingestion=looking(),
            scoring=looking(SCORE),
            input_data=DATA,
            reference_data=LABELS,
            during_scoring=True,
        ),
        "exits": Task(
            ingestion=command("sh -c 'exit 4'"),
            scoring=SCORING,
            input_data=DATA,
            during_scoring=True,
        ),
    },
)
"""The ingestion program runs beside the scoring program, and not before."""
RESULT = Scene(
    alike=True,
    submission=zip_of({"prediction": "1", "more/x": "x"}),
    tasks={"no ingestion": Task(scoring=looking(SCORE))},
)
"""A result submission: nothing is run in the prediction job."""
