"""What `measure.py` found, as a table of Markdown, beside what the checks say of the same files.

    python -m tests.tools.models.versions.table FOLDER

A cell tells how many networks load, of how many; then how many of those that do not are accused by ENV002, ENV003,
ENV004, ENV006 or ENV007. A file that loads and is accused is a false alarm: each is named, and the exit status is 1.
"""

import json
import sys
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from packaging.version import Version

from tools.archive import open_archive
from tools.checks import CATALOGUE, Subject
from tools.competitions import DEFAULT
from tools.contract import read_contract
from tools.environments.known import Environment

CODES = ("ENV002", "ENV003", "ENV004", "ENV006", "ENV007")
TENSORFLOW = {"2.9": "2.9.1", "2.12": "2.12.1", "2.15": "2.15.1", "3.15": "2.21.0"}
"""By Keras; 2.17.0 for every other one."""
ENTRY = """import tensorflow as tf
from pathlib import Path

class Model:
    def __init__(self):
        self.network = {load}(str(Path(__file__).parent / "{name}"){options})

    def predict(self, X):
        return self.network(X)
"""


def accused(file: Path, *, reader: str, by: str, scratch: Path) -> list[str]:
    """The codes of a zip with one model file; `by` tells how it is loaded: nothing, `compile=False` or `tf`."""
    load = "tf.saved_model.load" if by == "tf" else "tf.keras.models.load_model"
    options = f", {by}" if by.startswith("compile") else ""
    path = scratch / "submission.zip"
    path.unlink(missing_ok=True)
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("model.py", ENTRY.format(load=load, name=file.name, options=options))
        for part in [file] if file.is_file() else [part for part in file.rglob("*") if part.is_file()]:
            target.write(part, part.relative_to(file.parent))
    version = Version(reader)
    packages = {"keras": reader, "tensorflow": TENSORFLOW.get(f"{version.major}.{version.minor}", "2.17.0")}
    environment = Environment(name="measured", python=(3, 11), packages=packages, source="measured")
    subject = Subject(archive=open_archive(path), contract=read_contract(DEFAULT), environment=environment)
    return [code for code in CODES if list(CATALOGUE[code].function(subject, subject.contract))]


def loads(folder: Path) -> Iterator[tuple[str, str, Path, str, str | None]]:
    """Reader, writer, file, how it was loaded, and the complaint."""
    for told in sorted((folder / "read").glob("*.json")):
        reader, writer = told.stem.split("-")
        for files in json.loads(told.read_text("utf-8")).values():
            for name, complaint in files.items():
                base, _, by = name.partition(" ")
                yield reader, writer, folder / "files" / writer / base, by.strip("()"), complaint


def main(folder: Path) -> int:
    """Print the table; 1 where there is a false alarm."""
    cells: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    alarms = []
    with tempfile.TemporaryDirectory() as scratch:
        for reader, writer, file, by, complaint in loads(folder):
            if not file.exists():
                continue
            codes = accused(file, reader=reader, by=by, scratch=Path(scratch))
            cell = cells[f"{writer} {file.suffix} {by}".strip(), reader]
            cell.update(all=1, loads=complaint is None, accused=bool(codes))
            if codes and complaint is None:
                alarms.append(f"{reader} loads {file.name} of {writer}, which is accused: {codes}")
    readers = sorted({reader for _, reader in cells}, key=Version)
    print("| written by Keras | " + " | ".join(f"under {reader}" for reader in readers) + " |")
    print("|---" * (len(readers) + 1) + "|")
    for row in sorted({row for row, _ in cells}, key=lambda row: (Version(row.split()[0]), row)):
        shown = [_shown(cells.get((row, reader))) for reader in readers]
        print(f"| {row} | " + " | ".join(shown) + " |")
    print("\n".join(alarms))
    return int(bool(alarms))


def _shown(cell: Counter[str] | None) -> str:
    if cell is None:
        return ""
    fails = cell["all"] - cell["loads"]
    return f"{cell['loads']} of {cell['all']}" + (f", {cell['accused']} of {fails} seen" if fails else "")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
