"""ENV: model files against the Keras that loads them. What is in a file counts, by what each version was seen to take.

docs/model_files.md has the measurements. Only files that a call surely loads are judged.
"""

from collections.abc import Iterator

from packaging.version import Version

from tools.checks.finding import ERROR, Evidence
from tools.checks.loading import Loading, keras_of, loadings
from tools.checks.registry import check
from tools.checks.source import AFTER_PARSING
from tools.checks.subject import Subject
from tools.contract import Contract
from tools.models.keras_file import KerasFile, WeightsFile
from tools.models.keras_reading import refusals
from tools.models.measured import version_of
from tools.models.saved_model import SavedModel

KERAS_3 = 3
SHOWN = 3


@check(
    "ENV002",
    "a model file written by a Keras newer than the evaluator's can read",
    level=ERROR,
    fix="ship the graph, which has no Keras in it: kit build --model FILE; or save it under the evaluator's Keras",
    source="competition.md, Measured 2026-11-22; measured: python -m tests.tools.models.versions.table",
    after=AFTER_PARSING,
)
def newer_keras(subject: Subject, _contract: Contract) -> Iterator[Evidence]:
    """Keras rebuilds each layer of the file with the arguments that stand there, and raises at the first unknown one.

    New versions write arguments that older ones do not take, also where they are null: 'Functional could not be
    deserialized properly', or 'Unrecognized keyword arguments'. It works at home, where the newer Keras is. A file
    that a newer Keras wrote is not accused where it has nothing that the evaluator's refuses.
    """
    for loading, reader, writer in _between_versions(subject):
        if writer.major == reader.major and writer > reader:
            yield from _refused(loading, reader)


@check(
    "ENV003",
    "a Keras 2 file under Keras 3, or the other way",
    level=ERROR,
    fix="ship the graph, which has no Keras in it: kit build --model FILE; or save it under the evaluator's Keras",
    source="competition.md, Failures that teams reported; measured: python -m tests.tools.models.versions.table",
    after=AFTER_PARSING,
)
def other_major_keras(subject: Subject, _contract: Contract) -> Iterator[Evidence]:
    """Keras 3 is another library than Keras 2: classes were moved, arguments dropped, whole formats are not read.

    `load_model` of a SavedModel's folder raises 'File format not supported', of a .keras file 'Functional could not be
    deserialized', of an .h5 file 'Unrecognized keyword arguments' for some layers (DepthwiseConv2D, LSTM, attention)
    while others load. Which of them, was measured.
    """
    for loading, reader, writer in _between_versions(subject):
        if writer.major != reader.major:
            yield from _refused(loading, reader)
    keras = keras_of(subject)
    if keras is None or keras.major < KERAS_3:
        return
    for loading in loadings(subject):
        if loading.by_keras and isinstance(loading.model, SavedModel):
            told = (
                f"load_model gets {loading.model.folder or 'the root'}, a SavedModel; Keras {keras} reads only .keras"
            )
            yield Evidence(f"{told} and .h5 (tf.saved_model.load reads it)", loading.where)


def _between_versions(subject: Subject) -> Iterator[tuple[Loading, Version, Version]]:
    """Each Keras file that load_model surely gets, with the version that reads it and the one that wrote it."""
    for loading in loadings(subject):
        model = loading.model
        writer = version_of(model.keras_version) if isinstance(model, KerasFile) else None
        reader = keras_of(subject) if writer and loading.by_keras else None
        if reader and writer:
            yield loading, reader, writer


def _refused(loading: Loading, reader: Version) -> Iterator[Evidence]:
    model = loading.model
    assert isinstance(model, KerasFile)
    reasons = list(dict.fromkeys(refusals(model, reader)))
    if reasons:
        more = f"; {len(reasons) - SHOWN} more" if len(reasons) > SHOWN else ""
        shown = "; ".join(reasons[:SHOWN])
        told = f"{model.member} was written by Keras {model.keras_version}, the evaluator's is {reader}: {shown}{more}"
        yield Evidence(told, loading.where)


@check(
    "ENV007",
    "weights alone are given to load_model, which wants a whole model",
    level=ERROR,
    fix="build the network in model.py and call its load_weights(path); or save all of it: model.save('model.keras')",
    source="measured: python -m tests.tools.models.versions.table, 'No model config found in the file'",
    after=AFTER_PARSING,
)
def weights_without_a_network(subject: Subject, _contract: Contract) -> Iterator[Evidence]:
    """`save_weights` writes numbers by the names of layers, and not how the layers are connected.

    `load_model` raises 'No model config found in the file'. The file was often named by a ModelCheckpoint with
    save_weights_only=True.
    """
    for loading in loadings(subject):
        if loading.by_keras and isinstance(loading.model, WeightsFile):
            yield Evidence(f"{loading.model.member} holds weights and no network", loading.where)
