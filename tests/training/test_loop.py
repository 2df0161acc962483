"""The epochs: what is measured, when training ends, and which weights stay."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from training.data.load import Dataset
from training.errors import TrainingError
from training.recipes.recipe import Recipe

pytestmark = pytest.mark.slow

Build = Callable[..., Any]


@pytest.fixture
def reporter(recorder: Callable[[], Any]) -> Any:
    return recorder()


@pytest.fixture
def work(dataset: Dataset, recipe: Recipe, tmp_path: Path, reporter: Any) -> Build:
    """Work on the tiny data; `loss` and `wrong_validation` make it fail in a chosen way."""
    import keras

    from training import networks
    from training.feed import Subset
    from training.steps import Work

    def build(*, loss: Any = "sparse_categorical_crossentropy", wrong_validation: bool = False, **changes: Any) -> Work:
        keras.utils.set_random_seed(1)
        chosen = replace(recipe, **changes)
        model = networks.build(chosen, dataset.image_shape, 8)
        model.compile(keras.optimizers.Adam(chosen.learning_rate), loss, metrics=["accuracy"], jit_compile=False)
        model.optimizer.build(model.trainable_variables)

        def subset(rows: Any, shift: int = 0) -> Subset:
            return Subset(images=dataset.load(rows), labels=(dataset.labels[rows] + shift) % 8, rows=rows)

        return Work(
            recipe=chosen,
            model=model,
            class_count=8,
            class_weights=None,
            train=subset(np.arange(50)),
            validation=subset(np.arange(50, 80), shift=int(wrong_validation)),
            seed=1,
            folder=tmp_path,
            reporter=reporter,
        )

    return build


def broken_from(step: int, model: Callable[[], Any]) -> Any:
    """A loss that is no number any more from that step on."""
    import keras

    def loss(labels: Any, answers: Any) -> Any:
        sound = keras.losses.sparse_categorical_crossentropy(labels, answers)
        return keras.ops.where(model().optimizer.iterations >= step, float("nan"), sound)

    return loss


def cross_entropy(work: Any) -> float:
    answers = work.model.predict(work.validation.images, verbose=0)
    return float(-np.log(answers[np.arange(30), work.validation.labels]).mean())


def test_an_epochs_figures_are_means_over_all_images(work: Build) -> None:
    from training import loop
    from training.checkpoint import State

    state, this = State(), work(epochs=1)
    loop.run(this, state)
    answers = this.model.predict(this.validation.images, verbose=0).argmax(axis=1)
    assert state.history[0]["val_loss"] == pytest.approx(cross_entropy(this), rel=1e-4)
    assert state.history[0]["val_accuracy"] == pytest.approx((answers == this.validation.labels).mean())
    assert (state.history[0]["accuracy"] * 50) == pytest.approx(round(state.history[0]["accuracy"] * 50), abs=1e-4)


def test_training_stops_early_and_keeps_the_weights_of_the_lowest_validation_loss(work: Build, reporter: Any) -> None:
    from training import loop
    from training.checkpoint import State

    state, this = State(), work(wrong_validation=True, epochs=30, patience=2, learning_rate=0.05)
    loop.run(this, state)
    losses = [row["val_loss"] for row in state.history]
    assert state.best_epoch == int(np.argmin(losses)) + 1 == state.epoch - 2 < 28
    assert cross_entropy(this) == pytest.approx(min(losses), rel=1e-4)
    assert "early stopping" in reporter.said[-1]


def test_a_loss_that_is_lost_ends_training_and_the_best_epoch_stays(work: Build, reporter: Any) -> None:
    from training import loop
    from training.checkpoint import State

    made: list[Any] = []
    this = work(loss=broken_from(5, lambda: made[0]))
    made.append(this.model)
    state = State()
    loop.run(this, state)
    assert state.epoch == state.best_epoch == 1
    assert "the loss became nan in epoch 2" in reporter.said[-1]
    assert all(np.isfinite(weights).all() for weights in this.model.get_weights())
    assert cross_entropy(this) == pytest.approx(state.history[0]["val_loss"], rel=1e-4)


def test_a_loss_that_is_lost_at_once_is_an_error(work: Build) -> None:
    from training import loop
    from training.checkpoint import State

    made: list[Any] = []
    this = work(loss=broken_from(0, lambda: made[0]))
    made.append(this.model)
    with pytest.raises(TrainingError, match="the loss became nan in epoch 1") as caught:
        loop.run(this, State())
    assert "learning_rate" in caught.value.fix


def test_each_epoch_is_told_with_its_speed_and_the_time_left(work: Build, reporter: Any) -> None:
    from training import loop
    from training.checkpoint import State

    loop.run(work(epochs=2), State())
    assert reporter.said[0].startswith("Epoch 1/2: loss ")
    assert "images/s, at most" in reporter.said[0]


def test_an_epoch_of_a_millisecond_has_a_speed_too(work: Build, reporter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from training import loop
    from training.checkpoint import State

    ticks = count()
    monkeypatch.setattr(loop, "time", SimpleNamespace(perf_counter=lambda: next(ticks) * 1e-4))
    loop.run(work(epochs=1), State())
    assert "images/s" in reporter.said[0]


def test_a_kill_between_the_best_weights_and_the_state_leaves_both_of_the_epoch_before(work: Build) -> None:
    from training import checkpoint
    from training.checkpoint import State

    this = work()
    folder = this.folder / "checkpoint"
    first = [weights.copy() for weights in this.model.get_weights()]
    checkpoint.save_best(folder, this.model, 1)
    checkpoint.save(folder, this.model, State(epoch=1, best_epoch=1, best_watched=1.0))
    this.model.train_on_batch(this.train.images, this.train.labels)
    checkpoint.save_best(folder, this.model, 2)
    state = checkpoint.read(folder)
    checkpoint.restore_best(folder, this.model, state.best_epoch)
    assert state.epoch == 1
    assert all(np.array_equal(a, b) for a, b in zip(first, this.model.get_weights(), strict=True))


def test_the_optimizers_state_is_part_of_a_checkpoint(work: Build) -> None:
    import keras

    from training import checkpoint
    from training.checkpoint import State

    this, fresh = work(), work()
    this.model.train_on_batch(this.train.images, this.train.labels)
    checkpoint.save(this.folder, this.model, State(epoch=1))
    checkpoint.restore(this.folder, fresh.model)
    pairs = zip(this.model.optimizer.variables, fresh.model.optimizer.variables, strict=True)
    assert all(np.array_equal(*map(keras.ops.convert_to_numpy, pair)) for pair in pairs)
    assert int(fresh.model.optimizer.iterations) == 1
