"""What a child does between its birth and its program; nothing on Windows, which knows no such moment."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable

from tools.sandbox.supervisor.cgroup import Group
from tools.sandbox.supervisor.spec import Spec
from tools.sandbox.supervisor.tree import die_with_parent

if sys.platform != "win32":
    import resource

UMASK = 0o022


def entrance(spec: Spec, groups: Iterable[Group], joined: int) -> Callable[[], None] | None:
    """What the child runs before its program: control groups, resource limits, priority. None on Windows.

    The names of the controllers whose groups it is in are written to the open file `joined`, a line each.
    """
    if sys.platform == "win32":
        return None

    def enter() -> None:
        die_with_parent()
        for group in groups:
            with contextlib.suppress(OSError):
                group.join()
                os.write(joined, f"{group.controller}\n".encode())
        _lower(resource.RLIMIT_CORE, 0)
        if spec.file_bytes is not None:
            _lower(resource.RLIMIT_FSIZE, spec.file_bytes)
        os.umask(UMASK)
        if spec.niceness:
            os.nice(spec.niceness)

    return enter


def _lower(kind: int, limit: int) -> None:
    """Set a resource limit, but never above what is allowed already."""
    hard = resource.getrlimit(kind)[1]
    lowered = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(kind, (lowered, lowered))
