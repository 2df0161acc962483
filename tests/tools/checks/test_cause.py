"""Which static finding explains an exception, as a table; what is not of one kind is a defect of its own."""

import pytest

from tools.checks.cause import cause_of
from tools.checks.finding import Finding, Level
from tools.checks.raised import Raised


def finding(code: str, evidence: str, where: str | None = "model.py:3", level: Level = Level.ERROR) -> Finding:
    return Finding(
        code=code,
        level=level,
        title="t",
        where=where,
        evidence=(evidence,),
        why="w",
        fix="f",
        source="s",
        places=(where,),
    )


def raised(text: str, step: str = "import", where: str | None = "model.py:9") -> Raised:
    kind = text.partition(":")[0].rpartition(".")[2]
    return Raised(step=step, text=text, where=where, frames=(), kinds=(kind,))


CASES = [
    ("SRC005", "imports helpers, which is nowhere", raised("ModuleNotFoundError: No module named 'helpers'"), True),
    ("SRC005", "imports helpers.net", raised("ModuleNotFoundError: No module named 'helpers'"), True),
    ("SRC005", "imports helpers", raised("ModuleNotFoundError: No module named 'cv2'"), False),
    ("SRC005", "imports helpers", raised("ValueError: helpers"), False),
    (
        "SRC006",
        "random.py has the name of a standard module",
        raised("ImportError: cannot import name 'x' from 'random'"),
        True,
    ),
    ("SRC011", "the name tf is defined nowhere", raised("NameError: name 'tf' is not defined", "predict"), True),
    ("SRC011", "the name tf is defined nowhere", raised("NameError: name 'np' is not defined", "predict"), False),
    ("SRC011", "the name tf is defined nowhere", raised("ZeroDivisionError: division by zero", "predict"), False),
    (
        "SRC009",
        "weights.npz is not in the zip",
        raised("FileNotFoundError: [Errno 2] No such file: '/app/x/weights.npz'"),
        True,
    ),
    (
        "SRC009",
        "weights.npz is not in the zip",
        raised("FileNotFoundError: [Errno 2] No such file: 'labels.txt'"),
        False,
    ),
    ("SRC009", "weights.npz is not in the zip", raised("ValueError: File not found: filepath=weights.npz."), True),
    (
        "SRC007",
        "/content/drive/m.h5",
        raised("OSError: Unable to open file (name = '/content/drive/m.h5')", "construct"),
        True,
    ),
    (
        "SRC010",
        "weights='imagenet'",
        raised("Exception: URL fetch failure on https://x: None -- -2", "construct"),
        True,
    ),
    ("SRC010", "weights='imagenet'", raised("urllib.error.URLError: <urlopen error>", "construct"), True),
    ("SRC010", "weights='imagenet'", raised("ValueError: axis", "predict"), False),
    ("SRC002", "got model", raised("AttributeError: module 'model' has no attribute 'Model'", "construct"), True),
    (
        "SRC003",
        "__init__ needs path",
        raised("TypeError: __init__() missing 1 required argument: 'path'", "construct"),
        True,
    ),
    ("SRC003", "__init__ needs path", raised("TypeError: unsupported operand", "predict"), False),
    ("SRC004", "no predict", raised("AttributeError: 'Model' object has no attribute 'predict'", "predict"), True),
    ("ENV005", "numpy.float is gone", raised("AttributeError: module 'numpy' has no attribute 'float'"), True),
    (
        "ENV002",
        "written by Keras 3.15",
        raised("TypeError: <class 'Functional'> could not be deserialized", "construct"),
        True,
    ),
    ("ENV004", "the layer Patch", raised("ValueError: anything at all", "construct"), True),
    ("ENV004", "the layer Patch", raised("ValueError: axis 3 is out of bounds", "predict"), False),
    (
        "ENV006",
        "DisableCopyOnRead",
        raised("RuntimeError: Op type not registered 'DisableCopyOnRead'", "predict"),
        True,
    ),
    ("ARC006", "junk", raised("ModuleNotFoundError: No module named 'helpers'"), False),
]


@pytest.mark.parametrize(("code", "evidence", "error", "is_cause"), CASES)
def test_an_exception_is_put_down_to_the_finding_that_speaks_of_it(code, evidence, error, is_cause) -> None:
    one = finding(code, evidence)
    assert cause_of(error, [one]) is (one if is_cause else None)


def test_the_same_line_is_enough_where_the_words_are_others() -> None:
    error = raised("FileNotFoundError: [Errno 2] No such file or directory: 'other.txt'", where="model.py:3")
    assert cause_of(error, [finding("SRC009", "weights.npz is not in the zip")]) is not None


def test_a_warning_is_no_cause_and_no_error_has_none() -> None:
    error = raised("FileNotFoundError: [Errno 2] No such file or directory: 'weights.npz'")
    assert cause_of(error, [finding("SRC008", "weights.npz", level=Level.WARNING)]) is None
    assert cause_of(None, [finding("SRC009", "weights.npz")]) is None
