"""Whatever is pasted, an explanation comes back, soon, and with nothing in it that a terminal obeys."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.explain import TEXTS, diagnose_log
from tools.explain.matching import HOLE, templates
from tools.explain.pasted import HEAD_BYTES, TAIL_BYTES, pasted

pytestmark = pytest.mark.slow

SECONDS = 20  # far above what any of them takes; a pattern that runs wild takes minutes
FRAGMENTS = [
    *(piece for text in TEXTS.values() for form in (*text.shown, *text.also) for piece in HOLE.split(form) if piece),
    "Traceback (most recent call last):\n",
    '  File "/app/ingested_program/model.py", line 3, in predict\n',
    "During handling of the above exception, another exception occurred:\n",
    "prediction_ingestion_stderr\n",
    "\x1b[31m",
    "\x1b]0;",
    "<html>",
    "<a ",
    "{",
    "[",
    "\r",
    "\n",
    "\x00",
    "\ud800",
    "…",
]
PASTES = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=30), max_size=30).map("".join)
NAMES = st.sampled_from(["", "prediction_ingestion_stderr", "scoring_stderr", "prediction_stderr", "x.log"])


def is_printable(one) -> bool:
    return "".join([one.matched, one.where or "", one.code or "", *one.parts.values()]).isprintable()


@given(NAMES, PASTES)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_paste_is_explained(name: str, told: str) -> None:
    found = diagnose_log(name, told)
    assert 1 <= len(found) <= 5
    assert all(is_printable(one) and 0 <= one.likeness <= 1 for one in found)


@given(st.binary(max_size=2000))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_explained(told: bytes) -> None:
    assert all(is_printable(one) for one in diagnose_log("", told))


BEGINNINGS = sorted({HOLE.split(template.shown)[0] for template in templates() if HOLE.search(template.shown)} - {""})


@pytest.mark.parametrize(
    "told",
    [
        *(beginning * (200_000 // len(beginning)) for beginning in BEGINNINGS),
        "Traceback (most recent call last):\n" * 30_000,
        'File "' * 100_000,
        '  File "a", line 1, in b\n' * 40_000,
        "\x1b[" * 300_000,
        "\x1b]" * 300_000,
        "<" * 600_000 + "<html>",
        "<html" * 100_000,
        "<html>" + "<a" * 300_000,
        "[" * 600_000,
        '{"a":' * 100_000,
        "a" * 3_000_000,
        "a " * 1_500_000,
        "\n" * 3_000_000,
        "Killed\n" * 100_000,
        "\u202e" * 600_000,
        "ModuleNotFoundError: " + "No module named " * 40_000,
    ],
    ids=lambda told: repr(told[:24]),
)
def test_a_hostile_log_is_read_in_bounded_time(told: str) -> None:
    started = time.monotonic()
    assert diagnose_log("prediction_ingestion_stderr", told)
    assert time.monotonic() - started < SECONDS


def test_of_a_huge_log_the_beginning_and_the_end_are_kept() -> None:
    told = pasted("first\n" + "x" * 50_000_000 + "\nlast")
    assert told.lines[0] == "first"
    assert told.lines[-1] == "last"
    assert sum(map(len, told.lines)) <= HEAD_BYTES + TAIL_BYTES + 100
