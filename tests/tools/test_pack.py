"""The same files give the same zip, on any day and in any order."""

import os
import zipfile
from pathlib import Path

import pytest

from tools.archive.junk import is_junk
from tools.errors import UsageError
from tools.pack import files_below, merge, pack


def folder(root: Path) -> Path:
    (root / "saved_model").mkdir(parents=True)
    (root / "model.py").write_text("x = 1\n")
    (root / "saved_model" / "weights.bin").write_bytes(os.urandom(100_000))
    return root


def test_twice_the_same_bytes_whatever_the_dates_and_modes(tmp_path: Path) -> None:
    files = files_below(folder(tmp_path / "s"))
    first = pack(files, tmp_path / "1.zip").path.read_bytes()
    for path in files.values():
        os.utime(path, (0, 10**9))
        path.chmod(0o600)
    second = pack(dict(reversed(files.items())), tmp_path / "2.zip").path.read_bytes()
    assert first == second


def test_another_content_gives_other_bytes(tmp_path: Path) -> None:
    files = files_below(folder(tmp_path / "s"))
    first = pack(files, tmp_path / "1.zip").path.read_bytes()
    files["model.py"].write_text("x = 2\n")
    assert pack(files, tmp_path / "2.zip").path.read_bytes() != first


def test_the_zip_holds_the_contents_at_its_root(tmp_path: Path) -> None:
    pack(files_below(folder(tmp_path / "s")), tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as opened:
        assert opened.namelist() == ["model.py", "saved_model/weights.bin"]
        assert opened.testzip() is None


@pytest.mark.parametrize(
    ("name", "junk"),
    [
        ("__pycache__/model.cpython-311.pyc", True),
        ("a/.DS_Store", True),
        ("__MACOSX/._model.py", True),
        ("model.py", False),
        ("cache/x.bin", False),
        (".hidden", False),
    ],
)
def test_junk_is_left_out_and_nothing_else(name: str, junk: bool) -> None:
    assert is_junk(name) is junk


def test_what_is_left_out_is_named(tmp_path: Path) -> None:
    root = folder(tmp_path / "s")
    (root / "__pycache__").mkdir()
    (root / "__pycache__" / "x.pyc").write_bytes(b"1")
    packed = pack(files_below(root), tmp_path / "x.zip")
    assert packed.left_out == ("__pycache__/x.pyc",)
    assert "__pycache__/x.pyc" not in packed.names


def test_an_empty_folder_and_a_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is empty"):
        files_below(tmp_path)
    (tmp_path / "f").touch()
    with pytest.raises(UsageError, match="not a folder"):
        files_below(tmp_path / "f")


def test_two_files_of_one_name_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"two files would both be model\.py"):
        merge({"model.py": tmp_path / "a"}, {"model.py": tmp_path / "b"})
