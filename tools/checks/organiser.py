"""The organiser's side as far as an entry meets it: the modules beside the ingestion program, and its sys.path.

The ingestion program's folder is first on sys.path (codabench.md 6); where the program puts the submission's folder,
before it or after it, and what it has imported by then, is read from its text.
"""

import ast
import re
import shlex
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import yaml

from tools.errors import KitError

if TYPE_CHECKING:
    from tools.bundle import Bundle

LONGEST_BYTES = 1 << 20
METADATA = ("metadata.yaml", "metadata")


@dataclass(frozen=True, kw_only=True)
class Organiser:
    """What lies beside the ingestion program, and how it looks for the entry.

    `modules` are the names with what each defines (None where that was not read), `loaded` what the program has
    imported before it adds to sys.path, and `submission` whether it puts the entry's folder first or last; None where
    reading does not tell.
    """

    modules: dict[str, frozenset[str] | None]
    loaded: frozenset[str] = frozenset()
    submission: Literal["first", "last"] | None = None


def read_organiser(folder: Path) -> Organiser:
    """Read the folder of an ingestion program."""
    modules: dict[str, frozenset[str] | None] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix == ".py" and path.is_file():
            modules[path.stem] = _defined(_parse(path))
        elif (path / "__init__.py").is_file():
            modules[path.name] = None
    program = _program(folder)
    tree = _parse(program) if program else None
    if tree is None:
        return Organiser(modules=modules)
    return Organiser(modules=modules, loaded=frozenset(_imported(tree.body)), submission=_place(tree))


def organiser_of(bundle: "Bundle", scratch: Path) -> Organiser | None:
    """The organiser of a bundle's first task that has an ingestion program; None where the bundle does not hold it.

    `scratch` is a folder for what is taken out of a zip.
    """
    value = next((task.ingestion_program for task in bundle.competition.tasks if task.ingestion_program), None)
    if value is None or bundle.parts.where(value) not in ("folder", "zip"):
        return None
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name) / "ingestion_program"
        try:
            bundle.place(value, folder)
        except KitError:
            return None
        return read_organiser(folder)


def _program(folder: Path) -> Path | None:
    """The Python file that the command of the metadata names."""
    for name in METADATA:
        path = folder / name
        if path.is_file() and path.stat().st_size <= LONGEST_BYTES:
            try:
                told = yaml.safe_load(path.read_text("utf-8", "replace"))
                words = shlex.split(str(told.get("command", ""))) if isinstance(told, dict) else []
            except (yaml.YAMLError, ValueError):
                return None
            found = next((word for word in words if word.endswith(".py")), "")
            program = folder / re.sub(r"^(\$(ingestion_)?program|/app/program)/", "", found)
            return program if found and program.is_file() else None
    return None


def _parse(path: Path) -> ast.Module | None:
    if path.stat().st_size > LONGEST_BYTES:
        return None
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _defined(tree: ast.Module | None) -> frozenset[str] | None:
    if tree is None:
        return None
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    names |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return frozenset(names | _imported(tree.body))


def _imported(body: list[ast.stmt]) -> set[str]:
    found: set[str] = set()
    for node in body:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def _place(tree: ast.Module) -> Literal["first", "last"] | None:
    """By the only way that the program adds to sys.path, where there is only one."""
    found: set[Literal["first", "last"] | None] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if ast.unparse(node.func.value) in ("sys.path", "path") and node.func.attr in ("append", "insert", "extend"):
            where = node.args[0] if node.args else None
            is_first = node.func.attr == "insert" and isinstance(where, ast.Constant) and where.value == 0
            is_last = node.func.attr != "insert"
            found.add("first" if is_first else "last" if is_last else None)
    return found.pop() if len(found) == 1 else None
