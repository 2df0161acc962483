"""The platform's dates as people read them."""

import datetime
import time
from collections.abc import Iterator

import pytest

from tools.codabench.dates import local_time


@pytest.fixture(autouse=True)
def _in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime.datetime(2026, 11, 24, 15, 30, tzinfo=datetime.UTC), "Wed 25 Nov 2026 00:30 JST"),
        (datetime.datetime(9999, 12, 31, 23, 59, tzinfo=datetime.UTC), "Fri 31 Dec 9999 23:59 UTC"),
        (None, "-"),
    ],
)
def test_a_date_is_shown_in_local_time_and_one_without_as_it_came(moment: datetime.datetime | None, told: str) -> None:
    assert local_time(moment) == told
