"""The layers after the convolutions."""

from dataclasses import replace

import pytest

from training import recipes
from training.recipes.recipe import Recipe

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reports(light: Recipe) -> list:
    from training.networks.heads import head

    return head(replace(light, dropout=0.25, l1=1e-5, l2=1e-4), 3)


def kinds(layers: list) -> list[str]:
    return [type(layer).__name__ for layer in layers]


def test_the_head_of_the_report_is_dropout_two_dense_layers_dropout_and_the_output(reports):
    assert kinds(reports) == ["Dropout", "Dense", "Dense", "Dropout", "Dense"]
    assert [layer.rate for layer in reports if hasattr(layer, "rate")] == [0.25, 0.25]
    assert [layer.units for layer in reports if hasattr(layer, "units")] == [8, 6, 3]


def test_its_hidden_layers_are_relu_by_he_with_l1_and_l2(reports):
    for layer in reports[1:3]:
        assert layer.activation.__name__ == "relu"
        assert type(layer.kernel_initializer).__name__ == "HeUniform"
        assert float(layer.kernel_regularizer.l1) == pytest.approx(1e-5)
        assert float(layer.kernel_regularizer.l2) == pytest.approx(1e-4)


def test_its_output_layer_is_softmax_by_glorot_and_unpenalised(reports):
    output = reports[-1]
    assert output.activation.__name__ == "softmax"
    assert type(output.kernel_initializer).__name__ == "GlorotUniform"
    assert output.kernel_regularizer is None


def test_two_hidden_layers_do_not_begin_with_the_same_weights(reports):
    assert reports[1].kernel_initializer.seed != reports[2].kernel_initializer.seed


def test_without_hidden_layers_the_penalty_is_the_outputs_and_dropout_comes_once():
    from training.networks.heads import head

    layers = head(replace(recipes.get("regularised"), dropout=0.5, l2=1e-3), 8)
    assert kinds(layers) == ["Dropout", "Dense"]
    assert float(layers[-1].kernel_regularizer.l2) == pytest.approx(1e-3)
    assert float(layers[-1].kernel_regularizer.l1) == 0


def test_what_a_recipe_leaves_out_is_not_built():
    from training.networks.heads import head

    (output,) = head(recipes.get("baseline"), 8)
    assert output.kernel_regularizer is None


def test_the_probabilities_are_32_bits_whatever_the_rest_computes_in(light):
    from training.networks.heads import head
    from training.networks.precision import computing_in

    with computing_in("mixed_float16"):
        layers = head(light, 3)
    assert [layer.compute_dtype for layer in layers] == ["float16"] * 4 + ["float32"]
