"""Strings and paths as values: joining, parents, formatting. Posix rules, as on the platform.

The anchor of a path is a folder that lies nobody knows where, so only what stands behind it can change; an operation
that would need to know more gives UNKNOWN.
"""

import posixpath
import re
import string
from collections.abc import Sequence
from dataclasses import replace

from tools.checks.python_source import UNKNOWN
from tools.checks.walk.values import LONGEST, Anchor, Constant, Items, Text, Value

INGESTED = "/app/ingested_program"
"""Where the platform puts the submission (codabench.md 1.2)."""
WINDOWS = re.compile(r"^([A-Za-z]:[\\/]|\\\\)")
"""A drive or a share: no path of Linux, and meant as an absolute one."""
OF_STRINGS = (
    *("capitalize", "casefold", "lower", "upper", "lstrip", "rstrip", "strip", "removeprefix", "removesuffix"),
    *("replace", "swapcase", "title"),
)
SPLITS = ("split", "rsplit")
QUESTIONS = ("startswith", "endswith")
OF_EITHER = ("as_posix", "expanduser", "__str__", "__fspath__")
FACTS = ("parent", "name", "stem", "suffix", "parts", "parents")


def anchored(text: str) -> Text:
    """A path in the submission's folder where the text begins as the platform's own path of it, else the text."""
    if text == INGESTED or text.startswith(INGESTED + "/"):
        return Text(text.removeprefix(INGESTED), Anchor.SUBMISSION)
    return Text(text)


def is_absolute(path: Text) -> bool:
    """Whether a path is the same from whatever working directory."""
    return path.anchor is not Anchor.NONE or path.text.startswith(("/", "~")) or bool(WINDOWS.match(path.text))


def join(parts: Sequence[Value], *, is_path: bool = False) -> Value:
    """`os.path.join`, and `/` of paths."""
    result: Text | None = None
    for part in parts:
        if not isinstance(part, Text):
            return UNKNOWN
        if result is None or is_absolute(part) or not (result.text or is_absolute(result)):
            result = part
        else:
            gap = "" if result.text.endswith("/") else "/"
            result = replace(result, text=result.text + gap + part.text)
    if result is None:
        return Text(".", is_path=is_path)
    return _short(replace(result, is_path=is_path))


def normal(path: Text) -> Text:
    """A path without `.` and `..`; those that lead out of the anchor stay at its front."""
    if path.anchor is Anchor.NONE:
        return replace(path, text=posixpath.normpath(path.text) if path.text else ".")
    inner = posixpath.normpath("./" + path.text)
    return replace(path, text="" if inner == "." else "/" + inner)


def parent(path: Text) -> Value:
    """The folder of a path: `os.path.dirname` and `.parent`."""
    if path.anchor is not Anchor.NONE and not path.text.strip("/"):
        return replace(path, text="/..")
    if path.is_path:
        path = normal(path)
    folder = posixpath.dirname(path.text.rstrip("/") if path.is_path else path.text)
    if path.anchor is not Anchor.NONE:
        folder = folder.rstrip("/")
    elif path.is_path:
        folder = folder or "."
    return replace(path, text=folder)


def base(path: Text) -> Value:
    """The last part of a path, where it is not the anchor's own name."""
    name = posixpath.basename(path.text.rstrip("/") if path.is_path else path.text)
    return Text(name) if name and name != ".." else UNKNOWN


def absolute(path: Text, working: Text | None) -> Value:
    """A path made absolute; a relative one begins at the folder `working`, None where that is not known."""
    if is_absolute(path):
        return path if WINDOWS.match(path.text) and path.anchor is Anchor.NONE else normal(path)
    if working is None:
        return UNKNOWN
    return normal(replace(path, text=f"{working.text}/{path.text}", anchor=working.anchor))


def concatenated(parts: Sequence[Value]) -> Value:
    """Strings one after the other; only the first may have an anchor."""
    text, anchor = "", Anchor.NONE
    for number, part in enumerate(parts):
        if isinstance(part, Constant) and isinstance(part.value, int | float):
            text += str(part.value)
        elif not isinstance(part, Text) or (number and text and part.anchor is not Anchor.NONE):
            return UNKNOWN
        else:
            text, anchor = text + part.text, part.anchor if part.anchor is not Anchor.NONE else anchor
    return _short(Text(text, anchor))


def percent(pattern: Text, value: Value) -> Value:
    """`pattern % value`, for plain %s and %d."""
    values = list(value.values) if isinstance(value, Items) and value.fixed else [value]
    pieces = pattern.text.replace("%d", "%s").replace("%i", "%s").split("%s")
    if len(pieces) != len(values) + 1 or any("%" in piece for piece in pieces):
        return UNKNOWN
    return _woven(pieces, values, pattern.anchor)


def formatted(pattern: Text, positional: Sequence[Value], named: dict[str, Value]) -> Value:
    """`pattern.format(...)`, for plain fields."""
    try:
        parsed = list(string.Formatter().parse(pattern.text))
    except ValueError:
        return UNKNOWN
    pieces, values = [""], list[Value]()
    for literal, name, spec, conversion in parsed:
        pieces[-1] += literal
        if name is None:
            continue
        if spec or conversion:
            return UNKNOWN
        key = int(name) if name.isdigit() else len(values) if not name else None
        value = named.get(name) if key is None else positional[key] if key < len(positional) else None
        if value is None:
            return UNKNOWN
        values.append(value)
        pieces.append("")
    return _woven(pieces, values, pattern.anchor)


def _woven(pieces: Sequence[str], values: Sequence[Value], anchor: Anchor) -> Value:
    parts: list[Value] = [Text(pieces[0], anchor)]
    for value, piece in zip(values, pieces[1:], strict=True):
        parts += [value, Text(piece)]
    return concatenated(parts)


def fact(path: Text, name: str) -> Value:
    """An attribute of a pathlib.Path."""
    match name:
        case "parent":
            return parent(path)
        case "name":
            return base(path)
        case "stem" | "suffix":
            stem, suffix = posixpath.splitext(posixpath.basename(path.text))
            return Text(stem if name == "stem" else suffix)
        case "parents":
            found: list[Value] = []
            while len(found) < 4 and isinstance(path, Text):  # noqa: PLR2004 - deeper than a submission's folders go
                above = parent(path)
                found.append(above)
                if not isinstance(above, Text):
                    break
                path = above
            return Items(tuple(found))
    return UNKNOWN


def called(
    receiver: Text, name: str, arguments: Sequence[Value], named: dict[str, Value], working: Text | None
) -> Value:
    """What a method of a string or path gives."""
    if name in ("absolute", "resolve"):
        return absolute(receiver, working)
    if name in OF_EITHER:
        return replace(receiver, is_path=name == "expanduser")
    if receiver.is_path:
        return _of_path(receiver, name, arguments)
    if name == "format":
        return formatted(receiver, arguments, named)
    if name == "join" and len(arguments) == 1 and isinstance(arguments[0], Items):
        return _interleaved(receiver, arguments[0].values)
    return _of_string(receiver, name, arguments)


def _of_path(path: Text, name: str, arguments: Sequence[Value]) -> Value:
    if name == "joinpath":
        return join([path, *arguments], is_path=True)
    if name in ("with_suffix", "with_name", "with_stem") and len(arguments) == 1 and isinstance(arguments[0], Text):
        folder, last = posixpath.split(path.text)
        stem, suffix = posixpath.splitext(last)
        new = arguments[0].text
        made = {"with_suffix": stem + new, "with_name": new, "with_stem": new + suffix}[name]
        return replace(path, text=posixpath.join(folder, made))
    return UNKNOWN


def _of_string(text: Text, name: str, arguments: Sequence[Value]) -> Value:
    """Methods of strings, run on what is known: the text behind an anchor only where its beginning cannot matter."""
    known = [argument.text for argument in arguments if isinstance(argument, Text)]
    is_free = text.anchor is Anchor.NONE
    is_at_end = name in ("rstrip", "replace", "removesuffix") and bool(text.text.strip("/"))
    if len(known) != len(arguments) or not (is_free or is_at_end) or name not in (*OF_STRINGS, *SPLITS, *QUESTIONS):
        return UNKNOWN
    try:
        made = getattr(text.text, name)(*known)
    except (TypeError, ValueError):
        return UNKNOWN
    if isinstance(made, list):
        return Items(tuple(Text(part) for part in made))
    return _short(replace(text, text=made)) if isinstance(made, str) else Constant(made)


def _interleaved(gap: Text, values: Sequence[Value]) -> Value:
    parts: list[Value] = []
    for number, value in enumerate(values):
        parts += [gap, value] if number else [value]
    return concatenated(parts) if gap.anchor is Anchor.NONE else UNKNOWN


def _short(text: Text) -> Value:
    return text if len(text.text) <= LONGEST else UNKNOWN


def as_path(value: Value) -> Text | None:
    """A value that a file could be opened by; None for another one, an address of the net among them."""
    if not isinstance(value, Text) or "://" in value.text or not {"\0", "\n", "{"}.isdisjoint(value.text):
        return None
    return value if value.anchor is not Anchor.NONE else replace(anchored(value.text), is_path=value.is_path)
