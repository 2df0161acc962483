"""The line of the user's code that a finding speaks of. Read from the archive, bounded; nothing is decided here."""

import re
import zipfile
import zlib

from tools.archive import Archive

LIMIT_BYTES = 2 << 20
LONGEST = 160
LOST = (KeyError, OSError, RuntimeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error)
"""What reading a member of a broken zip can raise (NotImplementedError is a RuntimeError)."""


def place(archive: Archive, where: str | None) -> tuple[str, int | None] | None:
    """The member and line of a `member:line`, or of a member alone; None where no member is meant (a job, the zip)."""
    if not where:
        return None
    match = re.fullmatch(r"(?P<member>.+):(?P<line>\d{1,9})", where)
    if match and match["member"] in archive:
        return match["member"], int(match["line"])
    return (where, None) if where in archive else None


def code_at(archive: Archive, where: str | None) -> str | None:
    """The line of text at a `member:line`, without its indentation; None where there is none to show."""
    found = place(archive, where)
    member, line = found or ("", None)
    if not line:
        return None
    try:
        lines = archive.read(member, limit_bytes=LIMIT_BYTES).splitlines()
    except LOST:
        return None
    text = lines[line - 1].decode("utf-8", "replace").strip() if line <= len(lines) else ""
    return f"{text[: LONGEST - 3]}..." if len(text) > LONGEST else text or None
