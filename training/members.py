"""Finished runs that are to answer together: whether they fit, and the images that all of them were kept from.

Of a model that trained on another's test images nobody knows how good it is on new ones, so the runs must have been
held back the same test split; or images are given that no run has seen.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training import card as cards
from training import run_folder
from training.data.load import Dataset
from training.errors import InputError

HELD_BACK = (
    "train them with the same --data, --seed and --split; or give labelled images that none was trained on: --data NPZ"
)


@dataclass(frozen=True, kw_only=True)
class Member:
    """A finished run, as it takes part."""

    folder: Path
    card: dict[str, Any]

    @property
    def graph(self) -> Path:
        """Its SavedModel."""
        return self.folder / run_folder.SAVED_MODEL

    @property
    def knows_its_split(self) -> bool:
        """Whether it was trained here, so that its test split was held back from it."""
        return self.card.get("split") is not None


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the members are measured on."""

    images: npt.NDArray[np.uint8]
    """(n, H, W, C), n at least 1"""
    labels: npt.NDArray[np.int64] | None
    """(n,); None where they are not known"""
    sha256: str
    """Of the file that they are from."""


def read_members(folders: Sequence[Path]) -> list[Member]:
    """Read finished runs, each once. Raises InputError where one is none, has no graph, or is there already."""
    members, seen = [], dict[str, Path]()
    for folder in folders:
        if not run_folder.is_finished(folder):
            raise InputError(f"{folder} is no finished run: it has no {run_folder.CARD}", "kit train ... --resume")
        member = Member(folder=folder, card=cards.read(folder / run_folder.CARD))
        if not (member.graph / "saved_model.pb").is_file():
            raise InputError(f"{folder} has no graph: {member.graph / 'saved_model.pb'} is missing", "train it again")
        first = seen.setdefault(cards.sha256(member.graph), folder)
        if first is not folder:
            raise InputError(f"{folder} is the same model as {first}: it would count twice", "name each run once")
        members.append(member)
    return members


def class_names_of(members: Sequence[Member]) -> tuple[str, ...]:
    """The classes that all members tell apart, in the order of their outputs. Raises InputError where they differ."""
    return tuple(_common("class names", members, lambda card: card["class_names"], "train them on the same classes"))


def image_shape_of(members: Sequence[Member]) -> tuple[int, ...]:
    """The shape (H, W, C) that all members take. Raises InputError where they differ."""
    fix = "put a keras.layers.Resizing inside of the one that takes other images"
    return tuple(_common("image shape", members, lambda card: card["input"]["shape"], fix))


def _common(what: str, members: Sequence[Member], of: Callable[[dict[str, Any]], Any], fix: str) -> Any:
    """What the first member's card says and all others' too."""
    first = members[0]
    for member in members[1:]:
        if (got := of(member.card)) != (expected := of(first.card)):
            raise InputError(
                f"the runs differ in {what}: {member.folder} has {got}, expected {expected} as {first.folder} has", fix
            )
    return of(first.card)


def common_test_split(members: Sequence[Member]) -> Held:
    """The test split that was held back from all members that were trained here; from all, where none was.

    Raises InputError where they were trained on other data or held other images back.
    """
    trained = [member for member in members if member.knows_its_split] or list(members)
    _common("data (sha256)", trained, lambda card: (card.get("data") or {}).get("sha256"), HELD_BACK)
    first, *others = trained
    held = _test_of(first)
    wanted = _digest(held)
    for member in others:
        other = _test_of(member)
        if (got := _digest(other)) != wanted:
            raise InputError(
                f"the runs differ in their test split: {member.folder} holds back {len(other.images)} images "
                f"(sha256 {got[:12]}), expected {len(held.images)} ({wanted[:12]}) as {first.folder} does",
                HELD_BACK,
            )
    return held


def _test_of(member: Member) -> Held:
    path = member.folder / run_folder.TEST
    with np.load(path, allow_pickle=False) as test:
        return Held(images=test["images"], labels=test.get("labels"), sha256=cards.sha256(path))


def _digest(held: Held) -> str:
    """Of images and labels; the predictions, which lie in the same file, are each run's own."""
    digest = hashlib.sha256(np.ascontiguousarray(held.images).data)
    digest.update(str(held.images.shape).encode())
    digest.update(b"" if held.labels is None else held.labels.astype(np.int64).tobytes())
    return digest.hexdigest()


def given_images(members: Sequence[Member], data: Dataset) -> Held:
    """The images of a file that no member was trained on.

    Raises InputError where one was, or where images or labels do not fit the members.
    """
    for member in members:
        if (member.card.get("data") or {}).get("sha256") == data.sha256:
            raise InputError(
                f"{member.folder} was trained on {data.path}: on these images it is better than on new ones",
                "leave --data out, and the test split that was held back is taken; or give other images",
            )
    if data.image_shape != (shape := image_shape_of(members)):
        raise InputError(
            f"{data.path} has images {data.image_shape}, the runs take {shape}", "give images of that shape"
        )
    if data.class_count > (classes := len(class_names_of(members))):
        raise InputError(
            f"{data.path} has labels up to {data.class_count - 1}, the runs know {classes} classes from 0",
            "give images of those classes",
        )
    return Held(images=data.load(), labels=data.labels, sha256=data.sha256)
