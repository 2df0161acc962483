"""The counts of weights that `kit recipes` shows for what was not run are those of the networks."""

import json

import pytest

from training import recipes
from training.recipes import results

pytestmark = pytest.mark.slow

SHAPE, CLASSES = (96, 96, 3), 8


@pytest.mark.parametrize("name", recipes.names())
def test_the_count_of_weights_is_that_of_the_network(name):
    import keras

    from training import networks

    counted = json.loads((results.FOLDER / "parameters.json").read_text())
    model = networks.build(recipes.get(name), SHAPE, CLASSES)
    assert counted.get(name) == model.count_params(), f'put "{name}": {model.count_params()} into parameters.json'
    assert results.parameters(name) == model.count_params()
    keras.backend.clear_session()
