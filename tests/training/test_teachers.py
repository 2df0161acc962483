"""Learning from finished runs: which may teach, and what becomes of the labels."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.data.load import Dataset
from training.errors import InputError
from training.feed import Feed, Subset
from training.options import Options
from training.recipes.recipe import Recipe
from training.teachers import require


@pytest.fixture
def subset() -> Subset:
    """Six images, each of one brightness."""
    values = np.arange(6, dtype=np.uint8) * 40
    images = np.broadcast_to(values[:, None, None, None], (6, 4, 4, 3)).copy()
    return Subset(images=images, labels=np.arange(6) % 3, rows=np.arange(6))


def by_brightness(images: Any) -> Any:
    share = images.mean(axis=(1, 2, 3)).astype(np.float32) / 255
    return np.stack([share, 1 - share, np.zeros_like(share)], axis=1)


def test_a_share_of_each_label_is_the_teachers_answer_for_the_image_as_it_is_shown(subset):
    def brighter(images: Any, _rows: Any, _moment: Any) -> Any:
        return images + 10

    teaching = (by_brightness, 0.25)
    feed = Feed(subset, 4, moment=(0, 1), augmentation=brighter, class_count=3, side=2, teaching=teaching)
    targets = np.concatenate([targets for _, targets in feed])
    shown = subset.images[feed.order] + 10
    expected = 0.75 * np.eye(3)[subset.labels[feed.order]] + 0.25 * by_brightness(shown)
    np.testing.assert_allclose(targets, expected, rtol=1e-6)
    assert targets.dtype == np.float32


def test_a_teacher_adds_to_labels_that_are_mixed_already(subset):
    feed = Feed(subset, 6, moment=(0, 1), mixing="mixup", class_count=3, teaching=(by_brightness, 1.0))
    images, targets = feed[0]
    np.testing.assert_allclose(targets, by_brightness(images), rtol=1e-6)


def test_what_is_measured_is_not_taught(subset):
    _, labels = Feed(subset, 6, class_count=3, teaching=(by_brightness, 1.0))[0]
    assert labels.tolist() == subset.labels.tolist()


@pytest.fixture
def taught(recipe: Recipe) -> Recipe:
    return replace(recipe, distillation=0.5)


def finished(folder: Path, dataset: Dataset, **changes: Any) -> Path:
    """A folder that looks like a finished run on the data."""
    card = {
        "class_names": [str(name) for name in range(dataset.class_count)],
        "input": {"shape": list(dataset.image_shape)},
        "data": {"sha256": dataset.sha256},
        "seed": 0,
        "split": {"fractions": [0.64, 0.16, 0.2]},
    }
    (folder / "saved_model").mkdir(parents=True)
    (folder / "saved_model" / "saved_model.pb").write_bytes(folder.name.encode())
    (folder / "card.json").write_text(json.dumps(card | changes))
    return folder


def test_runs_of_the_same_data_seed_and_split_may_teach(tmp_path: Path, dataset: Dataset, taught: Recipe) -> None:
    both = (finished(tmp_path / "one", dataset), finished(tmp_path / "two", dataset))
    require(taught, Options(teachers=both), dataset)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"data": {"sha256": "other"}}, "data other there"),
        ({"seed": 3}, "seed 3 there, 0 now"),
        ({"split": {"fractions": [0.8, 0.0, 0.2]}}, r"split \[0.8, 0.0, 0.2\] there"),
        ({"split": None}, "split None there"),
    ],
)
def test_a_run_that_may_know_the_test_images_may_not(
    tmp_path: Path, dataset: Dataset, taught: Recipe, changes: dict[str, Any], told: str
) -> None:
    folder = finished(tmp_path / "one", dataset, **changes)
    with pytest.raises(InputError, match=f"one has another test split: {told}"):
        require(taught, Options(teachers=(folder,)), dataset)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"input": {"shape": [9, 9, 3]}}, r"the teachers take images \(9, 9, 3\)"),
        ({"class_names": ["a", "b"]}, "the teachers know 2 classes"),
    ],
)
def test_a_run_on_other_images_or_classes_may_not(
    tmp_path: Path, dataset: Dataset, taught: Recipe, changes: dict[str, Any], told: str
) -> None:
    folder = finished(tmp_path / "one", dataset, **changes)
    with pytest.raises(InputError, match=told):
        require(taught, Options(teachers=(folder,)), dataset)


def test_a_recipe_that_learns_from_teachers_wants_one_and_another_wants_none(
    tmp_path: Path, dataset: Dataset, recipe: Recipe, taught: Recipe
) -> None:
    with pytest.raises(InputError, match="none was named"):
        require(taught, Options(), dataset)
    with pytest.raises(InputError, match="learns from no teachers, got one"):
        require(recipe, Options(teachers=(Path("one"),)), dataset)
    with pytest.raises(InputError, match="no finished run"):
        require(taught, Options(teachers=(tmp_path,)), dataset)


@pytest.mark.slow
@pytest.mark.usefixtures("no_child")
def test_a_student_comes_nearer_to_its_teacher_than_one_that_learns_alone(
    tmp_path: Path, dataset: Dataset, recipe: Recipe, taught: Recipe, recorder: Callable[..., Any]
) -> None:
    from training.answering import probabilities
    from training.fit import train

    teacher = tmp_path / "teacher"
    train(replace(recipe, epochs=6), dataset, teacher, options=Options(seed=1))
    only = replace(taught, distillation=1.0, filters=(4, 6), epochs=6)
    options = Options(seed=1, teachers=(teacher,))
    card = train(only, dataset, tmp_path / "student", options=options, reporter=recorder())
    train(replace(only, distillation=None), dataset, tmp_path / "alone", options=Options(seed=1))
    images = dataset.load(np.arange(dataset.count))
    wanted, student, alone = (probabilities(tmp_path / name)(images) for name in ("teacher", "student", "alone"))
    assert abs(student - wanted).mean() < abs(alone - wanted).mean()
    assert card["teachers"][0]["run"] == "teacher"
