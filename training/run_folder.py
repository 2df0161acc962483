"""A run's folder `runs/<name>/`: what lies in it, who may write there, and what a resumed run must have in common.

saved_model/  model.keras  card.json  history.csv  test.npz  split.npz  figures/  tensorboard/  and checkpoint/ until it
is finished
"""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.errors import ExistsError, InputError
from training.files import replacing

CARD = "card.json"
CHECKPOINT = "checkpoint"
FIGURES = "figures"
HISTORY = "history.csv"
MODEL = "model.keras"
SAVED_MODEL = "saved_model"
SPLIT = "split.npz"
TENSORBOARD = "tensorboard"
TEST = "test.npz"

PARTS = (CARD, CHECKPOINT, FIGURES, HISTORY, MODEL, SAVED_MODEL, SPLIT, TENSORBOARD, TEST)
STARTED = "started.json"
EXPORTING = ".export-"
"""How the temporary folder of an export begins."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What decides a run's result. `epochs` may change on resuming, the rest may not."""

    data_sha256: str
    seed: int
    fractions: tuple[float, ...]
    settings: dict[str, Any]
    """The recipe's values without the number of epochs."""
    epochs: tuple[int, ...]
    """At most so many in each phase."""

    @classmethod
    def read(cls, text: str) -> "Identity":
        """The identity that `json.dumps(asdict(...))` wrote. Raises ValueError where the text is no JSON."""
        stored = json.loads(text)
        return cls(**(stored | {name: tuple(stored[name]) for name in ("fractions", "epochs")}))

    def differences(self, other: "Identity") -> list[str]:
        """What keeps the two from being one run, as `name: this one's value, the other's value`."""
        mine, theirs = self._fixed(), other._fixed()
        return [
            f"{name}: {mine.get(name)!r} there, {theirs.get(name)!r} now"
            for name in sorted(mine | theirs)
            if mine.get(name) != theirs.get(name)
        ]

    def _fixed(self) -> dict[str, Any]:
        plain = {"data sha256": self.data_sha256, "seed": self.seed, "split": list(self.fractions)}
        return plain | self.settings


def is_finished(folder: Path) -> bool:
    """Whether the folder holds a finished run: the card is written last."""
    return (folder / CARD).is_file()


def begin(folder: Path, identity: Identity) -> None:
    """Take an empty or new folder for a run. Raises ExistsError, InputError where the path is a file."""
    refuse_taken(folder)
    with replacing(folder / CHECKPOINT / STARTED) as beside:
        beside.write_text(json.dumps(asdict(identity), indent=1, sort_keys=True), "utf-8")


def refuse_taken(folder: Path) -> None:
    """Raise ExistsError where something lies in the folder, InputError where the path is a file."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file, a folder for the run is wanted", "name another run: --run runs/NAME")
    if folder.is_dir() and any(folder.iterdir()):
        another = "name another run with --run, or delete the folder"
        if is_begun(folder) and not is_finished(folder):
            raise ExistsError(f"{folder} holds a run that has begun", f"go on with it: --resume; or {another}")
        raise ExistsError(f"{folder} exists and holds {'a finished run' if is_finished(folder) else 'files'}", another)


def is_begun(folder: Path) -> bool:
    """Whether the folder holds an unfinished run that can be resumed."""
    return (folder / CHECKPOINT / STARTED).is_file()


def begun(folder: Path, now: Identity) -> Identity:
    """The identity that an unfinished run began with.

    Raises InputError naming every difference where `now` would be another run, or where the folder holds no run.
    """
    try:
        then = Identity.read((folder / CHECKPOINT / STARTED).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{folder} holds no run to resume: {error}", "train it without --resume") from error
    if differences := then.differences(now):
        raise InputError(
            f"{folder} is another run: {'; '.join(differences)}",
            "resume with the same data, recipe, --seed and --split, or name another run with --run",
        )
    return then


def clear(folder: Path) -> None:
    """Delete the parts of a run from a folder. Raises InputError, and deletes nothing, where other files lie there."""
    if not folder.is_dir():
        return
    sweep(folder)
    if foreign := sorted(path.name for path in folder.iterdir() if path.name not in PARTS):
        raise InputError(f"{folder} is not overwritten: it also holds {', '.join(foreign[:3])}", "move that away first")
    shutil.rmtree(folder)


def sweep(folder: Path) -> None:
    """Remove what a killed process left half-written beside the parts: its temporary files and folders."""
    for path in folder.glob(f"{EXPORTING}*"):
        shutil.rmtree(path)
    for part in PARTS:
        for path in folder.glob(f".{part}.*"):
            path.unlink()
