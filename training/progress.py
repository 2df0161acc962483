"""How the long steps of this package tell what they do, without printing: the command line passes a Reporter in."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Advance = Callable[..., None]
"""advance(steps: int = 1, detail: str = ""): so many more steps are done; detail is shown beside the bar."""


class Reporter(Protocol):
    """What a long step reports to."""

    def say(self, text: str) -> None:
        """Tell one finished fact, as a line."""

    def track(self, title: str, total: int) -> AbstractContextManager[Advance]:
        """Open a bar of `total` steps for the length of a with block."""


class Silent:
    """Reports nothing: for calls from Python and from tests."""

    def say(self, text: str) -> None:
        """Drop the line."""

    @contextmanager
    def track(self, title: str, total: int) -> Iterator[Advance]:  # noqa: ARG002 - the protocol's names
        """Open no bar."""
        yield lambda steps=1, detail="": None  # noqa: ARG005 - as above
