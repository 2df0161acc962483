"""A log of the platform as it may go to a terminal, piece by piece: tabs and lines stay, nothing else is obeyed.

Colours are left out; a line that a program wrote over again and again (a progress bar) becomes as many lines. Other
control characters are written out.
"""

import codecs
import re

COLOUR = re.compile(r"\x1b\[[0-9;:]{0,40}[mK]")
UNFINISHED = re.compile(r"\x1b(?:\[[0-9;:]{0,40})?$|\r$")
ODD = re.compile(r"[^\n\t -~]")
"""Letters to look at: all but plain ASCII, lines and tabs."""


class Readable:
    """Makes bytes readable as they come; one for each log."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._ends_a_line = True

    def feed(self, data: bytes) -> str:
        """What can be shown of the log with these bytes; the last ones may wait for the next."""
        text = self._rest + self._decoder.decode(data)
        cut = UNFINISHED.search(text)
        self._rest = text[cut.start() :] if cut else ""
        return self._shown(text[: cut.start()] if cut else text)

    def end(self) -> str:
        """What is left, with the line ended."""
        told = self._shown(self._rest + self._decoder.decode(b"", final=True))
        self._rest = ""
        return told if self._ends_a_line else f"{told}\n"

    def _shown(self, text: str) -> str:
        lines = COLOUR.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
        if lines:
            self._ends_a_line = lines.endswith("\n")
        return ODD.sub(_written_out, lines)


def _written_out(found: re.Match[str]) -> str:
    letter = found[0]
    return letter if letter.isprintable() else ascii(letter)[1:-1]
