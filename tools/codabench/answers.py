"""What the platform answers, as far as the kit needs it (codabench.md 3; reference answers of the real site).

Keys that are not needed are ignored, and a key that may be missing in another version has a default. All texts are
the server's: whoever prints one makes it printable first.
"""

import datetime
import re
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from tools.codabench.errors import UnexpectedAnswerError
from tools.contract import first_complaint

Answer = TypeVar("Answer", bound="_Answer")
RULES_TO_ADD = ("Add", "Add_And_Delete", "Add_And_Delete_Multiple")
RULES_TO_REMOVE = ("Add_And_Delete", "Add_And_Delete_Multiple")
ENDED = ("Finished", "Failed", "Cancelled")

Items = BeforeValidator(lambda value: () if value is None else value)
Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
Moment = Annotated[
    datetime.datetime,
    BeforeValidator(lambda value: value.replace(" ", "T") if isinstance(value, str) else value),
]


def _whole_numbers(value: Any) -> Any:
    """The whole numbers in a list, or in the text of one, which is how some versions answer."""
    if isinstance(value, str | list | tuple):
        return [int(word) for word in re.findall(r"-?\d+", str(value))]
    return () if value is None else value


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True, protected_namespaces=())


class Account(_Answer):
    """GET my_profile/."""

    username: str
    email: Text = ""


class DataSet(_Answer):
    """A file that the platform keeps; `id` is what it is deleted by, `key` what everything else knows it by."""

    id: int
    key: str
    name: Text = ""
    type: Text = ""
    file_name: Text = ""
    file_size: float | None = None
    is_public: bool = False


class Task(_Answer):
    """A task of a phase. `public_datasets` are all of its programs and data, hidden ones too in some versions.

    Which of them participants may have is in `public_parts`.
    """

    id: int
    name: Text = ""
    key: Text = ""
    public_datasets: Annotated[tuple[DataSet, ...], Items] = ()


class Phase(_Answer):
    """A phase. Limits of 0 and None are none; `used_...` are None for who is not signed in."""

    id: int
    index: int = 0
    name: Text = ""
    description: Text = ""
    start: Moment | None = None
    end: Moment | None = None
    status: Text = ""
    execution_time_limit: float | None = None
    tasks: Annotated[tuple[Task, ...], Items] = ()
    auto_migrate_to_this_phase: bool = False
    has_max_submissions: bool = True
    max_submissions_per_day: int | None = None
    max_submissions_per_person: int | None = None
    used_submissions_per_day: int | None = None
    used_submissions_per_person: int | None = None
    hide_output: bool = False
    hide_prediction_output: bool = False
    hide_score_output: bool = False
    public_data: DataSet | None = None
    starting_kit: DataSet | None = None

    @property
    def is_open(self) -> bool:
        """What the web page looks at before it lets one submit."""
        return self.status == "Current"


class Column(_Answer):
    """A leaderboard column."""

    key: str
    title: Text = ""
    index: int = 0
    sorting: Literal["asc", "desc"] = "desc"
    computation: str | None = None
    computation_indexes: Annotated[tuple[int, ...], BeforeValidator(_whole_numbers)] = ()
    precision: int = 2
    hidden: bool = False


class Leaderboard(_Answer):
    """A competition's leaderboard: its columns, and by which rule submissions come onto it."""

    id: int
    title: Text = ""
    key: Text = ""
    primary_index: int = 0
    submission_rule: Text = ""
    hidden: bool = False
    columns: Annotated[tuple[Column, ...], Items] = ()


class Question(_Answer):
    """One question of a competition's fact sheet; `selection` are the answers to choose from, if any."""

    key: Text = ""
    type: Text = ""
    title: Text = ""
    selection: Annotated[
        tuple[str, ...],
        BeforeValidator(lambda value: tuple(str(item) for item in value) if isinstance(value, list) else ()),
    ] = ()
    is_required: bool = False
    is_on_leaderboard: bool = False


class Queue(_Answer):
    """A queue of the organiser's own workers."""

    id: int
    name: Text = ""


class Listed(_Answer):
    """A competition in a list."""

    id: int
    title: Text = ""
    created_by: Text = ""
    participants_count: int | None = None
    submissions_count: int | None = None
    participant_status: str | None = None
    competition_type: Text = ""


class Competition(_Answer):
    """GET competitions/ID/. `make_..._available` are None where the version does not tell."""

    id: int
    title: Text = ""
    description: Text = ""
    created_by: Text = ""
    participant_status: str | None = None
    registration_auto_approve: bool = False
    docker_image: Text = ""
    queue: Queue | None = None
    terms: Text = ""
    phases: Annotated[tuple[Phase, ...], Items] = ()
    leaderboards: Annotated[tuple[Leaderboard, ...], Items] = ()
    fact_sheet: Annotated[dict[str, Question], BeforeValidator(lambda value: value or {})] = {}
    enable_detailed_results: bool = False
    make_programs_available: bool | None = None
    make_input_data_available: bool | None = None
    contact_email: Text = ""

    @property
    def leaderboard(self) -> Leaderboard | None:
        """The one that holds for all phases."""
        return self.leaderboards[0] if self.leaderboards else None


class Permission(_Answer):
    """GET can_make_submission/PHASE/. It does not look at the phase's dates."""

    can: bool
    reason: Text = ""

    @property
    def is_for_today(self) -> bool:
        """Whether it is the day's limit, which begins anew."""
        return "Reached maximum" in self.reason and "today" in self.reason

    @property
    def is_for_good(self) -> bool:
        """Whether it is the limit in all."""
        return "Reached maximum" in self.reason and not self.is_for_today


class Quota(_Answer):
    """GET user_quota/: `quota` in gigabytes of 1e9 bytes, `storage_used` in bytes."""

    quota: float
    storage_used: float = 0.0

    @property
    def free_bytes(self) -> float:
        """What may still be stored."""
        return self.quota * 1e9 - self.storage_used


class Place(_Answer):
    """A data set that was created, and the signed address to which its file is sent."""

    key: str
    sassy_url: str = Field(repr=False)


class Score(_Answer):
    """One score as it is stored, with ten decimals."""

    column_key: str
    score: Decimal
    index: int = 0
    task_id: int | None = None


class TaskOf(_Answer):
    """The task of a submission."""

    id: int
    name: Text = ""


class Submission(_Answer):
    """GET submissions/ID/, and what a list of submissions holds."""

    id: int
    status: str
    status_details: str | None = None
    phase: int | None = None
    phase_name: Text = ""
    filename: Text = ""
    owner: Text = ""
    created_when: Moment | None = None
    has_children: bool = False
    parent: int | None = None
    children: Annotated[tuple[int, ...], Items] = ()
    scores: Annotated[tuple[Score, ...], Items] = ()
    on_leaderboard: bool = False
    leaderboard: int | None = None
    task: TaskOf | None = None

    @property
    def has_ended(self) -> bool:
        """Whether its status is one of the last; the platform sometimes goes on from there."""
        return self.status in ENDED

    @property
    def values(self) -> dict[str, float]:
        """The scores by column."""
        return {score.column_key: float(score.score) for score in self.scores}


class Log(_Answer):
    """A log by its name and a signed address."""

    name: str
    data_file: str | None = Field(default=None, repr=False)


class Details(_Answer):
    """GET submissions/ID/get_details/: signed addresses, None for what there is not."""

    logs: Annotated[tuple[Log, ...], Items] = ()
    data_file: str | None = Field(default=None, repr=False)
    prediction_result: str | None = Field(default=None, repr=False)
    scoring_result: str | None = Field(default=None, repr=False)
    detailed_result: str | None = Field(default=None, repr=False)
    leaderboards: Annotated[tuple[Leaderboard, ...], Items] = ()


class RankedScore(_Answer):
    """A score on the leaderboard, rounded as it is shown."""

    column_key: str
    score: Text = ""
    index: int = 0
    task_id: int | None = None


class Row(_Answer):
    """A submission on the leaderboard."""

    id: int
    owner: Text = ""
    organization: Any = None
    scores: Annotated[tuple[RankedScore, ...], Items] = ()
    created_when: Moment | None = None


class Board(_Answer):
    """GET phases/ID/get_leaderboard/: the rows in the platform's order."""

    class TaskColumns(_Answer):
        """The columns of one task."""

        id: int | None = None
        name: Text = ""
        columns: Annotated[tuple[Column, ...], Items] = ()

    title: Text = ""
    primary_index: int = 0
    submissions: Annotated[tuple[Row, ...], Items] = ()
    tasks: Annotated[tuple[TaskColumns, ...], Items] = ()


def read(model: type[Answer], answer: Any, what: str) -> Answer:
    """An answer as its model. Raises UnexpectedAnswerError naming the request and the field that is wrong."""
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise _unexpected(what, error) from error


def read_list(model: type[Answer], answer: Any, what: str) -> tuple[tuple[Answer, ...], str | None]:
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
