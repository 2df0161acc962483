"""The line of code that a finding quotes, from archives of any kind."""

import zipfile

import pytest

from tools.archive import open_archive
from tools.checks.excerpt import LONGEST, code_at, place

MEMBERS = {
    "model.py": "first\r\n\tsecond  \r\n\r\nfourth\x0cstill fourth",
    "a:7": "colon",
    "latin.py": b"name = '\xe9'\n",
    "mac.py": "one\rtwo\rthree",
    "long.py": "x" * 500,
}


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("model.py:1", "first"),
        ("model.py:2", "second"),
        ("model.py:3", None),
        ("model.py:4", "fourth\x0cstill fourth"),
        ("model.py:5", None),
        ("model.py:0", None),
        ("model.py:999999999999999", None),
        ("model.py", None),
        ("gone.py:1", None),
        ("the probe", None),
        ("a:7", None),
        ("a:7:1", "colon"),
        ("mac.py:2", "two"),
        ("latin.py:1", "name = '\ufffd'"),
        (None, None),
        ("", None),
    ],
)
def test_the_line_is_found_or_left_out(where, code, archive_of) -> None:
    assert code_at(archive_of(MEMBERS), where) == code


def test_a_long_line_is_cut(archive_of) -> None:
    assert code_at(archive_of(MEMBERS), "long.py:1") == "x" * (LONGEST - 3) + "..."


@pytest.mark.parametrize(
    ("where", "found"),
    [("model.py:2", ("model.py", 2)), ("model.py", ("model.py", None)), ("a:7", ("a:7", None)), ("scoring", None)],
)
def test_a_place_is_a_member_with_or_without_a_line(where, found, archive_of) -> None:
    assert place(archive_of(MEMBERS), where) == found


def test_a_member_that_cannot_be_read_gives_no_line(tmp_path) -> None:
    path = tmp_path / "s.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("model.py", "line\n" * 99)
    data = bytearray(path.read_bytes())
    data[40:50] = b"\xff" * 10
    path.write_bytes(data)
    assert code_at(open_archive(path), "model.py:1") is None
    data[0:4] = b"XXXX"
    path.write_bytes(data)
    assert code_at(open_archive(path), "model.py:1") is None
