"""The command of a program: where it is written, its placeholders, and how it is split (codabench.md 1.3 to 1.5)."""

import reprlib
import shlex
from pathlib import Path
from typing import Any, Literal

import yaml

Kind = Literal["program", "ingestion"]
METADATA = ("metadata.yaml", "metadata")
TEXT_LIMIT_BYTES = 1 << 16
"""The longest metadata that is read: longer ones are no program's, and YAML is slow."""
MERGE = "tag:yaml.org,2002:merge"
MOST_MERGED = 10_000
SHORT = reprlib.Repr()
SHORT.maxlevel = 2


def metadata_file(program: Path) -> Path | None:
    """The file at a program's root that may hold its command; metadata.yaml goes before metadata."""
    return next((program / name for name in METADATA if (program / name).is_file()), None)


def command_of(program: Path) -> str | None:
    """The command that a program's metadata gives; None where there is no file, no YAML or no command in it."""
    path = metadata_file(program)
    if path is None:
        return None
    with path.open("rb") as stream:
        return command_in(stream.read(TEXT_LIMIT_BYTES + 1))


def command_in(metadata: bytes) -> str | None:
    """The command that the bytes of a metadata file give; None where they are no YAML, too long, or give none."""
    if len(metadata) > TEXT_LIMIT_BYTES:
        return None
    try:
        content = yaml.load(metadata.decode("utf-8"), _Loader)  # noqa: S506 - it is a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    command = content.get("command") if isinstance(content, dict) else None
    if isinstance(command, list | dict | set | tuple):
        return SHORT.repr(command)  # no program's; it may hold itself, or grow without end
    return str(command) if command else None


class _Loader(yaml.SafeLoader):
    """Refuses mappings that merges (`<<`) of merges would make ever larger."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        merged: list[Any] = [value for key, value in node.value if key.tag == MERGE]
        parts = [part for one in merged for part in (one.value if isinstance(one, yaml.SequenceNode) else [one])]
        size = len(node.value)
        for part in parts:
            if isinstance(part, yaml.MappingNode):
                self.flatten_mapping(part)
                size += len(part.value)
        if size > MOST_MERGED:
            raise yaml.YAMLError(f"more than {MOST_MERGED} keys are merged into one mapping")
        super().flatten_mapping(node)


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
