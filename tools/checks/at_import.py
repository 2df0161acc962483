"""SRC: what a notebook leaves behind in model.py, and what runs when the evaluator imports it."""

import re
from collections.abc import Iterator

from tools.checks.finding import WARNING, Evidence
from tools.checks.registry import check
from tools.checks.source import AFTER_PARSING, few
from tools.checks.subject import Subject
from tools.checks.walk.events import Call
from tools.checks.walk.values import Constant
from tools.contract import Contract

SECONDS = 5
OF_TRAINING = {"epochs", "validation_data", "validation_split", "callbacks", "steps_per_epoch", "batch_size"}
TRAINING = re.compile(r"\.(fit_generator|train_on_batch)$")
PLOTTING = re.compile(r"^matplotlib\.pyplot\.(figure|imshow|plot|savefig|show|subplots|hist|bar|scatter)$")
OTHERS = {
    "input": "input() waits for a person: stdin is empty, so it raises EOFError",
    "wandb.init": "wandb.init wants to sign in, and a network",
    "absl.app.run": "absl.app.run reads the ingestion program's command line, and ends the process",
}


@check(
    "SRC012",
    "training, plotting or argument parsing at import",
    level=WARNING,
    fix='move it under if __name__ == "__main__":, or into a file that is not in the zip',
    source="codabench.md 6: the ingestion program imports the entry, and its command line is the organiser's",
    after=AFTER_PARSING,
)
def work_at_import(subject: Subject, _contract: Contract) -> Iterator[Evidence]:
    """`from model import Model` runs every line of the module that is not inside of a function or class.

    Training anew takes the time limit, and its data is not there. A parser of arguments meets those of the ingestion
    program, and ends the process where it does not know them.
    """
    at_import = (call for call in subject.walk.calls if call.site.phase == "import" and call.site.sure)
    yield from few(Evidence(told, call.site.where) for call in at_import if (told := _told(call)))


def _told(call: Call) -> str | None:
    method = call.target.rpartition(".")[2]
    if call.target.endswith("ArgumentParser().parse_args") and not call.arguments.all and call.arguments.complete:
        return "parse_args() reads the ingestion program's command line, and ends the process if it does not fit"
    if TRAINING.search(call.target) or (method == "fit" and OF_TRAINING & call.arguments.named.keys()):
        return f"{method}() trains while model.py is imported"
    if PLOTTING.match(call.target):
        return f"{call.target} draws while model.py is imported"
    seconds = call.arguments.get(0, "secs")
    if call.target == "time.sleep" and isinstance(seconds, Constant) and isinstance(seconds.value, int | float):
        return f"time.sleep({seconds.value}) while model.py is imported" if seconds.value > SECONDS else None
    return OTHERS.get(call.target)
