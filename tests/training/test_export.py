"""The graph that is shipped."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.conversion import Request, agreed, read_answers
from training.errors import TrainingError
from training.recipes.recipe import Recipe

slow = pytest.mark.slow
IMAGES = np.random.default_rng(0).integers(0, 256, (70, 24, 24, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, recipe: Recipe) -> Path:
    """A compiled model after a step, saved as .keras, its optimizer with it."""
    import keras

    from training import networks

    keras.utils.set_random_seed(0)
    model = networks.build(recipe, (24, 24, 3), 3)
    model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
    model.train_on_batch(IMAGES, np.arange(70) % 3)
    path = tmp_path_factory.mktemp("trained") / "model.keras"
    model.save(path)
    return path


@pytest.fixture(scope="module")
def exported(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exchange folder after a conversion in this process."""
    from training import export

    exchange = tmp_path_factory.mktemp("exchange")
    export.convert(Request(source=str(trained), image_shape=(24, 24, 3), own_answers=True), IMAGES, exchange)
    return exchange


@slow
def test_the_graph_answers_as_the_model_does(trained: Path, exported: Path) -> None:
    import keras

    answers = read_answers(exported)
    model = keras.models.load_model(trained, compile=False)
    assert answers.shipped.shape == (70, 3)
    assert answers.own is not None
    assert np.allclose(answers.shipped, model.predict(IMAGES, verbose=0), atol=1e-5)
    assert np.allclose(answers.shipped, answers.own, atol=1e-5)
    assert answers.parameters == model.count_params()
    assert not answers.had_logits


@slow
def test_serve_is_an_attribute_and_a_signature_and_takes_any_number_of_images(exported: Path) -> None:
    import tensorflow as tf

    graph = tf.saved_model.load(str(exported / "saved_model"))
    assert list(graph.signatures) == ["serve"]
    for count in (1, 5):
        images = tf.constant(IMAGES[:count].astype(np.float32))
        (by_signature,) = graph.signatures["serve"](images).values()
        assert np.array_equal(graph.serve(images), by_signature)
        assert by_signature.shape == (count, 3)


@slow
def test_the_weights_are_in_the_graph_once_in_the_networks_order_and_the_optimizer_not_at_all(
    trained: Path, exported: Path
) -> None:
    import keras
    import tensorflow as tf

    stored = dict(tf.train.list_variables(str(exported / "saved_model" / "variables" / "variables")))
    shapes = {name: shape for name, shape in stored.items() if name.endswith("VARIABLE_VALUE")}
    wanted = [list(weights.shape) for weights in keras.models.load_model(trained, compile=False).get_weights()]
    assert [shapes[f"weights/{place}/.ATTRIBUTES/VARIABLE_VALUE"] for place in range(len(shapes))] == wanted


@slow
def test_nothing_random_is_in_the_graphs_folder(exported: Path) -> None:
    files = [path.name for path in (exported / "saved_model").rglob("*") if path.is_file()]
    assert sorted(files) == ["saved_model.pb", "variables.data-00000-of-00001", "variables.index"]


def rows(*values: tuple[float, float, float]) -> Any:
    return np.array(values, dtype=np.float32)


def test_answers_that_agree_are_the_models_ids() -> None:
    ids = agreed(rows((0.1, 0.8, 0.1), (0.5, 0.2, 0.3)), rows((0.1, 0.79, 0.11), (0.5, 0.2, 0.3)))
    assert ids.tolist() == [1, 0]
    assert ids.dtype == np.int64


def test_where_two_classes_tie_the_graph_decides() -> None:
    assert agreed(rows((0.4000, 0.3999, 0.2)), rows((0.3999, 0.4000, 0.2))).tolist() == [1]


def test_an_answer_that_differs_without_a_tie_is_an_error_with_the_image() -> None:
    own, shipped = rows((0.1, 0.8, 0.1), (0.6, 0.3, 0.1)), rows((0.1, 0.8, 0.1), (0.3, 0.6, 0.1))
    with pytest.raises(TrainingError, match=r"1 of 2 images otherwise .* image 1 is 1, the model says 0"):
        agreed(own, shipped)


def test_answers_that_are_no_numbers_are_an_error() -> None:
    broken = rows((0.1, 0.8, 0.1), (np.nan, np.nan, np.nan))
    with pytest.raises(TrainingError, match="image 1 with no finite number"):
        agreed(broken, broken)
