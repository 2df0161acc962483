"""Test-time views: the same eight in NumPy and in the graph, averaged one at a time."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.conversion import Request, read_answers
from training.errors import InputError
from training.views import VIEWS, averaged, require_views, view

slow = pytest.mark.slow
SQUARE = np.arange(3 * 3, dtype=np.uint8).reshape(1, 3, 3, 1)
IMAGES = np.random.default_rng(0).integers(0, 256, (70, 12, 12, 3), dtype=np.uint8)
WIDE = np.random.default_rng(0).integers(0, 256, (5, 8, 12, 3), dtype=np.uint8)
MEMORY = """
import os, resource, sys
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
import numpy as np
import tensorflow as tf
from training.averaging import over_networks, over_views

kernel = tf.Variable(tf.random.stateless_normal((3, 3, 3, 64), (1, 2)))

def network(images):
    inner = tf.nn.relu(tf.nn.conv2d(images, kernel, 1, "SAME"))
    return tf.nn.softmax(tf.reduce_mean(inner, (1, 2))[:, :4])

count = int(sys.argv[2])
spec = tf.TensorSpec((None, 128, 128, 3))
made = over_views(network, count, 4) if sys.argv[1] == "views" else over_networks([network] * count)
traced = tf.function(made, input_signature=[spec])
for _ in range(3):
    traced(np.zeros((64, 128, 128, 3), np.float32))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_the_eight_views_are_the_eight_symmetries_of_a_square() -> None:
    shown = [view(SQUARE, number)[0, :, :, 0] for number in range(8)]
    wanted = [
        turned for k in range(4) for turned in (np.rot90(SQUARE[0, :, :, 0], k), np.rot90(SQUARE[0, :, :, 0].T, k))
    ]
    assert {one.tobytes() for one in shown} == {np.ascontiguousarray(one).tobytes() for one in wanted}
    assert len({one.tobytes() for one in shown}) == 8
    assert np.array_equal(shown[0], SQUARE[0, :, :, 0])
    assert np.array_equal(shown[1], np.fliplr(shown[0]))
    assert np.array_equal(shown[2], np.flipud(shown[0]))


@pytest.mark.parametrize("views", VIEWS)
def test_the_average_is_over_as_many_views_one_at_a_time(views: int) -> None:
    asked = []

    def predict(images: Any) -> Any:
        asked.append(images)
        return images[:, 0, 0].astype(np.float32)

    mean = averaged(predict, IMAGES, views)
    assert [images.shape for images in asked] == [IMAGES.shape] * views
    assert np.allclose(mean, np.mean([view(IMAGES, number)[:, 0, 0] for number in range(views)], axis=0))
    assert mean.dtype == np.float32


def test_what_the_predictor_returned_is_not_changed() -> None:
    answer = np.ones((5, 2), np.float32)
    averaged(lambda _: answer, WIDE, 4)
    assert (answer == 1).all()


@pytest.mark.parametrize("views", [0, 3, 16, -1])
def test_another_number_of_views_is_refused(views: int) -> None:
    with pytest.raises(InputError, match=f"views is {views}, expected one of 1, 2, 4, 8"):
        Request(source="model.keras", image_shape=(12, 12, 3), views=views)


def test_eight_views_want_squares_and_four_do_not() -> None:
    require_views(4, (8, 12, 3))
    with pytest.raises(InputError, match="8 views want square images, got 8x12") as refused:
        require_views(8, (8, 12, 3))
    assert "take 4 views" in refused.value.fix


def lopsided(images: Any) -> Any:
    """A network whose answer is another in each view: three pixels near one corner."""
    import tensorflow as tf

    return tf.nn.softmax(tf.stack([images[:, 0, 1, 0], images[:, 1, 2, 1], images[:, 2, 0, 2]], axis=1) / 64)


@slow
@pytest.mark.parametrize(("images", "views"), [(IMAGES, 1), (IMAGES, 2), (IMAGES, 4), (IMAGES, 8), (WIDE, 4)])
def test_the_graph_averages_the_views_that_numpy_does(images: Any, views: int) -> None:
    import tensorflow as tf

    from training.averaging import over_views

    spec = tf.TensorSpec((None, *images.shape[1:]))
    served = tf.function(over_views(lopsided, views, 3), input_signature=[spec])
    wanted = averaged(lambda some: lopsided(tf.constant(some, tf.float32)).numpy(), images, views)
    assert np.allclose(served(images.astype(np.float32)), wanted, atol=1e-6)
    single = lopsided(tf.constant(images, tf.float32)).numpy()
    assert views == 1 or not np.allclose(wanted, single, atol=1e-3)


@slow
def test_the_average_over_networks_is_their_mean() -> None:
    import tensorflow as tf

    from training.averaging import over_networks

    images = tf.constant(IMAGES, tf.float32)
    networks = [lopsided, lambda some: lopsided(some[:, ::-1]), lambda some: lopsided(some[:, :, ::-1])]
    wanted = np.mean([network(images) for network in networks], axis=0)
    assert np.allclose(tf.function(over_networks(networks))(images), wanted, atol=1e-6)


@slow
@pytest.mark.parametrize("what", ["views", "networks"])
def test_memory_does_not_grow_with_their_number(what: str) -> None:
    peaks = []
    for count in ("1", "8"):
        command = [sys.executable, "-c", MEMORY, what, count]
        root = Path(__file__).parents[2]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
        peaks.append(int(done.stdout))
    one_feature_map_mb = 64 * 128 * 128 * 64 * 4 // 2**20
    assert peaks[1] - peaks[0] < one_feature_map_mb, "eight at once would need seven more"


@slow
@pytest.mark.parametrize("views", [2, 8])
def test_an_exported_graph_has_its_views_inside_and_own_answers_are_of_the_same(tmp_path: Path, views: int) -> None:
    import keras
    import tensorflow as tf

    from training import export

    keras.utils.set_random_seed(0)
    inner = [keras.layers.Flatten(), keras.layers.Dense(40, activation="tanh"), keras.layers.Dense(4)]
    model = keras.Sequential([keras.Input((12, 12, 3)), keras.layers.Rescaling(1 / 255), *inner])
    model.save(tmp_path / "model.keras")
    request = Request(
        source=str(tmp_path / "model.keras"), image_shape=(12, 12, 3), views=views, own_answers=True, trial_rows=(0, 1)
    )
    export.convert(request, IMAGES, tmp_path)
    got = read_answers(tmp_path)
    wanted = averaged(lambda some: tf.nn.softmax(model(some.astype(np.float32))).numpy(), IMAGES, views)
    assert got.own is not None
    assert np.allclose(got.own, wanted, atol=1e-5)
    assert np.allclose(got.full, wanted, atol=1e-5)
    assert np.allclose(got.shipped, wanted, atol=1e-2)
    assert got.precision == "float16"
    assert got.parameters == model.count_params()
