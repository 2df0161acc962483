"""Damaged zips: no check of the zip fails on one, and what they do not accuse is unpacked to what they read."""

import io
import os
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.archive import Archive, open_archive
from tools.checks import CATALOGUE, Finding, Level, Stage, run_checks, subject_of
from tools.competitions import DEFAULT
from tools.contract import read_contract

pytestmark = pytest.mark.slow

CONTRACT = read_contract(DEFAULT)
CODES = [f"ARC{number:03}" for number in range(1, 11)]
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
ENTRY = "class Model:\n    def predict(self, X): return X\n"
VALUES = (0, 1, 0xFFFE, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF, 2**63, 2**64 - 1)
BOUNDED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def whole(method: int, *, large: bool = False) -> bytes:
    """A zip with a bit of everything: folders, a link, a name of other letters, a metadata file, a token, zip64."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        target.writestr("model.py", ENTRY)
        target.mkdir("parts")
        target.writestr("parts/größe.txt", "1,2,3\n" * 40)
        target.writestr("metadata", "description: ours\n")
        target.writestr("up.py", "TOKEN = os.environ['TOKEN']\n")
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o100644 << 16
        target.writestr(link, "model.py")
        with target.open("w.bin", "w", force_zip64=large) as member:
            member.write(bytes(range(256)) * 8)
        target.comment = b"best one"
    return buffer.getvalue()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """One of the zips after a few edits: bytes changed, fields overwritten, cut off, parts left out or doubled."""
    data = bytearray(whole(draw(st.sampled_from(METHODS)), large=draw(st.booleans())))
    marks = [at for mark in (b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6") for at in _places(bytes(data), mark)]
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["byte", "field", "field", "field", "cut", "drop", "double", "before"]))
        at = draw(st.integers(0, max(0, len(data) - 1)))
        if kind == "field":
            at = draw(st.sampled_from(marks)) + draw(st.integers(4, 50))
            size = draw(st.sampled_from([1, 2, 4, 8]))
            value = draw(st.one_of(st.sampled_from(VALUES), st.integers(0, 300))) % (1 << (8 * size))
            data[at : at + size] = value.to_bytes(size, "little")
        elif kind == "byte":
            data[at : at + 1] = bytes([draw(st.integers(0, 255))])
        elif kind == "cut":
            del data[at:]
        elif kind == "drop":
            del data[at : at + draw(st.integers(1, 80))]
        elif kind == "double":
            data[at:at] = data[at : at + draw(st.integers(1, 200))]
        else:
            data[:0] = draw(st.binary(max_size=50))
    return bytes(data)


def _places(data: bytes, mark: bytes) -> Iterator[int]:
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


def every_check(archive: Archive) -> list[Finding]:
    """What each check of the zip finds, those included that another's finding would have kept from running."""
    subject = subject_of(archive, CONTRACT)
    for code in CODES:
        for evidence in CATALOGUE[code].function(subject, CONTRACT):
            assert evidence.text
    result = run_checks(Stage.CHECK, subject_of(archive, None), None)
    return [finding for finding in result.findings if finding.code in CODES]


@BOUNDED
@given(damaged())
def test_no_check_fails_on_a_damaged_zip_and_what_is_not_accused_is_unpacked_as_read(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
        path = Path(folder) / "x.zip"
        path.write_bytes(data)
        archive = open_archive(path)
        found = every_check(archive)
        if os.sep == "/" and not any(finding.level is Level.ERROR for finding in found):
            into = Path(folder) / "into"
            with zipfile.ZipFile(path) as opened:
                opened.extractall(into)
            names = {p.relative_to(into).as_posix(): p for p in into.rglob("*") if p.is_file()} if into.exists() else {}
            assert names.keys() == {member.name for member in archive.by_name.values() if not member.is_folder}
            for name, place in names.items():
                assert archive.read(name, limit_bytes=1 << 20) == place.read_bytes()


@BOUNDED
@given(st.binary(max_size=300))
def test_any_bytes_open_or_have_a_problem(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.zip"
        path.write_bytes(data)
        archive = open_archive(path)
        assert archive.problem
        every_check(archive)


@pytest.mark.parametrize("method", METHODS)
def test_a_zip_cut_off_anywhere_is_one_error(method: int, tmp_path: Path) -> None:
    data = whole(method)
    for length in range(0, len(data) - len(b"best one"), 7):
        path = tmp_path / "x.zip"
        path.write_bytes(data[:length])
        assert [finding.code for finding in every_check(open_archive(path))] == ["ARC001"], length


@pytest.mark.parametrize("method", METHODS)
def test_the_whole_ones_are_accused_of_nothing(method: int, tmp_path: Path) -> None:
    for large in (False, True):
        (tmp_path / "x.zip").write_bytes(whole(method, large=large))
        assert every_check(open_archive(tmp_path / "x.zip")) == []
