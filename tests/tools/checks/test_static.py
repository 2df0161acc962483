"""The static checks, each as a table: a submission's files, and the code that it gives (None: nothing is accused)."""

import ast
import sys
import zipfile
from pathlib import Path

import pytest

from tools.archive import Archive, open_archive
from tools.checks import CATALOGUE, Level, Result, Stage, run_checks, subject_of
from tools.checks.python_source import SourceTree, SyntaxProblem
from tools.competitions import DEFAULT
from tools.contract import Contract, read_contract

GOOD = "class Model:\n    def __init__(self): pass\n    def predict(self, X): return X\n"


def static_checks(archive: Archive, contract: Contract | None) -> Result:
    return run_checks(Stage.CHECK, subject_of(archive, contract), contract)


def codes(path: Path) -> list[str]:
    result = static_checks(open_archive(path), read_contract(DEFAULT))
    assert all(finding.level is Level.ERROR for finding in result.findings)
    assert all(finding.evidence for finding in result.findings)
    return [finding.code for finding in result.findings]


ARCHIVES = [
    ("a plain entry", {"model.py": GOOD}, []),
    ("no file at all", {}, ["ARC002"]),
    ("an entry of another name", {"main.py": GOOD}, ["ARC002"]),
    ("an entry in another case", {"Model.py": GOOD}, ["ARC002"]),
    ("the folder zipped", {"submission/model.py": GOOD, "submission/w.bin": "x"}, ["ARC003"]),
    ("an entry at the root and a copy below", {"model.py": GOOD, "old/model.py": "("}, []),
    ("a package as the entry", {"model/__init__.py": GOOD}, []),
    ("what a Mac adds", {"model.py": GOOD, "__MACOSX/._model.py": b"\x00\x05"}, []),
    ("only what a Mac adds", {"__MACOSX/._model.py": b"\x00\x05"}, ["ARC002"]),
]


@pytest.mark.parametrize(("members", "expected"), [row[1:] for row in ARCHIVES], ids=[row[0] for row in ARCHIVES])
def test_archives(members, expected, write_zip) -> None:
    assert codes(write_zip(members)) == expected


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04" + bytes(50), b"\x1f\x8b" + bytes(20)])
def test_what_is_no_zip_is_one_finding(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert codes(path) == ["ARC001"]


def test_a_truncated_zip_is_one_finding(write_zip) -> None:
    path = write_zip({"model.py": GOOD, "weights.bin": bytes(5000)})
    path.write_bytes(path.read_bytes()[:-200])
    assert codes(path) == ["ARC001"]


def test_a_damaged_member_is_named(write_zip) -> None:
    path = write_zip({"model.py": GOOD, "weights.bin": b"A" * 5000})
    path.write_bytes(path.read_bytes().replace(b"AAAA", b"AAAB", 1))
    result = static_checks(open_archive(path), read_contract(DEFAULT))
    assert [f.code for f in result.findings] == ["ARC001"]
    assert result.findings[0].where == "weights.bin"


def test_compressed_members_are_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("model.py", GOOD)
    assert codes(path) == []


def test_an_encrypted_member_and_an_unknown_method_are_named(write_zip) -> None:
    path = write_zip({"model.py": GOOD})
    plain = path.read_bytes()
    local, central = plain.index(b"PK\x03\x04"), plain.index(b"PK\x01\x02")
    for flag_at, value in ((6, 1), (8, 9)):  # the flags' first bit; the method deflate64
        data = bytearray(plain)
        data[local + flag_at] = data[central + flag_at + 2] = value
        path.write_bytes(data)
        assert codes(path) == ["ARC004"]


SOURCES = [
    # SRC001
    ("a notebook's magic", "!pip install x\n" + GOOD, ["SRC001"]),
    ("a merge's markers", "<<<<<<< HEAD\n" + GOOD, ["SRC001"]),
    ("return outside of a function", GOOD + "return 1\n", ["SRC001"]),
    ("a null byte", GOOD + "\0", ["SRC001"]),
    ("syntax newer than the evaluator's 3.11", "def f[T](x: T) -> T: return x\n" + GOOD, ["SRC001"]),
    ("a match statement, which 3.11 has", GOOD + "match 1:\n    case 1: pass\n", []),
    ("BOM and CRLF", b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), []),
    ("latin-1 that says so", b"# coding: latin-1\n# \xe9\n" + GOOD.encode(), []),
    ("an invalid escape, which only warns", GOOD + 'x = "\\d"\n', []),
    # SRC002
    ("another case", GOOD.replace("Model", "model"), ["SRC002"]),
    ("a function of that name", "def Model(): pass\n", ["SRC002"]),
    ("a class inside of a function", "def make():\n    class Model:\n        pass\n", ["SRC002"]),
    ("a class inside of an if", "if True:\n    class Model:\n        def predict(self, X): pass\n", []),
    ("another name for a class", GOOD.replace("Model", "Net") + "Model = Net\n", []),
    ("made by a call", "Model = type('Model', (), {'predict': lambda self, X: X})\n", []),
    ("imported from an installed package", "from tensorflow import Module as Model\n", []),
    ("imported by a star", "from somewhere import *\n", []),
    ("set by globals()", "globals()['Model'] = object\n", []),
    # SRC003
    (
        "a parameter without a default",
        "class Model:\n def __init__(self, path): pass\n def predict(self, X): pass",
        ["SRC003"],
    ),
    (
        "a keyword without a default",
        "class Model:\n def __init__(self, *, p): pass\n def predict(self, X): pass",
        ["SRC003"],
    ),
    ("no self", "class Model:\n def __init__(): pass\n def predict(self, X): pass", ["SRC003"]),
    ("defaults only", "class Model:\n def __init__(self, p=1, *, q=2): pass\n def predict(self, X): pass", []),
    ("any arguments", "class Model:\n def __init__(self, *a, **k): pass\n def predict(self, X): pass", []),
    ("no constructor", "class Model:\n def predict(self, X): pass", []),
    ("inherited", "class B:\n def __init__(self, p): pass\nclass Model(B):\n def predict(self, X): pass", ["SRC003"]),
    ("an unknown base", "from x import B\nclass Model(B):\n def predict(self, X): pass", []),
    (
        "a dataclass with a default",
        "from dataclasses import dataclass\n@dataclass\nclass Model:\n p: int = 1\n def predict(self, X): pass",
        [],
    ),
    (
        "a dataclass without",
        "from dataclasses import dataclass\n@dataclass\nclass Model:\n p: int\n def predict(self, X): pass",
        ["SRC003"],
    ),
    (
        "a decorated class",
        "def wrap(c): return c\n@wrap\nclass Model:\n def __init__(self, p): pass\n def predict(self, X): pass",
        [],
    ),
    # SRC004
    ("no method", "class Model:\n def forward(self, X): pass", ["SRC004"]),
    ("too few parameters", "class Model:\n def predict(self): pass", ["SRC004"]),
    ("self forgotten", "class Model:\n def predict(X): pass", ["SRC004"]),
    ("too many parameters", "class Model:\n def predict(self, X, categories): pass", ["SRC004"]),
    ("a keyword that is needed", "class Model:\n def predict(self, X, *, batch): pass", ["SRC004"]),
    ("async", "class Model:\n async def predict(self, X): pass", ["SRC004"]),
    ("a default beside it", "class Model:\n def predict(self, X, batch=32): pass", []),
    ("positional only", "class Model:\n def predict(self, X, /): pass", []),
    ("static", "class Model:\n @staticmethod\n def predict(X): pass", []),
    ("of the class", "class Model:\n @classmethod\n def predict(cls, X): pass", []),
    ("decorated", "import tensorflow as tf\nclass Model:\n @tf.function\n def predict(self): pass", []),
    ("an alias", "class Model:\n def forward(self, X): pass\n predict = forward", []),
    ("a lambda", "class Model:\n predict = lambda self, X: X", []),
    ("given by __getattr__", "class Model:\n def __getattr__(self, name): return len", []),
    ("inherited from a base", "class B:\n def predict(self, X): pass\nclass Model(B): pass", []),
    ("an unknown base for the method", "import keras\nclass Model(keras.Model): pass", []),
    ("a known base without it", "class B: pass\nclass Model(B): pass", ["SRC004"]),
    ("abstract on top", "from abc import ABC\nclass Model(ABC):\n def predict(self, X): pass", []),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in SOURCES], ids=[row[0] for row in SOURCES])
def test_sources(text, expected, write_zip) -> None:
    assert codes(write_zip({"model.py": text})) == expected


def test_the_grammar_is_that_of_the_evaluators_python(write_zip) -> None:
    archive = open_archive(write_zip({"model.py": "match 1:\n    case 1: pass\n"}))
    assert isinstance(SourceTree(archive, (3, 11)).parse("model.py"), ast.Module)
    assert isinstance(SourceTree(archive, (3, 9)).parse("model.py"), SyntaxProblem)


def test_without_a_known_environment_the_grammar_is_that_of_the_running_python(write_zip) -> None:
    contract = read_contract(DEFAULT).model_copy(update={"environment": None})
    result = static_checks(open_archive(write_zip({"model.py": "def ("})), contract)
    assert [finding.code for finding in result.findings] == ["SRC001"]
    assert result.findings[0].evidence[0].endswith("Python {}.{}".format(*sys.version_info))


def test_a_base_class_in_a_helper_of_the_zip_is_followed(write_zip) -> None:
    helper = "class Base:\n def __init__(self, path): pass\n"
    entry = "from net.parts import Base\nclass Model(Base):\n def predict(self, X): pass"
    assert codes(write_zip({"model.py": entry, "net/parts.py": helper, "net/__init__.py": ""})) == ["SRC003"]


def test_a_helper_that_is_imported_must_parse_and_another_need_not(write_zip) -> None:
    assert codes(write_zip({"model.py": "import helper\n" + GOOD, "helper.py": "def ("})) == ["SRC001"]
    assert codes(write_zip({"model.py": GOOD, "notes.py": "def ("})) == []


def test_a_finding_names_the_line(write_zip) -> None:
    path = write_zip({"model.py": GOOD.replace("Model", "model").join(("x = 1\n", ""))})
    result = static_checks(open_archive(path), read_contract(DEFAULT))
    assert result.findings[0].where == "model.py:2"


def test_names_that_lead_in_a_circle_end(write_zip) -> None:
    assert codes(write_zip({"model.py": "Model = Other\nOther = Model\n"})) == ["SRC011"]
    assert (
        codes(
            write_zip({"model.py": "from a import Model", "a.py": "from b import Model", "b.py": "from a import Model"})
        )
        == []
    )


def test_nothing_of_the_zip_is_run(write_zip, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    codes(write_zip({"model.py": f"open({str(mark)!r}, 'w')\n" + GOOD}))
    assert not mark.exists()


def test_without_a_contract_only_the_platforms_own_rules_apply(write_zip) -> None:
    result = static_checks(open_archive(write_zip({"other.py": "("})), None)
    assert [(finding.code, finding.level) for finding in result.findings] == [("SRC001", Level.WARNING)]
    assert {"ARC001", "ARC004"} <= set(result.passed)
    assert not any(CATALOGUE[code].needs_contract for code in result.passed)
