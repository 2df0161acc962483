"""Commands, their placeholders with the known oddities, and their splitting."""

from pathlib import Path

import pytest

from tools.worker.command import command_of, split


@pytest.mark.parametrize(
    ("command", "kind", "scoring", "words"),
    [
        (
            "python $ingestion_program/ingestion.py $input $output $ingestion_program $submission_program",
            "ingestion",
            False,
            "python /app/program/ingestion.py /app/input_data /app/output /app/program /app/ingested_program",
        ),
        (
            "python $program/score.py $input $output",
            "program",
            True,
            "python /app/program/score.py /app/input /app/output",
        ),
        ("x $predictions", "program", True, "x /app/input/res"),
        ("x $predictions", "program", False, "x /app/output"),
        ("x $hidden $shared $tmp", "program", True, "x /app/input/ref /app/shared /app/output"),
        ("x $input_data", "ingestion", False, "x /app/input_data_data"),
        ("x > log && y | z *", "program", True, "x > log && y | z *"),
    ],
)
def test_placeholders(command, kind, scoring, words) -> None:
    assert split(command, kind, scoring=scoring) == tuple(words.split())


def test_quotes_hold_together_and_no_shell_reads_them() -> None:
    assert split("python -c 'print(1)  # $HOME'", "program", scoring=True) == ("python", "-c", "print(1)  # $HOME")


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"metadata": "command: a"}, "a"),
        ({"metadata": "command: a", "metadata.yaml": "command: b"}, "b"),
        ({"metadata.yaml": "description: none"}, None),
        ({"metadata.yaml": "- a list"}, None),
        ({"metadata.yaml": "command: [unclosed"}, None),
        ({"metadata": ""}, None),
        ({}, None),
    ],
)
def test_where_the_command_is_written(files, command, tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert command_of(tmp_path) == command
