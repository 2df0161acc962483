"""Every code has its broken submission, reported to the letter, and a near miss that is not accused."""

import shutil
from pathlib import Path

import pytest

from tests.gallery.gallery import Case, cases, report_of
from tools.checks import CATALOGUE, Stage


def _parameters(stage: Stage) -> list[object]:
    found = [case for case in cases() if CATALOGUE[case.code].stage is stage]
    return [pytest.param(case, id=case.folder.name) for case in found]


def _codes(case: Case, kind: str, folder: Path) -> tuple[list[str], str]:
    needed = case.settings.get("needs")
    if needed and not shutil.which(needed):
        pytest.skip(f"{needed} is not installed")
    result = case.judge(case.write(kind, folder), folder)
    return [finding.code for finding in result.findings], report_of(result)


def _judge_both(case: Case, tmp_path: Path) -> None:
    codes, report = _codes(case, "broken", tmp_path)
    also = {*case.settings.get("also", ()), "ENV001"}
    assert codes.count(case.code) == 1, report
    assert set(codes) - also <= {case.code}, report
    assert report == case.report_path.read_text("utf-8"), "python -m tests.gallery.refresh, and read the diff"
    codes, report = _codes(case, "near_miss", tmp_path)
    assert set(codes) <= also - {case.code} | {"ENV001"} - {case.code}, report


@pytest.mark.parametrize("case", _parameters(Stage.CHECK))
def test_the_checked(case: Case, tmp_path: Path) -> None:
    _judge_both(case, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("case", _parameters(Stage.EVALUATE))
def test_the_evaluated(case: Case, tmp_path: Path) -> None:
    _judge_both(case, tmp_path)


def test_every_code_has_its_case() -> None:
    played = [
        code for code, entry in CATALOGUE.items() if entry.stage is not Stage.UPLOAD
    ]  # of no zip, but of the platform
    assert [case.code for case in cases()] == sorted(played)


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.folder.name)
def test_a_case_is_complete(case: Case) -> None:
    assert case.report_path.is_file()
    assert (case.folder / "broken").is_dir()
    assert (case.folder / "near_miss").is_dir()
