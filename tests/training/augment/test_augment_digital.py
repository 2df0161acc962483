"""What storing and sending does to an image."""

import numpy as np

from training.augment import digital


def test_pixelate_gives_each_block_its_mean(image):
    blocks = digital.pixelate(image, 8)
    assert abs(blocks[8:16, 16:24].astype(float) - image[8:16, 16:24].mean(axis=(0, 1))).max() <= 1
    assert len(np.unique(blocks.reshape(6, 8, 8, 8, 3).transpose(0, 2, 1, 3, 4).reshape(48, 64, 3), axis=1)[0]) <= 64


def test_pixels_of_their_own_size_change_nothing(image):
    assert (digital.pixelate(image, 1) == image).all()


def test_pixels_larger_than_the_image_leave_one_colour(image):
    assert len(np.unique(digital.pixelate(image, 500).reshape(-1, 3), axis=0)) == 1


def test_jpeg_keeps_the_picture_and_loses_more_the_lower_its_quality(image):
    lost = [abs(digital.jpeg(image, quality).astype(int) - image).mean() for quality in (95, 50, 10)]
    assert 0 < lost[0] < lost[1] < lost[2] < 25


def test_jpeg_keeps_red_red_and_blue_blue():
    image = np.zeros((16, 32, 3), np.uint8)
    image[:, :16, 0], image[:, 16:, 2] = 255, 255
    stored = digital.jpeg(image, 90)
    assert stored[8, 4].argmax() == 0
    assert stored[8, 28].argmax() == 2
