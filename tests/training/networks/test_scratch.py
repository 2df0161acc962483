"""The report's first models, layer by layer."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from training import recipes
from training.errors import InputError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def baseline() -> Any:
    from training import networks

    return networks.build(recipes.get("baseline"), (96, 96, 3), 8)


def test_the_layers_are_those_of_the_report(baseline):
    names = [type(layer).__name__ for layer in baseline.layers]
    assert names == ["Rescaling", *["Conv2D", "MaxPooling2D"] * 3, "Flatten", "Dense"]


def test_the_convolutions_widen_from_32_to_128_without_padding(baseline):
    convolutions = [layer for layer in baseline.layers if type(layer).__name__ == "Conv2D"]
    assert [layer.filters for layer in convolutions] == [32, 64, 128]
    for layer in convolutions:
        assert (layer.kernel_size, layer.padding, layer.activation.__name__) == ((3, 3), "valid", "relu")
    pools = [layer for layer in baseline.layers if type(layer).__name__ == "MaxPooling2D"]
    assert {layer.pool_size for layer in pools} == {(2, 2)}


def test_it_has_195656_weights(baseline):
    assert baseline.count_params() == 195_656


def test_it_takes_raw_pixels_and_gives_probabilities(baseline):
    assert baseline.input_shape == (None, 96, 96, 3)
    pixels = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3)).astype(np.float32)
    answers = np.asarray(baseline(pixels))
    assert answers.shape == (2, 8)
    assert answers.dtype == np.float32
    assert (answers >= 0).all()
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)
    assert np.abs(answers - 1 / 8).max() < 0.4, "raw pixels saturate an untrained network that does not rescale them"


def test_the_preprocessing_is_the_first_layer(baseline):
    white = np.full((1, 96, 96, 3), 255, np.float32)
    np.testing.assert_allclose(np.asarray(baseline.layers[0](white)), 1, rtol=1e-6)


def test_the_smallest_images_that_fit_end_as_one_pixel():
    from training.networks.scratch import convolutional, smallest_side

    side = smallest_side(3)
    small = replace(recipes.get("baseline"), filters=(2, 2, 2))
    assert convolutional(small, (side, side, 3), 8).layers[-2].output.shape == (None, 2)


@pytest.mark.parametrize("shape", [(21, 96, 3), (96, 21, 3)])
def test_images_that_shrink_to_nothing_are_refused_with_the_size_that_fits(shape):
    from training.networks.scratch import convolutional

    with pytest.raises(InputError, match="too small for 3 convolutions") as refused:
        convolutional(recipes.get("baseline"), shape, 8)
    assert "at least 22 pixels a side" in refused.value.fix


def test_the_first_weights_of_a_seed_are_those_of_the_same_layers_put_together_by_hand():
    import keras

    from training import networks

    keras.utils.set_random_seed(0)
    mine = networks.build(recipes.get("baseline"), (32, 32, 3), 8).get_weights()
    keras.utils.set_random_seed(0)
    layers = keras.layers
    stages = [
        layer for width in (32, 64, 128) for layer in (layers.Conv2D(width, 3, activation="relu"), layers.MaxPool2D())
    ]
    by_hand = keras.Sequential([keras.Input((32, 32, 3)), *stages, layers.Flatten(), layers.Dense(8)]).get_weights()
    assert all(np.array_equal(one, other) for one, other in zip(mine, by_hand, strict=True))


def test_regularising_adds_dropout_before_the_output_and_a_penalty_on_it():
    from training import networks

    network = networks.build(recipes.get("regularised"), (96, 96, 3), 8)
    assert [type(layer).__name__ for layer in network.layers[-3:]] == ["Flatten", "Dropout", "Dense"]
    assert network.count_params() == 195_656
    assert len(network.losses) == 1


def test_the_deeper_network_has_a_fourth_convolution():
    from training import networks

    network = networks.build(recipes.get("deeper"), (96, 96, 3), 8)
    convolutions = [layer for layer in network.layers if type(layer).__name__ == "Conv2D"]
    assert [layer.filters for layer in convolutions] == [32, 64, 128, 256]
