"""TensorFlow's exported graphs: `saved_model.pb` with its checkpoint, and a frozen graph in one file.

Read for the version that wrote them and the operations that they use. Field numbers are those of saved_model.proto,
meta_graph.proto, graph.proto, function.proto and node_def.proto; they never change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from tools.models.errors import UnreadableError
from tools.models.protobuf import Field, Message, message

NODES_LIMIT = 1_000_000
META_GRAPH, META_INFO, GRAPH = 2, 1, 2
OPERATIONS_USED, TENSORFLOW_VERSION, OPERATION, OPERATION_NAME = 2, 5, 1, 1
NODE, LIBRARY, NODE_OPERATION = 1, 2, 2
FUNCTION, FUNCTION_SIGNATURE, FUNCTION_NODE = 1, 1, 3


@dataclass(frozen=True, kw_only=True, eq=False)
class SavedModel:
    """A SavedModel: `folder` in the archive (empty for its root).

    `operations` are those that the graph and its functions use, without the functions themselves. `optimizer_bytes` is
    what the optimizer's variables take in the checkpoint.
    """

    folder: str
    size_bytes: int
    tensorflow_version: str | None
    operations: frozenset[str]
    optimizer_bytes: int = 0

    @property
    def member(self) -> str:
        """The file that tells all that."""
        return f"{self.folder}/saved_model.pb" if self.folder else "saved_model.pb"


@dataclass(frozen=True, kw_only=True, eq=False)
class FrozenGraph:
    """A GraphDef in one file, its weights inside."""

    member: str
    size_bytes: int
    operations: frozenset[str]


@dataclass(frozen=True)
class Exported:
    """What a `saved_model.pb` tells."""

    tensorflow_version: str | None
    operations: frozenset[str]


def read_saved_model(stream: IO[bytes], size_bytes: int) -> Exported:
    """A `saved_model.pb`. Raises UnreadableError."""
    version: str | None = None
    operations: set[str] = set()
    for _, meta in _entered(message(stream, size_bytes), META_GRAPH):
        listed = False
        for inner in meta.fields():
            if inner.number == META_INFO and inner.size is not None:
                version, used = _meta_info(meta.enter(inner))
                operations |= used
                listed = bool(used)
            elif inner.number == GRAPH and inner.size is not None and not listed:
                operations |= _graph(meta.enter(inner))
    if version is None and not operations:
        raise UnreadableError("it is no SavedModel")
    return Exported(version, frozenset(operations))


def read_graph(stream: IO[bytes], size_bytes: int) -> frozenset[str]:
    """The operations of a GraphDef. Raises UnreadableError where it is none."""
    operations = _graph(message(stream, size_bytes))
    if not operations:
        raise UnreadableError("it is no GraphDef")
    return operations


def _meta_info(info: Message) -> tuple[str | None, set[str]]:
    version, used = None, set[str]()
    for field in info.fields():
        if field.number == TENSORFLOW_VERSION:
            version = info.text(field)
        elif field.number == OPERATIONS_USED and field.size is not None:
            for operation, item in _entered(info.enter(field), OPERATION):
                used |= {item.text(inner) for inner in item.fields() if inner.number == OPERATION_NAME and operation}
    return version, used


def _graph(graph: Message) -> frozenset[str]:
    """The operations of its nodes and of its functions' nodes, without the functions themselves."""
    used, functions = set[str](), set[str]()
    left = NODES_LIMIT
    for field in graph.fields():
        if field.number == NODE and field.size is not None:
            used |= _operation(graph.enter(field))
            left -= 1
        elif field.number == LIBRARY and field.size is not None:
            for _, function in _entered(graph.enter(field), FUNCTION):
                for inner in function.fields():
                    if inner.number == FUNCTION_SIGNATURE and inner.size is not None:
                        signature = function.enter(inner)
                        functions |= {signature.text(n) for n in signature.fields() if n.number == OPERATION_NAME}
                    elif inner.number == FUNCTION_NODE and inner.size is not None:
                        used |= _operation(function.enter(inner))
                        left -= 1
        if left < 0:
            raise UnreadableError(f"more than {NODES_LIMIT} nodes")
    return frozenset(used - functions)


def _entered(outer: Message, number: int) -> Iterator[tuple[Field, Message]]:
    """Each message in the fields of a number."""
    for field in outer.fields():
        if field.number == number and field.size is not None:
            yield field, outer.enter(field)


def _operation(node: Message) -> set[str]:
    return {node.text(field) for field in node.fields() if field.number == NODE_OPERATION}
