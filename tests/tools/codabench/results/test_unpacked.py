"""A zip from the platform is unpacked into one folder, bounded, and overwrites nothing."""

import os
import stat
import zipfile
from pathlib import Path

import pytest

from tests.tools.codabench.sent import zipped
from tools.codabench.results.unpacked import unpack


@pytest.fixture
def write(tmp_path):
    """Write a zip of these members and give its path."""

    def call(members) -> Path:
        path = tmp_path / "in" / "x.zip"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(zipped(members))
        return path

    return call


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_members_come_out_with_their_folders(write, tmp_path) -> None:
    found = unpack(write({"a.txt": "1", "b/": "", "b/c/d.txt": "2"}), tmp_path / "out")
    assert (found.count, found.left_out, found.problem) == (2, (), None)
    assert tree(tmp_path / "out") == {"a.txt": b"1", "b/c/d.txt": b"2"}


@pytest.mark.parametrize(
    ("written", "lands"),
    [("../evil.txt", "evil.txt"), ("/etc/evil.txt", "etc/evil.txt"), ("a/../../evil.txt", "a/evil.txt")],
)
def test_names_that_lead_out_land_below(write, tmp_path, written, lands) -> None:
    unpack(write({written: "x"}), tmp_path / "out")
    assert tree(tmp_path) == {"in/x.zip": (tmp_path / "in/x.zip").read_bytes(), f"out/{lands}": b"x"}


def test_a_link_becomes_a_text_file(tmp_path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr("link/below.txt", "x")
    found = unpack(path, tmp_path / "out")
    assert not (tmp_path / "out/link").is_symlink()
    assert (tmp_path / "out/link").read_text() == "/etc/passwd"
    assert [name for name, _ in found.left_out] == ["link/below.txt"]


def test_a_link_that_is_there_is_not_followed(write, tmp_path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out/b").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "out/a.txt").symlink_to(tmp_path / "mine.txt")
    found = unpack(write({"a.txt": "x", "b/c.txt": "x"}), tmp_path / "out", force=True)
    assert {name for name, _ in found.left_out} == {"a.txt", "b/c.txt"}
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_bomb_stays_packed(write, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("tools.archive.archive.DENSE_LIMIT_BYTES", 1_000_000)
    found = unpack(write({"zeros": bytes(2_000_000)}), tmp_path / "out")
    assert "left packed" in found.problem
    assert not (tmp_path / "out").exists()


def test_what_the_disk_cannot_hold_stays_packed(write, tmp_path, monkeypatch) -> None:
    import shutil

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 10, 3))
    assert "free" in unpack(write({"a": "12345"}), tmp_path / "out").problem


def test_no_zip_is_a_problem_and_no_error(tmp_path) -> None:
    (tmp_path / "x.zip").write_bytes(b"not a zip")
    assert "does not open as a zip" in unpack(tmp_path / "x.zip", tmp_path / "out").problem


def test_a_damaged_member_is_left_out_and_the_rest_comes(tmp_path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("good.txt", "good")
        archive.writestr("bad.txt", "contents")
    path.write_bytes(path.read_bytes().replace(b"contents", b"c0ntents"))
    found = unpack(path, tmp_path / "out")
    assert tree(tmp_path / "out") == {"good.txt": b"good"}
    assert found.left_out[0][0] == "bad.txt"


def test_an_encrypted_member_is_left_out(write, tmp_path) -> None:
    path = write({"a.txt": "x"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert unpack(path, tmp_path / "out").left_out == (("a.txt", "it is encrypted"),)


def test_another_content_stays_unless_force(write, tmp_path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a.txt").write_text("mine")
    path = write({"a.txt": "theirs", "b.txt": "new"})
    found = unpack(path, tmp_path / "out")
    assert tree(tmp_path / "out") == {"a.txt": b"mine", "b.txt": b"new"}
    assert [name for name, _ in found.left_out] == ["a.txt"]
    assert unpack(path, tmp_path / "out", force=True).left_out == ()
    assert tree(tmp_path / "out") == {"a.txt": b"theirs", "b.txt": b"new"}
    assert unpack(path, tmp_path / "out").left_out == ()


def test_a_name_that_no_disk_takes_is_left_out(write, tmp_path) -> None:
    found = unpack(write({"n" * 300: "x", "a.txt": "x"}), tmp_path / "out")
    assert tree(tmp_path / "out") == {"a.txt": b"x"}
    assert len(found.left_out) == 1


def test_nothing_gets_the_right_to_be_run(tmp_path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("run.sh")
        info.external_attr = 0o755 << 16
        archive.writestr(info, "x")
    unpack(path, tmp_path / "out")
    assert not os.access(tmp_path / "out/run.sh", os.X_OK)
