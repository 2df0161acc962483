"""What a file that does not open as a zip looks like, by its first bytes."""

from pathlib import Path

HEADS = (
    (b"PK\x03\x04", "it begins as a zip, so its end was cut off or damaged"),
    (b"\x1f\x8b", "it is compressed by gzip, as a .tar.gz is"),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7-Zip archive (.7z)"),
    (b"Rar!", "it is a RAR archive"),
    (b"BZh", "it is compressed by bzip2"),
    (b"\xfd7zXZ", "it is compressed by xz"),
    (b"\x89HDF", "it is an HDF5 file, a model without its zip"),
    (b"version https://git-lfs", "it is Git LFS's pointer to the file, not the file: git lfs pull"),
    (b"<!doctype html", "it is a web page, perhaps that of a login or a download"),
    (b"<html", "it is a web page, perhaps that of a login or a download"),
    (b"class ", "it is Python, not zipped"),
    (b"import ", "it is Python, not zipped"),
)
TAR = (257, b"ustar")
LONGEST = 512


def likeness(path: Path) -> str:
    """`; ` and what it looks like; nothing where that cannot be told."""
    try:
        with path.open("rb") as stream:
            head = stream.read(LONGEST)
    except OSError:
        return ""
    plain = head.lstrip(b"\xef\xbb\xbf\t\r\n ").lower()
    found = next((told for mark, told in HEADS if head.startswith(mark) or plain.startswith(mark)), None)
    if head[TAR[0] :].startswith(TAR[1]):
        found = "it is a .tar"
    if not head:
        found = "it is empty"
    return f"; {found}" if found else ""
