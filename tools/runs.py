"""A trained model as files: what `training` leaves in `runs/<name>/` and the kit reads of it."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.archive import Archive
from tools.errors import UsageError

CARD = "card.json"
CARD_LIMIT_BYTES = 4 << 20


@dataclass(frozen=True, kw_only=True)
class TrainedRun:
    """A run's folder and its card (accuracy, test_sha256, class_names ...)."""

    path: Path
    card: dict[str, Any]

    @property
    def saved_model(self) -> Path:
        """The folder of the exported graph."""
        return self.path / "saved_model"

    @property
    def test(self) -> Path:
        """The .npz of the test split: images uint8 (n, ...), labels and predictions int64 (n,)."""
        return self.path / "test.npz"


def is_run(path: Path) -> bool:
    """Whether a folder is a run rather than a submission as it is."""
    return (path / CARD).is_file() and not (path / "model.py").is_file()


def read_run(path: Path) -> TrainedRun:
    """A finished run. Raises UsageError naming what is missing."""
    if not path.is_dir():
        raise UsageError(f"there is no run {path}", "kit train baseline --data DATA makes one")
    if missing := [name for name in (CARD, "test.npz", "saved_model") if not (path / name).exists()]:
        raise UsageError(
            f"{path} is no finished run: it lacks {', '.join(missing)}",
            "kit train ... --resume goes on where it stopped; a folder with a model.py is packed as it is",
        )
    return TrainedRun(path=path, card=_read_card((path / CARD).read_bytes(), str(path / CARD)))


def card_of(archive: Archive) -> dict[str, Any] | None:
    """The card inside a zip or folder; None where it carries none that can be read."""
    if CARD not in archive:
        return None
    try:
        return _read_card(archive.read(CARD, limit_bytes=CARD_LIMIT_BYTES), CARD)
    except (UsageError, OSError):
        return None


def test_split_of(card: dict[str, Any] | None, runs: Path) -> Path | None:
    """The test.npz below `runs` whose sha256 the card names; None where it is not there any more."""
    wanted = (card or {}).get("test_sha256")
    if not isinstance(wanted, str):
        return None
    for path in sorted(runs.glob(f"*/{CARD}")):
        test = path.with_name("test.npz")
        if test.is_file() and wanted.encode() in path.read_bytes():
            with test.open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() == wanted:
                    return test
    return None


def claimed_accuracy(archive: Archive, data: Path | None) -> float | None:
    """The accuracy that the card inside a zip states for a file of labelled images; None where it is of another."""
    card = card_of(archive) if data is not None and data.is_file() else None
    accuracy, wanted = (card or {}).get("accuracy"), (card or {}).get("test_sha256")
    if data is None or not isinstance(accuracy, int | float) or isinstance(accuracy, bool) or not wanted:
        return None
    with data.open("rb") as stream:
        is_the_cards = hashlib.file_digest(stream, "sha256").hexdigest() == wanted
    return float(accuracy) if is_the_cards and 0 <= accuracy <= 1 else None


def _read_card(text: bytes, name: str) -> dict[str, Any]:
    try:
        card = json.loads(text)
    except ValueError as error:
        raise UsageError(f"{name} is not JSON: {error}", "train the run again") from error
    if not isinstance(card, dict):
        raise UsageError(f"{name} holds {type(card).__name__}, an object is wanted", "train the run again")
    return card
