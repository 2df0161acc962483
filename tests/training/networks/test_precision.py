"""Computing in 16-bit floats."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow
SMALL = (32, 32, 3)


@pytest.mark.parametrize(
    ("accelerator", "policy"), [(None, None), ("gpu:0", "mixed_float16"), ("tpu:0", "mixed_bfloat16")]
)
def test_each_device_has_the_policy_that_it_gains_from(accelerator, policy):
    from training.networks import gains_from_16_bit

    assert gains_from_16_bit(accelerator) == policy


def test_the_policy_of_the_process_is_what_it_was_after_the_block_even_where_that_fails():
    import keras

    from training.networks.precision import computing_in

    before = keras.config.dtype_policy().name
    with computing_in("mixed_bfloat16"):
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
    assert keras.config.dtype_policy().name == before
    with pytest.raises(ZeroDivisionError), computing_in("mixed_bfloat16"):
        raise ZeroDivisionError
    assert keras.config.dtype_policy().name == before
    with computing_in(None):
        assert keras.config.dtype_policy().name == before


def test_a_network_in_16_bits_keeps_pixels_weights_and_probabilities_in_32(light):
    from training import networks
    from training.networks.freezing import backbone
    from training.networks.precision import computing_in

    with computing_in("mixed_bfloat16"):
        network = networks.build(light, SMALL, 3)
    assert {weight.dtype for weight in network.weights} == {"float32"}
    assert network.layers[1].compute_dtype == "float32"
    assert backbone(network).layers[1].compute_dtype == "bfloat16"
    assert network.dtype_policy.name == "mixed_bfloat16"
    assert np.asarray(network(np.zeros((1, *SMALL), np.float32))).dtype == np.float32


def test_its_weights_fit_a_network_in_32_bits_which_answers_nearly_the_same(light):
    from training import networks
    from training.networks.precision import computing_in

    with computing_in("mixed_bfloat16"):
        network = networks.build(light, SMALL, 3)
    plain = networks.build(light, SMALL, 3)
    plain.set_weights(network.get_weights())
    images = np.random.default_rng(0).integers(0, 256, (4, *SMALL)).astype(np.float32)
    np.testing.assert_allclose(np.asarray(network(images)), np.asarray(plain(images)), atol=0.02)


def test_a_device_that_gains_nothing_computes_in_32_bits_though_the_recipe_would_like_16(light, monkeypatch):
    from training import networks

    monkeypatch.setattr(networks, "device_policy", lambda: None)
    network = networks.build(light, SMALL, 3, mixed_precision=True)
    assert network.dtype_policy.name == "float32"


def test_a_device_that_gains_computes_in_16_bits_where_the_recipe_asks_for_it_alone(light, monkeypatch):
    from training import networks

    monkeypatch.setattr(networks, "device_policy", lambda: "mixed_float16")
    assert networks.build(light, SMALL, 3, mixed_precision=True).dtype_policy.name == "mixed_float16"
    assert networks.build(light, SMALL, 3).dtype_policy.name == "float32"
