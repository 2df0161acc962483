"""Plays a scene in an engine, and keeps what can be looked at afterwards."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from tests.tools.container_image import settings as container_settings
from tests.tools.worker.rules.scene import Scene
from tools.archive import open_archive
from tools.engines import Wish
from tools.errors import KitError
from tools.evaluate import Evaluated, Settings, evaluate
from tools.evaluation import Evaluation
from tools.project import Container
from tools.report.document import evaluated
from tools.worker.submission import Run


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What playing one task left: the evaluation, its JSON document, kept files; or only why the kit refused to play.

    It can be pickled, so that it can be shared; of the choice of an engine the engine itself is left out.
    """

    document: Mapping[str, Any] = field(default_factory=dict)
    whole: Evaluated | None = None
    one: Evaluation | None = None
    refusal: str | None = None

    @property
    def evaluated(self) -> Evaluated:
        """The evaluation of all tasks."""
        assert self.whole is not None, self.refusal
        return self.whole

    @property
    def evaluation(self) -> Evaluation:
        """The evaluation of this task."""
        assert self.one is not None, self.refusal
        return self.one

    @property
    def run(self) -> Run:
        """What the platform would show."""
        return self.evaluation.run

    @property
    def final(self) -> tuple[str, str | None]:
        """The last status and its details."""
        return self.run.status, self.run.status_details

    @property
    def statuses(self) -> list[str]:
        """All statuses in their order."""
        return [status for status, _ in self.run.timeline]

    @property
    def codes(self) -> dict[str, int | None]:
        """The exit codes by program, in the order in which they ended up in the run."""
        return {name: outcome.exit_code for name, outcome in self.run.outcomes.items()}

    @property
    def with_text(self) -> set[str]:
        """The logs with text."""
        return {name for name, text in self.run.logs.items() if text}

    def told(self, log: str) -> Any:
        """What a program printed as JSON in the first line of a log."""
        lines = self.run.logs[log].splitlines()
        assert lines, self.run.logs
        return json.loads(lines[0])

    def words(self, log: str) -> list[str]:
        """The words of a log."""
        return self.run.logs[log].split()

    @property
    def ingestion(self) -> Any:
        """What the ingestion program of the prediction job told."""
        return self.told("prediction_ingestion_stdout")

    @property
    def submission(self) -> Any:
        """What the submission told, run as a program of its own."""
        return self.told("prediction_stdout")

    @property
    def scoring(self) -> Any:
        """What the scoring program told."""
        return self.told("scoring_stdout")

    @property
    def scoring_ingestion(self) -> Any:
        """What the ingestion program of the scoring job told."""
        return self.told("scoring_ingestion_stdout")

    @property
    def kept(self) -> list[str]:
        """The names of what the platform lets one download."""
        assert self.evaluation.kept is not None
        return sorted(path.name for path in self.evaluation.kept.iterdir())

    def kept_text(self, name: str) -> str:
        """The text of a kept file."""
        assert self.evaluation.kept is not None
        return (self.evaluation.kept / name).read_text("utf-8")

    def zipped(self, name: str) -> dict[str, bytes] | None:
        """The members of prediction_result.zip or scoring_result.zip; None where it was not kept."""
        assert self.evaluation.kept is not None
        path = self.evaluation.kept / f"{name}.zip"
        if not path.is_file():
            return None
        with zipfile.ZipFile(path) as opened:
            return {member: opened.read(member) for member in opened.namelist()}

    @property
    def result_metadata(self) -> dict[str, Any]:
        """The `metadata` that the worker leaves in the prediction's output."""
        members = self.zipped("prediction_result")
        assert members is not None
        found: dict[str, Any] = yaml.safe_load(members["metadata"])
        return found


def play(scene: Scene, engine: str, folder: Path) -> Mapping[str | None, Seen]:
    """Evaluate a scene in an empty folder, and return what is seen of each task by its name, of the first by None."""
    bundle, submission = scene.write(folder)
    archive = open_archive(submission)
    container = container_settings() if engine == "container" else Container()
    wish = Wish(engine=engine, container=container, network=scene.network)  # type: ignore[arg-type]
    settings = Settings(bundle=bundle, phase=scene.play, wish=wish, profile=scene.profile, keep=folder / "kept")
    try:
        whole = evaluate(archive, settings)
    except KitError as error:
        return {None: Seen(refusal=error.what)}
    document = evaluated(archive, whole)
    plain = tuple(replace(one, archive=None) for one in whole.evaluations)
    whole = replace(whole, choice=replace(whole.choice, engine=None), bundle=replace(whole.bundle, parts=None))
    whole = replace(whole, evaluations=plain)
    seen = [Seen(document=document, whole=whole, one=one) for one in whole.evaluations]
    return {None: seen[0], **{one.evaluation.play.task.name: one for one in seen}}
