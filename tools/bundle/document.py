"""competition.yaml as plain values that know their lines; what the values must be is written elsewhere.

A place in it is a tuple of keys and positions, `("tasks", 1, "name")`, written `tasks[1].name`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from tools.bundle.errors import FormatError

NAME = "competition.yaml"
SIZE_LIMIT_BYTES = 4 << 20
MERGED_LIMIT = 10_000
LARGEST_BITS = 1000
Place = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """The content of competition.yaml. `repeated` names the keys that a mapping holds twice, with their lines."""

    content: Any
    repeated: tuple[tuple[str, int], ...] = ()
    _root: yaml.Node | None = field(default=None, repr=False)

    def line(self, place: Place) -> int:
        """The line of a key or list item; where it is not there, of the mapping or list that lacks it."""
        node, line = self._root, 1
        if node is not None and node.start_mark:
            line = node.start_mark.line + 1
        for part in place:
            found = _child(node, part)
            if found is None:
                break
            line, node = found
        return line

    def at(self, place: Place, text: str = "") -> str:
        """`competition.yaml:12: tasks[1].name` and the text: how every message about a place begins."""
        written = f" {path(place)}" if place else ""
        return printable(f"{NAME}:{self.line(place)}:{written}{text}")


def printable(text: str) -> str:
    """A text from a bundle as it may go to a terminal: control characters and lone surrogates are written out."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def path(place: Place) -> str:
    """A place in the words of the file: `leaderboards[0].columns[2].key`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_document(data: bytes) -> Document:
    """Read the bytes of a competition.yaml. Raises FormatError, with the line, where they are not UTF-8 or not YAML."""
    if len(data) > SIZE_LIMIT_BYTES:
        raise FormatError(f"{NAME}:1: more than {SIZE_LIMIT_BYTES >> 20} MiB", "move texts to pages of their own")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(f"{NAME}:{line}: not YAML: {error.reason}, UTF-8 is wanted", "save it as UTF-8") from error
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        repeated = tuple(_repeated(root))
        content = None if root is None else loader.construct_document(root)
    except yaml.YAMLError as error:
        raise FormatError(f"{NAME}:{_line_of(error, text)}: not YAML: {_reason(error)}", "mend that line") from error
    except RecursionError as error:
        raise FormatError(f"{NAME}:1: not YAML: nested too deeply", "write it flatter") from error
    return Document(content=content, repeated=repeated, _root=root)


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader; values that it cannot build are errors with a line, and merges cannot grow for ever."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 - PyYAML's signature
        """Build a value."""
        try:
            value = super().construct_object(node, deep)
            if isinstance(value, int) and value.bit_length() > LARGEST_BITS:
                raise ValueError("the number is too large")
        except (ValueError, TypeError, AttributeError, LookupError, OverflowError) as error:
            reason = str(error) if isinstance(error, ValueError) else "it has not the form that its tag wants"
            raise yaml.constructor.ConstructorError(
                problem=f"{str(node.value)[:40]!r} cannot be read as a value: {reason}", problem_mark=node.start_mark
            ) from error
        return value

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Take in what `<<` names."""
        super().flatten_mapping(node)
        if len(node.value) > MERGED_LIMIT:
            raise yaml.constructor.ConstructorError(problem="merged too often", problem_mark=node.start_mark)


def _child(node: yaml.Node | None, part: str | int) -> tuple[int, yaml.Node] | None:
    """Line and node of a mapping's value (the last one of that key, as it is read) or a list's item."""
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            if key.value == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
        item = node.value[part]
        return item.start_mark.line + 1, item
    return None


def _repeated(root: yaml.Node | None) -> Iterator[tuple[str, int]]:
    """The keys that stand twice in a mapping, each with the line of its later one. Aliases are looked at once."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, yaml.CollectionNode) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
            continue
        known = set()
        for key, value in node.value:
            waiting.append(value)
            if isinstance(key, yaml.ScalarNode):
                if (key.tag, key.value) in known:
                    yield key.value, key.start_mark.line + 1
                known.add((key.tag, key.value))


def _line_of(error: yaml.YAMLError, text: str) -> int:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        return mark.line + 1 if mark else 1
    return text.count("\n", 0, getattr(error, "position", 0)) + 1


def _reason(error: yaml.YAMLError) -> str:
    """What PyYAML complains of, in one line and without its excerpt."""
    if isinstance(error, yaml.MarkedYAMLError):
        context = error.context
        if context and error.context_mark:
            context += f" that begins in line {error.context_mark.line + 1}"
        return ", ".join(part for part in (context, error.problem) if part)
    if isinstance(error, yaml.reader.ReaderError):
        return f"the character U+{error.character:04X} is not allowed"
    return str(error)
