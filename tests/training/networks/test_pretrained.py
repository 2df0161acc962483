"""Where the first weights of a backbone come from, and what is said of those that do not fit."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training import recipes
from training.errors import InputError, TrainingError
from training.recipes.recipe import Recipe

pytestmark = pytest.mark.slow
SMALL = (32, 32, 3)


@pytest.fixture(scope="module")
def others() -> Callable[[float], Any]:
    """Make a MobileNetV2 of some width without its top, for its weights."""
    from keras import applications

    return lambda alpha: applications.MobileNetV2(include_top=False, weights=None, input_shape=SMALL, alpha=alpha)


@pytest.fixture
def build(light: Recipe) -> Callable[[Path | str], Any]:
    """Build the light network with the weights of a file."""
    from training import networks

    return lambda weights: networks.build(light, SMALL, 3, weights=str(weights))


@pytest.mark.parametrize("name", ["backbone.weights.h5", "backbone.h5", "backbone.keras"])
def test_a_file_of_the_backbone_gives_it_its_weights(others, build, tmp_path, name):
    from training.networks.freezing import backbone

    trained = others(0.35)
    path = tmp_path / name
    trained.save_weights(path) if name.endswith(".weights.h5") else trained.save(path)
    found = backbone(build(path)).get_weights()
    for mine, theirs in zip(found, trained.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_the_weights_of_another_width_are_refused_with_both_counts(others, build, tmp_path):
    path = tmp_path / "wide.weights.h5"
    others(0.5).save_weights(path)
    with pytest.raises(InputError, match="holds the weights of another network: 706,224 numbers") as refused:
        build(path)
    assert "mobilenetv2 with alpha 0.35 has 410,208" in refused.value.what
    assert "mobilenetv2 with alpha 0.35 with include_top=False" in refused.value.fix


@pytest.mark.parametrize("name", ["model.keras", "model.h5"])
def test_the_file_of_a_whole_model_is_refused_with_both_counts(build, tmp_path, name):
    import keras

    whole = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    whole.save(tmp_path / name)
    with pytest.raises(InputError, match="holds the weights of another network: 10 numbers"):
        build(tmp_path / name)


@pytest.mark.parametrize("name", ["torn.weights.h5", "torn.h5", "torn.keras"])
def test_a_file_that_is_none_is_refused_by_its_name(build, tmp_path, name):
    (tmp_path / name).write_bytes(b"no weights")
    with pytest.raises(InputError, match=rf"{name} cannot be read as weights: "):
        build(tmp_path / name)


def test_a_missing_file_is_refused_with_the_other_ways(build, tmp_path):
    with pytest.raises(InputError, match=r"there is no weights file .*gone\.h5") as refused:
        build(tmp_path / "gone.h5")
    assert "--weights imagenet or none" in refused.value.fix


def test_a_file_of_another_kind_is_refused_with_the_kinds_there_are(build, tmp_path):
    path = tmp_path / "weights.pth"
    path.touch()
    with pytest.raises(InputError, match=r"ends in none of \.h5, \.hdf5, \.keras"):
        build(path)


def test_a_download_that_fails_says_why_and_the_other_ways(light):
    from training.networks.pretrained import load

    def offline(weights: str | None) -> Any:
        raise Exception(f"URL fetch failure: no route to {weights}")  # as bare as Keras raises it

    with pytest.raises(TrainingError, match=r"alpha 0\.35 could not be downloaded: URL fetch") as told:
        load(offline, light, "imagenet")
    assert not isinstance(told.value, InputError)
    assert "--weights FILE" in told.value.fix
    assert "--weights none" in told.value.fix


def test_the_progress_of_a_download_is_kept_from_the_results(light, capsys):
    from training.networks.pretrained import load

    load(lambda weights: print(f"Downloading {weights}"), light, "imagenet")  # noqa: T201 - as Keras prints it
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "Downloading imagenet\n")


def test_a_width_without_published_weights_is_refused_with_those_that_have_them(light):
    from training import networks

    with pytest.raises(InputError, match=r"no ImageNet weights for mobilenetv2 with alpha 0\.4") as refused:
        networks.build(replace(light, alpha=0.4), SMALL, 3, weights="imagenet")
    assert "0.35, 0.5, 0.75, 1.0, 1.3, 1.4" in refused.value.fix


@pytest.fixture(scope="module")
def efficient() -> Any:
    from keras import applications

    return applications.EfficientNetB3(include_top=False, weights=None, input_shape=SMALL)


def normalised_by(efficient: Any, mean: list[float], variance: list[float]) -> Any:
    """Its layer that normalises pixels, with these figures."""
    layer = next(layer for layer in efficient.layers if type(layer).__name__ == "Normalization")
    layer.set_weights([np.array(mean), np.array(variance), np.array(0)])
    layer.finalize_state()
    return layer


def test_an_efficientnet_answers_as_the_one_that_keras_builds_for_imagenets_weights(efficient, tmp_path):
    import keras

    from training import networks

    deviation = [0.229, 0.224, 0.225]
    layer = normalised_by(efficient, [0.485, 0.456, 0.406], deviation)
    efficient.save_weights(tmp_path / "efficient.weights.h5")
    images = np.random.default_rng(0).integers(0, 256, (2, *SMALL)).astype(np.float32)
    # With ImageNet's weights Keras divides once more, by a layer that it does not build without them.
    scaled = np.asarray(keras.Model(efficient.input, layer.output)(images)) / np.sqrt(deviation)
    theirs = keras.Model(layer.output, efficient.output)(scaled)
    mine = networks.build(recipes.get("efficientnetb3"), SMALL, 3, weights=str(tmp_path / "efficient.weights.h5"))
    features = keras.Model(mine.input, mine.layers[3].input)(images)
    size = np.asarray(theirs).std()  # random layers shrink what goes through them
    np.testing.assert_allclose(np.asarray(features) / size, np.asarray(theirs) / size, atol=1e-3)


def test_an_efficientnet_that_was_trained_on_pixels_scaled_otherwise_is_refused(efficient, tmp_path):
    from training import networks

    normalised_by(efficient, [0.5] * 3, [1.0] * 3)
    efficient.save_weights(tmp_path / "efficient.weights.h5")
    with pytest.raises(InputError, match=r"scales pixels by mean \[0.5 0.5 0.5\] and variance \[1. 1. 1.\]"):
        networks.build(recipes.get("efficientnetb3"), SMALL, 3, weights=str(tmp_path / "efficient.weights.h5"))
