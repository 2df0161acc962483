"""The optimizers that a recipe can name."""

from dataclasses import replace

import numpy as np
import pytest

from training import recipes
from training.recipes.recipe import OPTIMIZERS

pytestmark = pytest.mark.slow


KINDS = {"adam": "Adam", "adamw": "AdamW", "lion": "Lion"}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_recipe_gets_the_optimizer_that_it_names_with_the_rate_of_the_phase(name):
    from training.networks.optimizers import optimizer

    recipe = replace(recipes.get("baseline"), optimizer=name, weight_decay=None if name == "adam" else 0.01)
    made = optimizer(recipe, 0.25)
    assert type(made).__name__ == KINDS[name]
    assert float(made.learning_rate) == 0.25


def test_each_call_makes_a_new_one_so_that_a_phase_begins_without_the_momentum_of_the_one_before():
    from training.networks.optimizers import optimizer

    assert optimizer(recipes.get("baseline"), 1e-3) is not optimizer(recipes.get("baseline"), 1e-3)


@pytest.mark.parametrize(("name", "share"), [("adamw", 0.5), ("lion", 0.5), ("lion", None)])
def test_a_step_takes_the_decays_share_of_the_rate_from_all_that_is_trained(name, share):
    import keras

    from training.networks.optimizers import optimizer

    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, bias_initializer="ones")])
    made = optimizer(replace(recipes.get("baseline"), optimizer=name, weight_decay=share), 0.1)
    made.build(network.trainable_variables)
    before = network.get_weights()
    made.apply_gradients([(np.zeros(weight.shape, np.float32), weight) for weight in network.trainable_variables])
    for old, new in zip(before, network.get_weights(), strict=True):
        np.testing.assert_allclose(new, old * (1 - 0.1 * (share or 0)), rtol=1e-5)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_average_follows_the_weights_and_lies_in_the_model_within_the_block_only(name):
    import keras

    from training.networks.optimizers import averaged, optimizer

    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    decay = None if name == "adam" else 1e-9
    recipe = replace(recipes.get("baseline"), optimizer=name, weight_decay=decay, ema_decay=0.75)
    network.compile(optimizer(recipe, 0.1), "mse")
    network.optimizer.build(network.trainable_variables)
    expected = None
    for step in range(3):
        network.train_on_batch(np.full((4, 3), step + 1.0), np.zeros((4, 2)))
        weights = network.get_weights()
        old = expected or weights
        expected = [0.75 * one + 0.25 * new for one, new in zip(old, weights, strict=True)]
    with averaged(network):
        for value, wanted in zip(network.get_weights(), expected, strict=True):
            np.testing.assert_allclose(value, wanted, rtol=1e-5, atol=1e-6)
    for value, wanted in zip(network.get_weights(), weights, strict=True):
        assert (value == wanted).all()


def test_without_an_average_the_block_changes_nothing():
    import keras

    from training.networks.optimizers import averaged, optimizer

    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    network.compile(optimizer(recipes.get("baseline"), 0.1), "mse")
    before = network.get_weights()
    with averaged(network):
        assert all((one == other).all() for one, other in zip(before, network.get_weights(), strict=True))
