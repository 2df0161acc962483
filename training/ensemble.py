"""Several finished runs as one model: the mean of their probabilities, in one graph.

It is written and timed by training.ensemble_export, in a process of its own.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training import card as cards
from training import members as runs
from training import results, run_folder
from training.conversion import ANSWERS, Converted, Probabilities, exchanged, read_answers
from training.data.load import Dataset
from training.members import Held, Member
from training.progress import Reporter, Silent

SPEEDS = "images_s.json"
"""In the exchange folder: images a second of each member, then of the ensemble."""
TOGETHER = "together"
_SILENT = Silent()


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A member, or the ensemble, beside the others: on the same images, in the same process, in turn."""

    name: str
    """The run's folder as it was given; TOGETHER."""
    accuracy: float | None
    """None where the labels are not known."""
    size_bytes: int
    """Of the saved model's files."""
    images_s: float
    """Images answered in a second."""


@dataclass(frozen=True, kw_only=True)
class Ensemble:
    """What goes into the zip, and what was measured."""

    saved_model: Path
    card: Path
    images: npt.NDArray[np.uint8]
    """(n, H, W, C): what it was measured on"""
    predictions: npt.NDArray[np.int64]
    """(n,): its class ids"""
    rates: tuple[Rate, ...]
    """The members in their order, then the ensemble."""


def combine(
    folders: Sequence[Path], into: Path, *, data: Dataset | None = None, reporter: Reporter = _SILENT
) -> Ensemble:
    """Average the finished runs in `folders`, two or more; the graph and its card are put into the folder `into`.

    They are measured on the test split that was held back from all of them, or on `data`. The same runs in the same
    order give the same bytes. Raises InputError where they do not fit together or no such images are there,
    TrainingError where a graph does not load.
    """
    members = runs.read_members(folders)
    names = runs.class_names_of(members)
    runs.image_shape_of(members)
    held = runs.common_test_split(members) if data is None else runs.given_images(members, data)
    _tell_unknown(members, held, reporter)
    asked = {"members": [str(member.graph.resolve()) for member in members], "classes": len(names)}
    with exchanged("training.ensemble_export", asked, held.images, into) as exchange:
        converted = read_answers(exchange)
        alone, speeds = _members_answers(exchange, len(members)), json.loads((exchange / SPEEDS).read_text("utf-8"))
        predictions = converted.agreed(np.mean(alone, axis=0, dtype=np.float32))
        saved_model = converted.folder.rename(into / run_folder.SAVED_MODEL)
    if converted.halving:
        reporter.say(converted.halving.told)
    each = [*(one.argmax(axis=1) for one in alone), predictions]
    reached = [None if held.labels is None else float(np.mean(ids == held.labels)) for ids in each]
    answered = results.Answered(images=held.images, labels=held.labels, predictions=predictions, class_names=names)
    described = results.described(converted, answered, results.scored(answered), held.sha256)
    cards.write(into / run_folder.CARD, described | _facts(members, converted, reached, data))
    called = [*(str(member.folder) for member in members), TOGETHER]
    sizes = [_size_bytes(graph) for graph in (*(member.graph for member in members), saved_model)]
    return Ensemble(
        saved_model=saved_model,
        card=into / run_folder.CARD,
        images=held.images,
        predictions=predictions,
        rates=tuple(
            Rate(name=name, accuracy=accuracy, size_bytes=size, images_s=speed)
            for name, accuracy, size, speed in zip(called, reached, sizes, speeds, strict=True)
        ),
    )


def _tell_unknown(members: Sequence[Member], held: Held, reporter: Reporter) -> None:
    """Say what the accuracy cannot vouch for."""
    if held.labels is None:
        reporter.say("The accuracy is not measured: no run has labelled test images (give some with --data NPZ).")
    elif unknown := [str(member.folder) for member in members if not member.knows_its_split]:
        reporter.say(
            f"{', '.join(unknown)}: trained elsewhere, so nobody knows whether on some of these images; "
            "then the accuracy is too good"
        )


def _members_answers(exchange: Path, count: int) -> list[Probabilities]:
    with np.load(exchange / ANSWERS) as stored:
        return [stored[f"member_{place}"] for place in range(count)]


def _facts(
    members: Sequence[Member], converted: Converted, reached: Sequence[float | None], data: Dataset | None
) -> dict[str, Any]:
    """What the card says of the members, and of the ensemble what follows from theirs."""
    first = next((member for member in members if member.knows_its_split), members[0])
    half = any("float16" in (converted.precision, member.card.get("precision")) for member in members)
    return {
        "recipe": None,
        "settings": None,
        "members": [
            {
                "run": member.folder.resolve().name,
                "recipe": member.card.get("recipe"),
                "parameters": member.card["parameters"],
                "accuracy": accuracy,
                "card_sha256": cards.sha256(member.folder / run_folder.CARD),
            }
            for member, accuracy in zip(members, reached, strict=False)
        ],
        "data": first.card.get("data") if data is None else None,
        "split": first.card.get("split") if data is None else None,
        "parameters": sum(member.card["parameters"] for member in members),
        "precision": "float16" if half else "float32",
        "backend": "tensorflow",
    }


def _size_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
