"""SRC: the entry as text. Read by the grammar of the evaluator's Python; nothing is imported."""

import ast
import itertools
import re
from collections.abc import Iterable, Iterator

from tools.checks.finding import ERROR, WARNING, Evidence
from tools.checks.python_source import UNKNOWN, Definition, Signature, SourceTree, SyntaxProblem
from tools.checks.registry import check
from tools.checks.subject import Subject
from tools.checks.walk.values import Class
from tools.contract import Contract
from tools.environments.version import dotted

ARC = ("ARC001", "ARC002", "ARC003", "ARC004")
AFTER_PARSING = (*ARC, "SRC001")
MOST_SHOWN = 10
IMPORT_CASE = "codabench.md 6, cases syntax_error and import_error"


def few(seen: Iterable[Evidence]) -> Iterator[Evidence]:
    """The first of many that say the same."""
    yield from itertools.islice(seen, MOST_SHOWN)


def _entry_class(subject: Subject, contract: Contract) -> tuple[SourceTree, Definition | None]:
    """The class that the evaluator instantiates, where reading can find it and nothing replaces it."""
    tree, member = subject.tree, subject.entry or contract.entry
    found = tree.find(contract.class_name, member)
    module = subject.walk.modules.get(contract.module)
    met = module.names.get(contract.class_name) if module else None
    is_other = isinstance(met, Class) and isinstance(found, Definition) and met.node is not found.node
    if isinstance(found, Definition) and isinstance(found.node, ast.ClassDef) and not (is_other or met is UNKNOWN):
        return tree, found
    return tree, None


def _is_set_elsewhere(owner: Definition, name: str) -> bool:
    """Whether something in the class may give an object the attribute: `self.name = ...`, setattr, `__dict__`."""
    return any(
        (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr == name)
        or (isinstance(node, ast.Name) and node.id in ("setattr", "vars", "exec"))
        or (isinstance(node, ast.Attribute) and node.attr in ("__dict__", "__setattr__"))
        for node in ast.walk(owner.node)
    )


@check(
    "SRC001",
    "the Python does not parse under the evaluator's version",
    level=ERROR,
    fix="mend that line; of a notebook keep plain Python only (no ! or % lines)",
    source=IMPORT_CASE,
    after=ARC,
    needs_contract=False,
)
def does_not_parse(subject: Subject, contract: Contract | None) -> Iterator[Evidence]:
    """The import stops with a SyntaxError before a line of it runs, and no predictions are written.

    Common causes: a notebook's magics, a merge's markers, and syntax newer than the evaluator's Python. Modules of the
    zip that are surely imported are read, too. Without a contract it is not known which are, so it is a warning then.
    """
    tree = subject.tree
    if subject.entry is None:
        members = [member.name for member in subject.archive.members if re.fullmatch(r"[^/]+\.py", member.name)]
    else:
        imported = (module.member for module in subject.walk.modules.values() if module.surely)
        members = list(dict.fromkeys((subject.entry, *(member for member in imported if member.endswith(".py")))))
    for member in members:
        problem = tree.parse(member)
        if isinstance(problem, SyntaxProblem):
            magic = " (a notebook's magic, not Python)" if problem.text.startswith(("!", "%")) else ""
            told = f"{problem.message}: {problem.text}{magic}, by the grammar of Python {dotted(tree.python)}"
            yield Evidence(told, f"{member}:{problem.line}", None if contract else WARNING)


@check(
    "SRC002",
    "no class of the name that the evaluator imports",
    level=ERROR,
    fix="name the class as the contract does, letter by letter: class Model",
    source="competition.md, The interface that the evaluator asks for",
    after=(*ARC, "SRC001"),
)
def no_class(subject: Subject, contract: Contract) -> Iterator[Evidence]:
    """`from model import Model` raises ImportError, or the call of what it finds fails.

    Python tells upper from lower case, and earlier editions of a competition may have asked for another name.
    """
    tree, member = subject.tree, subject.entry or contract.entry
    found = tree.find(contract.class_name, member)
    if isinstance(found, Definition) and not isinstance(found.node, ast.ClassDef):
        yield Evidence(f"{contract.class_name} is a function, a class is wanted", found.where)
    elif found is None:
        module = tree.parse(member)
        assert isinstance(module, ast.Module)
        classes = [node for node in ast.walk(module) if isinstance(node, ast.ClassDef)]
        alike = next((node for node in classes if node.name.lower() == contract.class_name.lower()), None)
        names = ", ".join(node.name for node in classes) or "no class"
        line = alike.lineno if alike else classes[0].lineno if classes else 1
        yield Evidence(f"wanted class {contract.class_name} at the top level, got {names}", f"{member}:{line}")


@check(
    "SRC003",
    "the constructor needs arguments that the evaluator does not pass",
    level=ERROR,
    fix="give each parameter of __init__ a default, or remove it; find files through __file__",
    source="competition.md, Editions: Model() since 2024, model(path) before",
    after=(*ARC, "SRC001", "SRC002"),
)
def constructor_needs_arguments(subject: Subject, contract: Contract) -> Iterator[Evidence]:
    """The evaluator builds the class with fixed arguments, and anything more raises TypeError.

    The platform then has no predictions to score; the user sees only 'Child task failed or non-zero return code'.
    """
    tree, owner = _entry_class(subject, contract)
    if owner is None:
        return
    given = len(contract.constructor)
    call = f"{contract.class_name}({', '.join(contract.constructor)})"
    if any(_is_dataclass(decorator) for decorator in getattr(owner.node, "decorator_list", [])):
        if len(needed := list(_required_fields(owner))) > given:
            yield Evidence(f"{call}: the dataclass has no default for {', '.join(needed[given:])}", owner.where)
        return
    found = tree.method(owner, "__init__")
    if _is_plain(owner) and isinstance(found, Definition) and _is_plain(found):
        if refusal := Signature(found, bound=True).refuses(given):
            yield Evidence(f"{call}: {refusal}", found.where)
    elif found is None and given and tree.method(owner, "__new__") is None:
        yield Evidence(f"{call}: the class has no __init__ and takes no arguments", owner.where)


@check(
    "SRC004",
    "the method is missing, or cannot be called as the evaluator calls it",
    level=ERROR,
    fix="write it as the contract has it: def predict(self, X), inside the class",
    source="competition.md, The interface that the evaluator asks for",
    after=(*ARC, "SRC001", "SRC002"),
)
def no_method(subject: Subject, contract: Contract) -> Iterator[Evidence]:
    """The evaluator calls one method by position, after the model has been loaded.

    A wrong name raises AttributeError, a wrong number of parameters TypeError; both end without predictions.
    """
    tree, owner = _entry_class(subject, contract)
    if owner is None or not _is_plain(owner, allowed=_is_dataclass):
        return
    found = tree.method(owner, contract.method)
    call = f"{contract.method}({', '.join(contract.arguments)})"
    if found is None and _is_set_elsewhere(owner, contract.method):
        return
    if found is None:
        assert isinstance(owner.node, ast.ClassDef)
        methods = [node.name for node in owner.node.body if isinstance(node, ast.FunctionDef)]
        yield Evidence(f"wanted {call}, got {', '.join(methods) or 'no method'}", owner.where)
    elif isinstance(found, Definition) and isinstance(found.node, ast.AsyncFunctionDef):
        yield Evidence(f"{call} is async: the evaluator gets a coroutine, not an answer", found.where)
    elif isinstance(found, Definition) and isinstance(found.node, ast.FunctionDef):
        static = [getattr(decorator, "id", None) for decorator in found.node.decorator_list]
        if static in ([], ["staticmethod"], ["classmethod"]):
            refusal = Signature(found, bound=static != ["staticmethod"]).refuses(len(contract.arguments))
            if refusal:
                yield Evidence(f"{call}: {refusal}", found.where)


def _is_dataclass(decorator: ast.expr) -> bool:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(target, ast.Name | ast.Attribute) and ast.unparse(target).endswith("dataclass")


def _is_plain(definition: Definition, allowed: object = None) -> bool:
    """Whether no decorator (but those allowed) may have put something else in its place."""
    decorators = definition.node.decorator_list
    return not decorators or (callable(allowed) and all(allowed(decorator) for decorator in decorators))


def _required_fields(owner: Definition) -> Iterator[str]:
    """The fields of a dataclass that its constructor demands, for classes without bases."""
    assert isinstance(owner.node, ast.ClassDef)
    for node in owner.node.body:
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.value is None
            and "ClassVar" not in ast.unparse(node.annotation)
        ):
            yield node.target.id
