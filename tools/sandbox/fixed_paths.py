"""Programs that hard-code the container's paths: an engine that has no /app cannot give it to them."""

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

SOURCE_LIMIT_BYTES = 2 << 20
FIXED = re.compile(r"/app/(program|output|input|input_data|ingested_program|shared|data)\b")
SCRIPTS = (".sh", ".bash", ".r", ".jl", ".pl", ".js", ".rb", ".lua")
COMMENT = re.compile(r"^\s*(#|//|--)")


def fixed_path(folder: Path) -> tuple[str, str] | None:
    """`file:line` and the path of the first source below a folder that hard-codes one; None where none does."""
    for path in sorted(folder.rglob("*")):
        kind = path.suffix.lower()
        if kind != ".py" and kind not in SCRIPTS:
            continue
        if not path.is_file() or path.is_symlink() or path.stat().st_size > SOURCE_LIMIT_BYTES:
            continue
        for line, text in _strings(path) if kind == ".py" else _lines(path):
            if match := FIXED.search(text):
                return f"{path.relative_to(folder).as_posix()}:{line}", text if text.startswith("/") else match[0]
    return None


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of each string of a source that begins with a path and is no docstring."""
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, OSError):
        return
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in alone:
            continue
        if node.value.startswith("/app/"):
            yield node.lineno, node.value


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a script that are no comments."""
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        if not COMMENT.match(line):
            yield number, line
