"""The folder that a competition's public files go into: what is there already, what is fetched, what is written.

`.kit-init.json` in it keeps which part of the platform each file is, so that a part that is complete is not fetched
again, and what the kit has written, so that a file that was changed by hand is never written over.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx
import yaml

from tools.bundle import Bundle, open_bundle
from tools.codabench.answers import Competition
from tools.codabench.connect import Platform
from tools.codabench.errors import PlatformError
from tools.codabench.ingestion.reading import Reading
from tools.codabench.project.bundle_document import competition_yaml
from tools.codabench.project.download import NotGivenError, fetch
from tools.codabench.project.public_parts import Part
from tools.contract import NAME as CONTRACT
from tools.errors import BundleError, UsageError
from tools.files import replacing

MANIFEST = ".kit-init.json"
COMPETITION = "competition.yaml"
State = Literal["fetched", "there already", "kept by the organiser", "not given", "failed", "in the way"]
CONTRACT_HEAD = """\
# What the evaluator asks of an entry, as far as the ingestion program's text tells. Written by `kit init`; complete it
# with what the organiser says, each fact with its source. A changed file is never written over.
# Not known: {unknown}.
"""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What became of a part: `place` is its name in the folder where it is there, `why` says more, `url` opens it."""

    part: Part
    state: State
    place: str | None = None
    why: str = ""
    url: str = ""


@dataclass(frozen=True)
class BundleFolder:
    """One folder with its manifest."""

    root: Path

    def known(self) -> dict[str, Any]:
        """The manifest: `parts`, {key: place}, and `written`, {name: sha256}."""
        try:
            told = json.loads((self.root / MANIFEST).read_text("utf-8"))
            parts, written = told["parts"], told["written"]
        except (OSError, ValueError, KeyError, TypeError):
            parts, written = {}, {}
        return {"parts": dict(parts), "written": dict(written)}

    def open(self) -> None:
        """Make the folder. Raises UsageError where a file is in the way."""
        if self.root.exists() and not self.root.is_dir():
            raise UsageError(f"{self.root} is a file, a folder is wanted", "give another one: --bundle-folder DIR")
        self.root.mkdir(parents=True, exist_ok=True)

    def place(self, platform: Platform, part: Part, progress: Callable[[int], None]) -> Placed:
        """Fetch a part that the organiser gives and that is not there yet; what fails is told, not raised.

        What lies under the part's name without being known was put there by hand, and takes its place.
        """
        if place := self.place_of(part):
            return Placed(part=part, state="there already", place=place)
        if there := self._of_that_name(part):
            if there in self.known()["parts"].values():
                why = f"{there} is what the organiser gave before; move it away to have what is given now"
                return Placed(part=part, state="in the way", why=why, url=part.url(platform.client.host))
            return Placed(part=part, state="there already", place=there, why="put there by hand")
        if not part.is_given:
            return Placed(part=part, state="kept by the organiser")
        return self._fetched(platform, part, progress)

    def _fetched(self, platform: Platform, part: Part, progress: Callable[[int], None]) -> Placed:
        url = part.url(platform.client.host)
        try:
            found = fetch(platform, part, self.root, progress)
        except NotGivenError as error:
            return Placed(part=part, state="not given", why=error.what, url=url)
        except (PlatformError, httpx.HTTPError, OSError) as error:
            return Placed(part=part, state="failed", why=str(error), url=url)
        known = self.known()
        known["parts"][part.key] = found.name
        self._keep(known)
        return Placed(part=part, state="fetched", place=found.name)

    def place_of(self, part: Part) -> str | None:
        """Where a part is that was fetched before; None where it is not."""
        place = self.known()["parts"].get(part.key)
        return place if isinstance(place, str) and (self.root / place).exists() else None

    def _of_that_name(self, part: Part) -> str | None:
        found = [path.name for path in self.root.glob(f"{part.name}*") if path.name.partition(".")[0] == part.name]
        return found[0] if found else None

    def write(self, name: str, text: str) -> bool:
        """Write a file of the kit's own; False, and nothing written, where somebody has changed the one that is there.

        Raises OSError.
        """
        path, known = self.root / name, self.known()
        if path.exists() and _digest(path.read_bytes()) not in {known["written"].get(name), _digest(text.encode())}:
            return False
        with replacing(path) as beside:
            beside.write_bytes(text.encode())
        known["written"][name] = _digest(text.encode())
        self._keep(known)
        return True

    def _keep(self, known: Mapping[str, Any]) -> None:
        with replacing(self.root / MANIFEST) as beside:
            beside.write_text(json.dumps(known, indent=1) + "\n", "utf-8")


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of competition.yaml and contract.yaml, by name: written, or why not."""

    files: dict[str, str]
    bundle: Bundle | None
    why_not: str = ""
    """Why the bundle cannot be played; empty where it can."""

    @property
    def is_playable(self) -> bool:
        """Whether `kit evaluate` can play it."""
        return self.bundle is not None and not self.why_not


def write_bundle(
    folder: BundleFolder, competition: Competition, host: str, placed: tuple[Placed, ...], reading: Reading
) -> Written:
    """Write competition.yaml and contract.yaml, and see whether the bundle can be played. Raises OSError."""
    places = {one.part.key: one.place for one in placed if one.place and _is_part(folder.root / one.place)}
    text = competition_yaml(competition, host, places)
    if text is None:
        return Written(files={COMPETITION: "not written: no phase has a task"}, bundle=None, why_not="there is no task")
    files = {COMPETITION: _told(folder.write(COMPETITION, text))}
    if reading.contract is not None:
        files[CONTRACT] = _told(folder.write(CONTRACT, contract_yaml(reading)))
    elif (folder.root / CONTRACT).exists():
        files[CONTRACT] = "left as it was"
    try:
        bundle = open_bundle(folder.root, folder.root)
        return Written(files=files, bundle=bundle, why_not=_why_not(bundle))
    except BundleError as error:
        return Written(files=files, bundle=None, why_not=f"{error.what}; {error.fix}")


def contract_yaml(reading: Reading) -> str:
    """The text of a contract.yaml."""
    head = CONTRACT_HEAD.format(unknown="; ".join(" ".join(one.split()) for one in reading.unknown))
    return head + yaml.safe_dump(reading.contract, sort_keys=False, allow_unicode=True, width=100)


def _why_not(bundle: Bundle) -> str:
    """Why `kit evaluate` cannot play a bundle, which plays its first phase unless it is told another; "" where it can.

    Without reference data nothing is scored, and that a task has none is not told apart from that it is hidden.
    """
    try:
        for play in bundle.plays():
            bundle.require(play)
            if play.task.reference_data is None:
                return f"{play.task_name}: the platform tells of no reference data"
    except UsageError as error:
        return error.what
    return ""


def _is_part(path: Path) -> bool:
    """Whether the bundle's format takes it: a folder or a zip."""
    return path.is_dir() or path.suffix == ".zip"


def _told(is_written: bool) -> str:  # noqa: FBT001 - an answer is put into words
    return "written" if is_written else "left as it was: it has been changed by hand"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
