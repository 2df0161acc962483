"""The history of a run as TensorBoard reads it: `tensorboard --logdir runs`.

The events are appended after each epoch and written anew when a run is resumed, from the history alone; no backend is
asked for them.
"""

import time
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

FILE = "events.out.tfevents.training"
"""TensorBoard finds the file by the middle of its name."""
WORDS = ("epoch", "phase")
"""Columns of the history that are no curves."""


def rewrite(folder: Path, history: list[dict[str, Any]]) -> None:
    """Write the log of a run from its begin. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).unlink(missing_ok=True)
    with (folder / FILE).open("ab") as stream:
        RecordWriter(stream).write(Event(wall_time=time.time(), file_version="brain.Event:2").SerializeToString())
    for row in history:
        append(folder, row)


def append(folder: Path, row: dict[str, Any]) -> None:
    """Add one epoch's row: val_loss is drawn as `validation/loss`, loss as `training/loss`. Raises OSError."""
    values = [
        Summary.Value(tag=_tag(name), simple_value=float(value)) for name, value in row.items() if name not in WORDS
    ]
    event = Event(wall_time=time.time(), step=row["epoch"], summary=Summary(value=values))
    with (folder / FILE).open("ab") as stream:
        RecordWriter(stream).write(event.SerializeToString())


def _tag(name: str) -> str:
    return f"validation/{name.removeprefix('val_')}" if name.startswith("val_") else f"training/{name}"
