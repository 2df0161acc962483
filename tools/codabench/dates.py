"""The platform's dates for people: it tells them in UTC, they are shown where the user is."""

import datetime
from contextlib import suppress


def local_time(moment: datetime.datetime | None) -> str:
    """An aware date in this machine's time zone, with the zone's name; "-" without one.

    The last day of the year 9999, which stands for no end, may have no local date: it is shown as it came.
    """
    if moment is None:
        return "-"
    with suppress(OverflowError):
        moment = moment.astimezone()
    return f"{moment:%a %d %b %Y %H:%M %Z}"
