"""Rows to try an entry on: where they come from, and what they look like."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from tools.bundle import Bundle, open_bundle
from tools.errors import UsageError
from tools.example import example_rows

FACTS = {
    "class": "Model",
    "method": "predict",
    "arguments": ["X"],
    "working_directory": "submission",
    "output": {"kind": "any"},
}
SOURCES = dict.fromkeys((*FACTS, "input"), "the organiser's page")
DATA = {"data": {"input_data": {"X.npy": "X"}, "reference_data": {"y.npy": "y"}}}
INPUT = {"input": {"shape": [None, 4], "dtype": "float32", "range": [-2, -1]}}


def bundle(root: Path, facts: dict[str, object] | None, input_data: str | None = "input_data") -> Bundle:
    task = {"index": 0, "name": "t", "scoring_program": "scoring"} | ({"input_data": input_data} if input_data else {})
    competition = {
        "version": 2,
        "title": "Flowers",
        "image": "logo.png",
        "terms": "terms.md",
        "pages": [{"title": "Overview", "file": "terms.md"}],
        "tasks": [task],
        "phases": [{"index": 0, "name": "Final", "start": "2026-01-01", "tasks": [0]}],
        "leaderboards": [{"title": "t", "key": "t", "columns": [{"title": "A", "key": "a", "index": 0}]}],
    }
    (root / "scoring").mkdir()
    (root / "scoring" / "metadata.yaml").write_text("command: python3 scoring.py")
    (root / "competition.yaml").write_text(yaml.safe_dump(competition))
    for name in ("logo.png", "terms.md"):
        (root / name).write_text("x")
    if facts is not None:
        (root / "contract.yaml").write_text(yaml.safe_dump(FACTS | facts | {"sources": SOURCES}))
    (root / "scratch").mkdir()
    return open_bundle(root, root / "unpacked")


@pytest.fixture
def own(tmp_path: Path) -> np.ndarray:
    """3000 rows as the bundle's own input data."""
    rows = np.arange(6000).reshape(3000, 2)
    (tmp_path / "input_data").mkdir()
    np.save(tmp_path / "input_data" / "X.npy", rows)
    return rows


def test_the_bundles_own_rows_come_first_at_most_2000(own: np.ndarray, tmp_path: Path) -> None:
    rows, origin = example_rows(bundle(tmp_path, DATA | INPUT), None, tmp_path / "scratch")
    assert len(rows) == 2000
    assert np.array_equal(rows[[0, -1]], own[[0, -1]])
    assert origin == "the bundle's own input data"


@pytest.mark.parametrize("input_data", ["input_data", None])
def test_without_rows_in_the_bundle_some_are_drawn_as_the_contract_says(input_data, tmp_path: Path) -> None:
    (tmp_path / "input_data").mkdir()
    (tmp_path / "input_data" / "README.md").write_text("yours go here")
    rows, origin = example_rows(bundle(tmp_path, DATA | INPUT, input_data), None, tmp_path / "scratch")
    assert (rows.shape, rows.dtype) == ((64, 4), np.float32)
    assert -2 <= rows.min() < -1.9 < -1.1 < rows.max() <= -1
    assert origin == "an array (n, 4) float32, -2..-1, drawn"


@pytest.mark.parametrize(
    ("shape", "dtype", "limits", "least", "most"),
    [
        ([None, None, None, 3], "uint8", [0, 255], 0, 255),
        ([None, 40], "float64", None, 0, 1),
        ([8, 9], "bool", None, False, True),
        ([None], "int16", [-3, 3], -3, 3),
    ],
)
def test_drawn_rows_have_the_type_the_shape_and_the_range(shape, dtype, limits, least, most, tmp_path: Path) -> None:
    described = {"input": {"shape": shape, "dtype": dtype, "range": limits}}
    rows, _ = example_rows(bundle(tmp_path, described, None), None, tmp_path / "scratch")
    assert rows.dtype == dtype
    assert rows.shape == tuple(size or (16 if number else 64) for number, size in enumerate(shape))
    assert rows.min() == pytest.approx(least, abs=0.01)
    assert rows.max() == pytest.approx(most, abs=0.01)


def test_an_npz_goes_before_everything_by_the_arrays_name(own: np.ndarray, tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", X=own[:5], y=np.zeros(5))
    rows, origin = example_rows(bundle(tmp_path, DATA), tmp_path / "mine.npz", tmp_path / "scratch")
    assert np.array_equal(rows, own[:5])
    assert origin == str(tmp_path / "mine.npz")


@pytest.mark.parametrize(
    ("facts", "data", "complaint"),
    [
        (None, None, "'Flowers' has no contract.yaml"),
        ({}, None, "does not say what predict receives"),
        ({}, "good.npz", "does not say how --data maps into it"),
        (DATA, "other.npz", "no array 'X', it has images, y"),
        (DATA, "text.npz", "is not an .npz"),
        (DATA, "single.npy", "is not an .npz"),
        (DATA, "gone.npz", "gone.npz does not exist"),
        ({"input": {"shape": [None], "dtype": "<U8"}}, None, "dtype is <U8, which cannot be drawn"),
        ({"input": {"shape": [None], "dtype": "floaty"}}, None, "dtype is 'floaty'"),
    ],
)
def test_what_cannot_be_asked_is_told(facts, data, complaint, tmp_path: Path) -> None:
    np.savez(tmp_path / "good.npz", X=np.zeros(3))
    np.savez(tmp_path / "other.npz", images=np.zeros(3), y=np.zeros(3))
    np.save(tmp_path / "single.npy", np.zeros(3))
    (tmp_path / "text.npz").write_text("x")
    with pytest.raises(UsageError, match=complaint):
        example_rows(bundle(tmp_path, facts, None), tmp_path / data if data else None, tmp_path / "scratch")
