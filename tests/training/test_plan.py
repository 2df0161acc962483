"""What a dry run tells: the network, each phase, and times that were measured, with nothing written."""

from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from training.data.load import Dataset
from training.errors import InputError
from training.options import Options
from training.recipes.recipe import Recipe

pytestmark = pytest.mark.slow


def test_it_tells_network_images_and_phase_and_writes_nothing(
    tmp_path: Path, dataset: Dataset, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.plan import plan

    monkeypatch.chdir(tmp_path)
    planned = plan(recipe, dataset, options=Options(epochs=7))
    (stretch,) = planned.phases
    assert "conv2d" in planned.network
    assert sum(planned.images) == dataset.count
    assert stretch.trainable == planned.parameters
    assert (stretch.phase.name, stretch.phase.epochs) == ("training", 7)
    assert stretch.seconds == pytest.approx(7 * stretch.epoch_s)
    assert not list(tmp_path.iterdir())


def test_an_epochs_time_is_that_of_all_its_images(
    dataset: Dataset, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training import plan as plans

    ticks = count()
    monkeypatch.setattr(plans, "time", SimpleNamespace(perf_counter=lambda: next(ticks)))
    planned = plans.plan(replace(recipe, batch_size=4), dataset, options=Options())
    train, validation, _ = planned.images
    (stretch,) = planned.phases
    rate = stretch.images_s
    assert rate == pytest.approx(4 * 4 / 5), "after two warm-up steps four more, until more than 3 s are gone"
    left = validation // 4 - 2
    assert stretch.epoch_s == pytest.approx(train / rate + validation / (4 * left / (left + 1)))


def test_phases_of_a_backbone_are_told_with_what_each_trains(wide_dataset: Dataset, recipe: Recipe) -> None:
    from training.plan import plan

    transfer = replace(
        recipe,
        network="mobilenetv2",
        alpha=0.35,
        filters=None,
        fine_tuning_epochs=2,
        fine_tuning_rate=1e-4,
    )
    planned = plan(transfer, wide_dataset, options=Options(weights="none"))
    frozen, tuned = planned.phases
    assert (frozen.phase.name, tuned.phase.name) == ("frozen", "fine-tuning")
    assert frozen.trainable < tuned.trainable < planned.parameters


def test_a_backbone_without_a_word_of_its_weights_is_refused(dataset: Dataset, recipe: Recipe) -> None:
    from training.plan import plan

    with pytest.raises(InputError, match="it was not said which"):
        plan(replace(recipe, network="mobilenetv2", filters=None), dataset, options=Options())


def test_every_size_of_the_images_is_timed_and_counts_by_its_epochs(
    dataset: Dataset, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training import plan as plans

    timed: list[int | None] = []

    def speed(feed: Any, _act: Any) -> float:
        timed.append(feed.side)
        return {8: 40.0, 16: 10.0, None: 80.0}[feed.side]

    monkeypatch.setattr(plans, "_speed", speed)
    growing = replace(recipe, network="residual", filters=(16,), blocks=(1,), image_sides=(8, 16), epochs=4)
    planned = plans.plan(growing, dataset, options=Options())
    (stretch,) = planned.phases
    train, validation, _ = planned.images
    assert timed == [8, 16, None]
    assert stretch.images_s == pytest.approx(1 / ((1 / 40 + 1 / 10) / 2))
    assert stretch.epoch_s == pytest.approx(train / stretch.images_s + validation / 80)
