"""The platform's dates for people: it tells them in UTC, they are shown where the user is."""

import datetime


def local_time(moment: datetime.datetime | None) -> str:
    """An aware date in this machine's time zone, with the zone's name; "-" without one."""
    return "-" if moment is None else f"{moment.astimezone():%a %d %b %Y %H:%M %Z}"
