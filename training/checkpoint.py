"""The state of a training run on disk, whole after every epoch: a kill at any moment loses at most one epoch.

The state is the arrays of the model (weights, and the seeds of random layers) and of the optimizer, in the order in
which the recipe builds them, and what early stopping knows. It does not depend on Keras' file formats.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.files import replacing

STATE = "state.npz"


@dataclass(kw_only=True)
class State:
    """How far a run is. `epoch` counts the finished ones; `watched` is the loss that early stopping goes by."""

    epoch: int = 0
    phase: int = 0
    """Which of the recipe's phases goes on, from 0."""
    phase_began: int = 0
    """How many epochs were finished when it began."""
    best_epoch: int = 0
    """The epoch with the lowest watched loss; 0 before the first."""
    best_watched: float | None = None
    seconds: float = 0.0
    """Spent in training so far, over all resumptions."""
    diverged: str | None = None
    """Where the loss was lost; None while it is finite. Never saved: the last state on disk is a sound one."""
    ended: str | None = None
    """Why training is over; None while it goes on."""
    history: list[dict[str, Any]] = field(default_factory=list)
    """One row an epoch: epoch, phase, learning_rate, loss, accuracy, val_loss, val_accuracy, seconds, wait_share."""


def save(folder: Path, model: keras.Model, state: State) -> None:
    """Write state and arrays as one file, put in place by renaming. Raises OSError where the disk is full."""
    arrays = {f"array_{place:05}": _array(value) for place, value in enumerate(_variables(model))}
    with replacing(folder / STATE) as beside:
        np.savez(beside, state=np.array(json.dumps(asdict(state))), **arrays)


def read(folder: Path) -> State:
    """The saved state; a new one where none is saved. It says for which phase `restore` wants the model compiled."""
    if not (folder / STATE).is_file():
        return State()
    with np.load(folder / STATE) as saved:
        return State(**json.loads(str(saved["state"])))


def restore(folder: Path, model: keras.Model) -> None:
    """Put the arrays back into a model compiled as it was; where none are saved it stays as it is."""
    if (folder / STATE).is_file():
        with np.load(folder / STATE) as saved:
            for place, variable in enumerate(_variables(model)):
                variable.assign(saved[f"array_{place:05}"])


def save_best(folder: Path, model: keras.Model, epoch: int) -> None:
    """Keep this epoch's weights as the best so far.

    The file carries the epoch in its name, so that a kill before the state is saved leaves the older best in place.
    """
    with replacing(best(folder, epoch)) as beside:
        np.savez(beside, **{f"array_{place:05}": _array(value) for place, value in enumerate(model.weights)})


def restore_best(folder: Path, model: keras.Model, epoch: int) -> None:
    """Put the best weights into a model of the same recipe."""
    with np.load(best(folder, epoch)) as saved:
        for place, variable in enumerate(model.weights):
            variable.assign(saved[f"array_{place:05}"])


def drop_older_best(folder: Path, epoch: int) -> None:
    """Remove the best weights of other epochs, once the state names this one."""
    for path in folder.glob("best-*.npz"):
        if path != best(folder, epoch):
            path.unlink()


def best(folder: Path, epoch: int) -> Path:
    """Where an epoch's weights are kept."""
    return folder / f"best-{epoch:04}.npz"


def _variables(model: keras.Model) -> list[Any]:
    """Everything that training changes. The model has to be compiled, and its optimizer built."""
    return [*model.variables, *model.optimizer.variables]


def _array(variable: Any) -> Any:
    return keras.ops.convert_to_numpy(variable)
