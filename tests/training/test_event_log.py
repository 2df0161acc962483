"""The log that TensorBoard reads, read with TensorBoard's own reader."""

from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from training import event_log

ROWS = [
    {"epoch": 1, "phase": "frozen", "learning_rate": 0.001, "loss": 2.0, "val_loss": 1.5},
    {"epoch": 2, "phase": "fine-tuning", "learning_rate": 0.0001, "loss": 1.0, "val_loss": 1.25},
]


def curves(folder: Path) -> dict[str, list[tuple[int, float]]]:
    read = EventAccumulator(str(folder)).Reload()
    return {tag: [(e.step, round(e.value, 5)) for e in read.Scalars(tag)] for tag in read.Tags()["scalars"]}


EXPECTED = {
    "training/learning_rate": [(1, 0.001), (2, 0.0001)],
    "training/loss": [(1, 2.0), (2, 1.0)],
    "validation/loss": [(1, 1.5), (2, 1.25)],
}


def test_every_column_that_is_a_number_becomes_a_curve(tmp_path):
    event_log.rewrite(tmp_path, ROWS[:1])
    event_log.append(tmp_path, ROWS[1])
    assert curves(tmp_path) == EXPECTED


@pytest.mark.parametrize("left", [b"", b"half an event"])
def test_a_resumed_run_writes_its_log_anew(tmp_path, left):
    event_log.rewrite(tmp_path, ROWS)
    with (tmp_path / event_log.FILE).open("ab") as stream:
        stream.write(left)
    event_log.rewrite(tmp_path, ROWS)
    assert curves(tmp_path) == EXPECTED
