"""A trained model's file becomes the graph that is shipped, in a process of its own.

Its own, because training may run on another Keras backend or hold the accelerator, and because a graph's inner names
count what TensorFlow did before in the process: only a fresh one writes the same bytes each time. The process runs
training.export; what it gets and gives are the files of one folder.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.errors import InputError, TrainingError
from training.run_folder import EXPORTING, SAVED_MODEL
from training.views import require_views

Probabilities = npt.NDArray[np.float32]

RESCALINGS = (None, "0..1", "-1..1")
"""What is done to raw pixels 0..255 before the network: nothing, x / 255, x / 127.5 - 1."""

REQUEST, REPLY, IMAGES, ANSWERS, COMPLAINT = "request.json", "reply.json", "images.npy", "answers.npz", "complaint.json"
PRECISIONS = ("float32", "float16")
"""How the large weights lie in the file; in either case the graph computes in 32 bits."""
MOST_CHANGED = 0.001
"""Half precision is shipped where at most this share of the images gets another class."""
TIE = 0.01
"""Two classes whose probabilities are this close may change places between two computations of one network."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is wanted of the conversion."""

    source: str
    """Absolute path of a .keras or .h5 file or a SavedModel folder."""
    image_shape: tuple[int, ...]
    rescale: str | None = None
    """One of RESCALINGS; it becomes part of the graph."""
    views: int = 1
    """One of training.views.VIEWS: so many views of each image are averaged inside of the graph."""
    own_answers: bool = False
    """Whether the network before conversion answers the images too."""
    trial_rows: tuple[int, ...] = ()
    """Rows of the images that are answered under each rescaling, as they are, without views."""

    def __post_init__(self) -> None:
        """Raise InputError where the views are none, or none for images of this shape."""
        require_views(self.views, self.image_shape)


@dataclass(frozen=True, kw_only=True)
class Halving:
    """How far the answers with halved weights are from those with whole ones."""

    changed: float
    """Share of the images whose class is another, 0..1."""
    largest_difference: float
    """Of a probability, 0..1."""

    @classmethod
    def between(cls, full: Probabilities, half: Probabilities) -> "Halving":
        """Of two answers (n, classes) to the same images. A difference that is no number is as large as can be."""
        apart = float(np.nan_to_num(np.abs(full - half), nan=1.0).max())
        changed = float(np.mean(full.argmax(axis=1) != half.argmax(axis=1)))
        return cls(changed=changed, largest_difference=apart)

    @property
    def is_harmless(self) -> bool:
        """Whether the halved weights may be shipped."""
        return self.changed <= MOST_CHANGED

    @property
    def told(self) -> str:
        """What was found and what follows, in a sentence."""
        form = "Weights are stored at half precision" if self.is_harmless else "Weights stay at 32 bits, not 16"
        return (
            f"{form}: {self.changed:.2%} of the answers change ({MOST_CHANGED:.1%} may), "
            f"a probability by at most {self.largest_difference:.4f}."
        )


@dataclass(frozen=True, kw_only=True)
class Converted:
    """The graph in `folder`, and what it says: probabilities (n, classes) float32."""

    folder: Path
    """The SavedModel; it goes with the block that asked for it, unless it is moved away."""
    shipped: Probabilities
    own: Probabilities | None
    trials: dict[str | None, npt.NDArray[np.int64]]
    """Class ids (len(trial_rows),) under each rescaling; empty where none were asked for."""
    full: Probabilities
    """What the same graph says with its weights in 32 bits: (n, classes) float32."""
    halving: Halving | None
    """What 16 bits do to the answers; None where the weights were not halved: there is nothing to compare."""
    precision: str
    """The form of the weights that are shipped: one of PRECISIONS."""
    parameters: int
    had_logits: bool
    """Whether the outputs were no probabilities, so that a softmax was added."""
    tensorflow: str
    """Its version."""

    def agreed(self, own: Probabilities) -> npt.NDArray[np.int64]:
        """The class ids (n,) int64 of the shipped graph, whose 32-bit form agrees with `own`, the trained network.

        Raises TrainingError as `agreed`.
        """
        agreed(own, self.full)
        ids: npt.NDArray[np.int64] = self.shipped.argmax(axis=1).astype(np.int64)
        return ids

    @property
    def facts(self) -> dict[str, Any]:
        """What the card says of the graph."""
        halving = asdict(self.halving) if self.halving else None
        return {"parameters": self.parameters, "precision": self.precision, "half_precision": halving}


@contextmanager
def converted(request: Request, images: npt.NDArray[np.uint8], into: Path) -> Iterator[Converted]:
    """Convert in a child process and answer `images` (n, H, W, C) uint8; its files lie in a temporary folder in `into`.

    Raises TrainingError or InputError where the file is no model that can be converted, TrainingError where the child
    dies.
    """
    with exchanged("training.export", asdict(request), images, into) as exchange:
        yield read_answers(exchange)


@contextmanager
def exchanged(module: str, asked: dict[str, Any], images: npt.NDArray[np.uint8], into: Path) -> Iterator[Path]:
    """The exchange folder, in `into`, after a module's own process has done to `images` what is asked of it.

    It goes with the block. Raises what the module complains of, and TrainingError where its process dies.
    """
    exchange = Path(tempfile.mkdtemp(prefix=EXPORTING, dir=into))
    try:
        np.save(exchange / IMAGES, images)
        (exchange / REQUEST).write_text(json.dumps(asked), "utf-8")
        _run_child(module, exchange)
        yield exchange
    finally:
        shutil.rmtree(exchange, ignore_errors=True)


def _run_child(module: str, exchange: Path) -> None:
    """Run a module on an exchange folder. Raises what it complains of, and TrainingError where it dies."""
    root = str(Path(__file__).resolve().parents[1])
    settings = {
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "-1",
        "PYTHONHASHSEED": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH")))),
    }
    command = [sys.executable, "-m", module, str(exchange)]
    ended = subprocess.run(  # noqa: S603 - our own module
        command, env=os.environ | settings, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise TrainingError(
            f"the export ended with code {ended.returncode}: {last}", "see that memory and disk suffice, then try again"
        )
    if (exchange / COMPLAINT).is_file():
        complaint = json.loads((exchange / COMPLAINT).read_text("utf-8"))
        kind = InputError if complaint["exit_code"] == InputError.exit_code else TrainingError
        raise kind(complaint["what"], complaint["fix"])


@contextmanager
def complaints_left(exchange: Path) -> Iterator[None]:
    """Leave a TrainingError of the block in the exchange folder, for the parent to raise."""
    try:
        yield
    except TrainingError as error:
        complaint = {"exit_code": error.exit_code, "what": error.what, "fix": error.fix}
        (exchange / COMPLAINT).write_text(json.dumps(complaint), "utf-8")


def read_request(exchange: Path) -> Request:
    """The request that lies in an exchange folder."""
    raw = json.loads((exchange / REQUEST).read_text("utf-8"))
    lists = {"image_shape": tuple(raw["image_shape"]), "trial_rows": tuple(raw["trial_rows"])}
    return Request(**(raw | lists))


def write_answers(exchange: Path, arrays: dict[str, npt.NDArray[Any]], facts: dict[str, Any]) -> None:
    """Leave the answers in an exchange folder, the reply last.

    `arrays`: shipped, full; where asked for own, trial_<i>. `facts`: the other fields of Converted.
    """
    members: dict[str, Any] = dict(arrays)
    np.savez(exchange / ANSWERS, **members)
    (exchange / REPLY).write_text(json.dumps(facts), "utf-8")


def read_answers(exchange: Path) -> Converted:
    """The answers that lie in an exchange folder."""
    facts = json.loads((exchange / REPLY).read_text("utf-8"))
    with np.load(exchange / ANSWERS) as answers:
        trials = {name: answers[f"trial_{i}"] for i, name in enumerate(RESCALINGS) if f"trial_{i}" in answers}
        own, shipped, full = answers.get("own"), answers["shipped"], answers["full"]
    facts["halving"] = Halving(**facts["halving"]) if facts["halving"] else None
    return Converted(folder=exchange / SAVED_MODEL, shipped=shipped, full=full, own=own, trials=trials, **facts)


def agreed(own: Probabilities, shipped: Probabilities) -> npt.NDArray[np.int64]:
    """The class ids (n,) int64 on which the trained network and its exported graph agree.

    Where two classes tie within TIE, the graph decides. Raises TrainingError where they differ for any other reason.
    """
    if not np.isfinite(shipped).all():
        broken = int(np.flatnonzero(~np.isfinite(shipped).all(axis=1))[0])
        raise TrainingError(
            f"the model answers image {broken} with no finite number", "its weights are lost: train it again"
        )
    mine, theirs = own.argmax(axis=1), shipped.argmax(axis=1)
    rows = np.flatnonzero(mine != theirs)
    apart = own[rows, mine[rows]] - own[rows, theirs[rows]]
    if bad := rows[~(apart < TIE)].tolist():
        first = bad[0]
        raise TrainingError(
            f"the exported graph answers {len(bad)} of {len(own)} images otherwise than the trained model: "
            f"image {first} is {theirs[first]}, the model says {mine[first]}",
            "the model has a layer that does not export; bring your own model.py with --entry",
        )
    ids: npt.NDArray[np.int64] = theirs.astype(np.int64)
    return ids
