"""The order of the images, which the seed and the epoch decide, and the workers that prepare them."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import training
from training.augment import named
from training.feed import Feed, Subset, default_workers
from training.recipes.recipe import MIXINGS


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


def everything(subset: Subset, batch_size: int, **options) -> tuple[bytes, bytes]:
    images, targets = zip(*Feed(subset, batch_size, moment=(3, 4), **options), strict=True)
    return np.concatenate(images).tobytes(), np.concatenate(targets).tobytes()


def feed_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("feed")]


@pytest.mark.parametrize("mixing", [None, *MIXINGS])
def test_an_epoch_has_the_same_bytes_whatever_the_workers_and_the_batch_size(subset, mixing):
    def epoch(batch_size: int, workers: int) -> tuple[bytes, bytes]:
        augmentation = named("rand")
        return everything(subset, batch_size, augmentation=augmentation, mixing=mixing, class_count=3, workers=workers)

    assert epoch(1, 1) == epoch(4, 3) == epoch(10, 2) == epoch(3, 7)


def test_batches_come_in_order_even_if_the_first_takes_longest(subset):
    def slower_at_first(images, rows, _moment):
        time.sleep(0.2 if 0 in rows else 0)
        return images

    feed = Feed(subset, 1, moment=(0, 1), augmentation=slower_at_first, workers=4)
    assert np.concatenate([labels for _, labels in feed]).tolist() == subset.labels[feed.order].tolist()


@pytest.mark.parametrize("mixing", MIXINGS)
def test_mixed_targets_are_the_shares_of_both_labels(mixing):
    plain = Subset(
        images=np.repeat(np.uint8([0, 100, 200]), 8 * 8 * 3).reshape(3, 8, 8, 3),
        labels=np.arange(3),
        rows=np.arange(3),
    )
    seen = 0
    for epoch in range(30):
        for images, targets in Feed(plain, 2, moment=(0, epoch), mixing=mixing, class_count=3):
            assert targets.dtype == np.float32
            assert targets.sum(axis=1) == pytest.approx(1)
            assert abs(images.mean(axis=(1, 2, 3)) - targets @ (0, 100, 200)).max() < 1
            seen += int((targets.max(axis=1) < 0.9).sum())
    assert seen > 5


def test_mixing_without_the_number_of_classes_is_refused(subset):
    with pytest.raises(ValueError, match="class_count"):
        Feed(subset, 4, moment=(0, 1), mixing="mixup")


def test_what_is_measured_is_not_mixed(subset):
    images, targets = Feed(subset, 10, mixing="mixup", class_count=3)[0]
    assert images.tolist() == subset.images.tolist()
    assert targets.tolist() == subset.labels.tolist()


def test_a_part_of_a_memory_map_gives_the_same_as_the_images_themselves(subset, tmp_path):
    np.save(tmp_path / "all.npy", np.concatenate((subset.images[::-1], subset.images)))
    mapped = np.load(tmp_path / "all.npy", mmap_mode="r")
    places = np.arange(9, -1, -1)
    part = Subset(images=mapped, labels=subset.labels, rows=subset.rows, places=places)
    assert everything(part, 4, augmentation=named("rand")) == everything(subset, 4, augmentation=named("rand"))
    images, _ = next(iter(Feed(part, 4)))
    assert type(images) is np.ndarray


def test_no_more_batches_are_prepared_ahead_than_a_few(subset):
    prepared = []

    def counted(images, _rows, _moment):
        prepared.append(len(images))
        return images

    batches = iter(Feed(subset, 1, moment=(0, 1), augmentation=counted, workers=2))
    next(batches)
    until = time.monotonic() + 30
    while len(prepared) < 4 and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.1)
    assert len(prepared) == 4
    batches.close()


def test_leaving_early_ends_the_workers(subset):
    for _ in Feed(subset, 1, moment=(0, 1), workers=3):
        assert feed_threads()
        break
    assert not feed_threads()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_of_the_consumer_ends_the_workers(subset, error):
    def consume() -> None:
        for _ in Feed(subset, 1, moment=(0, 1), workers=3):
            raise error

    with pytest.raises(error):
        consume()
    assert not feed_threads()


def test_the_end_of_a_pass_ends_the_workers(subset):
    list(Feed(subset, 1, moment=(0, 1), workers=3))
    assert not feed_threads()


def test_an_error_of_a_worker_reaches_the_consumer_when_its_batch_is_due(subset):
    def broken(images, rows, _moment):
        if 35 in rows:
            raise OSError("the disk is gone")
        return images

    feed = Feed(subset, 1, moment=(0, 1), augmentation=broken, workers=3)
    got = []
    with pytest.raises(OSError, match="the disk is gone"):
        got.extend(labels for _, labels in feed)
    assert len(got) == feed.order.tolist().index(5)
    assert not feed_threads()


def test_ctrl_c_while_waiting_ends_a_pass_that_would_take_minutes(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import os, signal, sys, threading, time, numpy as np\n"
        "from training.feed import Feed, Subset\n"
        "def slow(images, rows, moment):\n"
        "    time.sleep(0.5)\n"
        "    return images\n"
        "subset = Subset(images=np.zeros((999, 4, 4, 3), np.uint8), labels=np.zeros(999, int), rows=np.arange(999))\n"
        "threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "for _ in Feed(subset, 1, moment=(0, 1), augmentation=slow, workers=2): pass\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(training.__file__).parents[1])}
    ended = subprocess.run([sys.executable, program], check=False, capture_output=True, env=environment, timeout=120)
    assert ended.returncode == -signal.SIGINT


def test_what_the_consumer_waits_for_adds_up_and_what_is_prepared_meanwhile_does_not(subset):
    def slow(images, _rows, _moment):
        time.sleep(0.05)
        return images

    waiting, busy = (Feed(subset, 2, moment=(0, 1), augmentation=slow, workers=1) for _ in range(2))
    list(waiting)
    for _ in busy:
        time.sleep(0.2)
    assert waiting.waited_s > 0.2
    assert busy.waited_s < waiting.waited_s / 2


def test_there_is_a_worker_at_least_and_one_core_is_left(monkeypatch):
    for cores, workers in ((1, 1), (2, 1), (4, 3), (64, 4)):
        monkeypatch.setattr("training.feed._cores", lambda cores=cores: cores)
        assert default_workers() == workers


def test_twice_shows_each_image_of_a_batch_under_two_augmentations_in_one_order(subset):
    feed = Feed(subset, 4, moment=(3, 4), augmentation=named("rand"), twice=True)
    assert (len(feed), feed.images) == (5, 20)
    for place, (images, labels) in enumerate(feed):
        assert labels.tolist() == subset.labels[np.tile(feed.order[2 * place : 2 * place + 2], 2)].tolist()
        assert (images[:2] != images[2:]).any(axis=(1, 2, 3)).all()
    first = np.concatenate([images[:2] for images, _ in feed])
    plain = np.concatenate([images for images, _ in Feed(subset, 2, moment=(3, 4), augmentation=named("rand"))])
    assert first.tobytes() == plain.tobytes()


def test_without_twice_the_images_of_a_pass_are_those_of_the_subset(subset):
    assert Feed(subset, 4, moment=(0, 1)).images == Feed(subset, 4, twice=True).images == 10


def test_images_are_scaled_to_a_side_by_the_area_that_a_pixel_covers(subset):
    corner = np.zeros_like(subset.images)
    corner[:, :2, :2] = 100
    plain = Subset(images=corner, labels=subset.labels, rows=subset.rows)
    images, _ = Feed(plain, 10, side=2)[0]
    assert images[:, :, :, 0].tolist() == [[[100, 0], [0, 0]]] * 10
    assert Feed(plain, 10, side=4)[0][0].tolist() == corner.tolist()


def test_a_share_of_pairs_is_refused(subset):
    from training.parallel.share import Share

    with pytest.raises(ValueError, match="one process"):
        Feed(subset, 4, twice=True, share=Share(process=0, processes=2))
