"""The HTML page of `inspect`: one file with the images in it, readable offline, in the dark and on a phone."""

import base64
import io
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from numpy.typing import NDArray
from PIL import Image

from training.data.clean import ruling
from training.data.duplicates import Group
from training.data.inspection import PAIR, Inspection, shortened
from training.data.near import SAME_TEXTURE
from training.data.outliers import STRANGE
from training.data.sheets import Sheets
from training.data.writing import writing

_JPEG_QUALITY = 90
_LISTED_GROUPS = 50
_LISTED_LABELS = 3


def write_page(found: Inspection, sheets: Sheets) -> None:
    """Write the page to `found.page`; errors as in `writing`."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["plural"] = lambda number, ending="s": "" if number == 1 else ending
    html = environment.get_template("inspect_page.html.j2").render(
        found=found,
        sheets=sheets,
        pictures={row: _data_uri(image) for row, image in sheets.images.items()},
        largest=max(one.count for one in found.classes),
        groups=[_group_row(group, found.names) for group in found.exact[:_LISTED_GROUPS]],
        today=datetime.now(UTC).date().isoformat(),
        same_texture=SAME_TEXTURE,
        strange=STRANGE,
    )
    with writing(found.page) as beside:
        beside.write_text(html, encoding="utf-8")


def _group_row(group: Group, names: tuple[str, ...]) -> dict[str, str]:
    """Say in words what the group is and what a clean does with it."""
    reason, going = ruling(group)
    goes = {1: f"row {going[0]} goes", PAIR: "both go"}.get(len(going), "all go")
    labels = sorted(set(group.labels))
    listed = ", ".join(names[label] for label in labels[:_LISTED_LABELS])
    more = f" and {len(labels) - _LISTED_LABELS} more" if len(labels) > _LISTED_LABELS else ""
    return {
        "copies": f"{len(group.rows):,}",
        "labels": listed + more,
        "rows": shortened(group.ranges),
        "fate": f"{goes}: {reason}",
    }


def _data_uri(image: NDArray[np.uint8]) -> str:
    jpeg = io.BytesIO()
    Image.fromarray(image).save(jpeg, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg.getvalue()).decode()}"
