"""What waits in a view is done at once, and comes out as if done one by one."""

from functools import partial

import cv2
import numpy as np

from training.augment import colours, geometry, values
from training.augment.view import View


def close(one: np.ndarray, other: np.ndarray) -> bool:
    return abs(one.astype(int) - other).max() <= 2


def test_nothing_to_do_leaves_the_image(image):
    assert (View(image).pixels() == image).all()


def test_moves_become_one_warp_of_their_product(image):
    view = View(image)
    view.move(geometry.rotation(20))
    view.move(geometry.translation(4, 0))
    assert (
        view.pixels() == geometry.warp(image, geometry.composed(geometry.translation(4, 0), geometry.rotation(20)))
    ).all()


def test_a_move_and_its_opposite_leave_every_pixel(image):
    view = View(image)
    view.move(geometry.translation(40, 0))
    view.move(geometry.translation(-40, 0))
    assert (view.pixels() == image).all()


def test_values_change_in_the_order_asked_for(image):
    view = View(image)
    view.change(partial(values.solarise, threshold=128))
    view.change(partial(values.brightness, change=0.3))
    assert (view.pixels() == values.brightness(values.solarise(image, 128), 0.3)).all()


def test_tables_and_matrices_come_out_as_if_done_one_by_one(image):
    view, step = View(image), image
    for matrix, threshold in ((colours.saturation(0.4), 200), (colours.channel_shuffle(3), 90), (colours.hue(5), 40)):
        view.mix(matrix)
        view.change(partial(values.solarise, threshold=threshold))
        step = values.solarise(cv2.transform(step, matrix), threshold)
    assert (view.pixels() == step).all()


def test_a_table_before_a_matrix_is_done_before_it(image):
    view = View(image)
    view.change(partial(values.posterise, bits=2))
    view.mix(colours.channel_shuffle(3))
    assert (view.pixels() == cv2.transform(values.posterise(image, 2), colours.channel_shuffle(3))).all()


def test_matrices_in_a_row_are_done_at_once_and_cut_off_only_at_the_end(image):
    view = View(image)
    view.mix(colours.channel_shift(0.9, 0.9, 0.9))
    view.mix(colours.channel_shift(-0.9, -0.9, -0.9))
    assert close(view.pixels(), image)


def test_an_operation_on_pixels_sees_what_was_done_before_it(image):
    view = View(image)
    view.move(geometry.mirror(horizontal=True))
    view.mix(colours.channel_shuffle(3))
    view.change(partial(values.solarise, threshold=100))
    seen = []
    view.replace(lambda pixels: seen.append(pixels) or pixels[::-1])
    expected = values.solarise(cv2.transform(image[:, ::-1].copy(), colours.channel_shuffle(3)), 100)
    assert (seen[0] == expected).all()
    assert (view.pixels() == expected[::-1]).all()


def test_what_is_done_is_not_done_again(image):
    view = View(image)
    view.move(geometry.translation(5, 0))
    view.change(partial(values.brightness, change=0.1))
    first = view.pixels().copy()
    assert (view.pixels() == first).all()
