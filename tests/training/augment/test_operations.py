"""Every operation by name: its knob, its reproducibility, and what it accepts."""

import numpy as np
import pytest

from training.augment.draws import draws
from training.augment.engine import run
from training.augment.operations import OPERATIONS
from training.augment.view import View


def shown(name: str, image: np.ndarray, magnitude: float, row: int = 3) -> np.ndarray:
    view = View(image)
    run(view, draws(np.array([row]), (0, 1))[0], [(OPERATIONS[name], magnitude)])
    return view.pixels()


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_magnitude_changes_nothing(name, image):
    assert (shown(name, image, 0) == image).all()


@pytest.mark.parametrize("name", OPERATIONS)
def test_more_magnitude_takes_an_image_further_from_itself(name, drawn_cells):
    image = drawn_cells(96, 96, 1)[0]

    def away(magnitude: float) -> float:
        return float(np.mean([abs(shown(name, image, magnitude, row).astype(int) - image).mean() for row in range(24)]))

    assert 0 < away(0.4) < away(0.7) * 1.25
    assert away(0.4) < away(1)


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("size", [(24, 24), (25, 40), (260, 260)])
@pytest.mark.parametrize("magnitude", [0.03, 1.0])
def test_every_size_keeps_its_shape_and_type_and_the_input_its_values(name, size, magnitude, drawn_cells):
    image = drawn_cells(*size, 1)[0]
    before = image.copy()
    after = shown(name, image, magnitude)
    assert after.shape == image.shape
    assert after.dtype == np.uint8
    assert (image == before).all()


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_same_random_numbers_give_the_same_image(name, image):
    assert (shown(name, image, 0.7) == shown(name, image, 0.7)).all()


def test_operations_that_move_pixels_go_first_and_become_one_warp(image):
    steps = [(OPERATIONS[name], 0.5) for name in ("rotate", "gaussian-noise", "translate-x", "zoom")]
    moves = [step for step in steps if step[0].moves_pixels]
    one, other = View(image), View(image)
    sequences = draws(np.array([3, 3]), (0, 1))
    run(one, sequences[0], steps)
    run(other, sequences[1], moves)
    run(other, sequences[1], [step for step in steps if not step[0].moves_pixels])
    assert (one.pixels() == other.pixels()).all()
