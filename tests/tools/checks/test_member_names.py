"""ARC005 and ARC007: names in a zip, and what they give."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools.archive.zips import add, add_all
from tools.archive import open_archive
from tools.checks import Level, Stage, run_checks, subject_of

NFC, NFD = (unicodedata.normalize(form, "größe/w.txt") for form in ("NFC", "NFD"))
LINK = 0o120777
NAMES: list[tuple[str, list[str], dict[str, str]]] = [
    ("plain names", ["model.py", "a/b.txt", "a/c.txt", "b/b.txt", ".hidden"], {}),
    ("names that begin with ./", ["./model.py", "./a/b.txt"], {}),
    ("two dots in a name", ["model..py", "..hidden", "a/b..c"], {}),
    ("a colon in a name", ["a:1.txt", "lr=1e-3:v2.txt"], {}),
    ("a folder's own entry, twice", ["a/", "a/b.txt", "a/"], {}),
    ("other letters", ["Größe/重み.txt", "größe2/x"], {}),
    ("a long path of short parts", ["/".join(["deep" * 10] * 20)[1:]], {}),
    ("an absolute path", ["/etc/passwd"], {"ARC005": "there: etc/passwd"}),
    ("a way up", ["a/../../x.txt"], {"ARC005": "there: a/x.txt"}),
    ("a drive", ["C:/Users/anna/w.txt"], {"ARC005": "C:/Users/anna/w.txt"}),
    ("a drive with backslashes is one defect", ["C:\\Users\\anna\\w.txt"], {"ARC005": "C:\\Users"}),
    ("no name that is left", ["../.."], {"ARC005": "the unzip fails"}),
    ("a backslash", ["weights\\w.txt"], {"ARC007": "weights\\w.txt"}),
    ("twice the same", ["model.py", "x", "model.py"], {"ARC007": "model.py is there 2 times: the last one (8 bytes)"}),
    ("twice at one place", ["model.py", "./model.py"], {"ARC007": "model.py is there 2 times"}),
    ("a file that is a folder", ["a", "a/b.txt"], {"ARC007": "the unzip fails: a"}),
    ("a file under a file's folder", ["a/b", "a/b/c/d.txt"], {"ARC007": "the unzip fails: a/b"}),
    ("a part that is too long", ["x" * 300 + ".txt"], {"ARC007": "(304 characters)"}),
    ("a name that is too long", ["a" * 60000], {"ARC007": "(60000 characters)"}),
    ("a part that is too long in bytes", ["é" * 140], {"ARC007": "(140 characters)"}),
    ("a NUL", ["model.py\0.txt"], {"ARC007": r"model.py\0.txt (there: model.py)"}),
]
TWINS = [
    ("the same but for case", ["Labels.txt", "labels.txt"], "Labels.txt and labels.txt"),
    ("folders the same but for case", ["Data/x.txt", "data/y.txt"], "Data and data"),
    ("two forms of an accent", [NFC, NFD], "differ in case or accents alone"),
]


def found(names: list[str], path: Path) -> dict[str, tuple[Level, str]]:
    add_all(path, [(name, b"x = 1234" if number else b"x") for number, name in enumerate(names)])
    result = run_checks(Stage.CHECK, subject_of(open_archive(path), None), None)
    return {f.code: (f.level, " ".join(f.evidence)) for f in result.findings if f.code.startswith("ARC")}


@pytest.mark.parametrize(("names", "expected"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES])
def test_names(names: list[str], expected: dict[str, str], tmp_path: Path) -> None:
    seen = found(names, tmp_path / "x.zip")
    assert seen.keys() == expected.keys(), seen
    for code, text in expected.items():
        assert seen[code][0] is Level.ERROR
        assert text in seen[code][1]


@pytest.mark.parametrize(("names", "text"), [row[1:] for row in TWINS], ids=[row[0] for row in TWINS])
def test_names_that_are_one_elsewhere_are_a_warning(names: list[str], text: str, tmp_path: Path) -> None:
    level, evidence = found(names, tmp_path / "x.zip")["ARC007"]
    assert level is Level.WARNING
    assert text in evidence


def test_a_link_says_where_it_led(tmp_path: Path) -> None:
    add(tmp_path / "x.zip", "w.bin", b"../runs/w.bin", mode=LINK)
    seen = found(["model.py"], tmp_path / "x.zip")
    assert seen == {
        "ARC005": (Level.ERROR, "w.bin is a symbolic link to ../runs/w.bin: there it is a text of 13 characters")
    }


def test_many_of_a_kind_are_one_line(tmp_path: Path) -> None:
    _, evidence = found([f"w\\{number}.bin" for number in range(500)], tmp_path / "x.zip")["ARC007"]
    assert evidence.endswith(r"w\0.bin, w\1.bin, w\2.bin, and 497 more")


@pytest.mark.parametrize(
    "make", [lambda root: (root / "w").symlink_to("gone"), lambda root: (root / "up").symlink_to(".")]
)
def test_a_link_of_a_folder_that_leads_nowhere_or_back_is_an_error(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    (tmp_path / "model.py").write_text("x = 1")
    make(tmp_path)
    result = run_checks(Stage.CHECK, subject_of(open_archive(tmp_path), None), None)
    assert [finding.code for finding in result.findings] == ["ARC005"]
    assert "is in no zip of this folder: a symbolic link to" in result.findings[0].evidence[0]


def test_a_link_of_a_folder_that_can_be_followed_is_none(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "w.bin").write_bytes(b"1")
    (tmp_path / "s" / "model.py").write_text("x = 1")
    (tmp_path / "s" / "weights").symlink_to(tmp_path / "runs")
    result = run_checks(Stage.CHECK, subject_of(open_archive(tmp_path / "s"), None), None)
    assert result.findings == ()
