"""How what happens is told while it happens: in sentences, and for progress in numbers. Here is what tells nothing."""

from collections.abc import Callable

Tell = Callable[[str], None]


def silent(*_told: object) -> None:
    """Tell nothing, show nothing."""
