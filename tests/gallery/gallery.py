"""The gallery's cases: how each is built from its readable files, and what the kit reports of it.

A case is a folder `CODE_slug/` with `broken/` and `near_miss/` (the files of the two zips, as a person would write
them), `report.txt` (what the kit says of the broken one), and where they are needed
- `make.py` with `broken(files, zip)` and `near_miss(files, zip)`, each optional: writes what plain files cannot show
  (a damaged member, a model file, ten thousand members), from the case's own folder of files to the path of the zip;
- `case.toml`: `environment`, `bundle` (a folder of the case), `engine`, `time_limit_s`, `memory_limit_mb`, `probes`,
  `also` (codes that the broken submission rightly gives besides), `needs` (a program that must be there).
A code of the stage check is checked, the others are evaluated, on a few dozen images of noise.
"""

import importlib.util
import io
import re
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np
from rich.console import Console

from tools.archive import open_archive
from tools.bundle import open_bundle
from tools.checks import CATALOGUE, Result, Stage, run_checks, subject_of
from tools.engines import Wish
from tools.evaluate import Settings, evaluate
from tools.report.text import print_finding
from tools.sandbox.program import Limits

HERE = Path(__file__).parent
WIDTH = 120
IMAGES = 96
Kind = Literal["broken", "near_miss"]
CHANGES = ((re.compile(r"\b\d+(\.\d+)? s\b"), "# s"), (re.compile(r"\b\d+ MB\b"), "# MB"))
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
        return path

    def judge(self, path: Path, scratch: Path) -> Result:
        """What the kit finds in a zip, by the command that can see this code."""
        archive, told = open_archive(path), self.settings
        bundle = self.folder / told["bundle"] if "bundle" in told else None
        if CATALOGUE[self.code].stage is Stage.CHECK:
            contract = open_bundle(bundle, scratch).contract
            subject = subject_of(archive, contract, environment_name=told.get("environment"))
            return run_checks(Stage.CHECK, subject, contract)
        settings = Settings(
            bundle=bundle,
            data=None if bundle else noise(scratch),
            wish=Wish(engine=told.get("engine", "process")),
            limits=Limits(wall_s=told.get("time_limit_s"), memory_mb=told.get("memory_limit_mb")),
            probes=told.get("probes", True),
        )
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


def noise(folder: Path) -> Path:
    """Images of noise with labels, in the form of the competition's file."""
    path = folder / "noise.npz"
    images = np.random.default_rng(0).integers(0, 256, (IMAGES, 96, 96, 3), dtype=np.uint8)
    np.savez(path, images=images, labels=np.arange(IMAGES, dtype=np.uint8)[:, None] % 8)
    return path


def report_of(result: Result) -> str:
    """The findings as the kit prints them, with what changes from run to run replaced."""
    written = io.StringIO()
    for finding in result.findings:
        print_finding(Console(file=written, width=WIDTH, highlight=False), finding)
    text = "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())
    for pattern, stand_in in CHANGES:
        text = pattern.sub(stand_in, text)
    return text
