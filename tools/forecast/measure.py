"""Asks a model for the whole suite, its images corrupted in a thread beside the model's own work."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.errors import KitError
from tools.forecast.corruption import Image
from tools.forecast.plan import Part, batches, plan
from tools.forecast.result import ShiftResult, scored
from tools.forecast.suite import require_images

cv2.setNumThreads(1)  # OpenCV's own threads would spin beside the model's

BATCH = 128
AHEAD = 3
"""So many batches wait for the model, and no more: what the suite takes of memory does not grow with the set."""
Predict = Callable[[NDArray[np.uint8]], NDArray[np.int64]]
"""(n, H, W, 3) uint8 -> class ids (n,); n is at most BATCH."""


def measure(
    predict: Predict,
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    *,
    advance: Callable[[int], None] = lambda _steps: None,
) -> ShiftResult:
    """Measure a model on the suite made of `images` (n, H, W, 3) uint8 with `labels` (n,) int64, n at least 1.

    `advance` is told of each batch, in images; `plan.total` says of how many. The order of the images decides how each
    is corrupted: figures of the same set compare, image by image. Raises KitError where images or answers have another
    shape; what `predict` raises comes through.
    """
    require_images(images)
    if not len(images) or labels.shape != (len(images),):
        raise KitError(
            f"the shift suite takes one label an image and at least one, got {labels.shape} for {len(images)} images",
            "give it a labelled test split",
        )
    parts = plan(labels)
    answers: dict[int, list[NDArray[np.int64]]] = {id(part): [] for part in parts}
    for part, batch in _prepared(parts, images):
        answers[id(part)].append(_asked(predict, batch))
        advance(len(batch))
    return scored(parts, labels, [np.concatenate(answers[id(part)]) for part in parts])


def _prepared(parts: tuple[Part, ...], images: NDArray[np.uint8]) -> Iterator[tuple[Part, NDArray[np.uint8]]]:
    """Every batch, corrupted AHEAD batches before it is asked for; an early end leaves no thread."""
    pieces = batches(parts, BATCH)
    waiting: deque[tuple[Part, Future[NDArray[np.uint8]]]] = deque()
    pool = ThreadPoolExecutor(1, thread_name_prefix="shift-suite")
    try:
        while True:
            for part, rows in islice(pieces, AHEAD - len(waiting)):
                waiting.append((part, pool.submit(changed, part, rows, images)))
            if not waiting:
                return
            part, batch = waiting.popleft()
            yield part, batch.result()
    finally:
        pool.shutdown(cancel_futures=True)


def changed(part: Part, rows: NDArray[np.int64], images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Some rows of a part as the model gets them: (len(rows), H, W, 3) uint8. `images` stays as it is."""
    out: NDArray[np.uint8] = np.empty((len(rows), *images.shape[1:]), dtype=np.uint8)
    for place, row in enumerate(rows.tolist()):
        image: Image = np.ascontiguousarray(images[row])
        out[place] = part.change(image, row)
    return out


def _asked(predict: Predict, batch: NDArray[np.uint8]) -> NDArray[np.int64]:
    answers = predict(batch)
    if answers.shape != (len(batch),):
        raise KitError(
            f"the model gave answers of shape {answers.shape} for {len(batch)} images",
            "predict must give one class id an image",
        )
    return answers
