"""RUN006, RUN007 and RUN012: what the entry did beside answering. Seen by the probe, and in the jobs' folders."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tools.checks.finding import WARNING, Evidence, Finding
from tools.checks.raised import raised
from tools.checks.registry import Stage, check, unseen
from tools.contract import Contract
from tools.worker.probe_report import Seen

if TYPE_CHECKING:
    from tools.evaluation import Evaluation

SUBMISSION, PROGRAM, INPUT = "/app/ingested_program/", "/app/program/", "/app/input_data/"
OWNERS = {SUBMISSION: "its own folder", PROGRAM: "the ingestion program's folder", INPUT: "the input data"}
MOST = 8


def _answered(evaluation: "Evaluation") -> bool:
    """Whether the probe came to the entry's answer, so that what it did until then is known."""
    return evaluation.probe is not None and evaluation.probe.reached == "end"


def _seen(evaluation: "Evaluation") -> Seen:
    """What the probe saw; without one nothing was looked at."""
    return evaluation.probe.seen if evaluation.probe else Seen()


def _reached_for(evaluation: "Evaluation") -> Iterator[Evidence]:
    network = _seen(evaluation).network or {}
    for target, where in list(network.items())[:MOST]:
        yield Evidence(f"tried to reach {target}", where)


def _network_known(evaluation: "Evaluation", findings: Sequence[Finding]) -> bool:
    """Whether nobody looked, or it is told already as what the entry raised."""
    error = raised(evaluation)
    if error is not None and error.where in {seen.where for seen in _reached_for(evaluation)}:
        return True
    return unseen(_answered, _reached_for)(evaluation, findings)


@check(
    "RUN006",
    "tried to reach the network",
    level=WARNING,
    fix="put the file into the zip, and open it through Path(__file__).parent; weights=None for keras.applications",
    source="codabench.md 1.5: the network is on by default, a queue may switch it off; 4, row 43",
    stage=Stage.EVALUATE,
    after=("SRC010",),
    explained=_network_known,
    needs_contract=False,
)
def reached_for_the_network(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """What is fetched there may be gone, slow or forbidden on the day of the final phase.

    Where the queue has no network it fails with a ConnectionError, or goes on without what it wanted, if the error is
    caught. Told by Python's own audit events: what native code fetches by itself is not seen.
    """
    yield from _reached_for(evaluation)


def _written(evaluation: "Evaluation") -> Iterator[Evidence]:
    """Each path once: with the line that wrote it, as the probe saw it, else as found afterwards."""
    told: set[str] = set()
    seen = _seen(evaluation)
    for path, (place, where) in (seen.writes or {}).items():
        name, owner = _named(path)
        told.add(path)
        yield Evidence(f"wrote {name} into {owner}" if place != "outside" else f"wrote {path}", where)
    for kind, names in (seen.changes or {}).items():
        for name in names:
            if f"{SUBMISSION}{name}" not in told:
                told.add(f"{SUBMISSION}{name}")
                yield Evidence(f"{name}, in its own folder, was {kind}", "probe")
    for what in evaluation.run.touched:
        path, _, did = what.rpartition(" was ")
        if path not in told:
            name, owner = _named(path)
            yield Evidence(f"{name}, in {owner}, was {did}", "ingestion")


def _named(path: str) -> tuple[str, str]:
    """A path below the folder that it lies in, and whose that is."""
    for folder, owner in OWNERS.items():
        if path.startswith(folder):
            return path.removeprefix(folder), owner
    return path, "another folder"


@check(
    "RUN007",
    "wrote outside of its output: into its own folder, over the input, or into the ingestion program's",
    level=WARNING,
    fix="return the answers and write nothing; what must be a file for a moment goes into tempfile.mkdtemp()",
    source="codabench.md 1.2: both folders are writable copies there, made anew for each job",
    stage=Stage.EVALUATE,
    explained=unseen(_answered, _written),
    needs_contract=False,
)
def wrote_outside(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """Nothing of it is left after the job, and a folder that is read-only elsewhere ends the run there.

    Overwritten input or weights also change what a second call sees. Temporary files, the user's caches and Python's
    own are not meant, nor what goes into the output.
    """
    found = list(_written(evaluation))
    yield from found[:MOST]
    if len(found) > MOST:
        yield Evidence(f"and {len(found) - MOST} more files")


def _left(evaluation: "Evaluation") -> Iterator[Evidence]:
    """Threads and processes: of the probe after the answer, or of the job after its end."""
    seen = _seen(evaluation)
    for name, where in seen.threads or ():
        yield Evidence(f"the thread {name!r} still runs after the answer, and is no daemon", where)
    if seen.processes:
        yield Evidence(f"{_counted(seen.processes)} still running after the answer", "probe")
    ingestion = evaluation.run.outcomes.get("ingestion")
    is_known = bool(seen.processes) or (_answered(evaluation) and seen.processes == ())
    if ingestion and ingestion.left and not is_known:
        yield Evidence(f"{_counted(ingestion.left)} still running when the program had ended", "ingestion")


def _counted(names: Sequence[str]) -> str:
    shown = ", ".join(dict.fromkeys(names[:MOST]))
    return f"{len(names)} process{'' if len(names) == 1 else 'es'} ({shown})"


@check(
    "RUN012",
    "left processes or threads behind",
    level=WARNING,
    fix="use `with` for pools and executors, join what you start, or start threads with daemon=True",
    source="codabench.md 1.6: a program that does not end is killed at the limit, and the job has failed",
    stage=Stage.EVALUATE,
    after=("RUN004",),
    explained=unseen(_answered, _left),
    needs_contract=False,
)
def left_something_behind(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """A thread that is no daemon keeps the ingestion program from ending, and the job runs into its time limit.

    Processes go on using memory and time beside the rest of the job. Not meant are daemon threads, native threads and
    the idle workers of an executor, which end with the program.
    """
    yield from _left(evaluation)
