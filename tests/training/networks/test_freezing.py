"""What each phase trains."""

from typing import Any

import numpy as np
import pytest

from training import recipes
from training.errors import InputError
from training.recipes.recipe import Phase, Recipe

pytestmark = pytest.mark.slow
SMALL = (32, 32, 3)
HEAD = ["dense", "dense_1", "dense_2"]


@pytest.fixture(scope="module")
def network(light: Recipe) -> Any:
    """Built once; each test prepares it anew."""
    import keras

    from training import networks

    keras.utils.set_random_seed(0)
    return networks.build(light, SMALL, 3)


def phase(unfrozen_layers: int | None) -> Phase:
    return Phase(name="any", epochs=1, learning_rate=1e-2, unfrozen_layers=unfrozen_layers)


def inner(network: Any) -> Any:
    from training.networks.freezing import backbone

    return backbone(network)


def moved(network: Any) -> set[int]:
    """The places of the weights that two steps change, however small their gradients: Lion goes by the sign."""
    network.compile("lion", "sparse_categorical_crossentropy", jit_compile=False)
    before = network.get_weights()
    random = np.random.default_rng(0)
    for _ in range(2):
        network.train_on_batch(random.integers(0, 256, (6, *SMALL), dtype=np.uint8), np.arange(6) % 3)
    after = network.get_weights()
    return {place for place, values in enumerate(before) if not np.array_equal(values, after[place])}


def trained(network: Any) -> set[int]:
    wanted = {id(weight) for weight in network.trainable_weights}
    return {place for place, weight in enumerate(network.weights) if id(weight) in wanted}


def test_the_frozen_phase_changes_the_head_and_nothing_else(network):
    from training.networks import prepare

    prepare(network, phase(0))
    in_the_backbone = {id(weight) for weight in inner(network).weights}
    head = {place for place, weight in enumerate(network.weights) if id(weight) not in in_the_backbone}
    assert len(head) == 6
    assert moved(network) == head


def test_unfreezing_trains_exactly_the_last_layers_but_for_batch_normalisation(network):
    from training.networks import prepare

    prepare(network, phase(20))
    layers = inner(network).layers
    last = [layer for layer in layers[-20:] if type(layer).__name__ != "BatchNormalization"]
    wanted = {id(weight) for layer in last for weight in layer.weights}
    assert {id(weight) for weight in inner(network).trainable_weights} == wanted
    assert moved(network) == trained(network)
    assert layers[-20].trainable
    assert not layers[-21].trainable


def test_without_a_number_every_layer_is_trained_but_for_batch_normalisation(network):
    from training.networks import prepare

    prepare(network, phase(None))
    frozen = {type(layer).__name__ for layer in inner(network).layers if layer.weights and not layer.trainable}
    assert frozen == {"BatchNormalization"}
    assert len(trained(network)) == 6 + 52  # the head, and a kernel for each convolution of MobileNetV2
    assert moved(network) <= trained(network)  # of random weights some are so small that their gradients vanish


def test_freezing_again_undoes_unfreezing(network):
    from training.networks import prepare

    prepare(network, phase(None))
    prepare(network, phase(0))
    assert not inner(network).trainable_weights


def test_phases_leave_the_order_of_the_weights_so_that_a_checkpoint_fits(network):
    from training.networks import prepare

    orders = []
    for unfrozen in (0, 20, None):
        prepare(network, phase(unfrozen))
        orders.append([id(weight) for weight in network.weights])
    assert orders[0] == orders[1] == orders[2]


def test_more_layers_than_there_are_are_refused_with_their_count(network):
    from training.networks import prepare

    with pytest.raises(InputError, match=r"155 layers of mobilenetv2\S* are to be trained, it has 154") as refused:
        prepare(network, phase(155))
    assert "at most 154" in refused.value.fix


def test_a_network_from_nothing_is_trained_whole(recipe):
    from training import networks

    network = networks.build(recipe, (24, 24, 3), 3)
    networks.prepare(network, recipes.get("baseline").phases[0])
    assert len(network.trainable_weights) == len(network.weights)
