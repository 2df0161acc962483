"""The arrays inside an .npz file, read by header and by stream, never whole.

An .npz is a zip of .npy members. What this module does not do: know what the arrays mean, or unpickle anything.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from training.errors import InputError

CHUNK_BYTES = 16 * 2**20
_PIECE_BYTES = 2**20
_NPY_VERSION_1 = (1, 0)
_SAVE_AGAIN = 'write the file again with np.savez("training_set.npz", images=images, labels=labels)'
_COPY_AGAIN = "download or copy it again, and compare its size or sha256 with the original's"


@dataclass(frozen=True)
class Member:
    """One array of the file: its key, and what its .npy header says."""

    key: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool

    @property
    def row_bytes(self) -> int:
        """Bytes of one row along the first axis."""
        return int(np.prod(self.shape[1:], dtype=np.int64)) * self.dtype.itemsize

    @property
    def size_bytes(self) -> int:
        """Bytes of the values, without the header."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Turn what zipfile, zlib and the file system raise while reading into one InputError each."""
    try:
        yield
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}", "check the path; `kit sample -o FILE` draws one to try") from error
    except PermissionError as error:
        raise InputError(
            f"{path} may not be read by this user", f"give yourself the right: chmod u+r {path}"
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InputError(f"{path} is damaged or cut short: {error}", _COPY_AGAIN) from error
    except (NotImplementedError, RuntimeError) as error:
        raise InputError(f"{path} is a zip that cannot be read here: {error}", _SAVE_AGAIN) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}", "check the path and the disk it lies on") from error


def read_members(path: Path) -> tuple[Member, ...]:
    """Read the headers of all arrays in `path`, in the order of the file; members that are no arrays are left out.

    Raises InputError when the file is missing, a folder, unreadable, not an .npz, or cut short.
    """
    with _telling(path):
        if path.is_dir():
            raise InputError(f"{path} is a folder, an .npz file was expected", f"name a file: {path}/<file>.npz")
        with path.open("rb") as file:
            start = file.read(6)
        if not start.startswith(b"PK"):
            raise InputError(f"{path} is not an .npz file: {_what_it_is(start)}", _SAVE_AGAIN)
        with zipfile.ZipFile(path) as archive:
            found = [_member(archive, info) for info in archive.infolist() if info.filename.endswith(".npy")]
    return tuple(member for member in found if member is not None)


def _what_it_is(start: bytes) -> str:
    if not start:
        return "it is empty"
    if start == b"\x93NUMPY":
        return "it is a .npy file, which holds one array where two are needed"
    return f"it begins with {start!r}, a zip begins with b'PK'"


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member | None:
    with archive.open(info) as stream:
        try:
            shape, fortran, dtype = _read_header(stream)
        except ValueError:
            return None
        header_bytes = stream.tell()
    member = Member(info.filename.removesuffix(".npy"), shape, dtype, fortran)
    if not dtype.hasobject and info.file_size - header_bytes != member.size_bytes:
        raise InputError(
            f"{archive.filename}: the header of {member.key} promises {member.size_bytes:,} bytes of values "
            f"({shape}, {dtype}), the file holds {info.file_size - header_bytes:,}",
            _COPY_AGAIN,
        )
    return member


def _read_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    if version == _NPY_VERSION_1:
        return np.lib.format.read_array_header_1_0(stream)
    return np.lib.format.read_array_header_2_0(stream)


def read_array(path: Path, member: Member) -> NDArray[Any]:
    """Read one small array whole, in its own dtype and shape; object arrays are refused, never unpickled."""
    parts = [rows for _, rows in stream_rows(path, member)]
    return np.concatenate(parts) if parts else np.empty(member.shape, member.dtype)


def stream_rows(path: Path, member: Member, rows_per_chunk: int | None = None) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yield (first row, rows) over the first axis, about 16 MB at a time: memory is two chunks, whatever the file.

    Works on stored and on deflated members. Each chunk is a fresh array. Raises InputError on object or Fortran-ordered
    arrays, and when the file is damaged or has changed since its headers were read.
    """
    require_streamable(path, member)
    rows_per_chunk = rows_per_chunk or max(1, CHUNK_BYTES // max(1, member.row_bytes))
    with _telling(path), zipfile.ZipFile(path) as archive, archive.open(f"{member.key}.npy") as stream:
        if _read_header(stream) != (member.shape, member.fortran, member.dtype):
            raise InputError(f"{path} has changed while it was read", "run the command again")
        for first in range(0, member.shape[0], rows_per_chunk):
            rows = np.empty((min(rows_per_chunk, member.shape[0] - first), *member.shape[1:]), member.dtype)
            _fill(stream, rows)
            yield first, rows


def require_streamable(path: Path, member: Member) -> None:
    """Raise InputError when the member holds pickled objects or lies in Fortran order."""
    if member.dtype.hasobject:
        raise InputError(
            f"{path}: {member.key} is a pickled object array, which can run code when it is opened",
            f"build one array of numbers, np.stack(list({member.key})), and save that",
        )
    if member.fortran:
        raise InputError(
            f"{path}: {member.key} is stored in Fortran (column) order, row order was expected",
            f"save np.ascontiguousarray({member.key})",
        )


def _fill(stream: IO[bytes], rows: NDArray[Any]) -> None:
    target = rows.reshape(-1).view(np.uint8).data
    done = 0
    while done < len(target):
        read = stream.readinto(target[done : done + _PIECE_BYTES])  # type: ignore[attr-defined]
        if not read:
            raise EOFError(f"it ends {len(target) - done:,} bytes early")
        done += read
