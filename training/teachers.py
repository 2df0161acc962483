"""Finished runs as teachers: what they answer for an augmented image becomes a share of its label.

Hinton, Vinyals and Dean 2015 (arXiv 1503.02531), without a temperature. A small network learns from the answers of a
large one, or of several, which cost nothing any more when it is shipped.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.data.load import Dataset
from training.errors import InputError
from training.feed import Images, Teach
from training.members import Member, class_names_of, image_shape_of, read_members
from training.options import Options
from training.recipes.recipe import Recipe

SAME_SPLIT = (
    "teach with runs of the same --data, --seed and --split: others may have seen the images of this test split"
)


def teach(folders: Sequence[Path]) -> Teach | None:
    """The mean of the runs' probabilities; None where there are no runs."""
    if not folders:
        return None
    from training.answering import probabilities  # noqa: PLC0415 - TensorFlow, which no other run on JAX needs

    answerers = [probabilities(folder) for folder in folders]

    def answer(images: Images) -> npt.NDArray[np.float32]:
        mean: npt.NDArray[np.float32] = np.mean([one(images) for one in answerers], axis=0, dtype=np.float32)
        return mean

    return answer


def require(recipe: Recipe, options: Options, dataset: Dataset) -> None:
    """Raise InputError where teachers are missing, are not asked for, do not fit or may know the test images."""
    if (recipe.distillation is None) != (not options.teachers):
        if options.teachers:
            raise InputError(
                f"{recipe.name} learns from no teachers, got {', '.join(map(str, options.teachers))}",
                "leave --teacher out, or set distillation in the recipe",
            )
        raise InputError(
            f"{recipe.name} learns from teachers (distillation {recipe.distillation}), and none was named",
            "--teacher runs/NAME names a finished run; again for others",
        )
    if not options.teachers:
        return
    members = read_members(options.teachers)
    if (shape := image_shape_of(members)) != dataset.image_shape:
        raise InputError(f"the teachers take images {shape}, {dataset.path} has {dataset.image_shape}", SAME_SPLIT)
    if (classes := len(class_names_of(members))) != dataset.class_count:
        raise InputError(f"the teachers know {classes} classes, {dataset.path} has {dataset.class_count}", SAME_SPLIT)
    for member in members:
        _require_same_split(member, options, dataset)


def _require_same_split(member: Member, options: Options, dataset: Dataset) -> None:
    card = member.card
    got = {
        "data": (card.get("data") or {}).get("sha256"),
        "seed": card.get("seed"),
        "split": (card.get("split") or {}).get("fractions"),
    }
    wanted = {"data": dataset.sha256, "seed": options.seed, "split": list(options.fractions)}
    if different := [name for name in wanted if got[name] != wanted[name]]:
        told = "; ".join(f"{name} {got[name]} there, {wanted[name]} now" for name in different)
        raise InputError(f"{member.folder} has another test split: {told}", SAME_SPLIT)
