"""The entry, in a folder of its own with a saved model beside it, as the evaluator has it."""

import importlib.util
import shutil
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.slow

ENTRY = Path(__file__).parents[2] / "submission" / "model.py"
IMAGES = np.random.default_rng(0).integers(0, 256, (130, 96, 96, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """model.py and a graph that says 5 where an image is bright in its first pixel, else 2."""
    import tensorflow as tf

    from training.portable import write_graph

    def network(images: Any) -> Any:
        return tf.one_hot(tf.where(images[:, 0, 0, 0] > 127, 5, 2), 8)

    folder = tmp_path_factory.mktemp("unpacked")
    write_graph(network, (96, 96, 3), folder / "saved_model")
    shutil.copy(ENTRY, folder / "model.py")
    return folder


@pytest.fixture
def model(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Model(), built while the working directory is another."""
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location("unpacked_model", folder / "model.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Model()


def test_ids_come_back_as_int64_one_an_image_in_their_order(model: Any) -> None:
    answers = model.predict(IMAGES)
    assert answers.shape == (130,)
    assert answers.dtype == np.int64
    assert np.array_equal(answers, np.where(IMAGES[:, 0, 0, 0] > 127, 5, 2))


@pytest.mark.parametrize("count", [0, 1, 64, 65])
def test_any_number_of_images_is_answered(model: Any, count: int) -> None:
    assert model.predict(IMAGES[:count]).shape == (count,)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32])
def test_the_answers_do_not_depend_on_the_type_of_the_pixels(model: Any, dtype: Any) -> None:
    assert np.array_equal(model.predict(IMAGES.astype(dtype)), model.predict(IMAGES))


def test_images_that_are_not_contiguous_are_answered_alike(model: Any) -> None:
    assert np.array_equal(model.predict(IMAGES[::2, :, ::-1]), model.predict(IMAGES[::2, :, ::-1].copy()))


def test_the_images_given_are_not_changed(model: Any) -> None:
    before = IMAGES.copy()
    model.predict(IMAGES)
    assert np.array_equal(before, IMAGES)


def test_memory_does_not_grow_with_the_number_of_images(model: Any) -> None:
    many = np.broadcast_to(IMAGES[:1], (2000, 96, 96, 3))
    model.predict(many[:64])
    peaks = []
    for count in (128, 2000):
        tracemalloc.start()
        model.predict(many[:count])
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2 + 100_000


def test_the_entry_stands_alone_and_keeps_away_from_the_working_directory() -> None:
    lines = ENTRY.read_text().splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("from ", "import "))}
    assert imported == {"pathlib", "typing", "numpy", "tensorflow"}
    assert "cwd" not in ENTRY.read_text()
