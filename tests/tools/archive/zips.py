"""Zips as no tidy program writes them: members of any name and mode, and lists that say something else than is true."""

import struct
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path

LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"
CENTRAL_FIELDS = {"flags": (8, "<H"), "method": (10, "<H"), "crc": (16, "<L"), "stored": (20, "<L"), "size": (24, "<L")}
LOCAL_FIELDS = {"flags": (6, "<H"), "method": (8, "<H"), "crc": (14, "<L"), "stored": (18, "<L"), "size": (22, "<L")}


def add(path: Path, name: str, content: bytes, *, mode: int = 0o100644, comment: bytes | None = None) -> None:
    """Append a member to a zip, which is made if there is none, whether or not it has that name already."""
    add_all(path, [(name, content)], mode=mode, comment=comment)


def add_all(
    path: Path, files: Iterable[tuple[str, bytes]], *, mode: int = 0o100644, comment: bytes | None = None
) -> None:
    """Append members to a zip, in this order, each with these mode bits."""
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(path, "a") as target:
        for name, content in files:
            info = zipfile.ZipInfo("x", (2024, 11, 9, 12, 0, 0))
            info.filename = info.orig_filename = name
            info.external_attr = mode << 16
            info.create_system = 3
            target.writestr(info, content)
        if comment is not None:
            target.comment = comment


def patched(data: bytes, name: str, *, local: bool = True, **fields: int) -> bytes:
    """The zip with fields of a member's entry in the list (and before its bytes) set to other values."""
    changed = bytearray(data)
    kinds = [(CENTRAL, 46, CENTRAL_FIELDS)] + ([(LOCAL, 30, LOCAL_FIELDS)] if local else [])
    for mark, length, places in kinds:
        start = data.find(mark)
        while start >= 0:
            if data[start + length :].startswith(name.encode()):
                for field, value in fields.items():
                    offset, form = places[field]
                    struct.pack_into(form, changed, start + offset, value)
            start = data.find(mark, start + 1)
    return bytes(changed)
