"""Nothing valid is accused: neither by the check nor by the evaluation, of no code and at no level.

ENV001 alone is not counted: it is about the machine that the test runs on.
"""

from pathlib import Path

import pytest

from tests.gallery.gallery import noise, report_of
from tests.valid.networks import networks
from tests.valid.submission import Valid, in_folders
from tests.valid.zips import ZIPS
from tools.archive import open_archive
from tools.bundle import open_bundle
from tools.checks import Result, Stage, run_checks, subject_of
from tools.engines import Wish
from tools.evaluate import Settings, evaluate

VALID = (*in_folders(), *ZIPS)
LEAST = 60


def accuse_nothing(result: Result) -> None:
    """Fail with the report where there is a finding."""
    accused = [finding.code for finding in result.findings if finding.code != "ENV001"]
    assert not accused, report_of(result)


def check(valid: Valid, folder: Path) -> Result:
    """What `kit check` finds."""
    contract = open_bundle(valid.bundle_into(folder), folder / "opened").contract
    return run_checks(Stage.CHECK, subject_of(open_archive(valid.zip_into(folder)), contract), contract)


def play(valid: Valid, folder: Path) -> Result:
    """What `kit evaluate` finds; the platform must show Finished."""
    bundle = valid.bundle_into(folder)
    settings = Settings(bundle=bundle, data=None if bundle else noise(folder), wish=Wish(engine="process"))
    seen = evaluate(open_archive(valid.zip_into(folder)), settings)
    assert not seen.failed, seen.first.run.logs
    return seen.result


def test_there_are_many_of_them() -> None:
    assert len({valid.name for valid in VALID}) == len(VALID) >= LEAST


@pytest.mark.parametrize("valid", VALID, ids=lambda valid: valid.name)
def test_the_check_accuses_none(valid: Valid, tmp_path: Path) -> None:
    accuse_nothing(check(valid, tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("valid", VALID, ids=lambda valid: valid.name)
def test_the_evaluation_accuses_none(valid: Valid, tmp_path: Path) -> None:
    accuse_nothing(play(valid, tmp_path))


@pytest.mark.slow
def test_networks_are_not_accused(tmp_path: Path) -> None:
    for number, valid in enumerate(networks()):
        folder = tmp_path / str(number)
        folder.mkdir()
        accuse_nothing(check(valid, folder))
        accuse_nothing(play(valid, folder))
