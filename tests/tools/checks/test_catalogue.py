"""The catalogue as a whole: every entry can be looked up, and the page is what the checks say."""

import re

import pytest

from tools.checks import CATALOGUE
from tools.checks.page import PAGE, page


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m tools.checks.page"


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.code)
def test_an_entry_is_complete(entry) -> None:
    assert re.fullmatch(r"[A-Z]{3}\d{3}", entry.code)
    assert len(entry.title) < 100
    assert "\n" not in entry.fix
    assert re.search(r"codabench\.md|competition\.md|measured: ", entry.source)
    assert len(entry.why.splitlines()) >= 1


def test_the_codes_that_are_kept_are_there() -> None:
    numbers = {
        "ARC": range(1, 12),
        "SRC": range(1, 13),
        "ENV": range(1, 8),
        "RUN": range(1, 15),
        "OUT": range(1, 13),
        "SCO": range(1, 6),
        "UPL": range(1, 11),
    }
    assert sorted(CATALOGUE) == sorted(f"{room}{number:03}" for room in numbers for number in numbers[room])


def test_what_makes_a_check_moot_is_a_code_of_the_catalogue() -> None:
    for entry in CATALOGUE.values():
        for code in entry.after:
            assert any(known.startswith(code) for known in CATALOGUE), (entry.code, code)
