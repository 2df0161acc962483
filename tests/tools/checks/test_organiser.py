"""What is read from an ingestion program's text: where it puts the entry's folder on sys.path."""

from pathlib import Path

import pytest

from tools.checks.organiser import read_organiser

PROGRAMS = [
    ("first", "sys.path.insert(0, folder)"),
    ("last", "sys.path.append(folder)"),
    ("in the middle", "sys.path.insert(1, folder)"),
    ("by keywords that it does not take", "sys.path.insert(index=0, object=folder)"),
    ("twice, differently", "sys.path.insert(0, folder)\nsys.path.append(folder)"),
    ("not at all", "print(folder)"),
]


@pytest.mark.parametrize(("case", "line"), PROGRAMS, ids=[case for case, _ in PROGRAMS])
def test_where_the_entry_lies_on_sys_path(case: str, line: str, tmp_path: Path) -> None:
    (tmp_path / "metadata.yaml").write_text("command: python ingestion.py $input $output")
    (tmp_path / "ingestion.py").write_text(f"import sys\nfolder = sys.argv[4]\n{line}\n")
    assert read_organiser(tmp_path).submission == (case if case in ("first", "last") else None)
