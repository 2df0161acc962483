"""The model files that the entry surely loads, each with the call that loads it."""

from collections.abc import Iterator
from dataclasses import dataclass

from packaging.version import Version

from tools.checks.mentions import mentions
from tools.checks.subject import Subject
from tools.checks.walk.events import Call
from tools.checks.walk.openers import opened
from tools.checks.walk.texts import absolute
from tools.checks.walk.values import Anchor, Text
from tools.models.found import Model
from tools.models.measured import version_of
from tools.models.saved_model import SavedModel

LOAD_MODEL = frozenset({"keras.models.load_model", "keras.saving.load_model"})
OTHER_KERAS = ("tf_keras", "TF_USE_LEGACY_KERAS")
"""What gives another Keras than the one that is installed as `keras`."""


@dataclass(frozen=True)
class Loading:
    """A call that surely loads a model file of the archive."""

    model: Model
    call: Call

    @property
    def where(self) -> str:
        """`member:line`."""
        return self.call.site.where

    @property
    def by_keras(self) -> bool:
        """Whether it is Keras' own load_model."""
        return self.call.target in LOAD_MODEL


def loadings(subject: Subject) -> Iterator[Loading]:
    """Each call with each model file, in the order of the calls. Needs a contract."""
    if not subject.models:
        return
    paths = {model.folder if isinstance(model, SavedModel) else model.member: model for model in subject.models}
    in_submission = subject.walk.works_in_submission
    seen: set[tuple[str, str]] = set()
    for call in subject.walk.calls:
        found = opened(call) if call.site.sure else None
        path = absolute(found.path, call.working) if found and not found.opener.is_writing else None
        if not isinstance(path, Text):
            continue
        is_ours = path.anchor is Anchor.SUBMISSION or (path.anchor is Anchor.WORKING and in_submission)
        model = paths.get(path.text.strip("/")) if is_ours else None
        if model and (call.site.where, path.text) not in seen:
            seen.add((call.site.where, path.text))
            yield Loading(model, call)


def keras_of(subject: Subject) -> Version | None:
    """The version of Keras that loads; None where it is not known, or the source may choose another one."""
    known = version_of(subject.environment.versions.get("keras")) if subject.environment else None
    return None if known is None or mentions(subject, *OTHER_KERAS) else known
