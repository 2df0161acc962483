"""Follows an entry through the evaluator's three steps: its import, its constructor, its method."""

from tools.checks.python_source import UNKNOWN, SourceTree
from tools.checks.walk.calling import Walker
from tools.checks.walk.events import Arguments, Site
from tools.checks.walk.state import ExhaustedError
from tools.checks.walk.values import Anchor, Class, Function, Instance, Text, Value
from tools.contract import Contract


def follow(
    tree: SourceTree, contract: Contract, *, python: tuple[int, int] | None = None, hidden: frozenset[str] = frozenset()
) -> Walker:
    """Walk through `from MODULE import CLASS`, `CLASS(...)` and `.METHOD(...)`.

    `python` is the evaluator's version, None where it is not known; `hidden` names modules of the archive that an
    import does not find.
    """
    walker = Walker(tree, python=python, hidden=hidden, works_in_submission=contract.working_directory == "submission")
    try:
        _steps(walker, contract)
    except (ExhaustedError, RecursionError):
        walker.is_cut = True
    return walker


def _steps(walker: Walker, contract: Contract) -> None:
    module = walker.load(contract.module)
    owner = module.names.get(contract.class_name) if module else None
    if not isinstance(owner, Class):
        return
    walker.phase = "constructor"
    made = walker.construct(owner, Arguments(tuple(_passed(name) for name in contract.constructor)))
    walker.phase = "method"
    if isinstance(made, Instance):
        place = Site(owner.module.member, owner.node, walker.sure, walker.phase)
        method = walker.attribute(made, contract.method, place)
        if isinstance(method, Function):
            walker.enter(method, Arguments(tuple(UNKNOWN for _ in contract.arguments)))


def _passed(name: str) -> Value:
    """What the evaluator passes to the constructor: `path` is the submission's folder."""
    return Text("", Anchor.SUBMISSION) if name == "path" else UNKNOWN
