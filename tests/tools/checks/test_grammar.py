"""Newer syntax than the evaluator's Python, whatever Python the kit runs under, and sources that nobody wrote."""

import ast
import sys
import time

import pytest

from tools.archive import open_archive
from tools.checks.python_source import UNKNOWN, SourceTree, SyntaxProblem

NEWER = [
    ("(a := 1)", (3, 8)),
    ("def f(a, /): pass", (3, 8)),
    ("def f():\n    return *a, b", (3, 8)),
    ("def f():\n    yield *a, b", (3, 8)),
    ("for a in b:\n    try: pass\n    finally:\n        continue", (3, 8)),
    ("x: t = *b, c", (3, 8)),
    ("f'{a=}'", (3, 8)),
    ("@a[0].b\ndef f(): pass", (3, 9)),
    ("for x in *a, b: pass", (3, 9)),
    ("with (open(a) as b, open(c) as d): pass", (3, 9)),
    ("{a := 1}", (3, 9)),
    ("match a:\n    case 1: pass", (3, 10)),
    ("a[b := 1]", (3, 10)),
    ("x[*a]", (3, 11)),
    ("def f(*args: *T): pass", (3, 11)),
    ("try: pass\nexcept* E: pass", (3, 11)),
    ("def f[T](x: T): pass", (3, 12)),
    ("type X = int", (3, 12)),
    ("f'{x['a']}'", (3, 12)),
    ("f'{f'{a}'}'", (3, 12)),
    ("f'''{\na # b\n}'''", (3, 12)),
]
AS_EVER = [
    "def f():\n    return (*a, b)",
    "a[(b := 1)]",
    "{(a := 1)}",
    "x[(*a, b)]",
    "with (open(a)) as b: pass",
    "with open(a) as b, open(c) as d: pass",
    "@a.b.c(1)\ndef f(): pass",
    "for a in b:\n    try: pass\n    finally:\n        for c in d: continue",
    """f"{x['a']}" f'''{x["a"]}''' """,
    "f'{a!r:>{width}}' f'{f(a=1)}'",
    "a = *b, c",
]


@pytest.mark.parametrize(("text", "since"), NEWER)
def test_newer_syntax_is_refused_for_the_version_before_it_and_taken_from_then_on(text, since, write_zip) -> None:
    archive = open_archive(write_zip({"model.py": text}))
    before = SourceTree(archive, (3, since[1] - 1)).parse("model.py")
    assert isinstance(before, SyntaxProblem)
    assert not isinstance(SourceTree(archive, since).parse("model.py"), SyntaxProblem)


@pytest.mark.parametrize("text", AS_EVER)
def test_syntax_that_looks_alike_is_taken_for_every_version(text, write_zip) -> None:
    wanted = (3, 8) if ":=" in text else (3, 7)
    assert isinstance(SourceTree(open_archive(write_zip({"model.py": text})), wanted).parse("model.py"), ast.Module)


def test_what_a_later_python_may_take_is_no_mistake_and_a_magic_is(write_zip) -> None:
    later = (sys.version_info[0], sys.version_info[1] + 1)
    for text, kind in (("class C[T=int, *]: pass", type(UNKNOWN)), ("!pip install x", SyntaxProblem)):
        assert isinstance(SourceTree(open_archive(write_zip({"model.py": text})), later).parse("model.py"), kind)


HOSTILE = {
    "a comprehension of 50,000 loops": "[x " + "for x in y " * 50_000 + "]",
    "a long sum": "1" + "+1" * 200_000,
    "dots": "a" + ".a" * 200_000,
    "minus signs": "-" * 400_000 + "1",
    "brackets": "[" * 10_000,
    "elif after elif": "if 1:\n pass\n" + "elif 1:\n pass\n" * 20_000,
    "5 MB": "x = 1\n" * 900_000,
    "a NUL": "x = 1\0",
    "no text at all": b"\xff\xfe\x00\xd8" * 100,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_source_that_nobody_wrote_neither_crashes_nor_hangs(text, write_zip) -> None:
    begin = time.perf_counter()
    SourceTree(open_archive(write_zip({"model.py": text}))).parse("model.py")
    assert time.perf_counter() - begin < 30


def test_an_archive_is_read_up_to_a_bound(write_zip) -> None:
    members = {f"m{number}.py": "# what a comment says\n" * 20_000 for number in range(12)}
    tree = SourceTree(open_archive(write_zip(members)))
    kinds = [isinstance(tree.parse(name), ast.Module) for name in members]
    assert kinds[0]
    assert not kinds[-1]
