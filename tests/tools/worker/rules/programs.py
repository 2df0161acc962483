"""The programs of the scenes: ones that look around, ones that run a few lines, and what they are called with."""

from pathlib import Path

from tests.tools.worker.rules.scene import Files

LOOK_AROUND = Path(__file__).with_name("look_around.py").read_text("utf-8")
PLACES = ("program", "ingested_program", "input_data", "output", "data", "input", "shared", "ingestion_program")
PLACEHOLDERS = (
    "$input",
    "$output",
    "$program",
    "$ingestion_program",
    "$hidden",
    "$shared",
    "$submission_program",
    "$tmp",
    "$predictions",
)
SCORE = """(output / "scores.json").write_text('{"accuracy": 0.5, "seconds": 2}')\n"""
PREDICT = """(output / "prediction").write_text("1")\n"""
WAIT = """
import time
def wait_for(path):
    deadline = time.monotonic() + 30
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    print(json.dumps(path.exists()))
"""


def looking(then: str = "", words: str = "") -> Files:
    """A program that looks around and then runs some lines; `place` has its folders by name, `output` the output.

    It is called with all the places, all placeholders in their order, and more words.
    """
    head = 'import json, pathlib, sys\nplace = dict(word.split("=", 1) for word in sys.argv if "=" in word)\n'
    ends = 'output = pathlib.Path(place["output"])\nimport look_around\nlook_around.main()\n'
    folders = " ".join(f"{name}=/app/{name}" for name in PLACES)
    return {
        "metadata.yaml": f"command: >-\n  python3 main.py {folders} {' '.join(PLACEHOLDERS)} {words}\n",
        "main.py": head + ends + then,
        "look_around.py": LOOK_AROUND,
    }


def running(lines: str, words: str = "$input $output") -> Files:
    """A program of some lines; `source` and `output` are the folders that it is called with."""
    head = "import json, os, pathlib, sys\nsource, output = map(pathlib.Path, sys.argv[1:3])\n"
    return {"metadata.yaml": f"command: python3 main.py {words}\n", "main.py": head + lines}


def command(words: str, **files: str) -> Files:
    """A program that is a command of the system: it starts faster than Python does."""
    return {"metadata": f"command: {words}\n", **files}


def scoring(scores: str) -> Files:
    """A scoring program that puts out a scores.json."""
    return {**command("cp scores.json $output"), "scores.json": scores}


SCORING = scoring('{"accuracy": 0.5, "seconds": 2}')
INGESTION = command("cp prediction $output", prediction="1")
COPYING = command("cp -r $hidden/. $output")
"""A scoring program whose output is the reference data."""
EXITING = command("sh -c 'exit 1'")
