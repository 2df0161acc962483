"""The dates of phases, read as the platform reads them (codabench.md 2): a day, a timestamp, or a text in US order.

All are UTC: an offset is overwritten, not converted. Of a timestamp that YAML itself understands, because it is not in
quotes, the platform keeps the day only.
"""

import datetime
from typing import Any


def read_date(value: Any) -> datetime.datetime | None:
    """The moment that a phase's `start` or `end` stands for; None where there is none.

    Raises ValueError where it is no date.
    """
    if not value:
        return None
    if isinstance(value, datetime.date):  # a datetime is one as well, and loses its time of day
        return datetime.datetime.combine(value, datetime.time(), datetime.UTC)
    if not isinstance(value, str):
        raise ValueError(f"a date is wanted, got {type(value).__name__}")
    from dateutil import parser  # type: ignore[import-untyped]  # noqa: PLC0415 - slow, and most bundles need none

    try:
        parsed: datetime.datetime = parser.parse(value)
        return parsed.replace(tzinfo=datetime.UTC)
    except (ValueError, OverflowError, TypeError, ArithmeticError) as error:
        raise ValueError("a date is wanted, as 2026-01-30 or 1-30-2026 (month first)") from error


def loses_its_time(value: Any) -> bool:
    """Whether the platform drops the time of day that the value gives."""
    return isinstance(value, datetime.datetime) and value.time() != datetime.time()
