"""A folder reads like the zip that it would become."""

import os
from pathlib import Path

import pytest

from tools.archive import folder_source, open_archive
from tools.archive.folder_source import walk
from tools.errors import UsageError
from tools.pack import files_below, pack


def _write(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def test_a_folder_reads_like_the_zip_that_it_would_become(tmp_path: Path) -> None:
    root = _write(tmp_path / "s", "model.py", "deep/w.bin", ".git/config", "__pycache__/x.pyc", ".DS_Store", "x.pyc")
    _write(tmp_path, "elsewhere/shared.txt", "big.bin")
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    (root / "weights.bin").symlink_to("../big.bin")
    folder = open_archive(root)
    packed = open_archive(pack(files_below(root), tmp_path / "x.zip").path)
    assert [m.name for m in folder.members] == [m.name for m in packed.members]
    assert [(m.name, m.size_bytes) for m in folder.members] == [(m.name, m.size_bytes) for m in packed.members]
    assert "linked/shared.txt" in folder
    assert folder.read("weights.bin", limit_bytes=99) == b"big.bin"
    assert (folder.is_folder, folder.sha256, folder.damaged_member, folder.lost) == (True, None, None, ())
    folder.extract(tmp_path / "into")
    assert (tmp_path / "into" / "deep" / "w.bin").read_text() == "deep/w.bin"


def test_what_is_in_no_zip_is_named_with_the_reason(tmp_path: Path) -> None:
    root = _write(tmp_path / "s", "model.py", "a/b/x.txt")
    (root / "gone").symlink_to("/nowhere/at/all")
    (root / "a" / "b" / "up").symlink_to("../..")
    (root / "self").symlink_to("self")
    os.mkfifo(root / "pipe")
    assert dict(open_archive(root).lost) == {
        "gone": "a symbolic link to /nowhere/at/all, where there is nothing",
        "a/b/up": "a symbolic link to ../.., a folder that holds it",
        "self": "a symbolic link to self, where there is nothing",
        "pipe": "neither a file nor a folder",
    }


def test_links_that_double_at_each_step_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_source, "MOST_ENTRIES", 1000)
    for step in range(20):
        folder = tmp_path / str(step)
        folder.mkdir()
        for name in "xy":
            (folder / name).symlink_to(tmp_path / str(step + 1))
    (tmp_path / "20").mkdir()
    with pytest.raises(UsageError, match="more than 1000 files"):
        walk(tmp_path / "0")


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX alone")
def test_a_name_that_no_zip_can_hold_is_a_usage_error_when_packing(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"w\xff.bin")).touch()
    assert os.fsdecode(b"w\xff.bin") in open_archive(tmp_path)
    with pytest.raises(UsageError, match="cannot hold the name"):
        files_below(tmp_path)
