"""The graph of a finished run, asked for class ids."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.slow


def test_answers_are_the_class_with_the_highest_output_of_raw_pixels(tmp_path: Path) -> None:
    import tensorflow as tf

    from training.answering import answerer
    from training.portable import write_graph

    def network(images: Any) -> Any:
        level = tf.reduce_mean(images, axis=[1, 2, 3])
        return tf.stack([level, 255.0 - level, tf.fill(tf.shape(level), 200.0)], axis=1)

    write_graph(network, (8, 8, 3), tmp_path / "saved_model")
    levels = np.array([0, 127, 250, 20], dtype=np.uint8)[:, None, None, None]
    answers = answerer(tmp_path)(np.broadcast_to(levels, (4, 8, 8, 3)))
    assert answers.tolist() == [1, 2, 0, 1]
    assert answers.dtype == np.int64


def test_a_folder_without_a_graph_is_an_error_of_the_disk(tmp_path: Path) -> None:
    from training.answering import answerer

    with pytest.raises(OSError, match="saved_model"):
        answerer(tmp_path)
