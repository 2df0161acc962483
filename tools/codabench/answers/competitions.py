"""A competition: its phases, tasks, leaderboard and fact sheet."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from tools.codabench.answers.accounts import DataSet
from tools.codabench.answers.answer import Answer, Items, Moment, Text

RULES_TO_ADD = ("Add", "Add_And_Delete", "Add_And_Delete_Multiple")
RULES_TO_REMOVE = ("Add_And_Delete", "Add_And_Delete_Multiple")


def _whole_numbers(value: Any) -> Any:
    """The whole numbers in a list, or in the text of one, which is how some versions answer."""
    if isinstance(value, str | list | tuple):
        return [int(word) for word in re.findall(r"-?\d+", str(value))]
    return () if value is None else value


class Task(Answer):
    """A task of a phase. `public_datasets` are all of its programs and data, hidden ones too in some versions.

    Which of them participants may have is in `public_parts`.
    """

    id: int
    name: Text = ""
    key: Text = ""
    public_datasets: Annotated[tuple[DataSet, ...], Items] = ()


class Phase(Answer):
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


class Column(Answer):
    """A leaderboard column."""

    key: str
    title: Text = ""
    index: int = 0
    sorting: Literal["asc", "desc"] = "desc"
    computation: str | None = None
    computation_indexes: Annotated[tuple[int, ...], BeforeValidator(_whole_numbers)] = ()
    precision: int = 2
    hidden: bool = False


class Leaderboard(Answer):
    """A competition's leaderboard: its columns, and by which rule submissions come onto it."""

    id: int
    title: Text = ""
    key: Text = ""
    primary_index: int = 0
    submission_rule: Text = ""
    hidden: bool = False
    columns: Annotated[tuple[Column, ...], Items] = ()


class Question(Answer):
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


class Queue(Answer):
    """A queue of the organiser's own workers."""

    id: int
    name: Text = ""


class Listed(Answer):
    """A competition in a list."""

    id: int
    title: Text = ""
    created_by: Text = ""
    participants_count: int | None = None
    submissions_count: int | None = None
    participant_status: str | None = None
    competition_type: Text = ""


class Competition(Answer):
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
    fact_sheet: Annotated[dict[str, Question], BeforeValidator(lambda value: value or {})] = Field(default_factory=dict)
    enable_detailed_results: bool = False
    make_programs_available: bool | None = None
    make_input_data_available: bool | None = None
    contact_email: Text = ""

    @property
    def leaderboard(self) -> Leaderboard | None:
        """The one that holds for all phases."""
        return self.leaderboards[0] if self.leaderboards else None
