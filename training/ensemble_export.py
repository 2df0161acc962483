"""Several runs' graphs become one, which averages their probabilities, and all are timed beside each other.

Run as `python -m training.ensemble_export FOLDER` in a process of its own, as training.export is.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from training.averaging import over_networks
from training.conversion import IMAGES, REQUEST, complaints_left, write_answers
from training.ensemble import SPEEDS
from training.errors import InputError
from training.export import BATCH, Network, answers, check_shapes, load, ship
from training.run_folder import SAVED_MODEL

TIMED, ROUNDS = 256, 3
"""Images that each graph answers in a round, and rounds; the graphs take turns, so that a neighbour slows all alike."""


def combine(members: Sequence[Path], classes: int, images: npt.NDArray[np.uint8], exchange: Path) -> None:
    """Write SAVED_MODEL, the answers and SPEEDS into the exchange folder; `members` are folders of saved models.

    Raises InputError where one takes other images or gives another number of classes, TrainingError where one does not
    load.
    """
    networks = [_opened(member, classes, images.shape[1:]) for member in members]
    arrays, form = ship(over_networks([network.call for network in networks]), images, exchange)
    arrays |= {f"member_{place}": answers(network.call, images) for place, network in enumerate(networks)}
    together = tf.saved_model.load(str(exchange / SAVED_MODEL))
    speeds = images_a_second([*(network.call for network in networks), together.serve], images[:TIMED])
    (exchange / SPEEDS).write_text(json.dumps(speeds), "utf-8")
    parameters = sum(network.parameters for network in networks)
    write_answers(exchange, arrays, form | {"parameters": parameters, "had_logits": False})


def _opened(member: Path, classes: int, image_shape: tuple[int, ...]) -> Network:
    network = load(member)
    check_shapes(network, image_shape)
    if network.outputs[1] != classes:
        raise InputError(
            f"the graph of {member.parent.name} gives {network.outputs[1]} classes, its card names {classes}",
            "the folder was changed by hand: train the run again",
        )
    return network


def images_a_second(networks: Sequence[Callable[[Any], Any]], images: npt.NDArray[np.uint8]) -> list[float]:
    """The median of ROUNDS rounds for each, in turn; each has answered a batch before, so its start is left out."""
    for network in networks:
        answers(network, images[:BATCH])
    seconds = np.empty((ROUNDS, len(networks)))
    for turn in range(ROUNDS):
        for place, network in enumerate(networks):
            began = time.perf_counter()
            answers(network, images)
            seconds[turn, place] = time.perf_counter() - began
    return [float(len(images) / middle) for middle in np.median(seconds, axis=0)]


def main(folder: str) -> int:
    """Do what the exchange folder asks for; a TrainingError is left there for the parent."""
    exchange = Path(folder)
    asked = json.loads((exchange / REQUEST).read_text("utf-8"))
    with complaints_left(exchange):
        members = [Path(member) for member in asked["members"]]
        combine(members, asked["classes"], np.load(exchange / IMAGES, mmap_mode="r"), exchange)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
