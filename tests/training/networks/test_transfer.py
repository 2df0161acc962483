"""Backbones and heads as one network."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training import recipes
from training.conversion import Request, read_answers
from training.errors import InputError
from training.recipes.recipe import BACKBONES

pytestmark = pytest.mark.slow
SMALL = (32, 32, 3)
PUBLISHED = {
    "mobilenetv2": 2_257_984,
    "resnet50v2": 23_564_800,
    "efficientnetb3": 10_783_535 - 7,  # without its normalisation of pixels: mean, variance and a count
    "inceptionv3": 21_802_784,
    "convnextsmall": 49_454_688,
}
SMALLEST = dict.fromkeys(BACKBONES, 32) | {"inceptionv3": 75}


@pytest.fixture(scope="module", params=BACKBONES)
def built(request: pytest.FixtureRequest):
    """The network of each backbone's recipe for the smallest images that it takes."""
    import keras

    from training import networks

    side = SMALLEST[request.param]
    yield request.param, networks.build(recipes.get(request.param), (side, side, 3), 8)
    keras.backend.clear_session()


def test_a_backbone_has_as_many_weights_as_is_published_for_it_without_its_top(built):
    from training.networks.freezing import backbone

    name, network = built
    assert backbone(network).count_params() == PUBLISHED[name]


def test_it_is_scaling_backbone_pooling_and_the_head_of_the_report(built):
    _, network = built
    kinds = [type(layer).__name__ for layer in network.layers]
    head = ["Dropout", "Dense", "Dense", "Dropout", "Dense"]
    assert kinds == ["InputLayer", "Rescaling", "Functional", "GlobalAveragePooling2D", *head]


def test_it_scales_raw_pixels_as_keras_does_for_the_backbone(built):
    from keras import applications

    name, network = built
    modules = {
        "mobilenetv2": applications.mobilenet_v2,
        "resnet50v2": applications.resnet_v2,
        "inceptionv3": applications.inception_v3,
    }
    pixels = np.random.default_rng(0).integers(0, 256, (2, *network.input_shape[1:])).astype(np.float32)
    scaled = np.asarray(network.layers[1](pixels))
    if name in modules:
        wanted = modules[name].preprocess_input(pixels.copy())
    else:  # their preprocess_input does nothing: the scaling is in the network, by ImageNet's mean and deviation
        wanted = applications.imagenet_utils.preprocess_input(pixels.copy(), mode="torch")
    np.testing.assert_allclose(scaled, wanted, atol=1e-5)


def test_no_scaling_is_left_in_the_backbone(built):
    from training.networks.freezing import backbone

    _, network = built
    kinds = {type(layer).__name__ for layer in backbone(network).layers}
    assert not kinds & {"Rescaling", "Normalization"}


def test_images_below_the_backbones_smallest_are_refused_with_the_size_that_fits(built):
    from training import networks

    name, _ = built
    side = SMALLEST[name]
    with pytest.raises(InputError, match=f"images of {side}x{side - 1} are too small for {name}") as refused:
        networks.build(recipes.get(name), (side, side - 1, 3), 8)
    assert f"at least {side} pixels a side" in refused.value.fix


def test_the_fine_tuning_of_its_recipe_finds_its_layers(built):
    from training import networks
    from training.networks.freezing import backbone

    name, network = built
    frozen, tuned = recipes.get(name).phases
    networks.prepare(network, frozen)
    assert not backbone(network).trainable_weights
    networks.prepare(network, tuned)
    assert backbone(network).trainable_weights


def test_a_training_step_finds_batch_normalisation_as_at_inference(built):
    import keras

    from training import networks
    from training.networks.freezing import backbone

    name, network = built
    pixels = np.random.default_rng(0).integers(0, 256, (2, *network.input_shape[1:])).astype(np.float32)
    features = keras.Model(network.input, network.layers[3].input)
    for layer in backbone(network).layers:
        if type(layer).__name__ == "Dropout":  # of EfficientNet's branches: on in training, and random
            layer.rate = 0
    at_inference = np.asarray(features(pixels, training=False))
    for phase in recipes.get(name).phases:
        networks.prepare(network, phase)
        np.testing.assert_array_equal(np.asarray(features(pixels, training=True)), at_inference)


def test_the_convnext_scales_as_the_one_of_keras_does_within():
    import keras
    from keras import applications

    from training.networks import transfer

    whole = applications.ConvNeXtTiny(include_top=False, weights=None, input_shape=SMALL)
    normalization = next(layer for layer in whole.layers if isinstance(layer, keras.layers.Normalization))
    kind = transfer.BACKBONES["convnextsmall"]
    pixels = np.random.default_rng(0).integers(0, 256, (2, *SMALL)).astype(np.float32)
    mine = keras.layers.Rescaling(kind.scale, kind.offset)(pixels)
    np.testing.assert_allclose(np.asarray(mine), np.asarray(normalization(pixels)), atol=1e-5)


def test_it_gives_probabilities_and_the_same_ones_twice(light):
    from training import networks

    network = networks.build(light, SMALL, 3)
    pixels = np.random.default_rng(0).integers(0, 256, (2, *SMALL)).astype(np.float32)
    answers = np.asarray(network(pixels, training=False))
    assert answers.shape == (2, 3)
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(np.asarray(network(pixels, training=False)), answers)


def test_the_seed_decides_the_first_weights(light):
    import keras

    from training import networks

    drawn = []
    for seed in (0, 0, 1):
        keras.utils.set_random_seed(seed)
        drawn.append(networks.build(light, SMALL, 3).get_weights())
    assert all(np.array_equal(one, other) for one, other in zip(drawn[0], drawn[1], strict=True))
    assert not all(np.array_equal(one, other) for one, other in zip(drawn[0], drawn[2], strict=True))


def test_narrower_layers_are_built_where_the_recipe_says_so(light):
    from training import networks
    from training.networks.freezing import backbone

    assert backbone(networks.build(replace(light, alpha=0.35), SMALL, 3)).count_params() == 410_208


def test_it_exports_as_the_graph_that_is_shipped_and_answers_the_same(light, tmp_path: Path):
    from training import export, networks

    network = networks.build(light, SMALL, 3)
    network.save(tmp_path / "model.keras")
    images = np.random.default_rng(0).integers(0, 256, (5, *SMALL), dtype=np.uint8)
    export.convert(Request(source=str(tmp_path / "model.keras"), image_shape=SMALL), images, tmp_path)
    answers = read_answers(tmp_path)
    np.testing.assert_allclose(answers.shipped, network.predict(images, verbose=0), atol=1e-5)
    assert answers.parameters == network.count_params()
