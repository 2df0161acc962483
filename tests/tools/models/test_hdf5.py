"""The reader of HDF5 against h5py, and against files of strangers."""

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.models.errors import UnreadableError
from tools.models.hdf5 import Hdf5


def plain(file: h5py.File) -> None:
    file["dense/kernel"] = np.zeros((3, 4), np.float32)
    file["dense/bias"] = np.zeros(4, np.float64)
    file["step"] = np.int64(3)


def texts(file: h5py.File) -> None:
    file.attrs["keras_version"] = "2.12.0"
    file.attrs["backend"] = b"tensorflow"
    file.attrs["fixed"] = np.bytes_(b"of one length")
    file.attrs["long"] = "x" * 300_000
    file.attrs["umlauts"] = "Zellgröße"
    file.attrs["empty"] = ""
    file.attrs["number"] = 3
    file.attrs["names"] = ["a", "b"]


def many_groups(file: h5py.File) -> None:
    for number in range(300):
        file[f"layers/dense_{number}/vars/0"] = np.zeros((number, 2), np.float16)


def packed(file: h5py.File) -> None:
    file.create_dataset("chunks", data=np.zeros((100, 100), np.float32), chunks=(10, 10), compression="gzip")
    file.create_dataset("never_written", shape=(1 << 40,), dtype=np.float32)
    file.create_dataset("nothing", data=h5py.Empty("f"))
    file.create_dataset("compact", data=np.zeros(3, np.int8))


def twice(file: h5py.File) -> None:
    file["one"] = np.zeros(5, np.float32)
    file["other"] = file["one"]
    file["below/itself"] = file["/"]
    file["soft"] = h5py.SoftLink("/one")


def nothing(_file: h5py.File) -> None:
    pass


FILES = [plain, texts, many_groups, packed, twice, nothing]


def written(fill: Callable[[h5py.File], None], **options: object) -> io.BytesIO:
    stream = io.BytesIO()
    with h5py.File(stream, "w", **options) as file:
        fill(file)
    return stream


def seen_by_h5py(stream: io.BytesIO) -> tuple[int, dict[str, str]]:
    with h5py.File(stream, "r") as file:
        sizes: list[int] = []

        def visit(_name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Dataset) and item.shape is not None:
                sizes.append(item.nbytes)

        file.visititems(visit)
        texts = {k: v.decode() if isinstance(v, bytes) else v for k, v in file.attrs.items()}
        return sum(sizes), {name: value for name, value in texts.items() if isinstance(value, str)}


def seen(stream: io.BytesIO) -> tuple[int, dict[str, str]]:
    file = Hdf5(stream)
    root = file.node(file.root)
    attributes = {name: file.text(root, name) or "" for name in root.attributes}
    return sum(node.size_bytes for _, node in file.walk(file.root)), attributes


@pytest.mark.parametrize("fill", FILES, ids=lambda fill: fill.__name__)
@pytest.mark.parametrize("userblock", [0, 512])
def test_it_sees_what_h5py_sees(fill: Callable[[h5py.File], None], userblock: int) -> None:
    stream = written(fill, userblock_size=userblock)
    if userblock:
        with pytest.raises(UnreadableError):
            seen(stream)
    else:
        assert seen(stream) == seen_by_h5py(stream)


@pytest.mark.parametrize("fill", [plain, texts, nothing], ids=lambda fill: fill.__name__)
def test_it_sees_the_newer_form_too(fill: Callable[[h5py.File], None]) -> None:
    stream = written(fill, libver="latest")
    assert seen(stream) == seen_by_h5py(stream)


def test_what_it_does_not_know_it_refuses() -> None:
    with pytest.raises(UnreadableError, match="dense form"):
        seen(written(many_groups, libver="latest"))


def test_a_name_tells_where_an_object_is() -> None:
    file = Hdf5(written(plain))
    assert {name for name, node in file.walk(file.root) if node.is_dataset} == {"dense/kernel", "dense/bias", "step"}


@pytest.mark.parametrize("fill", [plain, texts, twice], ids=lambda fill: fill.__name__)
def test_a_file_cut_off_anywhere_ends_the_reading(fill: Callable[[h5py.File], None]) -> None:
    whole = written(fill).getvalue()
    for end in range(0, len(whole), max(1, len(whole) // 300)):
        try:
            seen(io.BytesIO(whole[:end]))
        except UnreadableError:
            continue


class Counting(io.BytesIO):
    """Counts what is read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(data=st.data(), fill=st.sampled_from(FILES))
def test_a_changed_file_is_read_or_refused(data: st.DataObject, fill: Callable[[h5py.File], None]) -> None:
    whole = bytearray(written(fill).getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, min(len(whole), 8000) - 1))
        whole[place] = data.draw(st.sampled_from([0, 1, 8, 0x10, 0x7F, 0xFF]))
    stream = Counting(whole)
    with contextlib.suppress(UnreadableError):
        seen(stream)
    assert stream.taken < 40_000_000


def test_a_header_that_goes_on_in_itself_ends() -> None:
    message = (
        b"\x10\x00" + (16).to_bytes(2, "little") + bytes(4) + (96).to_bytes(8, "little") + (40).to_bytes(8, "little")
    )
    head = bytearray(written(nothing).getvalue()[:96])
    head[64:72] = (96).to_bytes(8, "little")
    header = b"\x01\x00\x01\x00" + bytes(4) + (24).to_bytes(4, "little") + bytes(4) + message
    with pytest.raises(UnreadableError):
        seen(io.BytesIO(bytes(head) + header + bytes(100)))


def test_a_real_file_of_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "x.h5"
    path.write_bytes(written(plain).getvalue())
    with path.open("rb") as stream:
        assert Hdf5(stream).node(Hdf5(stream).root).children.keys() == {"dense", "step"}
