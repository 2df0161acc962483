"""Opening a zip or a folder as data."""

import os
import struct
import threading
import zipfile
from pathlib import Path

import pytest

from tests.tools.archive.zips import add, patched
from tools.archive import UnreadableError, open_archive
from tools.errors import UsageError


def test_a_path_with_nothing_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no file or folder .*gone\.zip"):
        open_archive(tmp_path / "gone.zip")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"hello", "not a zip"),
        (b"", "it is empty"),
        (b"PK\x03\x04" + bytes(300), "its end was cut off"),
        (b"\x1f\x8b" + bytes(300), "gzip"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(300), "7-Zip"),
        (bytes(257) + b"ustar" + bytes(300), "a .tar"),
        (b"\r\n<!DOCTYPE html><html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"import numpy\n", "Python, not zipped"),
    ],
)
def test_what_is_no_zip_has_a_problem_that_says_what_it_is_like(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    archive = open_archive(path)
    assert archive.members == ()
    assert told in archive.problem
    with pytest.raises(KeyError):
        archive.read("model.py", limit_bytes=1)
    with pytest.raises(zipfile.BadZipFile):
        archive.extract(tmp_path / "into")


def test_a_list_of_members_that_is_said_to_be_endless_is_not_read(tmp_path: Path) -> None:
    size = 100_000_000
    with (tmp_path / "x.zip").open("wb") as stream:
        stream.seek(size)
        stream.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, size, 0, 0))
    assert "its list of members is said to be 100000000 bytes long" in open_archive(tmp_path / "x.zip").problem


def test_a_member_that_was_changed_is_found_by_its_checksum(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("model.py", "x = 1234567890")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"1234567890", b"1234567891"))
    name, complaint = open_archive(path).damaged_member
    assert name == "model.py"
    assert "CRC" in complaint


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_checksum_that_is_wrong_is_found_whatever_the_method(method: int, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    content = os.urandom(3000) * 300
    with zipfile.ZipFile(path, "w", method) as opened:
        opened.writestr("w.bin", content)
    archive = open_archive(path)
    assert archive.damaged_member is None
    assert archive.read("w.bin", limit_bytes=len(content)) == content
    assert archive.read("w.bin", limit_bytes=1234) == content[:1234]
    path.write_bytes(patched(path.read_bytes(), "w.bin", crc=7))
    assert open_archive(path).damaged_member == ("w.bin", "Bad CRC-32 for file 'w.bin'")


def test_only_what_the_platform_unpacks_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    add(path, "model.py", b"first")
    path.write_bytes(patched(path.read_bytes(), "model.py", crc=7))
    add(path, "model.py", b"second")
    archive = open_archive(path)
    assert archive.damaged_member is None
    assert archive.read("model.py", limit_bytes=99) == b"second"


def test_members_that_share_their_bytes_are_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    add(path, "one.bin", b"1" * 100)
    add(path, "two.bin", b"2" * 100)
    path.write_bytes(patched(path.read_bytes(), "one.bin", stored=150, size=150))
    archive = open_archive(path)
    assert archive.damaged_member == ("one.bin", "its bytes overlap those of two.bin (as in a zip bomb)")
    with pytest.raises(zipfile.BadZipFile, match="overlap"):
        archive.extract(tmp_path / "into")


def test_a_bomb_is_neither_streamed_nor_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    add(path, "w.bin", b"0")
    path.write_bytes(patched(path.read_bytes(), "w.bin", size=0x70000000))
    archive = open_archive(path)
    assert archive.is_bomb
    assert archive.damaged_member is None
    with pytest.raises(RuntimeError, match=r"1\.9 GB"):
        archive.extract(tmp_path / "into")
    assert not (tmp_path / "into").exists()


def test_what_cannot_be_read_is_one_kind_of_error(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    add(path, "w.bin", b"0" * 50)
    for fields in ({"flags": 1}, {"method": 93}, {"method": 8}, {"method": 12}, {"method": 14}, {"crc": 1}):
        (tmp_path / "y.zip").write_bytes(patched(path.read_bytes(), "w.bin", **fields))
        with pytest.raises(UnreadableError, match=r"w\.bin: "):
            open_archive(tmp_path / "y.zip").read("w.bin", limit_bytes=100)


def test_a_zip_that_changes_after_it_was_opened_is_an_error_of_reading(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    add(path, "w.bin", b"0" * 5000)
    archive = open_archive(path)
    with path.open("r+b") as stream:
        stream.truncate(100)
    with pytest.raises(UnreadableError, match="ends in the middle"):
        archive.read("w.bin", limit_bytes=5000)
    assert archive.damaged_member[0] == "w.bin"


def test_a_read_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("zeros", bytes(10_000_000))
    assert len(open_archive(path).read("zeros", limit_bytes=1000)) == 1000


def test_threads_may_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    for number in range(20):
        add(path, f"{number}.bin", bytes([number]) * 70_000)
    archive, wrong = open_archive(path), []

    def read() -> None:
        found = (archive.read(f"{number}.bin", limit_bytes=70_000) for number in range(20))
        wrong.extend(number for number, block in enumerate(found) if block != bytes([number]) * 70_000)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


def test_extraction_loses_exec_bits_and_stays_inside(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    add(path, "run.sh", b"echo", mode=0o100755)
    add(path, "../outside.txt", b"no")
    archive = open_archive(path)
    archive.extract(tmp_path / "into" / "here")
    assert not (tmp_path / "into" / "here" / "run.sh").stat().st_mode & 0o111
    assert not (tmp_path / "into" / "outside.txt").exists()
    assert (tmp_path / "into" / "here" / "outside.txt").is_file()
    assert "outside.txt" in archive
    assert archive.read("outside.txt", limit_bytes=9) == b"no"


def test_a_closed_archive_lets_go_of_its_file(tmp_path: Path) -> None:
    add(tmp_path / "x.zip", "model.py", b"x")
    archive = open_archive(tmp_path / "x.zip")
    archive.close()
    assert len(archive.sha256) == 64
    with pytest.raises(OSError, match="model"):
        archive.read("model.py", limit_bytes=9)
