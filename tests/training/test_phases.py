"""Phases: their rates, what an image of each class counts, and that the second begins where the first was best."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training import recipes
from training.data.load import Dataset
from training.recipes.recipe import Recipe

pytestmark = pytest.mark.slow

BASELINE = recipes.get("baseline")


@pytest.fixture(scope="session")
def transfer(recipe: Recipe) -> Recipe:
    """A frozen phase of two epochs and a second one of two."""
    return replace(
        recipe,
        network="mobilenetv2",
        filters=None,
        alpha=0.35,
        hidden_units=(8,),
        epochs=2,
        fine_tuning_epochs=2,
        fine_tuning_rate=1e-4,
        unfrozen_layers=6,
    )


def test_the_rate_is_constant_and_then_falls_by_one_factor_an_epoch() -> None:
    from training.phases import learning_rate

    decaying = replace(BASELINE, decay_after=10, decay_rate=0.5)
    rates = [learning_rate(decaying, decaying.phases[0], number) for number in (1, 10, 11, 12)]
    assert rates == [1e-3, 1e-3, 5e-4, 2.5e-4]
    assert learning_rate(BASELINE, BASELINE.phases[0], 99) == 1e-3


def test_a_rare_class_counts_more_and_all_images_together_as_many_as_they_are() -> None:
    from training.phases import class_weights

    labels = np.repeat([0, 1, 2], [10, 30, 60])
    weights = class_weights(labels, 3)
    assert weights[labels].sum() == pytest.approx(100)
    assert weights[0] / weights[1] == pytest.approx(3)
    assert weights.dtype == np.float32


def test_the_cosine_falls_from_the_rate_to_nearly_nothing_over_the_phase() -> None:
    from training.phases import learning_rate

    cosine = replace(BASELINE, schedule="cosine", epochs=4)
    rates = [learning_rate(cosine, cosine.phases[0], number) for number in (1, 2, 3, 4)]
    assert rates == pytest.approx([0.961940e-3, 0.691342e-3, 0.308658e-3, 0.038060e-3], rel=1e-4)


def test_the_sides_of_the_images_share_the_epochs_of_a_phase_in_their_order() -> None:
    from training.phases import image_side

    growing = replace(BASELINE, network="residual", blocks=(1, 1, 1), image_sides=(16, 24, 32), epochs=7)
    sides = [image_side(growing, growing.phases[0], number) for number in range(1, 8)]
    assert sides == [16, 16, 16, 24, 24, 32, 32]
    assert image_side(BASELINE, BASELINE.phases[0], 1) is None


@pytest.mark.usefixtures("no_child")
def test_the_second_phase_trains_the_backbone_that_the_first_left_alone(
    tmp_path: Path, wide_dataset: Dataset, transfer: Recipe, recorder: Callable[..., Any]
) -> None:
    import csv

    from training.fit import train
    from training.options import Options

    reporter = recorder()
    card = train(transfer, wide_dataset, tmp_path / "run", options=Options(weights="none", seed=1), reporter=reporter)
    with (tmp_path / "run" / "history.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["phase"] for row in rows] == ["frozen", "frozen", "fine-tuning", "fine-tuning"]
    assert [float(row["learning_rate"]) for row in rows] == [0.01, 0.01, 1e-4, 1e-4]
    assert [title for title in reporter.bars if title.startswith("epoch")] == [f"epoch {n}/4" for n in (1, 2, 3, 4)]
    assert any(said.startswith("The frozen phase ended after epoch 2: all 2 epochs are done") for said in reporter.said)
    assert card["weights"] is None
    assert card["epochs_run"] == 4


@pytest.mark.usefixtures("no_child")
@pytest.mark.parametrize("epoch", [2, 3, 4])
def test_a_run_of_two_phases_goes_on_to_the_same_weights_wherever_it_was_stopped(
    tmp_path: Path,
    wide_dataset: Dataset,
    transfer: Recipe,
    interrupted_at: Callable[..., Any],
    whole_transfer: Path,
    epoch: int,
) -> None:
    import keras

    from training.fit import train
    from training.options import Options

    folder, options = tmp_path / "run", Options(weights="none", seed=1)
    with pytest.raises(KeyboardInterrupt):
        train(transfer, wide_dataset, folder, options=options, reporter=interrupted_at(f"epoch {epoch}/"))
    train(transfer, wide_dataset, folder, options=Options(weights="none", seed=1, resume=True))
    mine, whole = (keras.models.load_model(run / "model.keras").get_weights() for run in (folder, whole_transfer))
    assert all(np.array_equal(one, other) for one, other in zip(mine, whole, strict=True))


@pytest.fixture(scope="module")
def whole_transfer(
    tmp_path_factory: pytest.TempPathFactory,
    wide_dataset: Dataset,
    transfer: Recipe,
    interrupted_at: Callable[..., Any],
) -> Path:
    """The run that nothing interrupted, up to its export."""
    from training.fit import train
    from training.options import Options

    folder, options = tmp_path_factory.mktemp("runs") / "whole", Options(weights="none", seed=1)
    with pytest.raises(KeyboardInterrupt):
        train(transfer, wide_dataset, folder, options=options, reporter=interrupted_at("Exporting"))
    return folder
