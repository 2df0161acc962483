"""The residual network."""

from dataclasses import replace

import numpy as np
import pytest

from training import recipes
from training.errors import InputError

pytestmark = pytest.mark.slow
SMALL = replace(
    recipes.get("baseline"), network="residual", filters=(16, 32), blocks=(1, 2), hidden_units=(), augmentation=None
)


@pytest.fixture(scope="module")
def network():
    from training import networks

    return networks.build(SMALL, (None, None, 3), 5)


def test_it_takes_raw_pixels_of_any_size_and_gives_probabilities(network):
    for side in (32, 48):
        pixels = np.random.default_rng(0).integers(0, 256, (2, side, side, 3)).astype(np.float32)
        answers = np.asarray(network(pixels))
        assert answers.shape == (2, 5)
        np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)


def test_an_image_is_answered_the_same_whatever_lies_beside_it_in_the_batch(network):
    pixels = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3)).astype(np.float32)
    together = np.asarray(network(pixels, training=True))
    alone = np.concatenate([np.asarray(network(pixels[i : i + 1], training=True)) for i in range(4)])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_the_side_is_a_quarter_after_the_stem_and_half_of_that_after_each_further_stage():
    from training import networks

    built = networks.build(SMALL, (64, 64, 3), 5)
    sums = [layer.output.shape for layer in built.layers if type(layer).__name__ == "Add"]
    assert sums == [(None, 16, 16, 16), (None, 8, 8, 32), (None, 8, 8, 32)]


def test_at_the_beginning_a_block_adds_nothing_to_its_input(network):
    scales = [weight for weight in network.weights if weight.path.endswith("gamma")]
    assert sum(not np.asarray(scale).any() for scale in scales) == 3, "the last scale of each block is nought"


def test_standardised_images_do_not_show_what_was_done_to_a_whole_channel():
    from training import networks

    built = networks.build(replace(SMALL, standardize=True), (32, 32, 3), 5)
    pixels = np.random.default_rng(0).integers(60, 120, (1, 32, 32, 3)).astype(np.float32)
    other = pixels * [1.5, 0.8, 1.2] + [-10, 40, 5]
    np.testing.assert_allclose(np.asarray(built(pixels)), np.asarray(built(other)), atol=5e-3)
    plain = networks.build(SMALL, (32, 32, 3), 5)
    assert np.abs(np.asarray(plain(pixels)) - np.asarray(plain(other))).max() > 0.01


def test_an_even_image_is_answered_with_finite_numbers():
    from training import networks

    built = networks.build(replace(SMALL, standardize=True), (32, 32, 3), 5)
    assert np.isfinite(np.asarray(built(np.full((1, 32, 32, 3), 7, np.float32)))).all()


def test_widths_that_make_no_groups_are_refused():
    from training import networks

    with pytest.raises(InputError, match=r"multiples of 16, got \[24\]"):
        networks.build(replace(SMALL, filters=(16, 24)), (32, 32, 3), 5)


def test_images_that_are_too_small_are_refused_with_the_size_that_fits():
    from training import networks

    with pytest.raises(InputError, match="too small for 2 stages") as refused:
        networks.build(SMALL, (7, 32, 3), 5)
    assert "at least 8 pixels" in refused.value.fix


def test_a_network_that_is_flattened_takes_images_of_one_size_only():
    from training import networks

    with pytest.raises(ValueError, match="images of one size only"):
        networks.build(recipes.get("baseline"), (None, None, 3), 5)
