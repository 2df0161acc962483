"""Every image of a batch counts once, whatever the number of processes and devices."""

import numpy as np
import pytest

from training.augment import named
from training.feed import Feed, Subset
from training.parallel.share import WHOLE, Share


def shares(processes: int, devices: int) -> list[Share]:
    return [Share(process=process, processes=processes, devices=devices) for process in range(processes)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 32])
@pytest.mark.parametrize(("processes", "devices"), [(1, 1), (2, 1), (3, 1), (1, 2), (2, 4)])
def test_each_image_counts_once_and_every_device_has_as_many(size, processes, devices):
    together = shares(processes, devices)
    places = np.concatenate([share.places(size) for share in together])
    counts = np.concatenate([share.counts(size) for share in together])
    assert places[counts == 1].tolist() == list(range(size))
    assert {len(share.places(size)) for share in together} == {devices * together[0].each(size)}
    assert together[0].each(size) >= 1


def test_a_process_alone_has_the_batch_as_it_is():
    assert WHOLE.places(5).tolist() == [0, 1, 2, 3, 4]
    assert WHOLE.counts(5).tolist() == [1] * 5


@pytest.mark.parametrize("mixing", [None, "mixup"])
def test_the_shares_of_a_pass_are_the_pass_of_one_process(mixing):
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (11, 16, 16, 3), dtype=np.uint8)
    subset = Subset(images=images, labels=np.arange(11) % 3, rows=np.arange(11) * 7)
    feeds = [
        Feed(subset, 4, moment=(3, 1), augmentation=named("basic"), mixing=mixing, class_count=3, share=share)
        for share in (WHOLE, *shares(2, 1))
    ]
    for index, (whole, *parts) in enumerate(zip(*feeds, strict=True)):
        size = feeds[0].size(index)
        counts = np.concatenate([feed.share.counts(size) for feed in feeds[1:]]) == 1
        for one, theirs in zip(whole, zip(*parts, strict=True), strict=True):
            assert np.array_equal(np.concatenate(theirs)[counts], one)
    assert [feeds[1].size(index) for index in range(3)] == [4, 4, 3]
