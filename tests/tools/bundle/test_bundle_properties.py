"""Whatever a competition.yaml or a zip holds, a bundle is read or refused in words; nothing else ever happens."""

import contextlib
import datetime
import io
import tempfile
import zipfile
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from tests.tools.bundle.irises import GOOD
from tools.bundle import open_bundle
from tools.errors import BundleError, KitError
from tools.report.bundle import bundle_document, print_bundle

pytestmark = pytest.mark.slow

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KEYS = sorted({key for word in GOOD.split() if (key := word.strip("{-,")).endswith(":")} | {"fact_sheet:"})
PIECES = [*KEYS, *"-:[]{},&*!|>#?'\"%@`~\n\t ", "\n", "\n  ", "- ", ": ", "&a ", "*a", "<<: ", "0", "1:2", "0x_", "---"]
TAGS = ["!!int ", "!!float ", "!!set ", "!!timestamp ", "!!binary ", "!!omap ", "!!pairs ", "2026-1-1"]
PATHS = ["../x", "/", ".", "", "data", "terms.md", "12345678" * 4, "a\0b", "x" * 5000]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**30),
    st.floats(allow_nan=False),
    st.dates(),
    st.datetimes(timezones=st.sampled_from([None, datetime.UTC])),
    WORDS,
    st.sampled_from(PATHS),
    st.binary(max_size=5),
)
MAPPING_KEYS = st.one_of(st.sampled_from([key[:-1] for key in KEYS]), SCALARS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(MAPPING_KEYS, inner, max_size=4)),
    max_leaves=12,
)


def read(data: bytes) -> None:
    """Open, choose, list and place a bundle of this competition.yaml; an error in words is an answer."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        (root / "competition.yaml").write_bytes(data)
        (root / "terms.md").write_text("terms")
        (root / "data").mkdir()
        try:
            bundle = open_bundle(root, root / "scratch")
        except BundleError as error:
            assert_is_told(error.what, error.fix)
            return
        bundle_document(bundle)
        print_bundle(Console(file=io.StringIO(), width=80), bundle)
        for told in (*bundle.refusals, *bundle.remarks):
            assert_is_told(told)
        try:
            for play in bundle.plays("all"):
                bundle.require(play)
                bundle.place(play.task.input_data, root / "placed")
        except KitError as error:
            assert_is_told(error.what, error.fix)


def assert_is_told(what: str, fix: str = "see there") -> None:
    """A message begins with a line of the file, can be printed, and says what to do."""
    name, line, _ = what.split(":", 2)
    assert name == "competition.yaml"
    assert int(line) >= 1
    assert what.isprintable()
    assert fix


@SETTINGS
@given(WORDS)
def test_any_text(text: str) -> None:
    read(text.encode())


@SETTINGS
@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    read(data)


@SETTINGS
@given(st.lists(st.sampled_from(PIECES + TAGS), max_size=60))
def test_any_heap_of_yaml(pieces: list[str]) -> None:
    read(("version: 2\n" + "".join(pieces)).encode())


@SETTINGS
@given(st.dictionaries(st.sampled_from([key[:-1] for key in KEYS]), VALUES, max_size=8))
def test_any_mapping(content: dict[str, object]) -> None:
    read(yaml.safe_dump(content | {"version": 2}).encode())


@settings(SETTINGS, max_examples=400)
@given(st.data())
def test_any_value_at_any_place(data: st.DataObject) -> None:
    content = yaml.safe_load(GOOD)
    content["fact_sheet"] = {"method": dict.fromkeys(("key", "type", "title", "selection", "is_required"), "x")}
    node: object = content
    while True:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else list(range(len(node)))))
        if isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
            node = node[key]
            continue
        if data.draw(st.booleans()):
            node[key] = data.draw(VALUES)
        else:
            del node[key]
        break
    read(yaml.safe_dump(content).encode())


@SETTINGS
@given(st.integers(0, len(GOOD)), st.integers(0, 30), WORDS)
def test_any_slip_of_the_pen(start: int, length: int, instead: str) -> None:
    read((GOOD[:start] + instead + GOOD[start + length :]).encode())


def test_aliases_that_contain_themselves_or_grow_without_end() -> None:
    read(b"version: 2\ntasks: &a [*a]\nphases: *a\nleaderboards: *a\n")
    read(b"version: 2\nfact_sheet: &a {x: *a}\ntasks: [{index: 0, scoring_program: data}]\n"
         b"phases: [{tasks: [0]}]\nleaderboards: [{}]")  # fmt: skip
    laughs = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    for key in ("version", "title", "tasks", "x"):
        read(f"a0: &a0 [ha]\n{laughs}version: 2\n{key}: *a29\n".encode())
    merges = "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40))
    read(f"version: 2\na0: &a0 {{x: 1, y: 2}}\n{merges}".encode())
    read(b"version: 2\ntasks: " + b"[" * 5000)
    read(b"version: 2\nx: " + b"[" * 300 + b"]" * 300)


def test_numbers_that_python_does_not_write_out() -> None:
    for key in ("version", "title", "tasks"):
        read(f"version: 2\n{key}: 0x{'f' * 10_000}\n".encode())
    read(GOOD.replace("7200", "0x" + "f" * 300).encode())
    read(GOOD.replace("index: 0", "index: 0b" + "1" * 999).encode())


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@SETTINGS
@given(st.dictionaries(WORDS, st.binary(max_size=8), max_size=6), st.binary(max_size=20), st.integers(0, 400))
def test_any_zip(members: dict[str, bytes], damage: bytes, at: int) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        target.writestr("competition.yaml", GOOD)
        for name, content in members.items():
            target.writestr(f"ingestion/{name}", content)
    data = written.getvalue()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        (root / "b.zip").write_bytes(data[:at] + damage + data[at + len(damage) :])
        with contextlib.suppress(KitError):
            bundle = open_bundle(root / "b.zip", root / "scratch")
            bundle_document(bundle)
            bundle.place("ingestion", root / "a" / "b" / "placed")
        assert {path.relative_to(root).parts[:3] for path in root.rglob("*")} <= {
            ("b.zip",),
            ("a",),
            ("a", "b"),
            ("a", "b", "placed"),
        }
