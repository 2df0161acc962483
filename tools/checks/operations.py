"""ENV: the operations of exported graphs, against those of the TensorFlow that loads them."""

from collections.abc import Iterator

from packaging.version import Version

from tools.checks.finding import ERROR, Evidence
from tools.checks.loading import loadings
from tools.checks.mentions import only_plain_imports
from tools.checks.registry import check
from tools.checks.source import AFTER_PARSING
from tools.checks.subject import Subject
from tools.contract import Contract
from tools.models.measured import CLASS, operations, version_of
from tools.models.saved_model import FrozenGraph, SavedModel

SHOWN = 5


@check(
    "ENV006",
    "an exported graph uses an operation that the evaluator's TensorFlow lacks",
    level=ERROR,
    fix="export again under the evaluator's TensorFlow, or ship the form that older ones open: kit build --model FILE",
    source="competition.md, Measured 2026-11-22: Op type not registered 'DisableCopyOnRead' under 2.9.1",
    after=AFTER_PARSING,
)
def missing_operation(subject: Subject, _contract: Contract) -> Iterator[Evidence]:
    """Loading the graph raises 'Op type not registered' before a single image is seen.

    A graph is made of operations by name, and each TensorFlow has those of its time: an export of 2.12 and later does
    not open under 2.9, also where no layer is new. A custom operation is in no TensorFlow at all.
    """
    version = version_of(subject.environment.versions.get("tensorflow")) if subject.environment else None
    if version is None:
        return
    for loading in loadings(subject):
        model = loading.model
        if not isinstance(model, SavedModel | FrozenGraph):
            continue
        lacking = [name for name in sorted(model.operations) if _is_lacking(name, version)]
        if all(operations().first(name) is None for name in lacking) and not only_plain_imports(subject):
            continue
        if lacking:
            told = ", ".join(map(_described, lacking[:SHOWN])) + (", ..." if len(lacking) > SHOWN else "")
            writer = f", written by TensorFlow {model.tensorflow_version}," if isinstance(model, SavedModel) else ""
            yield Evidence(f"{model.member}{writer} needs {told}; the evaluator has {version}", loading.where)


def _is_lacking(name: str, version: Version) -> bool:
    nearest = operations().nearest(version)
    return bool(nearest) and not operations().found.get(name, {}).get(CLASS, 0) & nearest


def _described(name: str) -> str:
    first = operations().first(name)
    since = f"in TensorFlow from {first.major}.{first.minor} on" if first else "in no TensorFlow, a library's own"
    return f"{name} ({since})"
