"""Colours of which one knows what they become."""

import cv2
import numpy as np
import pytest

from training.augment import colours

RED, GREEN, BLUE, GREY = (255, 0, 0), (0, 255, 0), (0, 0, 255), (90, 90, 90)


def shown(matrix: colours.Matrix, colour: tuple[int, int, int]) -> list[int]:
    return cv2.transform(np.full((1, 1, 3), colour, np.uint8), matrix)[0, 0].tolist()


def test_without_saturation_a_colour_is_as_grey_as_it_is_bright():
    assert shown(colours.saturation(0), RED) == [76, 76, 76]
    assert shown(colours.saturation(0), GREEN) == [150, 150, 150]


def test_more_saturation_takes_a_colour_further_from_grey():
    assert shown(colours.saturation(2), (120, 100, 100)) == [134, 94, 94]


@pytest.mark.parametrize("matrix", [colours.saturation(1.8), colours.hue(77), colours.channel_shuffle(2)])
def test_grey_stays_grey(matrix):
    assert shown(matrix, GREY) == pytest.approx(list(GREY), abs=1)


def test_a_third_of_a_turn_of_the_hue_makes_red_about_green_or_blue_and_three_make_red():
    turned = shown(colours.hue(120), RED)
    assert turned.index(max(turned)) != 0
    thrice = colours.composed(colours.hue(120), colours.composed(colours.hue(120), colours.hue(120)))
    assert shown(thrice, (200, 90, 60)) == pytest.approx([200, 90, 60], abs=1)


def test_hue_leaves_the_brightness():
    before, after = np.array((180, 120, 90)), np.array(shown(colours.hue(50), (180, 120, 90)))
    luma = np.array((0.299, 0.587, 0.114))
    assert luma @ after == pytest.approx(luma @ before, abs=1)


def test_the_five_shuffles_are_all_the_other_orders_of_three_channels():
    orders = {tuple(shown(colours.channel_shuffle(number), (10, 20, 30))) for number in range(5)}
    assert len(orders) == 5
    assert (10, 20, 30) not in orders
    assert all(sorted(order) == [10, 20, 30] for order in orders)


def test_half_a_shuffle_is_half_way():
    assert shown(colours.channel_shuffle(1, 0.5), (10, 20, 30)) == [15, 15, 30]


def test_channels_shift_each_by_its_own_share_of_the_range_and_stop_at_its_ends():
    assert shown(colours.channel_shift(0.2, -0.2, 0.4), (100, 100, 200)) == [151, 49, 255]


def test_composed_matrices_do_one_after_the_other():
    both = colours.composed(colours.channel_shift(0.2, 0, 0), colours.channel_shuffle(1))
    assert shown(both, (10, 20, 30)) == [71, 10, 30]


def test_stretching_takes_each_channel_from_0_to_255():
    image = np.array([[[50, 10, 7], [100, 20, 7], [150, 30, 7]]], np.uint8)
    stretched = cv2.transform(image, colours.stretching(image, 1))
    assert abs(stretched.astype(int) - [[[0, 0, 7], [127.5, 127.5, 7], [255, 255, 7]]]).max() < 1
    assert cv2.transform(image, colours.stretching(image, 0)).tolist() == image.tolist()


def test_an_equalised_channel_has_its_values_evenly_spread(image):
    channel = np.sort(colours.equalised(image, 1)[..., 0].ravel()).astype(float)
    assert abs(channel - np.linspace(0, 255, len(channel))).mean() < 6
    assert (colours.equalised(image, 0) == image).all()


def test_an_image_of_one_colour_can_be_equalised_and_stretched():
    image = np.full((4, 4, 3), 7, np.uint8)
    assert colours.equalised(image, 1).max() == colours.equalised(image, 1).min()
    assert (cv2.transform(image, colours.stretching(image, 1)) == image).all()
