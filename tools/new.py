"""The start of another competition: an entry, a contract and a plain bundle of Codabench's format, from templates/.

What is written passes its own check and evaluation untouched. Its data is drawn here: points around three centres.
"""

import json
import keyword
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import jinja2
import numpy as np

from tools.errors import ExistsError, UsageError

TEMPLATES = Path(__file__).parent / "templates"
RENDERED = ".j2"
LONGEST_NAME_BYTES = 200
NO_PART_OF_A_NAME = '<>:"|?*'
OF_THE_MODULE = ("HERE", "Path", "json", "np")
OF_THE_CLASS = ("__init__", "__new__", "centres")
CENTRES = ((-1.0, 0.0), (1.0, 0.0), (0.0, 1.5))
SPREAD = 0.6
ROWS = 60


@dataclass(frozen=True, kw_only=True)
class Start:
    """What to write: the folder's name, and what the evaluator asks of the entry.

    `constructor` names what it passes to the class: nothing, or `path`, the submission's folder.
    """

    name: str
    class_name: str = "Model"
    method: str = "predict"
    constructor: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise UsageError for what can be no folder or no name in Python."""
        if complaint := _no_folder_name(self.name):
            raise UsageError(f"NAME is {self.name!r}, which {complaint}", "kit new my-competition [-o DIR]")
        names = (("--class", self.class_name, OF_THE_MODULE), ("--method", self.method, OF_THE_CLASS))
        for option, value, taken in names:
            if not value.isidentifier() or keyword.iskeyword(value):
                raise UsageError(f"{option} is {value!r}, which is no name in Python", "letters, digits and _ make one")
            if value in taken:
                raise UsageError(f"{option} is {value!r}, which model.py needs for itself", "choose another name")


def _no_folder_name(name: str) -> str | None:
    """Why a text is no name of a folder on every system; None where it is one."""
    if "/" in name or "\\" in name:
        return "is a path, a name is wanted; the folder that it goes into is given with -o"
    if name in ("", ".", "..") or name != name.strip() or name.startswith("-") or name.endswith("."):
        return "is no name for a folder"
    if bad := sorted({letter for letter in name if letter in NO_PART_OF_A_NAME or not letter.isprintable()}):
        return f"holds {', '.join(map(repr, bad))}, which is no part of a folder's name everywhere"
    return "is too long" if len(name.encode()) > LONGEST_NAME_BYTES else None


def write(start: Start, into: Path) -> tuple[Path, tuple[str, ...]]:
    """Write the folder into `into`, whole or not at all; return it and the names of its files.

    Raises ExistsError where something is in the way.
    """
    folder = into / start.name
    _require_room(folder)
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".kit-new-") as beside:
        made = Path(beside) / start.name
        _render(start, made)
        _draw(made / "bundle")
        names = tuple(sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()))
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    return folder, names


def _require_room(folder: Path) -> None:
    """An empty folder is room as well. Raises ExistsError for anything else that is there."""
    if folder.parent.exists() and not folder.parent.is_dir():
        raise ExistsError(f"{folder.parent} is a file, a folder is wanted", "give another one with -o")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ExistsError(f"{folder} is in the way", "choose another NAME, or another folder with -o")
    if folder.is_dir() and any(folder.iterdir()):
        raise ExistsError(f"the folder {folder} is not empty", "choose another NAME, or another folder with -o")


def _render(start: Start, into: Path) -> None:
    """Each template under its name without the suffix; every other file as it is."""
    environment = jinja2.Environment(  # noqa: S701 - programs and YAML, no HTML
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    call = f"{start.class_name}({', '.join(start.constructor)}).{start.method}(X)"
    title = json.dumps(start.name, ensure_ascii=False)  # a string in YAML as well
    for source in sorted(path for path in TEMPLATES.rglob("*") if path.is_file()):
        name = source.relative_to(TEMPLATES).as_posix()
        place = into / name.removesuffix(RENDERED)
        place.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(RENDERED):
            text = environment.get_template(name).render(vars(start) | {"call": call, "title": title})
            place.write_text(text, "utf-8")
        else:
            shutil.copyfile(source, place)


def _draw(bundle: Path) -> None:
    """X.npy, points float32 (60, 2), and y.npy, which centre each was drawn around, int64 (60,). Always the same."""
    generator = np.random.default_rng(0)
    labels = np.arange(ROWS) % len(CENTRES)
    points = np.asarray(CENTRES)[labels] + generator.normal(0, SPREAD, (ROWS, 2))
    for kind, array in (("input_data/X.npy", points.astype(np.float32)), ("reference_data/y.npy", labels)):
        (bundle / kind).parent.mkdir()
        np.save(bundle / kind, array, allow_pickle=False)
