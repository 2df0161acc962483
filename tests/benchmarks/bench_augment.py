"""Prints how many images a second one core augments: python tests/benchmarks/bench_augment.py [SECONDS] [SIZE].

Every policy, beside keras.layers.RandAugment in tf.data on one thread, on the same images in the same run: the ratio is
to that layer. Then every operation alone. Both by the time of the processor, which a neighbour on the machine takes
little of; how a feed's threads share the work is by the clock. Rounds take turns, and the best of each counts.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from training.augment import named
from training.augment.engine import Augmentation, per_image, run
from training.augment.operations import OPERATIONS, Operation
from training.augment.view import View
from training.feed import Feed, Subset
from training.recipes.recipe import AUGMENTATIONS, MIXINGS

Images = npt.NDArray[np.uint8]
BATCH = 32
COUNT = 10 * BATCH
ROUNDS = 5


def cells(size: int) -> Images:
    """Discs of many colours on a light ground, as cells are."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[:size, :size] / size - 0.5
    inside = np.hypot(x, y)[None, :, :, None] < random.uniform(0.1, 0.4, (COUNT, 1, 1, 1))
    ground, cell = random.uniform(190, 250, (COUNT, 1, 1, 3)), random.uniform(40, 180, (COUNT, 1, 1, 3))
    images = np.where(inside, cell, ground) + random.normal(0, 8, (COUNT, size, size, 3))
    return images.clip(0, 255).astype(np.uint8)


def passes(augmentation: Augmentation, images: Images) -> Callable[[], None]:
    """All images once, batch by batch, on this thread."""
    rows = np.arange(COUNT)

    def once() -> None:
        for at in range(0, COUNT, BATCH):
            augmentation(images[at : at + BATCH], rows[at : at + BATCH], (0, 1))

    return once


def keras_passes(images: Images) -> Callable[[], None]:
    """The same images through Keras's layer in tf.data, one thread."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    layer = keras.layers.RandAugment(num_ops=4, factor=0.6, seed=0)
    data = tf.data.Dataset.from_tensor_slices(images).batch(BATCH).map(lambda batch: layer(batch, training=True))
    options = tf.data.Options()
    options.threading.private_threadpool_size = 1
    data = data.with_options(options)

    def once() -> None:
        for _ in data:
            pass

    return once


def alone(operation: Operation, magnitude: float = 0.6) -> Augmentation:
    """One operation as an augmentation."""

    def policy(image: Images, sequence: object) -> Images:
        view = View(image)
        run(view, sequence, [(operation, magnitude)])
        return view.pixels()

    return per_image(policy)


def feeds(images: Images) -> Iterator[tuple[str, Callable[[], None]]]:
    """The strongest policy through a feed: more threads, and pairs mixed."""
    subset = Subset(images=images, labels=np.arange(COUNT) % 8, rows=np.arange(COUNT))

    def pass_over(workers: int, mixing: str | None) -> Callable[[], None]:
        feed = Feed(
            subset,
            BATCH,
            moment=(0, 1),
            augmentation=named("rand"),
            mixing=mixing,
            class_count=8,
            workers=workers,
        )
        return lambda: list(feed) and None

    for workers in (1, 2, 4, 8, 16):
        if workers <= (os.cpu_count() or 1):
            yield f"rand, a feed of {workers}", pass_over(workers, None)
    for mixing in MIXINGS:
        yield f"rand and {mixing}, a feed of 1", pass_over(1, mixing)


def rates(
    cases: dict[str, Callable[[], None]], limit_s: float, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Images a second of each case: the best of rounds that take turns."""
    best = dict.fromkeys(cases, 0.0)
    for once in cases.values():
        once()
    for _ in range(ROUNDS):
        for title, once in cases.items():
            began, done = clock(), 0
            while not done or clock() - began < limit_s / ROUNDS:
                once()
                done += COUNT
            best[title] = max(best[title], done / (clock() - began))
    return best


def main() -> None:
    """Measure, and print a table."""
    limit_s = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    images = cells(int(sys.argv[2]) if len(sys.argv) > 2 else 96)
    keras_title = "keras.layers.RandAugment"
    policies = {name: passes(named(name), images) for name in AUGMENTATIONS}
    told = rates({keras_title: keras_passes(images), **policies}, limit_s)
    print(f"{COUNT} images of {images.shape[1]} x {images.shape[2]}, batches of {BATCH}; images a second of one core")
    for title, rate in told.items():
        print(f"{title:32} {rate:8.0f} = {rate / told[keras_title]:6.1f} x Keras")
    operations = {name: passes(alone(operation), images) for name, operation in OPERATIONS.items()}
    for title, rate in rates(operations, limit_s / 4).items():
        print(f"  {title:30} {rate:8.0f}, {1e6 / rate:5.0f} us an image")
    for title, rate in rates(dict(feeds(images)), limit_s, time.perf_counter).items():
        print(f"{title:32} {rate:8.0f} = {rate / told['rand']:6.2f} x rand on one core")


if __name__ == "__main__":
    main()
