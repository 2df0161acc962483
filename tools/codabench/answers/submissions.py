"""A submission: its status and scores, where its logs and results are, and the leaderboard."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from tools.codabench.answers.answer import Answer, Items, Moment, Text
from tools.codabench.answers.competitions import Column, Leaderboard

ENDED = ("Finished", "Failed", "Cancelled")


class Score(Answer):
    """One score as it is stored, with ten decimals."""

    column_key: str
    score: Decimal
    index: int = 0
    task_id: int | None = None


class TaskOf(Answer):
    """The task of a submission."""

    id: int
    name: Text = ""


class Submission(Answer):
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


class Log(Answer):
    """A log by its name and a signed address."""

    name: str
    data_file: str | None = Field(default=None, repr=False)


class Details(Answer):
    """GET submissions/ID/get_details/: signed addresses, None for what there is not."""

    logs: Annotated[tuple[Log, ...], Items] = ()
    data_file: str | None = Field(default=None, repr=False)
    prediction_result: str | None = Field(default=None, repr=False)
    scoring_result: str | None = Field(default=None, repr=False)
    detailed_result: str | None = Field(default=None, repr=False)
    leaderboards: Annotated[tuple[Leaderboard, ...], Items] = ()


class RankedScore(Answer):
    """A score on the leaderboard, rounded as it is shown."""

    column_key: str
    score: Text = ""
    index: int = 0
    task_id: int | None = None


class Row(Answer):
    """A submission on the leaderboard."""

    id: int
    owner: Text = ""
    organization: Any = None
    scores: Annotated[tuple[RankedScore, ...], Items] = ()
    created_when: Moment | None = None


class Board(Answer):
    """GET phases/ID/get_leaderboard/: the rows in the platform's order."""

    class TaskColumns(Answer):
        """The columns of one task."""

        id: int | None = None
        name: Text = ""
        columns: Annotated[tuple[Column, ...], Items] = ()

    title: Text = ""
    primary_index: int = 0
    submissions: Annotated[tuple[Row, ...], Items] = ()
    tasks: Annotated[tuple[TaskColumns, ...], Items] = ()
