"""The configuration that Keras saves with a model: JSON of nested objects, each a class or function by its name."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tools.models.errors import UnreadableError

LIMIT_BYTES = 32 << 20
OBJECTS_LIMIT = 2_000_000
SPECIAL = frozenset(f"__{name}__" for name in ("keras_tensor", "tensor", "numpy", "bytes", "ellipsis", "slice"))


@dataclass(frozen=True, kw_only=True)
class KerasObject:
    """A layer, initializer, function or the like, by the names that a loading Keras looks it up by.

    `module` is None where the file does not tell it (HDF5 files before Keras 2.12) or where Keras had none. `arguments`
    are what its class is built of; `name` is a layer's own. A function has its name as `class_name`. `is_layer` tells
    of the network itself and what stands in its list of layers.
    """

    class_name: str
    module: str | None = None
    registered_name: str | None = None
    arguments: frozenset[str] = frozenset()
    name: str | None = None
    is_function: bool = False
    is_layer: bool = False
    is_lambda: bool = False
    """Whether it is Python bytecode, which Keras runs only with safe_mode=False."""

    @property
    def package(self) -> str | None:
        """The package that a team registered it under, which stands before `>`; None for Keras' own."""
        package, mark, _ = (self.registered_name or self.class_name).rpartition(">")
        return package if mark else None

    @property
    def is_own(self) -> bool:
        """Whether the file says that it is a team's own, or another package's."""
        return self.package is not None or (self.module or "keras").partition(".")[0] != "keras"

    @property
    def is_in_src(self) -> bool:
        """Whether it is of Keras, and is told by the place of its code."""
        return (self.module or "").startswith("keras.src.")

    @property
    def plain_name(self) -> str:
        """The name without the package."""
        return self.class_name.rpartition(">")[2]


def parsed(text: bytes | str) -> Any:
    """JSON of a stranger. Raises UnreadableError."""
    if len(text) > LIMIT_BYTES:
        raise UnreadableError(f"a configuration of {len(text)} bytes")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"its configuration is not JSON: {error}") from error


def objects_in(config: Any) -> Iterator[KerasObject]:
    """Every object of a configuration, outermost first."""
    todo = [(config, True)]
    left = OBJECTS_LIMIT
    while todo:
        item, is_layer = todo.pop()
        left -= 1
        if left < 0:
            raise UnreadableError(f"a configuration of more than {OBJECTS_LIMIT} parts")
        if isinstance(item, dict):
            if isinstance(name := item.get("class_name"), str) and "config" in item and name not in SPECIAL:
                yield _object(name, item, is_layer=is_layer)
            todo += ((value, key == "layers") for key, value in reversed(item.items()))
        elif isinstance(item, list):
            todo += ((value, is_layer) for value in reversed(item))


def _object(class_name: str, item: dict[str, Any], *, is_layer: bool) -> KerasObject:
    config = item["config"]
    is_function = class_name == "function" and isinstance(config, str)
    inner = config if isinstance(config, dict) else {}
    return KerasObject(
        class_name=config if is_function else class_name,
        module=_text(item.get("module")),
        registered_name=_text(item.get("registered_name")),
        arguments=frozenset(inner),
        name=_text(inner.get("name")),
        is_function=is_function,
        is_layer=is_layer,
        is_lambda=class_name == "__lambda__" or inner.get("function_type") == "lambda",
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
