"""One entry of a zip as data, and the name under which the platform's unzip puts it."""

import stat
import zipfile
from dataclasses import dataclass
from typing import Self

ENCRYPTED = 0x1 | 0x40
PATCHED = 0x20
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry of the archive.

    `name` is where it lies on the platform, with forward slashes, a folder's ending in one; `written` is the name as
    the zip has it. `mode` are the Unix mode bits that the zip notes, 0 where it notes none; `flags` and `method` are
    the zip's own.
    """

    name: str
    size_bytes: int
    stored_bytes: int
    written: str = ""
    mode: int = 0
    flags: int = 0
    method: int = zipfile.ZIP_STORED

    @classmethod
    def of(cls, info: zipfile.ZipInfo) -> Self:
        """The member that an entry of a zip's list describes."""
        return cls(
            name=landing(info.orig_filename),
            size_bytes=info.file_size,
            stored_bytes=info.compress_size,
            written=info.orig_filename,
            mode=info.external_attr >> 16,
            flags=info.flag_bits,
            method=info.compress_type,
        )

    @property
    def is_folder(self) -> bool:
        """Whether the entry is a folder's own."""
        return self.name.endswith("/")

    @property
    def is_link(self) -> bool:
        """Whether the zip notes a symbolic link, whose content is the path that it leads to."""
        return stat.S_ISLNK(self.mode)

    @property
    def base(self) -> str:
        """The last part of the name."""
        return self.name.rstrip("/").rpartition("/")[2]

    @property
    def refusal(self) -> str | None:
        """Why Python's zipfile cannot unpack it, whatever its bytes are; None where it can."""
        if self.flags & ENCRYPTED:
            return "it is encrypted"
        if self.flags & PATCHED:
            return "it is a patch of another zip's member"
        if self.method not in METHODS:
            return f"it is compressed by method {self.method}"
        return None


def landing(written: str) -> str:
    """The path, below the submission's folder, where the platform's unzip puts a member of this written name.

    `ZipFile.extractall` on Linux (codabench.md 1.11): the name ends at a NUL; empty parts, `.` and `..` are dropped,
    not followed; a backslash or a drive letter is like any other letter. A folder's path ends in a slash.
    """
    if written[:1] not in ("/", ".") and not any(part in written for part in ("//", "/.", "\0")):
        return written
    cut = written.partition("\0")[0]
    path = "/".join(part for part in cut.split("/") if part not in ("", ".", ".."))
    return f"{path}/" if cut.endswith("/") else path
