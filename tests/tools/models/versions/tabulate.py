"""Write the two tables of `tools/models/measured.py` from what was printed in each environment.

    python -m tests.tools.models.versions.tabulate operations FOLDER
    python -m tests.tools.models.versions.tabulate keras_classes FOLDER

FOLDER holds `VERSION.json`, the output of `operations.py` (by TensorFlow's version) or of `accepted.py` (by Keras').
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

from packaging.version import Version

from tools.models.measured import CLASS, HERE


def tabulate(folder: Path) -> dict[str, object]:
    """The table of a folder."""
    files = sorted(folder.glob("*.json"), key=lambda path: Version(path.stem))
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for place, path in enumerate(files):
        told = json.loads(path.read_text("utf-8"))
        for name, things in (told if isinstance(told, dict) else dict.fromkeys(told, ())).items():
            for thing in (CLASS, *things):
                found[name][thing] |= 1 << place
    return {"versions": [path.stem for path in files], "found": {name: _grouped(found[name]) for name in sorted(found)}}


def _grouped(things: dict[str, int]) -> dict[str, str]:
    groups: dict[int, list[str]] = defaultdict(list)
    for thing, bits in things.items():
        groups[bits].append(thing)
    return {f"{bits:x}": " ".join(sorted(members)) for bits, members in sorted(groups.items(), reverse=True)}


def write(table: dict[str, object], path: Path) -> None:
    """One name a line."""
    found = table["found"]
    assert isinstance(found, dict)
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(groups)}" for name, groups in found.items())
    path.write_text(f'{{"versions": {json.dumps(table["versions"])},\n"found": {{\n{lines}\n}}}}\n', "utf-8")


if __name__ == "__main__":
    write(tabulate(Path(sys.argv[2])), HERE / f"{sys.argv[1]}.json")
