"""The command of a program: where it is written, its placeholders, and how it is split (codabench.md 1.3 to 1.5)."""

import shlex
from pathlib import Path
from typing import Literal

import yaml

Kind = Literal["program", "ingestion"]
METADATA = ("metadata.yaml", "metadata")


def metadata_file(program: Path) -> Path | None:
    """The file at a program's root that may hold its command; metadata.yaml goes before metadata."""
    return next((program / name for name in METADATA if (program / name).is_file()), None)


def command_of(program: Path) -> str | None:
    """The command that a program's metadata gives; None where there is no file, no YAML or no command in it."""
    path = metadata_file(program)
    if path is None:
        return None
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    command = content.get("command") if isinstance(content, dict) else None
    return str(command) if command else None


def split(command: str, kind: Kind, *, scoring: bool, ingestion_only_during_scoring: bool = False) -> tuple[str, ...]:
    """Replace the placeholders one after the other, as plain text, in the worker's order; split without a shell.

    The order has known oddities: `$input_data` becomes `/app/input_data_data` for an ingestion program.
    """
    places = {
        "$input": "/app/input_data" if kind == "ingestion" else "/app/input",
        "$output": "/app/output",
        "$program": "/app/ingestion_program" if ingestion_only_during_scoring and scoring else "/app/program",
        "$ingestion_program": "/app/program",
        "$hidden": "/app/input/ref",
        "$shared": "/app/shared",
        "$submission_program": "/app/ingested_program",
        "$tmp": "/app/output",
        "$predictions": "/app/input/res" if scoring else "/app/output",
    }
    for placeholder, path in places.items():
        command = command.replace(placeholder, path)
    return tuple(shlex.split(command))
