"""A model trained elsewhere becomes a run: the same folder, with the graph, a card and its own answers.

The commonest fault of submissions is scaling done outside of the model and forgotten on the way: where labels are
known, each of the usual rescalings is tried and a better one is told.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training import card as cards
from training import results, run_folder
from training.conversion import RESCALINGS, Converted, Request, converted
from training.data.classes import class_names
from training.errors import InputError
from training.progress import Reporter, Silent

SUFFIXES = (".keras", ".h5", ".hdf5")
TRIALS = 512
"""Images on which the rescalings are compared."""
MARGIN = 0.05
"""Accuracy by which another rescaling must win to be told."""
_SILENT = Silent()


@dataclass(frozen=True, kw_only=True)
class Examples:
    """What the model is tried and measured on."""

    images: npt.NDArray[np.uint8]
    """(n, H, W, C) uint8, n at least 1: raw pixels, as the evaluator gives them"""
    labels: npt.NDArray[np.int64] | None = None
    """(n,) int64; None where they are not known: then the card has no accuracy"""
    class_names: tuple[str, ...] | None = None
    """In the order of the model's outputs; None: named by training.data.classes"""


def adopt(
    source: Path, run_dir: Path, examples: Examples, *, rescale: str | None = None, reporter: Reporter = _SILENT
) -> Path:
    """Make a run of a .keras or .h5 file or a SavedModel folder; returns `run_dir`.

    `rescale` is one of conversion.RESCALINGS: what was done to the pixels outside of the model, which goes into the
    graph. The same source, examples and rescale give a run that packs to the same bytes. Raises InputError where the
    source is none of these, or its input, output or the labels do not fit, ExistsError where the folder is taken,
    TrainingError where the model does not load.
    """
    _check(source, examples, rescale)
    run_folder.refuse_taken(run_dir)
    existed = run_dir.is_dir()
    run_dir.mkdir(parents=True, exist_ok=True)
    trials = _trial_rows(examples)
    request = Request(
        source=str(source.resolve()),
        image_shape=examples.images.shape[1:],
        rescale=rescale,
        own_answers=True,
        trial_rows=trials,
    )
    try:
        with converted(request, examples.images, run_dir) as exported:
            _finish(exported, source, run_dir, examples, rescale)
            _tell(exported, examples, trials, rescale, reporter)
    finally:
        if not existed and not any(run_dir.iterdir()):
            run_dir.rmdir()
    return run_dir


def _check(source: Path, examples: Examples, rescale: str | None) -> None:
    """Raise InputError where it shows without opening the model."""
    if not source.exists():
        raise InputError(f"there is no model {source}", "give the path of a .keras or .h5 file or a SavedModel folder")
    if source.is_dir() and not (source / "saved_model.pb").is_file():
        raise InputError(f"the folder {source} holds no saved_model.pb", "give the folder that model.export() wrote")
    if source.is_file() and source.suffix not in SUFFIXES:
        raise InputError(
            f"{source.name} is no .keras or .h5 file",
            "save it so, or bring your own model.py: kit build --model FILE --entry model.py",
        )
    if rescale not in RESCALINGS:
        raise InputError(f"there is no rescaling {rescale!r}", "it is one of 0..1 (x / 255) and -1..1 (x / 127.5 - 1)")
    if examples.labels is not None and len(examples.labels) != len(examples.images):
        raise InputError(f"{len(examples.labels)} labels for {len(examples.images)} images", "give one label an image")


def _trial_rows(examples: Examples) -> tuple[int, ...]:
    """Rows spread evenly over the images, for comparing the rescalings; none without labels."""
    count = len(examples.images)
    if examples.labels is None:
        return ()
    return tuple(np.unique(np.linspace(0, count - 1, min(count, TRIALS)).astype(int)).tolist())


def _finish(exported: Converted, source: Path, run_dir: Path, examples: Examples, rescale: str | None) -> None:
    count = exported.shipped.shape[1]
    names = examples.class_names or class_names(count)
    if len(names) != count:
        raise InputError(
            f"the model gives {count} classes, {len(names)} are named: {', '.join(names)}", "name each one"
        )
    if examples.labels is not None and not 0 <= examples.labels.min() <= examples.labels.max() < count:
        raise InputError(
            f"labels go from {examples.labels.min()} to {examples.labels.max()}, the model gives {count} classes",
            "give the images that the model was trained for",
        )
    assert exported.own is not None, "own answers were asked for"
    answered = results.Answered(
        images=examples.images,
        labels=examples.labels,
        predictions=exported.agreed(exported.own),
        class_names=names,
    )
    results.finish(run_dir, exported, answered, _facts(source, rescale))


def _facts(source: Path, rescale: str | None) -> dict[str, Any]:
    """What the card says of how the run came about; what only training knows is null, and nothing changes by day."""
    unknown = ("recipe", "command", "seed", "data", "split", "machine", "seconds", "date", "epochs_run")
    return dict.fromkeys(unknown) | {
        "settings": {"rescale": rescale},
        "source": {"file": source.name, "sha256": cards.sha256(source)},
        "backend": "tensorflow",
    }


def _tell(
    exported: Converted, examples: Examples, rows: tuple[int, ...], rescale: str | None, reporter: Reporter
) -> None:
    """Say what was found out about precision, outputs and scaling."""
    if exported.halving:
        reporter.say(exported.halving.told)
    if exported.had_logits:
        reporter.say("The model's outputs are no probabilities: a softmax was added; the answers stay the same.")
    if examples.labels is None:
        return
    labels = examples.labels[list(rows)]
    reached = {name: float((ids == labels).mean()) for name, ids in exported.trials.items()}
    best = max(reached, key=lambda name: reached[name])
    if reached[best] > reached[rescale] + MARGIN:
        reporter.say(
            f"Look at the scaling: accuracy on {len(rows)} images is {reached[rescale]:.3f} with {_named(rescale)}, "
            f"but {reached[best]:.3f} with {_named(best)}. If pixels were scaled outside of the model: "
            f"{'--rescale ' + best if best else 'leave --rescale out'}."
        )


def _named(rescale: str | None) -> str:
    return {None: "raw pixels", "0..1": "pixels / 255", "-1..1": "pixels / 127.5 - 1"}[rescale]
