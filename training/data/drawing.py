"""The figures of `inspect` as PNG: sheets of captioned images, and the class histogram."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from numpy.typing import NDArray

from training.data.sheets import COLUMNS, Sheet
from training.data.writing import writing

_INCHES_A_TILE = 1.1
_GAP = 0.12
"""Between tiles, in tiles; so are the next ones."""
_CAPTION = 0.27
_CAPTION_LINE = 0.115
_HEADING, _NOTE = 0.34, 0.22
_BELOW = 0.22
_DPI = 110
_NAMED_BARS = 60
_INK, _GREY, _BLUE = "#1a1a1a", "#5a5a5a", "#0072b2"  # blue of Okabe and Ito's colour-blind safe palette


def draw_sheets(sheets: Sequence[Sheet], images: Mapping[int, NDArray[np.uint8]], out: Path) -> None:
    """Draw sheets below one another, ten images a line, captions above them; errors as in `writing`."""
    width, height = COLUMNS * (1 + _GAP) + _GAP, _GAP + sum(_height(sheet) for sheet in sheets)
    figure = Figure(figsize=(width * _INCHES_A_TILE, height * _INCHES_A_TILE), dpi=_DPI, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    top = _GAP
    for sheet in sheets:
        _draw_sheet(axes, sheet, images, top)
        top += _height(sheet)
    axes.set(xlim=(0, width), ylim=(height, 0))
    _save(figure, out)


def _height(sheet: Sheet) -> float:
    lines = -(-len(sheet.tiles) // COLUMNS)
    return _above_tiles(sheet) + lines * _line_height(sheet) + _BELOW


def _above_tiles(sheet: Sheet) -> float:
    return _HEADING + (_NOTE if sheet.note else 0)


def _line_height(sheet: Sheet) -> float:
    return _caption_height(sheet) + 1 + _GAP


def _caption_height(sheet: Sheet) -> float:
    lines = max((tile.caption.count("\n") + 1 + bool(tile.above) for tile in sheet.tiles), default=0)
    return _CAPTION - 2 * _CAPTION_LINE + lines * _CAPTION_LINE


def _draw_sheet(axes: Axes, sheet: Sheet, images: Mapping[int, NDArray[np.uint8]], top: float) -> None:
    _write(axes, (_GAP, top + _HEADING / 2), sheet.title, fontsize=12, fontweight="bold", va="center")
    _write(axes, (_GAP, top + _HEADING), sheet.note, fontsize=8.5, color=_GREY, va="top")
    for place, tile in enumerate(sheet.tiles):
        line, column = divmod(place, COLUMNS)
        second = sheet.paired and place % 2 == 1
        left = _GAP + column * (1 + _GAP) - second * 0.8 * _GAP
        upper = top + _above_tiles(sheet) + line * _line_height(sheet) + _caption_height(sheet)
        axes.imshow(images[tile.row], extent=(left, left + 1, upper + 1, upper), aspect="auto")
        above = f"{tile.above}\n" if tile.above and not second else ""
        _write(axes, (left, upper - 0.04), above + tile.caption, fontsize=6.5, va="bottom", linespacing=1.15)


def _write(axes: Axes, at: tuple[float, float], text: str, **look: Any) -> None:
    """Write plain text: a dollar sign in a class name is no formula."""
    axes.text(*at, text, parse_math=False, **{"color": _INK, **look})


def draw_histogram(names: Sequence[str], counts: Sequence[int], out: Path) -> None:
    """Draw one bar a class, in label order, its images and their share at its end; errors as in `writing`.

    More than 60 classes are drawn as high as 60, without these texts.
    """
    height = 1.3 + 0.42 * min(len(counts), _NAMED_BARS)
    figure = Figure(figsize=(8, height), dpi=_DPI, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    axes.barh(range(len(counts)), counts, color=_BLUE, height=0.7)
    if len(counts) <= _NAMED_BARS:
        _name_bars(axes, names, counts)
    axes.set(xlim=(0, max(counts) * 1.25), ylim=(len(counts) - 0.4, -0.6), xlabel="images", ylabel="class  (label)")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(left=False)
    axes.set_title(f"Images of each class, {sum(counts):,} in all", loc="left", fontsize=12, fontweight="bold")
    _save(figure, out)


def _name_bars(axes: Axes, names: Sequence[str], counts: Sequence[int]) -> None:
    total = sum(counts)
    axes.set_yticks(range(len(counts)), [f"{name}  ({label})" for label, name in enumerate(names)], parse_math=False)
    for place, count in enumerate(counts):
        axes.annotate(
            f"{count:,}  ({count / total:.1%})",
            (count, place),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=_INK,
        )


def _save(figure: Figure, out: Path) -> None:
    FigureCanvasAgg(figure)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    with writing(out) as beside:
        beside.write_bytes(picture.getvalue())
