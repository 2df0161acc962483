"""Where Python's grammar has grown: what `ast` of the running version takes whatever version it is asked for.

`ast.parse(feature_version=...)` rejects only a part of the newer syntax (a match statement, a walrus, type parameters);
the rest is looked for in the tree, and for f-strings in the tokens. Syntax that is newer than the running Python cannot
be parsed here at all: then no line of that kind is taken for a mistake.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator

Version = tuple[int, int]
Newer = tuple[int, str, Version]
"""A line, what is newer there, and the version that brought it."""
FREE_FSTRINGS: Version = (3, 12)
IN_THE_TREE: Version = (3, 11)
"""The versions that brought something; nothing that is looked for in the tree came after IN_THE_TREE."""
LOOKED_AT = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Return, ast.Yield, ast.AnnAssign, ast.For),
    *(ast.Subscript, ast.Set, ast.Try, ast.With, ast.AsyncWith, ast.JoinedStr),
)
PERHAPS_NEWER = re.compile(
    r"^\s*type\s+\w+.*=|^\s*(async\s+)?(def|class)\s+\w+\s*\[|\b[rR]?[fF][rR]?['\"]|\b[rR]?[tT][rR]?['\"]|^\s*except\s+\w+\s*,"
)


def perhaps_newer(line: str, message: str) -> bool:
    """Whether a line that the running Python rejects may be syntax of a later one."""
    return bool(PERHAPS_NEWER.search(line)) or message.startswith("f-string")


def newer_syntax(tree: ast.Module, source: bytes, python: Version) -> Newer | None:
    """The first thing in a parsed module that a Python of that version cannot parse; None where there is none."""
    has_newer_strings = python < FREE_FSTRINGS <= sys.version_info[:2]
    if python >= IN_THE_TREE and not has_newer_strings:
        return None
    lines = source.splitlines()
    nodes = [node for node in ast.walk(tree) if isinstance(node, LOOKED_AT)]
    found = [(node.lineno, what, since) for node in nodes for what, since in _of_node(node, lines) if python < since]
    if has_newer_strings and any(isinstance(node, ast.JoinedStr) for node in nodes):
        found += [one for one in _of_fstrings(source) if python < one[2]]
    return min(found, default=None)


def _of_node(node: ast.expr | ast.stmt, lines: list[bytes]) -> Iterator[tuple[str, Version]]:  # noqa: PLR0912 - a table
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            if not all(_is_dotted(decorator) for decorator in node.decorator_list):
                yield "a decorator that is more than a dotted name and a call", (3, 9)
            if not isinstance(node, ast.ClassDef) and isinstance(
                getattr(node.args.vararg, "annotation", None), ast.Starred
            ):
                yield "a star in the annotation of *args", (3, 11)
        case ast.Return(value=ast.Tuple() as value) | ast.Yield(value=ast.Tuple() as value) if _is_bare_star(value):
            yield "a star in what is returned, without parentheses", (3, 8)
        case ast.AnnAssign(value=ast.Tuple() as value) if _is_bare_star(value):
            yield "a star in an annotated assignment, without parentheses", (3, 8)
        case ast.For(iter=ast.Tuple() as value) if _is_bare_star(value):
            yield "a star in what a loop runs over, without parentheses", (3, 9)
        case ast.Subscript(slice=ast.Tuple() as value) if _is_bare_star(value):
            yield "a star in an index", (3, 11)
        case ast.Subscript(slice=ast.NamedExpr() as value) if not _is_parenthesised(value, lines):
            yield "a walrus in an index, without parentheses", (3, 10)
        case ast.Set(elts=parts):
            if any(isinstance(part, ast.NamedExpr) and not _is_parenthesised(part, lines) for part in parts):
                yield "a walrus in a set, without parentheses", (3, 9)
        case ast.Try(finalbody=body) if any(_continues(part) for part in body):
            yield "continue in finally", (3, 8)
        case ast.With(items=items) | ast.AsyncWith(items=items) if _is_parenthesised(items[0].context_expr, lines):
            if any(item.optional_vars and not _closes(item, lines) for item in items):
                yield "parentheses around what a with statement opens", (3, 9)


def _is_dotted(node: ast.expr) -> bool:
    target = node.func if isinstance(node, ast.Call) else node
    while isinstance(target, ast.Attribute):
        target = target.value
    return isinstance(target, ast.Name)


def _is_bare_star(node: ast.Tuple) -> bool:
    """Whether a tuple has a star in it and no parentheses of its own."""
    first = node.elts[0] if node.elts else node
    is_bare = (node.lineno, node.col_offset) == (first.lineno, first.col_offset)
    return is_bare and first is not node and any(isinstance(part, ast.Starred) for part in node.elts)


def _is_parenthesised(node: ast.expr, lines: list[bytes]) -> bool:
    return lines[node.lineno - 1][: node.col_offset].rstrip().endswith(b"(")


def _closes(item: ast.withitem, lines: list[bytes]) -> bool:
    """Whether the parenthesis before an item ends before its `as`."""
    end = item.context_expr
    line, column = end.end_lineno or end.lineno, end.end_col_offset or 0
    return lines[line - 1][column:].lstrip().startswith(b")")


def _continues(node: ast.stmt) -> bool:
    """Whether a statement continues a loop that is outside of it."""
    if isinstance(node, ast.For | ast.AsyncFor | ast.While | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    return isinstance(node, ast.Continue) or any(
        _continues(part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.stmt)
    )


def _of_fstrings(source: bytes) -> Iterator[Newer]:
    """What f-strings hold that they could not before 3.12, and `{name=}`, which they could not before 3.8."""
    if sys.version_info < FREE_FSTRINGS:
        return
    opened: list[str] = []
    last = ""
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        kind = tokenize.tok_name[token.type]
        line = token.start[0]
        if kind == "FSTRING_START":
            if opened and _quote(token.string) == opened[-1]:
                yield line, "the f-string's own quotes in it", (3, 12)
            opened.append(_quote(token.string))
        elif kind == "FSTRING_END":
            opened.pop()
        elif opened and kind == "STRING" and (opened[-1] in token.string or "\\" in token.string):
            yield line, "the f-string's own quotes, or a backslash, in an expression of it", (3, 12)
        elif opened and kind in ("COMMENT", "NL") and (kind == "COMMENT" or len(opened[-1]) == 1):
            yield line, "a comment or a new line in an expression of an f-string", (3, 12)
        elif opened and last == "=" and token.string in ("}", "!", ":"):
            yield line, "{name=} in an f-string", (3, 8)
        last = token.string


def _quote(start: str) -> str:
    return start.lstrip("rRfFbBuU")
