"""ENV: layers and functions of a model file that Keras does not know by itself, and nobody tells it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.version import Version

from tools.checks.finding import ERROR, Evidence
from tools.checks.loading import Loading, keras_of, loadings
from tools.checks.mentions import mentions, only_plain_imports
from tools.checks.registry import check
from tools.checks.source import AFTER_PARSING
from tools.checks.subject import Subject
from tools.checks.walk.values import Constant, Table, Value
from tools.contract import Contract
from tools.models.keras_config import KerasObject
from tools.models.keras_file import KerasFile
from tools.models.measured import CLASS, LAYER, keras_classes

KERAS_3 = 3
NETWORKS = ("Functional", "Sequential", "Model")
GLOBALLY = ("custom_object_scope", "CustomObjectScope", "get_custom_objects")
"""What can hand names over from anywhere."""
DECORATOR = "register_keras_serializable"
SAFE_FROM = {"keras": Version("2.12"), "h5": Version("3.11")}
"""The first Keras that refuses Python lambdas, by the form of the file."""
UNSAFE = "enable_unsafe_deserialization"


@dataclass(frozen=True)
class _Options:
    """What a call of load_model was given: the names that it hands over (None where unknown)."""

    handed: frozenset[str] | None
    compiles: bool
    is_safe: bool


@check(
    "ENV004",
    "a custom layer or function that the loading side does not register",
    level=ERROR,
    fix="load_model(path, custom_objects={'Name': Name}, compile=False), or ship the graph: kit build --model FILE",
    source="competition.md, Failures that teams reported: custom layers that do not deserialise",
    after=(*AFTER_PARSING, "ENV002", "ENV003"),
)
def unregistered_object(subject: Subject, _contract: Contract) -> Iterator[Evidence]:
    """A model file holds the names of its layers, not their code: Keras must be handed each one that is not its own.

    `load_model` raises 'Could not locate class' or 'Unknown layer'. In the notebook that trained it the class was
    there. A loss or metric counts too, unless compile=False; a Python lambda in a .keras file needs safe_mode=False.
    """
    for loading in loadings(subject):
        model = loading.model
        if not loading.by_keras or not isinstance(model, KerasFile):
            continue
        options = _options(loading)
        for told in _complaints(subject, model, options):
            yield Evidence(f"{model.member}: {told}", loading.where)


def _options(loading: Loading) -> _Options:
    given = loading.call.arguments
    compiles, safe = given.get(2, "compile"), given.get(3, "safe_mode")
    return _Options(
        handed=_keys(given.get(1, "custom_objects")) if given.complete else None,
        compiles=given.complete and (compiles is None or compiles == Constant(True)),  # noqa: FBT003 - a value
        is_safe=given.complete and (safe is None or safe == Constant(True)),  # noqa: FBT003
    )


def _keys(value: Value | None) -> frozenset[str] | None:
    """The names that custom_objects has; None where reading does not tell."""
    if value is None or value == Constant(None):
        return frozenset()
    return frozenset(key for key, _ in value.pairs if isinstance(key, str)) if isinstance(value, Table) else None


def _complaints(subject: Subject, model: KerasFile, options: _Options) -> Iterator[str]:
    parts = (*model.objects, *(model.compiled if options.compiles else ()))
    own = [item for item in parts if _is_own(item, model)]
    if own and options.handed is not None and not mentions(subject, *GLOBALLY) and only_plain_imports(subject):
        seen: set[str] = set()
        for item in own:
            if item.class_name not in seen and not _is_known(item, subject, model, options.handed):
                seen.add(item.class_name)
                kind = "function" if item.is_function else "class"
                yield f"the {kind} {item.class_name} is not Keras' own, and load_model is not handed it"
    reader = keras_of(subject)
    if reader is None:
        return
    is_refused = reader >= SAFE_FROM[model.form] and any(item.is_lambda for item in parts)
    if is_refused and options.is_safe and not mentions(subject, UNSAFE):
        yield f"a Python lambda inside, which Keras {reader} refuses to run without safe_mode=False"
    if reader.major >= KERAS_3 and model.form == "h5" and options.handed is not None:
        for name in dict.fromkeys(item.class_name for item in model.objects if item.is_layer):
            if _is_hidden(name, reader) and name not in options.handed:
                yield f"{name} is no public layer of Keras {reader}, and an HDF5 file tells no more than its name"


def _is_hidden(name: str, reader: Version) -> bool:
    """Whether a class is one of Keras' own that it does not look up by its name alone."""
    nearest, bits = keras_classes().nearest(reader), keras_classes().found.get(name, {})
    return name not in NETWORKS and bool(bits.get(CLASS, 0) & nearest) and not bits.get(LAYER, 0) & nearest


def _is_own(item: KerasObject, model: KerasFile) -> bool:
    """Whether it surely is none of Keras' own."""
    if item.is_function:
        return item.module in (None, "builtins", "__main__")
    in_no_keras = item.class_name not in keras_classes().found and not item.is_lambda
    if model.form == "h5":
        return item.is_layer and in_no_keras
    return in_no_keras and item.is_own


def _is_known(item: KerasObject, subject: Subject, model: KerasFile, handed: frozenset[str]) -> bool:
    """Whether load_model may find it: handed over, registered by a decorator, or in a module that it imports itself."""
    if handed & {item.class_name, item.plain_name, item.registered_name}:
        return True
    if mentions(subject, re.escape(item.plain_name)) and mentions(subject, DECORATOR):
        return True
    member = subject.tree.member_of(item.module) if item.module and model.form == "keras" else None
    return member is not None and subject.tree.find(item.plain_name, member) is not None
