"""What the platform holds: users, competitions, data sets, submissions. Mutable, so that a test sets what it needs.

Nothing here speaks HTTP: how a record is written as JSON is in `rows.py`, who may change it in the modules of the
site.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from .faults import Fault
    from .worker import Plan

ENDED = ("Finished", "Failed", "Cancelled")


@dataclass
class Settings:
    """Where versions of the platform differ, and how time passes here."""

    limit_behaviour: Literal["500 HTML", "400 JSON"] = "500 HTML"
    worker_profile: Literal["2026-03", "2026-05"] = "2026-03"
    list_form: Literal["list", "pages"] = "list"  # of GET /api/submissions/
    phase_checked: bool = False  # True: a submission to a phase that is not open answers 400
    download_needs_token: bool = False  # True: /datasets/download/<key>/ of others' private data answers 404
    driven_by: Literal["polls", "time"] = "polls"
    step_seconds: float = 1.0  # how long one poll's worth of a plan lasts when driven by time
    children_after_polls: int = 1  # a parent's children exist from the poll after this many
    signed_put_s: int = 432_000  # five days
    signed_get_s: int = 432_000


@dataclass
class User:
    id: int
    username: str
    password: str
    email: str
    token: str
    quota_gb: int = 15
    used_bytes: int = 0  # beside what is stored here
    banned: bool = False


@dataclass
class StoredObject:
    """A file of the storage host; a big one has no content, only its size and sums."""

    path: str  # "/private/dataset/..."
    content: bytes | None
    size: int
    sha256: str
    md5: str
    content_type: str
    uploaded: bool = False  # False: the empty placeholder that the site made


@dataclass
class Dataset:
    id: int
    key: str
    type: str
    owner: str
    stored: StoredObject
    created_when: datetime
    name: str
    file_name: str = ""
    stored_name: str = ""  # "dataset/2026-11-22-1795371458/b594e615829f/x.zip"
    announced_bytes: int = 0  # the file_size of the call that made it
    file_size: int = 0  # set by `completed`
    description: str | None = None
    is_public: bool = False
    competition: int | None = None
    by_competition: bool = False
    completed: bool = False
    deleted: bool = False
    used: bool = False  # by a submission

    @property
    def body(self) -> bytes | None:
        """What was uploaded; None when nothing was, or when it is too big to be kept."""
        return self.stored.content if self.stored.uploaded else None

    @property
    def size(self) -> int:
        return self.stored.size

    @property
    def sha256(self) -> str:
        return self.stored.sha256

    @property
    def uploaded(self) -> bool:
        return self.stored.uploaded

    @property
    def is_zip(self) -> bool:
        """A big file counts as one: it was not kept."""
        return self.uploaded and (self.body is None or zipfile.is_zipfile(BytesIO(self.body)))


@dataclass
class Task:
    id: int
    key: str
    name: str
    created_when: datetime
    description: str = "Tune models to 117 items, test against the 40 items contained in public test data"
    files: dict[str, Dataset] = field(default_factory=dict)  # by type: ingestion_program, input_data, ...


@dataclass
class Phase:
    id: int
    name: str
    start: datetime
    end: datetime | None
    tasks: list[Task]
    index: int = 0
    description: str = "Development phase: tune your models."
    execution_time_limit: int = 600
    has_max_submissions: bool = True
    max_submissions_per_day: int | None = 5
    max_submissions_per_person: int | None = 100
    auto_migrate_to_this_phase: bool = False
    hide_output: bool = False
    hide_prediction_output: bool = False
    hide_score_output: bool = False
    public_data: Dataset | None = None
    starting_kit: Dataset | None = None
    is_final_phase: bool = False


@dataclass
class Column:
    id: int
    key: str
    title: str
    index: int
    sorting: str = "desc"
    precision: int = 2
    hidden: bool = False


@dataclass
class Leaderboard:
    id: int
    columns: list[Column]
    submission_rule: str = "Force_Last"
    title: str = "Results"
    key: str = "main"
    hidden: bool = False
    primary_index: int = 0


@dataclass
class Competition:
    id: int
    title: str
    created_when: datetime
    phases: list[Phase]
    leaderboard: Leaderboard
    logo: StoredObject
    created_by: str = "organizer"
    description: str = "Classification of wheat seeds into three classes based on seven dimensions of data"
    fact_sheet: dict[str, dict[str, Any]] | None = None
    registration_auto_approve: bool = True
    secret_key: str | None = None  # set: private, seen with the key or as a participant
    queue: int | None = None
    docker_image: str = "codalab/codalab-legacy:py39"
    enable_detailed_results: bool = False
    auto_run_submissions: bool = True
    participants: dict[str, str] = field(default_factory=dict)  # user name -> approved | pending | denied | unknown

    @property
    def published(self) -> bool:
        return self.secret_key is None

    @property
    def tasks(self) -> list[Task]:
        """Each task once, in the order of the phases."""
        return list({task.id: task for phase in self.phases for task in phase.tasks}.values())


@dataclass
class Score:
    id: int
    index: int
    column_key: str
    score: str  # ten decimals


@dataclass
class Submission:
    id: int
    owner: str
    data_key: str
    dataset: Dataset
    competition: Competition
    phase: int
    tasks: list[int]  # one for a single run or a child
    created_when: datetime
    plan: Plan
    status: str = "Submitting"
    status_details: str | None = None
    parent: Submission | None = None
    children: list[Submission] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    on_leaderboard: bool = False
    fact_sheet_answers: dict[str, Any] | None = None
    queue: int | None = None
    organization: int | None = None
    md5: str | None = None
    logs: dict[str, StoredObject] = field(default_factory=dict)
    prediction_result: StoredObject | None = None
    scoring_result: StoredObject | None = None
    detailed_result: StoredObject | None = None
    is_soft_deleted: bool = False
    polls: int = 0
    entered: int = -1  # the plan's last step that took effect

    @property
    def ended(self) -> bool:
        return self.status in ENDED


@dataclass
class RequestRecord:
    """One request as the platform saw it."""

    server: Literal["site", "storage"]
    stage: str
    method: str
    path: str  # with the query
    headers: Message
    at: float  # time.monotonic() when the head had been read
    status: int | None = None  # None: cut before any byte of the answer
    received_bytes: int = 0  # of the body
    took_effect: bool = False
    is_held: bool = False
    body: bytes = b""  # of the site's requests
    fault: Fault | None = None

    @property
    def header_map(self) -> Mapping[str, str]:
        """Names in small letters."""
        return {name.lower(): value for name, value in self.headers.items()}
