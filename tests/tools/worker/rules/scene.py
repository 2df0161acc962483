"""A scene: a bundle, a submission and how to play it, as plain data; and writing both where the kit can read them."""

import io
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.tools.container_image import IMAGE
from tools.worker.layout import Profile

Files = Mapping[str, str | bytes]
Part = Files | bytes
"""A program or data set: the files of a folder, or a zip."""
COLUMNS = (
    {"title": "Accuracy", "key": "accuracy", "index": 0, "precision": 4},
    {"title": "Seconds", "key": "seconds", "index": 1, "sorting": "asc"},
)
PAGES = {"logo.png": "png", "terms.md": "terms", "overview.md": "# Overview"}


@dataclass(frozen=True, kw_only=True)
class Task:
    """The programs and data of a task; None where it has none."""

    scoring: Part
    ingestion: Part | None = None
    input_data: Part | None = None
    reference_data: Part | None = None
    during_scoring: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """A submission (the bytes of its zip), the tasks of a bundle by name, and how to play them.

    `keys` are added to competition.yaml, `phase` to its only phase, which has all tasks; `files` to the bundle. Of a
    scene that is `alike` in all engines the worker decides what is seen, before or after a program is run.
    """

    submission: bytes
    tasks: Mapping[str, Task]
    keys: Mapping[str, Any] = field(default_factory=dict)
    phase: Mapping[str, Any] = field(default_factory=dict)
    files: Files = field(default_factory=dict)
    profile: Profile = "2026-03"
    play: str | None = None
    network: bool = False
    zipped: bool = False
    alike: bool = False

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write the bundle and the submission into a folder, and return their paths."""
        (folder / "submission.zip").write_bytes(self.submission)
        files: dict[str, str | bytes] = {**PAGES, **self.files}
        files["competition.yaml"] = yaml.safe_dump(self._competition(files), sort_keys=False)
        if self.zipped:
            (folder / "bundle.zip").write_bytes(zip_of(files.items()))
            return folder / "bundle.zip", folder / "submission.zip"
        for name, content in files.items():
            path = folder / "bundle" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder / "bundle", folder / "submission.zip"

    def _competition(self, files: dict[str, str | bytes]) -> dict[str, Any]:
        """The keys of competition.yaml; programs and data are put among the files."""
        tasks = [_task(index, name, task, files) for index, (name, task) in enumerate(self.tasks.items())]
        phase = {"index": 0, "name": "phase", "start": "2026-01-01", "tasks": list(range(len(tasks)))}
        return {
            "version": 2,
            "title": "A scene",
            "image": "logo.png",
            "terms": "terms.md",
            "pages": [{"title": "Overview", "file": "overview.md"}],
            "docker_image": IMAGE,
            "tasks": tasks,
            "phases": [phase | self.phase],
            "leaderboards": [{"title": "Results", "key": "results", "columns": [dict(column) for column in COLUMNS]}],
            **self.keys,
        }


def _task(index: int, name: str, task: Task, files: dict[str, str | bytes]) -> dict[str, Any]:
    keys: dict[str, Any] = {"index": index, "name": name, "description": name}
    if task.during_scoring:
        keys["ingestion_only_during_scoring"] = True
    parts = {
        "ingestion_program": task.ingestion,
        "scoring_program": task.scoring,
        "input_data": task.input_data,
        "reference_data": task.reference_data,
    }
    for key, part in parts.items():
        if part is None:
            continue
        place = f"task-{index}/{key}"
        if isinstance(part, bytes):
            place += ".zip"
            files[place] = part
        else:
            files |= {f"{place}/{file}": content for file, content in part.items()}
        keys[key] = place
    return keys


def zip_of(members: Files | Iterable[tuple[str | zipfile.ZipInfo, str | bytes]]) -> bytes:
    """The bytes of a zip with these members, in their order; a name may be there twice."""
    kept = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items() if isinstance(members, Mapping) else members:
            target.writestr(name, content)
    return kept.getvalue()
