"""Folders of a bundle in their places: as the platform's zip and unzip leaves them, whatever way they are copied."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from tools.bundle import copy, open_bundle
from tools.bundle.copy import BLOCK_BYTES, copy_tree
from tools.bundle.errors import PartError

SIZES = [0, 1, 1000, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES + 17]


def as_the_platform(source: Path, into: Path) -> None:
    """The platform's own way, by the library calls that it uses."""
    archive = shutil.make_archive(str(into.parent / f"{into.name}-archive"), "zip", source)
    shutil.unpack_archive(archive, into)


def seen(folder: Path) -> dict[str, tuple[int, bytes | None]]:
    return {
        path.relative_to(folder).as_posix(): (path.lstat().st_mode, path.read_bytes() if path.is_file() else None)
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def odd_folder(tmp_path: Path) -> Path:
    """A folder with all that a folder can hold."""
    root = tmp_path / "odd"
    (root / "deep" / "deeper").mkdir(parents=True)
    (root / "deep" / "deeper" / "file.txt").write_text("text")
    (root / "empty").mkdir()
    (root / "run.sh").write_text("#!/bin/sh")
    (root / "run.sh").chmod(0o755)
    (root / "secret").write_text("x")
    (root / "secret").chmod(0o600)
    (tmp_path / "outside.txt").write_text("outside")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file.txt").write_text("not to be copied")
    (root / "link.txt").symlink_to(tmp_path / "outside.txt")
    (root / "link").symlink_to(tmp_path / "elsewhere")
    (root / "loop").symlink_to(root)
    (root / "broken").symlink_to("nowhere")
    (root / "ümläut 名前.txt").write_text("name")
    return root


@pytest.mark.skipif(os.name == "nt", reason="links and modes are those of POSIX")
def test_a_copy_is_what_the_platform_makes_of_a_folder(odd_folder: Path, tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        copy_tree(odd_folder, tmp_path / "copied")
        as_the_platform(odd_folder, tmp_path / "wanted")
    finally:
        os.umask(old)
    assert seen(tmp_path / "copied") == seen(tmp_path / "wanted")
    modes = {oct(mode) for mode, _ in seen(tmp_path / "copied").values()}
    assert modes == {"0o100644", "0o40755"}
    assert seen(tmp_path / "copied")["link.txt"][1] == b"outside"
    assert list((tmp_path / "copied" / "link").iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_fifos_and_sockets_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "from").mkdir()
    os.mkfifo(tmp_path / "from" / "fifo")
    monkeypatch.chdir(tmp_path / "from")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket")
        copy_tree(tmp_path / "from", tmp_path / "into")
    assert list((tmp_path / "into").iterdir()) == []


@pytest.mark.parametrize("way", ["in the kernel", "without copy_file_range", "where it fails", "in small writes"])
def test_files_of_any_size_are_the_same_in_any_way(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "from").mkdir()
    for size in SIZES:
        (tmp_path / "from" / str(size)).write_bytes(os.urandom(size))
    write = os.write
    if way == "without copy_file_range":
        monkeypatch.delattr(copy.os, "copy_file_range", raising=False)
    elif way == "where it fails":
        monkeypatch.setattr(copy.os, "copy_file_range", _cannot, raising=False)
    elif way == "in small writes":
        monkeypatch.delattr(copy.os, "copy_file_range", raising=False)
        monkeypatch.setattr(copy.os, "write", lambda file, data: write(file, data[:70_000]))
    copy_tree(tmp_path / "from", tmp_path / "into")
    assert seen(tmp_path / "into") == seen(tmp_path / "from")
    assert len(seen(tmp_path / "into")) == len(SIZES)


def _cannot(*_: object) -> int:
    raise OSError(18, "Invalid cross-device link")


def test_a_copy_is_no_hard_link(tmp_path: Path) -> None:
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "file").write_text("theirs")
    copy_tree(tmp_path / "from", tmp_path / "into")
    (tmp_path / "into" / "file").write_text("changed")
    assert (tmp_path / "from" / "file").read_text() == "theirs"


def test_a_copy_goes_over_what_is_there(tmp_path: Path) -> None:
    for name, text in (
        ("from/deep/new", "new"),
        ("from/deep/both", "new"),
        ("into/deep/both", "older"),
        ("into/old", ""),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    copy_tree(tmp_path / "from", tmp_path / "into")
    assert {name: text for name, (_, text) in seen(tmp_path / "into").items() if text is not None} == {
        "deep/new": b"new",
        "deep/both": b"new",
        "old": b"",
    }


def test_a_folder_can_be_copied_into_itself(tmp_path: Path) -> None:
    source = tmp_path / "from"
    source.mkdir()
    (source / "file").write_text("x")
    copy_tree(source, source / "a" / "into")
    assert set(seen(source / "a" / "into")) == {"file", "a"}


def test_the_bundle_places_a_folders_contents_at_the_root(bundle_folder: Path, tmp_path: Path) -> None:
    bundle = open_bundle(bundle_folder, tmp_path)
    assert bundle.place("ingestion/", tmp_path / "placed" / "program")
    assert set(seen(tmp_path / "placed" / "program")) == {"metadata.yaml", "ingestion.py"}
    assert bundle.place("reference.zip", tmp_path / "placed" / "ref")
    assert set(seen(tmp_path / "placed" / "ref")) == {"labels", "labels/y.csv"}


def test_what_a_task_has_not_is_not_placed(bundle_folder: Path, tmp_path: Path) -> None:
    assert not open_bundle(bundle_folder, tmp_path).place(None, tmp_path / "placed")
    assert not (tmp_path / "placed").exists()


def test_an_empty_folder_is_placed_as_one(bundle_folder: Path, tmp_path: Path) -> None:
    (bundle_folder / "nothing").mkdir()
    assert open_bundle(bundle_folder, tmp_path).place("nothing", tmp_path / "placed")
    assert (tmp_path / "placed").is_dir()


def test_what_cannot_be_written_is_told_with_the_line(bundle_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "placed").write_text("in the way")
    with pytest.raises(
        PartError, match=r"^competition\.yaml:12: tasks\[0\]\.scoring_program: scoring cannot be"
    ) as got:
        open_bundle(bundle_folder, tmp_path).place("scoring", tmp_path / "placed")
    assert "disk space" in got.value.fix
