"""The gallery's cases: how each is built from its readable files, and what the kit reports of it.

A case is a folder `CODE_slug/` with `broken/` and `near_miss/` (the files of the two zips, as a person would write
them), `report.txt` (what the kit says of the broken one), and where they are needed
- `make.py` with `broken(files, zip)` and `near_miss(files, zip)`, each optional: writes what plain files cannot show
  (a damaged member, a model file, ten thousand members), from the case's own folder of files to the path of the zip;
  and `data(folder)`, which writes labelled images there and returns the path;
- `broken_bundle/` and `near_miss_bundle/`: files of a competition, laid over those of the folder `bundle` here;
- `case.toml`: `environment`, `bundle` (a folder of the case), `engine`, `time_limit_s`, `memory_limit_mb`,
  `disk_limit_mb`, `probes`, `images` (how many of noise), `also` (codes that the broken submission rightly gives
  besides), `needs` (a program that must be there).
A code of the stage check is checked, the others are evaluated, on a few dozen images of noise.
"""

import importlib.util
import io
import os
import re
import shutil
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Literal
from unittest import mock

import numpy as np
from rich.console import Console

from tools.archive import open_archive
from tools.bundle import open_bundle
from tools.checks import CATALOGUE, Result, Stage, run_checks, subject_of
from tools.checks.organiser import organiser_of
from tools.engines import Wish
from tools.evaluate import Settings, evaluate
from tools.report.text import print_finding
from tools.sandbox.program import Limits

HERE = Path(__file__).parent
WIDTH = 120
IMAGES = 96
PATIENCE_S = 120.0
"""For the probes: a busy machine must not change a report."""
Kind = Literal["broken", "near_miss"]
BY_THE_KERNEL = r"the kernel killed \d+ of its processes at \d+ MB \(control group\)"
BY_THE_WATCHER = r"\d+ MB of anonymous memory, \d+ MB are allowed \(watcher\)"
CHANGES = (
    (re.compile(f"{BY_THE_KERNEL}|{BY_THE_WATCHER}"), "# (control group or watcher)"),
    (re.compile(r"\b\d+(\.\d+)? s\b"), "# s"),
    (re.compile(r"\b\d+ MB\b"), "# MB"),
)
"""What differs from run to run, and what stands for it in a report."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One code's folder."""

    folder: Path

    @property
    def code(self) -> str:
        """The code that the broken submission must give."""
        return self.folder.name.partition("_")[0]

    @property
    def report_path(self) -> Path:
        """The exact report of the broken submission."""
        return self.folder / "report.txt"

    @cached_property
    def settings(self) -> dict[str, Any]:
        """Its case.toml."""
        path = self.folder / "case.toml"
        return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}

    @cached_property
    def _maker(self) -> ModuleType | None:
        path = self.folder / "make.py"
        if not path.is_file():
            return None
        spec = importlib.util.spec_from_file_location(f"make_{self.folder.name}", path)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def write(self, kind: Kind, into: Path) -> Path:
        """Write one of the two zips as `submission.zip` into a folder."""
        path, files = into / "submission.zip", self.folder / kind
        make = getattr(self._maker, kind, None)
        if make:
            make(files, path)
        else:
            zip_files(files, path)
        shutil.rmtree(into / "bundle", ignore_errors=True)
        if (changed := self.folder / f"{kind}_bundle").is_dir():
            shutil.copytree(HERE / "bundle", into / "bundle")
            shutil.copytree(changed, into / "bundle", dirs_exist_ok=True)
        return path

    def judge(self, path: Path, scratch: Path) -> Result:
        """What the kit finds in a zip, by the command that can see this code."""
        archive, told = open_archive(path), self.settings
        bundle = self.folder / told["bundle"] if "bundle" in told else path.parent / "bundle"
        bundle = bundle if bundle.is_dir() else None
        if CATALOGUE[self.code].stage is Stage.CHECK:
            opened = open_bundle(bundle, scratch)
            contract, organiser = opened.contract, organiser_of(opened, scratch)
            subject = subject_of(archive, contract, environment_name=told.get("environment"), organiser=organiser)
            return run_checks(Stage.CHECK, subject, contract)
        made = getattr(self._maker, "data", None)
        settings = Settings(
            bundle=bundle,
            data=made(scratch) if made else None if bundle else noise(scratch, told.get("images", IMAGES)),
            wish=Wish(engine=told.get("engine", "process")),
            limits=limits_of(told),
            probes=told.get("probes", True),
            patience_s=PATIENCE_S,
        )
        with mock.patch.dict(os.environ, KIT_CACHE_DIR=str(scratch / "cache")):  # no environment is built there
            return evaluate(archive, settings).result


def cases() -> Iterator[Case]:
    """All of them, by code."""
    yield from (Case(folder=path) for path in sorted(HERE.iterdir()) if re.match(r"[A-Z]{3}\d{3}_", path.name))


def zip_files(files: Path, path: Path) -> None:
    """Zip a folder's files as a desktop does: deflated, junk and all, in the order of their names, dated 1980."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for file in sorted(files.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                target.writestr(zipfile.ZipInfo(file.relative_to(files).as_posix()), file.read_bytes())


def limits_of(told: dict[str, Any]) -> Limits:
    """The limits that a case.toml asks for; those it does not name are as usual."""
    names = {"time_limit_s": "wall_s", "memory_limit_mb": "memory_mb", "disk_limit_mb": "disk_mb"}
    return Limits(**{name: told[key] for key, name in names.items() if key in told})


def noise(folder: Path, count: int = IMAGES) -> Path:
    """Images of noise with labels, in the form of the competition's file."""
    path = folder / "noise.npz"
    images = np.random.default_rng(0).integers(0, 256, (count, 96, 96, 3), dtype=np.uint8)
    np.savez(path, images=images, labels=(np.arange(count) % 8).astype(np.uint8)[:, None])
    return path


def report_of(result: Result) -> str:
    """The findings as the kit prints them, with what changes from run to run replaced.

    ENV001 is about the machine, and left out where there is anything else.
    """
    written = io.StringIO()
    others = [finding for finding in result.findings if finding.code != "ENV001"]
    for finding in others or result.findings:
        print_finding(Console(file=written, width=WIDTH, highlight=False), finding)
    text = "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())
    for pattern, stand_in in CHANGES:
        text = pattern.sub(stand_in, text)
    return text
