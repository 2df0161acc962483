"""What competition.yaml says, in the platform's own keys and with its defaults (codabench.md 2).

The models hold what the rest of the kit needs. Keys that the platform ignores are ignored. Whether the parts fit each
other is decided in `coherence`, and what the platform would refuse in `refusals`.
"""

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tools.bundle.dates import read_date

DEFAULT_LIMIT_S = 600
DEFAULT_IMAGE = "codalab/codalab-legacy:py37"
Part = Literal["scoring_program", "ingestion_program", "input_data", "reference_data"]
PARTS: tuple[Part, ...] = ("ingestion_program", "scoring_program", "input_data", "reference_data")
COMPUTATIONS = ("avg", "sum", "min", "max")


def _as_text(value: Any) -> Any:
    """Numbers and dates as they are written; nothing as the empty text."""
    return "" if value is None else str(value) if isinstance(value, int | float | datetime.date) else value


def _or(default: Any) -> BeforeValidator:
    """Take the default where the file gives null, 0 or an empty text, as the platform does for this key."""
    return BeforeValidator(lambda value: value or default)


Index = int | str
"""What tasks are known by among phases and solutions: a number, and the platform takes a text as well."""
Text = Annotated[str, BeforeValidator(_as_text)]
Date = Annotated[datetime.datetime | None, BeforeValidator(read_date)]
Items = BeforeValidator(lambda value: () if value is None else value)


class _Model(BaseModel):
    """A part of competition.yaml."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, defer_build=True)


class Task(_Model):
    """One task: either the key of one that exists on the platform, or its programs and data.

    A program or data set is the path of a folder or zip in the bundle, or the key of one on the platform.
    """

    index: Index
    key: str | None = None
    name: Text = ""
    description: Text = ""
    scoring_program: str | None = None
    ingestion_program: str | None = None
    input_data: str | None = None
    reference_data: str | None = None
    ingestion_only_during_scoring: bool = False


class Phase(_Model):
    """One phase: when it is, which tasks run in it, and for how many seconds each job may. Limits of 0 are none."""

    index: int | None = None
    name: Text = ""
    description: Text = ""
    start: Date = None
    end: Date = None
    tasks: tuple[Index, ...] = Field(min_length=1)
    max_submissions_per_day: int = 5
    max_submissions: int = 100
    execution_time_limit: Annotated[float, Field(gt=0, allow_inf_nan=False), _or(DEFAULT_LIMIT_S)] = DEFAULT_LIMIT_S
    auto_migrate_to_this_phase: bool = False
    hide_output: bool = False
    hide_prediction_output: bool = False
    hide_score_output: bool = False
    public_data: str | None = None
    starting_kit: str | None = None


class Solution(_Model):
    """An example submission: a folder or zip in the bundle, or the key of one on the platform."""

    index: Index | None = None
    tasks: tuple[Index, ...] = ()
    path: str | None = None
    key: str | None = None
    name: Text = ""
    description: Text = ""


class Column(_Model):
    """A leaderboard column: its key in scores.json, or what it is computed from, and how it is shown and sorted."""

    title: Text = ""
    key: str
    index: int
    sorting: Literal["desc", "asc"] = "desc"
    computation: Literal["avg", "sum", "min", "max"] | None = None
    computation_indexes: Annotated[tuple[int, ...], Items] = ()
    precision: int = 2
    hidden: bool = False


class Leaderboard(_Model):
    """A leaderboard; the platform uses a bundle's first one for all phases."""

    title: Text = ""
    key: Text = ""
    hidden: bool = False
    submission_rule: Literal[
        "Add", "Add_And_Delete", "Add_And_Delete_Multiple", "Force_Last", "Force_Latest_Multiple", "Force_Best"
    ] = "Add"
    columns: Annotated[tuple[Column, ...], Items] = ()


class FactSheetEntry(_Model):
    """A question to those who submit. `selection` holds the answers to choose from, for the type `select`."""

    key: Text = ""
    type: Text = ""
    title: Text = ""
    selection: Text | tuple[Text, ...] = ""
    is_required: bool = False
    is_on_leaderboard: bool = False


class Page(_Model):
    """A page of the competition's website."""

    title: Text = ""
    file: str | None = None


class Competition(_Model):
    """competition.yaml."""

    version: int
    title: Text = ""
    description: Text = ""
    image: str | None = None
    terms: str | None = None
    pages: Annotated[tuple[Page, ...], Items] = ()
    docker_image: Annotated[str, _or(DEFAULT_IMAGE)] = DEFAULT_IMAGE
    queue: Text | None = None
    enable_detailed_results: bool = False
    competition_type: Text = "competition"
    registration_auto_approve: bool = False
    auto_run_submissions: bool = True
    fact_sheet: dict[str, FactSheetEntry] | None = None
    tasks: tuple[Task, ...] = Field(min_length=1)
    phases: tuple[Phase, ...] = Field(min_length=1)
    solutions: Annotated[tuple[Solution, ...], Items] = ()
    leaderboards: tuple[Leaderboard, ...] = Field(min_length=1)
