"""Opening a zip or a folder as data."""

import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.archive import open_archive
from tools.errors import UsageError


def test_a_path_with_nothing_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no file or folder .*gone\.zip"):
        open_archive(tmp_path / "gone.zip")


def test_a_text_file_called_zip_has_a_problem_and_no_members(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_text("hello")
    archive = open_archive(path)
    assert archive.members == ()
    assert "not a zip" in archive.problem


def test_a_member_that_was_changed_is_found_by_its_checksum(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("model.py", "x = 1234567890")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"1234567890", b"1234567891"))
    name, complaint = open_archive(path).damaged_member
    assert name == "model.py"
    assert "CRC" in complaint


def test_a_folder_reads_like_the_zip_that_it_would_become(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "model.py").write_text("a")
    (tmp_path / "deep" / "w.bin").write_bytes(b"bb")
    archive = open_archive(tmp_path)
    assert [(m.name, m.size_bytes) for m in archive.members] == [("deep/w.bin", 2), ("model.py", 1)]
    assert archive.read("deep/w.bin", limit_bytes=10) == b"bb"
    assert archive.sha256 is None


def test_a_read_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("zeros", bytes(10_000_000))
    assert len(open_archive(path).read("zeros", limit_bytes=1000)) == 1000


def test_extraction_loses_exec_bits_and_stays_inside(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as opened:
        info = zipfile.ZipInfo("run.sh")
        info.external_attr = 0o755 << 16
        opened.writestr(info, "echo")
        opened.writestr("../outside.txt", "no")
    open_archive(path).extract(tmp_path / "into" / "here")
    assert not (tmp_path / "into" / "here" / "run.sh").stat().st_mode & 0o111
    assert not (tmp_path / "into" / "outside.txt").exists()
    assert (tmp_path / "into" / "here" / "outside.txt").is_file()


@given(st.binary(max_size=400), st.integers(0, 300), st.integers(0, 255))
def test_any_bytes_open_or_have_a_problem(tail: bytes, position: int, value: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr("model.py", "class Model: pass\n" * 5)
    data = bytearray(buffer.getvalue() + tail)
    data[position % len(data)] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.zip"
        path.write_bytes(data)
        archive = open_archive(path)
        assert archive.problem or archive.members is not None
        assert archive.damaged_member is None or archive.problem is None
