"""ARC009: how large a submission is; sizes are written into the zip's list, so that no test writes gigabytes."""

from pathlib import Path

import pytest

from tests.tools.archive.zips import add_all, patched
from tools.archive import Archive, Member
from tools.archive.archive import open_archive
from tools.checks import Level, Stage, run_checks, subject_of
from tools.competitions import DEFAULT
from tools.contract import Contract, read_contract

MB = 1_000_000


def of_size(size_mb: float, unpacked_mb: float | None = None, *, members: int = 1) -> Archive:
    unpacked = int((size_mb if unpacked_mb is None else unpacked_mb) * MB)
    each = Member(name="w", size_bytes=unpacked // members, stored_bytes=int(size_mb * MB) // members)
    named = (
        Member(name=f"w{n}.bin", size_bytes=each.size_bytes, stored_bytes=each.stored_bytes) for n in range(members)
    )
    return Archive(path=Path("x.zip"), members=tuple(named), size_bytes=int(size_mb * MB))


def found(archive: Archive, contract: Contract | None = None) -> tuple[Level, str] | None:
    result = run_checks(Stage.CHECK, subject_of(archive, contract), contract)
    seen = [(one.level, " | ".join(one.evidence)) for one in result.findings if one.code == "ARC009"]
    return seen[0] if seen else None


ROWS: list[tuple[str, Archive, Level | None, str]] = [
    ("a small one", of_size(5), None, ""),
    ("just below", of_size(149.9), None, ""),
    ("zeros that compress to nothing", of_size(0.5, 500), None, ""),
    ("an ensemble that compresses well", of_size(120, 990), None, ""),
    ("two thousand members", of_size(5, members=2000), None, ""),
    ("from 150 MB on", of_size(150), Level.WARNING, "150 MB, uploads are known to break from 150 MB on: w0.bin 150 MB"),
    ("1 GB", of_size(1000), Level.WARNING, "1000 MB, uploads"),
    ("over 1 GB", of_size(1100), Level.ERROR, "1100 MB, at most 1000 MB are taken: w0.bin 1100 MB"),
    ("over 1 GB unpacked", of_size(140, 1500), Level.WARNING, "unpacks to 1.5 GB, 10.7 times its size"),
    ("a bomb by its ratio", of_size(1, 1500), Level.ERROR, "unpacks to 1.5 GB, 1.5e+03 times its size: no model does"),
    ("a bomb by its size", of_size(140, 12_000), Level.ERROR, "unpacks to 12.0 GB"),
    ("many members", of_size(5, members=20_000), Level.WARNING, "20000 members"),
]


@pytest.mark.parametrize(("archive", "level", "text"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_sizes(archive: Archive, level: Level | None, text: str) -> None:
    seen = found(archive)
    assert (seen[0] if seen else None) is level
    assert text in (seen[1] if seen else "")


def test_the_contracts_limit_goes_before_the_kits() -> None:
    contract = read_contract(DEFAULT)
    assert contract
    small, large = (contract.model_copy(update={"size_limit_mb": limit}) for limit in (100, 3000))
    assert found(of_size(120), small) == (Level.ERROR, "120 MB, at most 100 MB are taken: w0.bin 120 MB")
    seen = found(of_size(2000), large)
    assert seen
    assert seen[0] is Level.WARNING


def test_a_member_that_is_said_to_be_huge_is_a_bomb_and_one_finding(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    add_all(path, [("model.py", b"x = 1"), ("w.bin", b"0" * 100)])
    path.write_bytes(patched(path.read_bytes(), "w.bin", size=0xF0000000))
    result = run_checks(Stage.CHECK, subject_of(open_archive(path), None), None)
    assert [(f.code, f.level) for f in result.findings] == [("ARC009", Level.ERROR)]
