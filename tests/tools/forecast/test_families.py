"""The families: those that the issue names, and two that no training ever uses."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tools.errors import KitError
from tools.forecast.corruption import Family
from tools.forecast.draw import Draw
from tools.forecast.suite import (
    COMPOSITIONS,
    FAMILIES,
    SEEN_ONLY,
    SHIFTED,
    UNSEEN,
    UNSEEN_ONLY,
    Composition,
    composed,
    drawn,
    require_images,
)

ROOT = Path(__file__).resolve().parents[3]
SUITE = sorted((ROOT / "tools" / "forecast").rglob("*.py"))
AUGMENTATION = sorted((ROOT / "training" / "augment").rglob("*.py"))
FAMILY_OF = {corruption.name: family.name for family in FAMILIES for corruption in family.corruptions}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_the_families_are_the_named_ones() -> None:
    named = {"photometric", "blur", "noise", "digital", "geometric", "occlusion", "stain", "optics"}
    assert {family.name for family in FAMILIES} == named
    assert {family.name for family in UNSEEN} == {"stain", "optics"}
    assert all(len(family.corruptions) >= 4 for family in FAMILIES)
    assert len(FAMILY_OF) == sum(len(family.corruptions) for family in FAMILIES), "a name stands twice"


@pytest.mark.parametrize("path", SUITE, ids=lambda path: path.name)
def test_the_suite_shares_no_code_with_the_training(path: Path) -> None:
    assert not {name for name in imported(path) if name.partition(".")[0] in ("training", "submission")}


@pytest.mark.parametrize("path", AUGMENTATION, ids=lambda path: path.name)
def test_the_training_shares_no_code_with_the_suite(path: Path) -> None:
    assert not {name for name in imported(path) if name.partition(".")[0] == "tools"}


@pytest.mark.parametrize("family", UNSEEN, ids=lambda family: family.name)
def test_no_augmentation_names_what_it_must_not_know(family: Family) -> None:
    text = "\n".join(path.read_text("utf-8") for path in AUGMENTATION).lower()
    for name in (family.name, *(corruption.name for corruption in family.corruptions)):
        assert not re.search(rf"\b{name.replace('_', '[_ ]')}\b", text), name


def of_many(composition: Composition) -> list[list[tuple[str, int]]]:
    """Names and severities that are drawn for 400 images."""
    return [[(one.name, s) for one, s in drawn(composition, Draw(composition.name, i))] for i in range(400)]


@pytest.mark.parametrize("composition", COMPOSITIONS, ids=lambda one: one.name)
def test_two_to_four_different_corruptions_make_a_composition(composition: Composition) -> None:
    chosen = of_many(composition)
    assert {len(one) for one in chosen} == {2, 3, 4}
    assert all(len({name for name, _ in one}) == len(one) for one in chosen)
    allowed = {corruption.name for family in composition.families for corruption in family.corruptions}
    assert {name for one in chosen for name, _ in one} == allowed


@pytest.mark.parametrize("composition", [SHIFTED, SEEN_ONLY], ids=lambda one: one.name)
def test_a_composition_has_one_strong_change_of_colour_and_weaker_ones_of_other_families(
    composition: Composition,
) -> None:
    for one in of_many(composition):
        families = [FAMILY_OF[name] for name, _ in one]
        assert len(set(families)) == len(families)
        assert "photometric" in families
        strengths = {(FAMILY_OF[name] == "photometric", severity) for name, severity in one}
        assert strengths <= {(True, 3), (True, 4), (True, 5), (False, 1), (False, 2), (False, 3)}


def test_the_unseen_composition_has_nothing_of_a_family_that_training_uses() -> None:
    for one in of_many(UNSEEN_ONLY):
        assert {FAMILY_OF[name] for name, _ in one} == {"stain", "optics"}
        assert all(2 <= severity <= 4 for _, severity in one)


def test_corruptions_are_applied_in_the_order_of_the_families() -> None:
    order = [family.name for family in FAMILIES]
    for composition in COMPOSITIONS:
        for one in of_many(composition):
            places = [order.index(FAMILY_OF[name]) for name, _ in one]
            assert places == sorted(places)


def test_a_composition_leaves_its_image_alone(cells: NDArray[np.uint8]) -> None:
    before = cells[1].copy()
    assert not np.array_equal(composed(cells[1], 1, SHIFTED), before)
    assert np.array_equal(cells[1], before)


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((2, 32, 32, 1), dtype=np.uint8),
        np.zeros((2, 32, 23, 3), dtype=np.uint8),
        np.zeros((2, 32, 32, 3), dtype=np.float32),
        np.zeros((32, 32, 3), dtype=np.uint8),
    ],
)
def test_other_images_are_refused_with_their_form(images: NDArray) -> None:
    with pytest.raises(KitError, match=re.escape(f"got {images.dtype} {images.shape}")):
        require_images(images)
