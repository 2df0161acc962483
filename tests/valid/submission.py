"""A valid submission: a folder of files as its team has them, and how it is zipped.

`GROUP/NAME/` holds the files; beside it `NAME.toml` says for which contract they are, where it is not the default's:
`class`, `method` and `constructor` of an entry that `kit new` would have written.
"""

import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tools.new import Start
from tools.new import write as write_start

HERE = Path(__file__).parent
GROUPS = ("layouts", "texts", "files", "behaviours", "contracts")
Content = str | bytes
Writer = Callable[[Mapping[str, Content], Path], None]


def deflated(files: Mapping[str, Content], path: Path) -> None:
    """Zip as most programs do."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, kw_only=True)
class Valid:
    """One submission: its files by their names in the zip, the competition that it is for, and how it is zipped."""

    name: str
    files: Mapping[str, Content]
    start: Start | None = None
    zipped: Writer = deflated

    def zip_into(self, folder: Path) -> Path:
        """Write the zip into a folder."""
        path = folder / "submission.zip"
        self.zipped(self.files, path)
        return path

    def bundle_into(self, folder: Path) -> Path | None:
        """Write the bundle of its competition into a folder; None for the kit's default."""
        return write_start(self.start, folder)[0] / "bundle" if self.start else None


@dataclass(frozen=True)
class _Folder:
    path: Path

    @cached_property
    def files(self) -> dict[str, Content]:
        found = [path for path in sorted(self.path.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
        return {path.relative_to(self.path).as_posix(): path.read_bytes() for path in found}

    @property
    def start(self) -> Start | None:
        told = self.path.with_name(f"{self.path.name}.toml")
        if not told.is_file():
            return None
        facts = tomllib.loads(told.read_text("utf-8"))
        return Start(
            name="other",
            class_name=facts["class"],
            method=facts["method"],
            constructor=tuple(facts["constructor"]),
        )


def in_folders() -> Iterator[Valid]:
    """Those that are folders of files."""
    for group in GROUPS:
        for path in sorted((HERE / group).iterdir()):
            if path.is_dir():
                folder = _Folder(path)
                yield Valid(name=f"{group}/{path.name}", files=folder.files, start=folder.start)
