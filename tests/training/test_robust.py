"""Training with the levers against the shift: growing images, averaged weights, pairs of one image, a cosine."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.data.load import Dataset
from training.recipes.recipe import Recipe

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_child")]


@pytest.fixture(scope="session")
def robust(recipe: Recipe) -> Recipe:
    """A very small one with every lever."""
    return replace(
        recipe,
        network="residual",
        filters=(16, 16),
        blocks=(1, 1),
        standardize=True,
        augmentation="strong",
        label_smoothing=0.1,
        consistency=1.0,
        optimizer="adamw",
        weight_decay=0.01,
        schedule="cosine",
        ema_decay=0.8,
        image_sides=(16, 24),
        views=8,
        batch_size=12,
        epochs=4,
        patience=None,
    )


def weights(run: Path) -> list[Any]:
    import keras

    found: list[Any] = keras.models.load_model(run / "model.keras").get_weights()
    return found


def test_it_trains_to_a_model_for_the_images_as_they_are(tmp_path: Path, dataset: Dataset, robust: Recipe) -> None:
    import keras

    from training.fit import train
    from training.options import Options

    card = train(robust, dataset, tmp_path / "run", options=Options(seed=1))
    assert keras.models.load_model(tmp_path / "run" / "model.keras").input_shape == (None, *dataset.image_shape)
    with (tmp_path / "run" / "history.csv").open(newline="") as stream:
        rates = [float(row["learning_rate"]) for row in csv.DictReader(stream)]
    assert rates == sorted(rates, reverse=True)
    assert card["settings"]["image_sides"] == [16, 24]


@pytest.mark.parametrize("epoch", [2, 3, 4])
def test_a_run_that_was_stopped_goes_on_to_the_same_weights_but_for_rounding(
    tmp_path: Path, dataset: Dataset, robust: Recipe, interrupted_at: Callable[..., Any], epoch: int
) -> None:
    from training.fit import train
    from training.options import Options

    whole, folder = tmp_path / "whole", tmp_path / "run"
    train(robust, dataset, whole, options=Options(seed=1))
    with pytest.raises(KeyboardInterrupt):
        train(robust, dataset, folder, options=Options(seed=1), reporter=interrupted_at(f"epoch {epoch}/"))
    train(robust, dataset, folder, options=Options(seed=1, resume=True))
    apart = [abs(one - other).max() for one, other in zip(weights(folder), weights(whole), strict=True)]
    assert max(apart) < 1e-5, "what TensorFlow traced for one size it computes in another order than for any"


def test_what_is_kept_and_validated_are_the_averaged_weights(tmp_path: Path, dataset: Dataset, robust: Recipe) -> None:
    from training.fit import train
    from training.options import Options

    options = Options(seed=1, epochs=1)
    train(robust, dataset, tmp_path / "averaged", options=options)
    train(replace(robust, ema_decay=None), dataset, tmp_path / "plain", options=options)
    kept = [weights(tmp_path / name) for name in ("averaged", "plain")]
    apart = [abs(one - other).max() for one, other in zip(*kept, strict=True)]
    assert max(apart) > 1e-3


def test_an_image_is_answered_alike_as_it_lies_and_turned(tmp_path: Path, dataset: Dataset, robust: Recipe) -> None:
    import tensorflow as tf

    from training.fit import train
    from training.options import Options

    train(robust, dataset, tmp_path / "run", options=Options(seed=1, epochs=1))
    answer = tf.saved_model.load(str(tmp_path / "run" / "saved_model")).serve
    images = dataset.load(np.arange(6)).astype(np.float32)
    turned = np.ascontiguousarray(np.rot90(images, axes=(1, 2)))
    np.testing.assert_allclose(answer(tf.constant(images)), answer(tf.constant(turned)), atol=1e-5)


def test_views_that_want_square_images_are_refused_before_anything_is_trained(
    tmp_path: Path, robust: Recipe, recorder: Callable[..., Any]
) -> None:
    from training.data.load import open_dataset
    from training.errors import InputError
    from training.fit import train
    from training.options import Options

    labels = np.tile(np.arange(4), 12)
    images = np.random.default_rng(0).integers(0, 256, (48, 24, 32, 3), dtype=np.uint8)
    np.savez(tmp_path / "wide.npz", images=images, labels=labels)
    reporter = recorder()
    with pytest.raises(InputError, match="8 views want square images, got 24x32"):
        train(robust, open_dataset(tmp_path / "wide.npz"), tmp_path / "run", options=Options(), reporter=reporter)
    assert not any(title.startswith("epoch") for title in reporter.bars)
