"""SRC: names that are defined nowhere, in what surely runs. pyflakes says which, the walk says whether they are met."""

import ast
from collections.abc import Iterator

from tools.checks.finding import ERROR, WARNING, Evidence
from tools.checks.registry import check
from tools.checks.source import AFTER_PARSING, few
from tools.checks.subject import Subject
from tools.checks.walk.values import Module
from tools.contract import Contract

LONGEST_BYTES = 256 << 10
SINCE = {
    "aiter": (3, 10),
    "anext": (3, 10),
    "EncodingWarning": (3, 10),
    "BaseExceptionGroup": (3, 11),
    "ExceptionGroup": (3, 11),
    "PythonFinalizationError": (3, 13),
}
"""Builtins by the version that brought them (What's New in Python)."""
OF_PYTHON_2 = frozenset(("basestring", "cmp", "execfile", "file", "long", "raw_input", "reduce", "reload", "unichr"))
OF_NOTEBOOKS = frozenset(("display", "get_ipython"))


@check(
    "SRC011",
    "a name that is defined nowhere",
    level=ERROR,
    fix="define or import the name in that module: a notebook's earlier cell does not come along",
    source="competition.md, Failures that teams reported: an undefined name; from config import ...",
    after=AFTER_PARSING,
)
def undefined_name(subject: Subject, _contract: Contract) -> Iterator[Evidence]:
    """The line raises NameError, or ImportError for a name that a module of the zip lacks, and there is no prediction.

    In a branch or loop that may be passed by it is a warning. What is never called, and what exec, globals() or a star
    import may define, is not meant.
    """
    yield from few(_named(subject))


def _named(subject: Subject) -> Iterator[Evidence]:
    walker = subject.walk
    clashing = {clash.name for clash in subject.clashes}
    for one in walker.missing:
        if one.site.sure and one.module not in clashing:
            yield Evidence(f"{one.member} defines no {one.name}", one.site.where)
    if walker.injects:
        return
    for module in walker.modules.values():
        met = [
            (name, line, sure)
            for line, column, name in _undefined(subject, module)
            if (sure := walker.names.get((module.member, line, column))) is not None
        ]
        for name in dict.fromkeys(name for name, _, _ in met):
            line, is_sure = next(((line, sure) for other, line, sure in met if other == name and sure), (0, False))
            if not is_sure:
                line = next(line for other, line, _ in met if other == name)
            if is_sure or name not in OF_PYTHON_2:
                told = " (a notebook defines it, Python does not)" if name in OF_NOTEBOOKS else ""
                where = f"{module.member}:{line}"
                yield Evidence(f"{name} is defined nowhere{told}", where, None if is_sure else WARNING)


def _undefined(subject: Subject, module: Module) -> Iterator[tuple[int, int, str]]:
    """Where a module reads a name that nothing in it defines: line, column and name."""
    if module.open or not module.member.endswith(".py"):
        return
    tree = subject.tree.parse(module.member)
    if not isinstance(tree, ast.Module):
        return
    if subject.environment:
        found = _newer_builtins(tree, subject.environment.python)
        yield from (one for one in found if one[2] not in module.names)
    if module.member in subject.walk.unresolved:
        yield from _by_pyflakes(tree, subject.tree.source(module.member) or b"", module.member)


def _by_pyflakes(tree: ast.Module, source: bytes, member: str) -> Iterator[tuple[int, int, str]]:
    from pyflakes import messages  # noqa: PLC0415 - slow, and needed only where the walk has missed a name
    from pyflakes.checker import Checker  # noqa: PLC0415

    if len(source) > LONGEST_BYTES:
        return
    try:
        found = Checker(tree, member, builtins=SINCE.keys()).messages
    except RecursionError:
        return
    for message in sorted(found, key=lambda one: (one.lineno, one.col)):
        if isinstance(message, messages.UndefinedName):
            yield message.lineno, message.col, str(message.message_args[0])


def _newer_builtins(tree: ast.Module, python: tuple[int, int]) -> Iterator[tuple[int, int, str]]:
    """Builtins that only a later Python has, where the module does not define them itself."""
    newer = {name for name, since in SINCE.items() if since > python}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in newer]
    if not names:
        return
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {node.asname or node.name for node in ast.walk(tree) if isinstance(node, ast.alias)}
    yield from ((node.lineno, node.col_offset, node.id) for node in names if node.id not in own)
