"""A competition bundle in Codabench's own format, version 2 (codabench.md 2): what the local worker needs of it."""

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools.competitions import DEFAULT
from tools.contract import Contract, first_complaint, read_contract
from tools.errors import BundleError, UsageError

NAME = "competition.yaml"
DEFAULT_LIMIT_S = 600


class _Part(BaseModel):
    """A part of competition.yaml; keys that the platform ignores are ignored here."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Task(_Part):
    """One task: its programs and data, each a folder or zip relative to the bundle."""

    index: int
    name: str = ""
    scoring_program: str
    ingestion_program: str | None = None
    input_data: str | None = None
    reference_data: str | None = None
    ingestion_only_during_scoring: bool = False


class Phase(_Part):
    """One phase: which tasks run in it, and for how many seconds each job may."""

    index: int = 0
    name: str
    tasks: tuple[int, ...] = Field(min_length=1)
    execution_time_limit: float = Field(default=DEFAULT_LIMIT_S, gt=0)


class Column(_Part):
    """A leaderboard column: the key in scores.json and how the platform shows its value."""

    title: str = Field(max_length=36)
    key: str = Field(max_length=36)
    index: int
    sorting: Literal["desc", "asc"] = "desc"
    precision: int = 2
    hidden: bool = False


class Leaderboard(_Part):
    """The leaderboard; the platform uses a bundle's first one for all phases."""

    title: str = ""
    key: str = ""
    columns: tuple[Column, ...] = ()


class Competition(_Part):
    """The parts of competition.yaml that decide how a submission is run and shown."""

    version: int
    title: str
    docker_image: str = "codalab/codalab-legacy:py37"
    tasks: tuple[Task, ...] = Field(min_length=1)
    phases: tuple[Phase, ...] = Field(min_length=1)
    leaderboards: tuple[Leaderboard, ...] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A competition, its contract if it has one, and the folder that its paths are relative to."""

    root: Path
    competition: Competition
    contract: Contract | None

    @property
    def phase(self) -> Phase:
        """The first phase."""
        return min(self.competition.phases, key=lambda phase: phase.index)

    @property
    def task(self) -> Task:
        """The first task of the first phase."""
        wanted = self.phase.tasks[0]
        found = next((task for task in self.competition.tasks if task.index == wanted), None)
        if found is None:
            raise BundleError(
                f"phase {self.phase.name!r} names task {wanted}, tasks are "
                f"{', '.join(str(task.index) for task in self.competition.tasks)}",
                f"mend `tasks` of that phase in {NAME}",
            )
        return found

    @property
    def columns(self) -> tuple[Column, ...]:
        """The leaderboard's columns in their order."""
        return tuple(sorted(self.competition.leaderboards[0].columns, key=lambda column: column.index))

    def place(self, value: str | None, into: Path) -> bool:
        """Copy a program or data set of the bundle, folder or zip, to `into`; False where the bundle names none."""
        if value is None:
            return False
        path = self.root / value
        if path.is_dir():
            shutil.copytree(path, into, dirs_exist_ok=True)
        elif path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as opened:
                opened.extractall(into)
        else:
            raise BundleError(f"{NAME} names {value}, which is neither a folder nor a zip in {self.root}", "mend it")
        return True


def open_bundle(path: Path | None, scratch: Path) -> Bundle:
    """Read a bundle: a folder, or a zip (unpacked into `scratch`), or the one that comes with the kit for None.

    Raises UsageError where there is nothing, BundleError naming the key or line that is wrong.
    """
    root = path or DEFAULT
    if root.is_file():
        if not zipfile.is_zipfile(root):
            raise UsageError(f"{root} is neither a folder nor a zip", f"give the folder that holds {NAME}")
        with zipfile.ZipFile(root) as opened:
            opened.extractall(scratch / "bundle")
        root = scratch / "bundle"
    if not (root / NAME).is_file():
        raise UsageError(f"there is no {NAME} in {path or root}", f"give a bundle: the folder or zip that holds {NAME}")
    competition = _validated(root / NAME, _loaded(root / NAME))
    return Bundle(root=root, competition=competition, contract=read_contract(root))


def _loaded(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BundleError(f"{path} is not YAML: {error}", "mend that line") from error


def _validated(path: Path, content: Any) -> Competition:
    try:
        competition = Competition.model_validate(content)
    except ValidationError as error:
        raise BundleError(f"{path}: {first_complaint(error)}", "mend that key (codabench's bundle format 2)") from error
    if competition.version != 2:  # noqa: PLR2004 - the format's own number
        raise BundleError(f"{path}: version is {competition.version}, 2 is wanted", "convert the bundle to version 2")
    return competition
