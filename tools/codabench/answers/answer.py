"""What all answers have in common, and how one is read: field by field, naming the one that is wrong."""

import datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from tools.codabench.errors import UnexpectedAnswerError
from tools.contract import first_complaint

AnyAnswer = TypeVar("AnyAnswer", bound="Answer")


def _in_utc(moment: datetime.datetime) -> datetime.datetime:
    """A date of the platform in UTC; one without a zone is UTC already."""
    try:
        return moment.replace(tzinfo=moment.tzinfo or datetime.UTC).astimezone(datetime.UTC)
    except OverflowError as error:
        raise ValueError("the date in UTC lies beyond the years 1 to 9999") from error


Items = BeforeValidator(lambda value: () if value is None else value)
Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
Moment = Annotated[
    datetime.datetime,
    BeforeValidator(lambda value: value.replace(" ", "T") if isinstance(value, str) else value),
    AfterValidator(_in_utc),
]
"""A date, always aware, and in UTC."""


class Answer(BaseModel):
    """Frozen; keys that are not needed are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True, protected_namespaces=())


def read(model: type[AnyAnswer], answer: Any, what: str) -> AnyAnswer:
    """An answer as its model. Raises UnexpectedAnswerError naming the request and the field that is wrong."""
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise _unexpected(what, error) from error


def read_list(model: type[AnyAnswer], answer: Any, what: str) -> tuple[tuple[AnyAnswer, ...], str | None]:
    """A list, plain or one page of it, and the address of the next page. Raises UnexpectedAnswerError."""
    following = None
    if isinstance(answer, dict) and "results" in answer:
        answer, following = answer["results"], answer.get("next")
    try:
        return tuple(TypeAdapter(list[model]).validate_python(answer)), following  # type: ignore[valid-type]
    except ValidationError as error:
        raise _unexpected(what, error) from error


def _unexpected(what: str, error: ValidationError) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(
        f"{what} answered something else than the platform's interface says: {first_complaint(error)}",
        "the instance may be of another version; `pip install -U` the kit, or report it with this line",
    )
