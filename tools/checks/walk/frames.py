"""How statements are left, and what is known of a running function."""

from dataclasses import dataclass, field

from tools.checks.walk.values import Value

NEXT, RETURN, RAISE, BREAK, CONTINUE = "next", "return", "raise", "break", "continue"
"""How statements are left."""
NEVER_RETURN = ("sys.exit", "exit", "quit", "os._exit", "os.abort")


@dataclass
class Frame:
    """A running function or module: what it has returned, and whether it, or its loops, may have been left already."""

    returned: Value | None = None
    may_have_left: bool = False
    loops: list[bool] = field(default_factory=list)


def either(hows: set[str]) -> str:
    """How a statement is left that runs one of several ways."""
    return NEXT if NEXT in hows else min(hows, key=(CONTINUE, BREAK, RETURN, RAISE).index)
