"""A competition in the manner of the wheat bundle: its phases, tasks, programs and leaderboard."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from .records import Column, Competition, Leaderboard, Phase, Task

if TYPE_CHECKING:
    from .records import Dataset
    from .state import State

PROGRAMS: dict[str, dict[str, str]] = {
    "ingestion_program": {
        "metadata": "command: python3 ingestion.py $input $output $program $submission_program\n",
        "ingestion.py": "from model import Model\n",
    },
    "input_data": {
        "testing_data": "15.26,14.84,0.871,5.763,3.312,2.221,5.22\n",
        "training_data": "",
        "training_label": "",
    },
    "scoring_program": {"metadata": "command: python3 scoring.py $input $output\n", "scoring.py": "import json\n"},
    "reference_data": {"testing_label": "1\n"},
}
COLUMNS = (("accuracy", "Prediction score", "desc"), ("duration", "Duration", "desc"))


def add_competition(
    state: State,
    *,
    title: str = "Classify Wheat Seeds",
    tasks: int = 1,
    later_phase: bool = True,
    rule: str = "Force_Last",
    columns: Sequence[Column] | None = None,
    registered: bool = True,
    files: Mapping[str, bytes] | None = None,
    public_data: bytes | None = None,
    starting_kit: bytes | None = None,
    **fields: Any,
) -> Competition:
    """Add a competition with one phase that runs and one to come; whatever is not an option here can be set on it.

    `files` replaces the first task's data by type (ingestion_program, scoring_program, input_data, reference_data).
    `fields` go to `Competition`: fact_sheet, registration_auto_approve, secret_key, queue, docker_image,
    enable_detailed_results, ...
    """
    made = [_task(state, number, files or {}) for number in range(tasks)]
    logo = state.store("logos", "wheat.jpg", b"\xff\xd8\xff", content_type="image/jpeg", bucket="public")
    competition = Competition(
        state.next_id("competition"), title, state.now(), [], _leaderboard(state, rule, columns), logo, **fields
    )
    state.competitions.append(competition)
    competition.phases = _phases(state, made, later_phase=later_phase)
    competition.phases[0].public_data = _data(state, "public_data", public_data)
    competition.phases[0].starting_kit = _data(state, "starting_kit", starting_kit)
    competition.participants["organizer"] = "approved"
    if registered:
        competition.participants["participant"] = "approved"
    return competition


def _phases(state: State, tasks: list[Task], *, later_phase: bool) -> list[Phase]:
    today = state.now().replace(hour=0, minute=0, second=0, microsecond=0)
    begin, middle = today - timedelta(days=30), today + timedelta(days=30)
    first = Phase(state.next_id("phase"), "Development Phase", begin, middle, tasks)
    if not later_phase:
        first.is_final_phase = True
        return [first]
    later = Phase(state.next_id("phase"), "Final Phase", middle, None, tasks[:1], index=1, is_final_phase=True)
    later.max_submissions_per_day = later.max_submissions_per_person = 1
    return [first, later]


def _leaderboard(state: State, rule: str, columns: Sequence[Column] | None) -> Leaderboard:
    usual = [
        Column(state.next_id("column"), key, title, index, sorting)
        for index, (key, title, sorting) in enumerate(COLUMNS)
    ]
    return Leaderboard(state.next_id("leaderboard"), list(columns) if columns is not None else usual, rule)


def _task(state: State, number: int, files: Mapping[str, bytes]) -> Task:
    name = "Wheat Seed Developement Task" + (f" {number + 1}" if number else "")
    task = Task(state.next_id("task"), state.uuid(), name, state.now())
    for kind, members in PROGRAMS.items():
        content = files[kind] if kind in files and number == 0 else _zip(members)
        dataset = _data(state, kind, content)
        assert dataset is not None
        task.files[kind] = dataset
    return task


def _data(state: State, kind: str, content: bytes | None) -> Dataset | None:
    if content is None:
        return None
    dataset = state.add_dataset("organizer", kind, f"{kind}.zip", content)
    now = f"{state.now():%m-%d-%Y %H:%M}"
    dataset.name, dataset.by_competition, dataset.file_name = f"{kind} @ '{now}'", True, ""
    return dataset


def _zip(members: Mapping[str, str]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()
