"""Where a member lies on the platform: where Python's own unzip puts it, for any name."""

import io
import os
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.archive.member import Member, landing


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("model.py", "model.py"),
        ("./model.py", "model.py"),
        ("a//b", "a/b"),
        ("/abs/x", "abs/x"),
        ("../../x", "x"),
        ("a/../b", "a/b"),
        ("C:/x", "C:/x"),
        (r"win\p.txt", r"win\p.txt"),
        ("model.py\0.txt", "model.py"),
        ("folder/", "folder/"),
        (".hidden/.x", ".hidden/.x"),
        ("..", ""),
    ],
)
def test_a_name_lands_where_the_unzip_puts_it(written: str, place: str) -> None:
    assert landing(written) == place


@pytest.mark.skipif(os.sep != "/", reason="the platform is Linux")
@given(st.text(st.sampled_from("ab./\\:\0 é"), min_size=1, max_size=12))
def test_any_name_lands_where_the_unzip_puts_it(written: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        info = zipfile.ZipInfo("x")
        info.filename = info.orig_filename = written
        target.writestr(info, b"")
    with zipfile.ZipFile(buffer) as opened, tempfile.TemporaryDirectory() as folder:
        member = Member.of(opened.infolist()[0])
        try:
            opened.extractall(folder)
        except (IsADirectoryError, ValueError, IndexError):  # by the version, for a name of which nothing is left
            assert member.name == ""
            return
        found = [path for path in Path(folder).rglob("*") if path.is_file() or member.is_folder]
        assert max((path.relative_to(folder).as_posix() for path in found), default="") == member.name.rstrip("/")


def test_links_and_refusals_are_told_by_the_zips_own_notes() -> None:
    facts = {"name": "w", "size_bytes": 1, "stored_bytes": 1}
    assert Member(**facts, mode=0o120777).is_link
    assert not Member(**facts, mode=0o100644).is_link
    assert Member(**facts).refusal is None
    assert Member(**facts, flags=0x1).refusal == "it is encrypted"
    assert Member(**facts, method=93).refusal == "it is compressed by method 93"
