"""What the standard library's functions on paths and values give: a table of names."""

from collections.abc import Callable

from tools.checks.python_source import UNKNOWN
from tools.checks.walk import texts
from tools.checks.walk.events import Arguments
from tools.checks.walk.values import NONE, Constant, Items, Table, Text, Value, constant, truth

LONGEST_RANGE = 64
Result = Callable[[Arguments, Text | None], Value]
"""From the arguments and the working directory, None where that is not known."""


def _first(change: Callable[[Text, Text | None], Value]) -> Result:
    def result(arguments: Arguments, working: Text | None) -> Value:
        value = arguments.get(0, "path", "p")
        return change(value, working) if isinstance(value, Text) else UNKNOWN

    return result


def _plain(path: Text) -> Text:
    return Text(path.text, path.anchor)


def _split(path: Text, _working: Text | None) -> Value:
    return Items((texts.parent(_plain(path)), texts.base(_plain(path))))


def _split_suffix(path: Text, _working: Text | None) -> Value:
    stem, dot, suffix = path.text.rpartition(".")
    if not dot or "/" in suffix or not stem:
        return Items((_plain(path), Text("")))
    return Items((Text(stem, path.anchor), Text(f".{suffix}")))


def _working_folder(*, is_path: bool) -> Result:
    def result(_arguments: Arguments, working: Text | None) -> Value:
        return Text(working.text, working.anchor, is_path=is_path) if working else UNKNOWN

    return result


def _path(arguments: Arguments, _working: Text | None) -> Value:
    return texts.join(arguments.positional, is_path=True) if arguments.complete else UNKNOWN


def _joined(arguments: Arguments, _working: Text | None) -> Value:
    return texts.join(arguments.positional) if arguments.complete and arguments.positional else UNKNOWN


def _string(arguments: Arguments, _working: Text | None) -> Value:
    match arguments.positional:
        case (Text() as text,):
            return _plain(text)
        case (Constant(value=int(number)),):
            return Text(str(number))
    return UNKNOWN


def _range(arguments: Arguments, _working: Text | None) -> Value:
    numbers = [value.value if isinstance(value, Constant) else None for value in arguments.positional]
    if not numbers or not all(isinstance(number, int) for number in numbers) or numbers[2:] == [0]:
        return UNKNOWN
    known = range(*(number for number in numbers if isinstance(number, int)))
    return Items(tuple(Constant(number) for number in known)) if len(known) <= LONGEST_RANGE else UNKNOWN


def _sequence(arguments: Arguments, _working: Text | None) -> Value:
    match arguments.positional:
        case ():
            return Items((), fixed=False)
        case (Items(values=values),):
            return Items(values, fixed=False)
    return UNKNOWN


def _enumerated(arguments: Arguments, _working: Text | None) -> Value:
    match arguments.positional:
        case (Items(values=values),) if not arguments.named:
            return Items(tuple(Items((Constant(number), value)) for number, value in enumerate(values)), fixed=False)
    return UNKNOWN


def _zipped(arguments: Arguments, _working: Text | None) -> Value:
    rows = [value.values for value in arguments.positional if isinstance(value, Items)]
    if len(rows) != len(arguments.positional) or not rows or not arguments.complete:
        return UNKNOWN
    return Items(tuple(Items(row) for row in zip(*rows, strict=False)), fixed=False)


def _length(arguments: Arguments, _working: Text | None) -> Value:
    match arguments.positional:
        case (Items(values=values, fixed=True),):
            return Constant(len(values))
    return UNKNOWN


def _truth(arguments: Arguments, _working: Text | None) -> Value:
    known = truth(arguments.positional[0]) if len(arguments.positional) == 1 else None
    return UNKNOWN if known is None else Constant(known)


def _of_environment(arguments: Arguments, _working: Text | None) -> Value:
    return NONE if arguments.get(0) == Text("PYTHONPATH") and len(arguments.positional) == 1 else UNKNOWN


RESULTS: dict[str, Result] = {
    "os.path.join": _joined,
    "os.path.dirname": _first(lambda path, _working: texts.parent(_plain(path))),
    "os.path.basename": _first(lambda path, _working: texts.base(_plain(path))),
    "os.path.abspath": _first(lambda path, working: texts.absolute(_plain(path), working)),
    "os.path.realpath": _first(lambda path, working: texts.absolute(_plain(path), working)),
    "os.path.normpath": _first(lambda path, _working: texts.normal(_plain(path))),
    "os.path.expanduser": _first(lambda path, _working: _plain(path)),
    "os.path.expandvars": _first(lambda path, _working: UNKNOWN if "$" in path.text else _plain(path)),
    "os.path.normcase": _first(lambda path, _working: _plain(path)),
    "os.path.split": _first(_split),
    "os.path.splitext": _first(_split_suffix),
    "os.fspath": _first(lambda path, _working: _plain(path)),
    "os.getcwd": _working_folder(is_path=False),
    "pathlib.Path.cwd": _working_folder(is_path=True),
    "pathlib.Path.home": lambda _arguments, _working: Text("~", is_path=True),
    "pathlib.Path": _path,
    "pathlib.PosixPath": _path,
    "pathlib.PurePath": _path,
    "pathlib.PurePosixPath": _path,
    "os.getenv": _of_environment,
    "os.environ.get": _of_environment,
    "str": _string,
    "range": _range,
    "list": _sequence,
    "tuple": _sequence,
    "sorted": lambda arguments, working: _sequence(Arguments(arguments.positional), working),
    "enumerate": _enumerated,
    "zip": _zipped,
    "len": _length,
    "bool": _truth,
}
"""By canonical name."""


def of_container(receiver: Value, name: str, arguments: tuple[Value, ...]) -> Value:
    """What a method of a dict or tuple gives."""
    if not isinstance(receiver, Table):
        return UNKNOWN
    match name, arguments:
        case "keys", ():
            return Items(tuple(constant(key) for key, _ in receiver.pairs), fixed=False)
        case "values", ():
            return Items(tuple(value for _, value in receiver.pairs), fixed=False)
        case "items", ():
            return Items(tuple(Items((constant(key), value)) for key, value in receiver.pairs), fixed=False)
        case "get", (Text(text=key) | Constant(value=key), *_):
            return dict(receiver.pairs).get(key, UNKNOWN)
    return UNKNOWN
