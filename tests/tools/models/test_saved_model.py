"""Exported graphs and checkpoints: what is read of them, how little is held, and files of strangers."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gallery.model_files import field, graph, saved_model, varint
from tools.models.checkpoint import optimizer_bytes, read_index
from tools.models.errors import UnreadableError
from tools.models.saved_model import Exported, read_graph, read_saved_model

OPERATIONS = ["Conv2D", "MatMul", "StatefulPartitionedCall"]


def read(data: bytes) -> Exported:
    return read_saved_model(io.BytesIO(data), len(data))


def operations(data: bytes) -> frozenset[str]:
    return read_graph(io.BytesIO(data), len(data))


def function(name: str, *used: str) -> bytes:
    return field(1, field(1, field(1, name)) + b"".join(field(3, field(1, "n") + field(2, one)) for one in used))


def test_the_version_and_the_operations() -> None:
    told = read(saved_model(tensorflow_version="2.17.0", operations=OPERATIONS))
    assert told == Exported("2.17.0", frozenset(OPERATIONS))


def test_without_a_list_the_nodes_are_read() -> None:
    data = field(2, field(1, field(5, "2.9.1")) + field(2, graph(OPERATIONS)))
    assert read(data).operations == set(OPERATIONS)


def test_a_function_is_no_operation_and_what_it_uses_is() -> None:
    data = graph(["my_function", "Relu"]) + field(2, function("my_function", "Erf", "other") + function("other", "Sub"))
    assert operations(data) == {"Relu", "Erf", "Sub"}


def test_other_fields_are_passed_over() -> None:
    noise = b"\x20\x05" + b"\x29" + bytes(8) + b"\x35" + bytes(4) + field(9, b"\xff" * 300)
    node = field(1, noise + field(2, "Relu") + noise)
    assert operations(noise + node + noise) == {"Relu"}


class Endless(io.RawIOBase):
    """A node with a tensor of 4 GB, which is never in memory at once."""

    def __init__(self) -> None:
        size = 4 << 30
        value = b"\x0a\x02on" + b"\x12\x05Const" + b"\x2a" + varint(size)
        self.head = b"\x0a" + varint(len(value) + size) + value
        self.size = len(self.head) + size
        self.at = 0
        self.largest = 0

    def read(self, size: int = -1) -> bytes:
        self.largest = max(self.largest, size)
        data = self.head[self.at : self.at + size] or bytes(min(size, self.size - self.at))
        self.at += len(data)
        return data


def test_a_tensor_of_gigabytes_is_passed_over_in_pieces() -> None:
    stream = Endless()
    assert read_graph(stream, stream.size) == {"Const"}
    assert stream.largest <= 1 << 16
    assert stream.at == stream.size


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"hello, this is no graph",
        field(2, b""),
        b"\x0a\xff\xff\xff\xff\x7f",
        b"\x0a" + b"\xff" * 20,
        b"\x0f",
        graph(OPERATIONS)[:-3],
        field(1, field(2, "x" * (2 << 20))),
    ],
)
def test_what_is_no_graph_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        operations(data)
    with pytest.raises(UnreadableError):
        read(data)


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200)
    | st.builds(lambda a, b: graph(OPERATIONS)[:a] + b, st.integers(0, 60), st.binary(max_size=40))
)
def test_bytes_of_strangers_are_read_or_refused(data: bytes) -> None:
    for reader in (operations, read, lambda data: read_index(io.BytesIO(data), len(data))):
        try:
            reader(data)
        except UnreadableError:
            continue


def entry(key: bytes, value: bytes, shared: int = 0) -> bytes:
    return varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value


def block(*entries: bytes) -> bytes:
    return b"".join(entries) + bytes(4) + (1).to_bytes(4, "little")


def index(variables: dict[str, int], compression: int = 0) -> bytes:
    """A checkpoint's index with one block of entries."""
    values = {name: b"\x08\x01" + b"\x28" + varint(size) + b"\x35" + bytes(4) for name, size in variables.items()}
    data = block(entry(b"", b"\x08\x01"), *(entry(name.encode(), value) for name, value in sorted(values.items())))
    whole = data + bytes([compression]) + bytes(4)
    places = block(entry(b"zzz", varint(0) + varint(len(data))))
    at = len(whole)
    whole += places + bytes(5)
    footer = varint(0) + varint(0) + varint(at) + varint(len(places))
    return whole + footer.ljust(40, b"\0") + bytes.fromhex("57fb808b247547db")


def test_a_checkpoint_tells_its_variables_and_the_optimizers() -> None:
    variables = {
        "layer/kernel/.ATTRIBUTES/VARIABLE_VALUE": 1000,
        "layer/kernel/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE": 1001,
        "optimizer/_variables/1/.ATTRIBUTES/VARIABLE_VALUE": 1002,
        "keras_api/metrics/0/total/.ATTRIBUTES/VARIABLE_VALUE": 4,
    }
    data = index(variables)
    found = read_index(io.BytesIO(data), len(data))
    assert found == variables
    assert optimizer_bytes(found) == 2003


def test_names_that_share_their_beginning() -> None:
    data = block(entry(b"optimizer/a", b"\x28\x01"), entry(b"optimizer/b", b"\x28\x02", shared=10))
    whole = data + bytes(5) + block(entry(b"z", varint(0) + varint(len(data)))) + bytes(5)
    at = len(data) + 5
    footer = varint(0) + varint(0) + varint(at) + varint(len(whole) - at - 5)
    whole += footer.ljust(40, b"\0") + bytes.fromhex("57fb808b247547db")
    assert read_index(io.BytesIO(whole), len(whole)) == {"optimizer/a": 1, "optimizer/b": 2}


@pytest.mark.parametrize("data", [b"", bytes(48), index({"a": 1}, compression=1), index({"a": 1})[:-1]])
def test_what_is_no_index_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_index(io.BytesIO(data), len(data))
