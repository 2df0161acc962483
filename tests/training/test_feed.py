"""The order of the images, which the seed and the epoch decide."""

import numpy as np
import pytest

from training.augment import named
from training.feed import Feed, Subset


@pytest.fixture
def subset() -> Subset:
    """Ten images; each pixel of the first row is unique to its image."""
    images = np.arange(10 * 4 * 4 * 3, dtype=np.uint16).reshape(10, 4, 4, 3) % 251
    return Subset(images=images.astype(np.uint8), labels=np.arange(10) % 3, rows=np.arange(10) * 7)


def order(feed: Feed) -> list[int]:
    return feed.order.tolist()


def test_without_a_moment_the_images_come_as_they_lie(subset):
    images, labels = zip(*Feed(subset, 4), strict=True)
    assert np.concatenate(images).tolist() == subset.images.tolist()
    assert np.concatenate(labels).tolist() == subset.labels.tolist()


def test_the_last_batch_is_smaller_and_nothing_is_left_out(subset):
    feed = Feed(subset, 4, moment=(0, 1))
    assert len(feed) == 3
    assert [len(labels) for _, labels in feed] == [4, 4, 2]
    assert sorted(order(feed)) == list(range(10))


def test_the_same_seed_and_epoch_give_the_same_order(subset):
    assert order(Feed(subset, 4, moment=(5, 2))) == order(Feed(subset, 3, moment=(5, 2)))


@pytest.mark.parametrize("moment", [(5, 3), (6, 2), (2, 5)])
def test_another_seed_or_epoch_gives_another_order(subset, moment):
    assert order(Feed(subset, 4, moment=moment)) != order(Feed(subset, 4, moment=(5, 2)))


def test_labels_stay_with_their_images(subset):
    for images, labels in Feed(subset, 4, moment=(0, 1)):
        for image, label in zip(images, labels, strict=True):
            (place,) = np.flatnonzero((subset.images == image).all(axis=(1, 2, 3)))
            assert subset.labels[place] == label


def test_a_batch_is_the_same_however_often_and_in_whatever_order_it_is_asked_for(subset):
    feed = Feed(subset, 4, moment=(0, 1), augmentation=named("basic"))
    later = [feed[index] for index in (2, 0, 1, 2)]
    assert [later[1][0].tolist(), later[2][0].tolist(), later[0][0].tolist()] == [images.tolist() for images, _ in feed]
    assert later[0][0].tolist() == later[3][0].tolist()


def test_an_image_looks_the_same_whatever_the_batch_size(subset):
    def pass_over(batch_size: int) -> list[object]:
        feed = Feed(subset, batch_size, moment=(3, 4), augmentation=named("basic"))
        return [image.tolist() for images, _ in feed for image in images]

    assert pass_over(1) == pass_over(4) == pass_over(10)


def test_what_is_measured_is_not_augmented(subset):
    images, _ = Feed(subset, 10, augmentation=named("basic"))[0]
    assert images.tolist() == subset.images.tolist()


def test_the_subset_stays_as_it_is(subset):
    before = subset.images.copy()
    list(Feed(subset, 4, moment=(0, 1), augmentation=named("basic")))
    assert subset.images.tolist() == before.tolist()


def test_the_time_spent_on_preparing_adds_up(subset):
    feed = Feed(subset, 4, moment=(0, 1))
    _ = feed[0]
    first = feed.busy_s
    _ = feed[1]
    assert 0 < first < feed.busy_s
