"""Writes what a project has settled into `[tool.kit]` of its pyproject.toml, and nothing else of the file.

The file is the nearest with a `[tool.kit]`, as the settings are read, else the one of the working directory: one
farther up that belongs to something else stays as it is. Comments, order and layout are kept.
"""

import difflib
import tomllib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from tools.errors import KitError, UsageError
from tools.files import replacing
from tools.project import PROJECT_FILE, read_settings

Value = int | str
HEAD = (
    "# The kit's settings for this project: its commands look here, from this folder and from every folder below it.\n"
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A file as it is (None: not there) and as it would be. `wanted` are the keys, None for those that go.

    `replaced` are the values that would be lost, by key.
    """

    path: Path
    before: str | None
    after: str
    wanted: dict[str, Value | None]
    replaced: dict[str, Any]

    @property
    def is_none(self) -> bool:
        """Whether the file says all of it already."""
        return self.before == self.after

    @property
    def diff(self) -> list[str]:
        """The lines that go and come, with two around them."""
        before, after = (self.before or "").splitlines(), self.after.splitlines()
        return list(difflib.unified_diff(before, after, lineterm="", n=2))[2:]


def project_file(start: Path | None = None) -> Path:
    """The file that settings are written into."""
    here = (start or Path.cwd()).resolve()
    own = next((folder / PROJECT_FILE for folder in (here, *here.parents) if _has_kit(folder / PROJECT_FILE)), None)
    return own or here / PROJECT_FILE


def _has_kit(path: Path) -> bool:
    """Whether a file has a `[tool.kit]`; one that is not there or cannot be read has none."""
    try:
        tool = tomllib.loads(path.read_text("utf-8")).get("tool")
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(tool, dict) and "kit" in tool


def plan(path: Path, wanted: Mapping[str, Value | None]) -> Change:
    """How a file would be with these keys in its `[tool.kit]`; None takes a key out.

    Raises UsageError where it is not TOML or its `tool.kit` is no table, OSError where it cannot be read.
    """
    before = _text(path)
    content = _loaded(path, before or "")
    kit = _kit(path, content)
    if kit is None:
        after = _appended(before, wanted)
    else:
        document = tomlkit.parse(before or "")
        _set(document["tool"]["kit"], wanted, kit)
        after = tomlkit.dumps(document)
        if before and "\r\n" in before:
            after = after.replace("\r\n", "\n").replace("\n", "\r\n")
    _require_nothing_else(path, content, after, wanted)
    replaced = {key: kit[key] for key, value in wanted.items() if key in kit and kit[key] != value} if kit else {}
    return Change(path=path, before=before, after=after, wanted=dict(wanted), replaced=replaced)


def write(change: Change, start: Path | None = None) -> None:
    """Write a change, whole or not at all, and read it back as the commands will.

    Raises KitError where another file holds for the folder, or the settings are refused; OSError.
    """
    with replacing(change.path) as beside:
        beside.write_bytes(change.after.encode())
    settings = read_settings(start or change.path.parent)
    for key, value in change.wanted.items():
        held = getattr(settings, key, None)
        expected = (change.path.parent / value).resolve() if key == "bundle" and isinstance(value, str) else value
        if value is not None and (held.resolve() if isinstance(held, Path) else held) != expected:
            raise KitError(
                f"{change.path} says {key} = {value!r}, and the settings that hold here say {held!r}",
                f"look for another {PROJECT_FILE} with a [tool.kit] between",
            )


def _text(path: Path) -> str | None:
    if not path.exists():
        return None
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}", "save it as UTF-8") from error


def _loaded(path: Path, text: str) -> dict[str, Any]:
    try:
        tomlkit.parse(text)
        return tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, TOMLKitError, RecursionError) as error:
        raise UsageError(f"{path} is not TOML: {error}", "mend that line, then the same command again") from error


def _kit(path: Path, content: Mapping[str, Any]) -> dict[str, Any] | None:
    """What `[tool.kit]` holds; None where there is none."""
    tool = content.get("tool", {})
    kit = tool.get("kit") if isinstance(tool, dict) else tool
    if kit is not None and not isinstance(kit, dict):
        raise UsageError(f"{path}: tool.kit is {kit!r:.60}, a table is wanted", "write [tool.kit] and its keys below")
    return kit


def _set(table: MutableMapping[str, Any], wanted: Mapping[str, Value | None], known: Mapping[str, Any]) -> None:
    for key, value in wanted.items():
        if value is None:
            table.pop(key, None)
        elif known.get(key) != value or type(known[key]) is not type(value):
            table[key] = value


def _appended(before: str | None, wanted: Mapping[str, Value | None]) -> str:
    """The file with a new table at its end."""
    given = {key: value for key, value in wanted.items() if value is not None}
    added = HEAD + tomlkit.dumps({"tool": {"kit": given}})
    if not before:
        return added
    end = "\r\n" if "\r\n" in before else "\n"
    return before.rstrip("\r\n") + 2 * end + added.replace("\n", end)


def _require_nothing_else(
    path: Path, content: Mapping[str, Any], after: str, wanted: Mapping[str, Value | None]
) -> None:
    """Raise UsageError where the file cannot be changed so that only these keys are other ones."""
    tool = content.get("tool", {})
    kit = {key: value for key, value in tool.get("kit", {}).items() if key not in wanted}
    kit |= {key: value for key, value in wanted.items() if value is not None}
    expected = {**content, "tool": {**tool, "kit": kit}}
    try:
        is_right = tomllib.loads(after.replace("\r\n", "\n")) == expected
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        lines = "; ".join(f"{key} = {value!r}" for key, value in wanted.items() if value is not None)
        raise UsageError(f"{path} is written so that the kit cannot change it", f"write into its tool.kit: {lines}")
