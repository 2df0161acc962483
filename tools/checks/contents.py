"""The archive's names, indexed: whether a path is there, and what was probably meant by one that is not."""

import bisect
import difflib
from collections.abc import Iterable
from functools import cached_property
from pathlib import PurePosixPath

MOST_COMPARED = 500
ALIKE = 0.75


class Contents:
    """The names of an archive's files, looked up by their beginnings, their last parts, and without their case."""

    def __init__(self, names: Iterable[str]) -> None:
        """Index the names of files; a folder is what they lie in."""
        self.names = sorted(names)

    @cached_property
    def _exact(self) -> frozenset[str]:
        return frozenset(self.names)

    @cached_property
    def _by_lower(self) -> dict[str, str]:
        return {name.lower(): name for name in self.names}

    @cached_property
    def _by_base(self) -> dict[str, str]:
        return {name.rpartition("/")[2].lower(): name for name in reversed(self.names)}

    def has(self, name: str, *, prefix: bool = False) -> bool:
        """Whether a path is a file or a folder, or with `prefix` what names begin with before a dot."""
        return not name or name in self._exact or self.starts(f"{name}/") or (prefix and self.starts(f"{name}."))

    def starts(self, beginning: str) -> bool:
        """Whether a name begins so."""
        return self.first(beginning) is not None

    def first(self, beginning: str) -> str | None:
        """The first name that begins so, in the order of the alphabet."""
        position = bisect.bisect_left(self.names, beginning)
        found = self.names[position] if position < len(self.names) else ""
        return found if found.startswith(beginning) else None

    def module(self, top: str) -> str | None:
        """A file that `import top` would want: in some folder, or in another case."""
        return self._by_lower.get(f"{top}.py".lower()) or self._by_base.get(f"{top}.py".lower()) or self._package(top)

    def _package(self, top: str) -> str | None:
        return next((name for name in self.names[:MOST_COMPARED] if name.endswith(f"/{top}/__init__.py")), None)

    def nearest(self, name: str) -> str | None:
        """A phrase about the file that comes nearest to one that is missing; None where nothing is alike."""
        wanted = PurePosixPath(name.replace("\\", "/"))
        if "\\" in name and str(wanted) in self._exact:
            return f"it is {wanted} in the zip: Linux wants / between folders"
        if found := self._by_lower.get(name.lower()):
            return f"it is {found} in the zip: the case of letters counts"
        if found := self._by_base.get(wanted.name.lower()):
            return f"it is {found} in the zip"
        if (found := self.first(f"{wanted.with_suffix('')}.")) and wanted.suffix != ".py":
            return f"the zip has {found}: another suffix"
        same_suffix = [other for other in self.names[:MOST_COMPARED] if PurePosixPath(other).suffix == wanted.suffix]
        alike = difflib.get_close_matches(str(wanted), same_suffix, n=1, cutoff=ALIKE) if wanted.suffix != ".py" else []
        return f"the zip has {alike[0]}" if alike else None
