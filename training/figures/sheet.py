"""What the figures have in common: their colours, plain axes, and how they become files."""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.files import replacing

DOTS_PER_INCH = 150
BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
"""Of Okabe and Ito's palette for the colour-blind (Color Universal Design, 2008)."""


def plain(axes: Axes, grid: str = "y") -> None:
    """Leave only the axes that are read, and pale lines across `grid`, one of `x` and `y`."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x" if grid == "x" else "y", color="0.92")
    axes.set_axisbelow(True)


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG. The same figure gives the same bytes. Raises OSError."""
    with replacing(path) as beside:
        figure.savefig(beside, dpi=DOTS_PER_INCH, metadata={"Software": None})
