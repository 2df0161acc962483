"""The files of an ingestion program as syntax trees, and the words that its command passes. Nothing is executed."""

import ast
import posixpath
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import yaml

LONGEST_BYTES = 1 << 20
METADATA = ("metadata.yaml", "metadata")
OF_THE_PROGRAM = re.compile(r"^(\$(ingestion_)?program|/app/program|\.)/")


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file: what it is called to the user, its tree, and the command's words from the file's own name on."""

    name: str
    tree: ast.Module
    words: tuple[str, ...]

    def at(self, node: ast.AST) -> str:
        """Where something stands: `ingestion_program/ingestion.py:12`."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"


@dataclass(frozen=True, kw_only=True)
class IngestionProgram:
    """The program's own file first, then those beside it that it imports; without any, `problem` says why.

    `beside` are the names of all modules in its folder.
    """

    sources: tuple[Source, ...] = ()
    beside: frozenset[str] = frozenset()
    problem: str | None = None


def read_ingestion_program(folder: Path) -> IngestionProgram:
    """Read the folder of an ingestion program."""
    command = _command(folder)
    if command is None:
        return IngestionProgram(problem="its metadata holds no command")
    found = _program(folder, command)
    if found is None:
        return IngestionProgram(problem=f"its command, {command!r:.120}, names no Python file in it")
    program, words = found
    beside = {path.stem: path for path in sorted(folder.iterdir()) if path.suffix == ".py" and path.is_file()}
    packages = {path.name for path in folder.iterdir() if (path / "__init__.py").is_file()}
    sources: dict[str, Source] = {}
    waiting = [program]
    while waiting:
        path = waiting.pop(0)
        if path.name in sources or (tree := _parse(path)) is None:
            continue
        name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        sources[path.name] = Source(name=name, tree=tree, words=words)
        waiting += [beside[module] for module in _imported(tree) if module in beside]
    if program.name not in sources:
        return IngestionProgram(problem=f"{folder.name}/{program.name} is no Python that can be read")
    return IngestionProgram(sources=tuple(sources.values()), beside=frozenset(beside) | packages)


def _command(folder: Path) -> str | None:
    """The command of the metadata file that the worker takes: `metadata.yaml` before `metadata`."""
    path = next((folder / name for name in METADATA if (folder / name).is_file()), None)
    if path is None or path.stat().st_size > LONGEST_BYTES:
        return None
    try:
        told = yaml.safe_load(path.read_text("utf-8", "replace"))
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    command = told.get("command") if isinstance(told, dict) else None
    return command if isinstance(command, str) and command.strip() else None


def _program(folder: Path, command: str) -> tuple[Path, tuple[str, ...]] | None:
    """The Python file that the command starts, and the words from its name on."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    for number, word in enumerate(words):
        inside = posixpath.normpath(OF_THE_PROGRAM.sub("", word))
        if word.endswith(".py") and not inside.startswith(("/", "..", "$")) and (folder / inside).is_file():
            return folder / inside, tuple(words[number:])
    return None


def _parse(path: Path) -> ast.Module | None:
    if path.stat().st_size > LONGEST_BYTES:
        return None
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _imported(tree: ast.Module) -> list[str]:
    """The first part of each module's name that a file imports anywhere."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (node.module or node.level):
            found += [node.module.partition(".")[0]] if node.module else [alias.name for alias in node.names]
    return found
