"""Inspect a dataset: counts, repeated pictures, near duplicates and outliers, as figures and one HTML page.

It reports and never drops: that is `clean`'s, by rule, or a person's.
"""

from pathlib import Path

import numpy as np

from training.data.classes import class_names
from training.data.clean import Plan, plan
from training.data.drawing import draw_histogram, draw_sheets
from training.data.duplicates import ExactGroups, exact_groups
from training.data.inspect_page import write_page
from training.data.inspection import ClassSummary, Inspection
from training.data.load import Dataset
from training.data.near import near_duplicates
from training.data.outliers import outliers
from training.data.sheets import choose_sheets
from training.data.thumbnails import thumbnails
from training.errors import InputError
from training.progress import Reporter, Silent

PAGE = "inspect.html"
HISTOGRAM, ENDS, SUSPECTS, CLASSES = "class_histogram.png", "first_last.png", "suspects.png", "classes.png"
_SILENT = Silent()


def inspect(dataset: Dataset, out_dir: Path, reporter: Reporter = _SILENT) -> Inspection:
    """Inspect `dataset` and write the figures and the page into `out_dir`, replacing those of an earlier time.

    In memory at a time: a chunk of the file, thumbnails (1.5 KB an image) and the few hundred images that are shown.
    Raises InputError when `out_dir` is a file or cannot be written, or the dataset is damaged, TrainingError when the
    disk is full.
    """
    _make(out_dir)
    found = findings(dataset, out_dir, reporter)
    sheets = choose_sheets(dataset, found)
    with reporter.track("drawing", len(found.figures) + 1) as advance:
        draw_histogram(found.names, [one.count for one in found.classes], out_dir / HISTOGRAM)
        advance()
        for some, name in ((sheets.ends, ENDS), (sheets.suspects, SUSPECTS), (sheets.classes, CLASSES)):
            draw_sheets(some, sheets.images, out_dir / name)
            advance()
        write_page(found, sheets)
        advance()
    return found


def _make(out_dir: Path) -> None:
    """Make the folder before the long work, so that a wrong one is told at once."""
    fix = "name a folder for the figures and the page: -o DIR"
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise InputError(f"{out_dir} is a file, a folder was expected", fix) from error
    except OSError as error:
        raise InputError(f"the folder {out_dir} cannot be made: {error.strerror}", fix) from error


def findings(dataset: Dataset, out_dir: Path, reporter: Reporter = _SILENT) -> Inspection:
    """Count, compare and score; nothing is drawn or written: the figures and the page are only named."""
    exact = exact_groups(dataset, reporter)
    small = thumbnails(dataset, exact.first_rows, reporter)
    clean, refusal = _clean(dataset, exact)
    return Inspection(
        path=dataset.path,
        sha256=dataset.sha256,
        size_bytes=dataset.path.stat().st_size,
        images_key=dataset.images.key,
        labels_key=dataset.stored_labels.key,
        count=dataset.count,
        unique_count=len(exact.first_rows),
        image_shape=dataset.image_shape,
        classes=_summaries(dataset),
        exact=tuple(sorted(exact.repeated, key=lambda group: (-len(group.rows), group.rows[0]))),
        near=near_duplicates(dataset, small, reporter),
        outliers=outliers(dataset.labels, small),
        clean=clean,
        clean_refusal=refusal,
        page=out_dir / PAGE,
        figures=tuple(out_dir / name for name in (HISTOGRAM, ENDS, SUSPECTS, CLASSES)),
    )


def _clean(dataset: Dataset, exact: ExactGroups) -> tuple[Plan | None, str]:
    """Plan a clean by rule, or say why it is refused."""
    try:
        return plan(dataset, groups=exact), ""
    except InputError as error:
        return None, error.what


def _summaries(dataset: Dataset) -> tuple[ClassSummary, ...]:
    counts = np.bincount(dataset.labels, minlength=dataset.class_count).tolist()
    return tuple(
        ClassSummary(
            label=label,
            name=name,
            count=count,
            share=count / dataset.count,
            weight=dataset.count / (dataset.class_count * count) if count else None,
        )
        for label, (name, count) in enumerate(zip(class_names(dataset.class_count), counts, strict=True))
    )
