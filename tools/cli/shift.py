"""A finished run measured on the shift suite, its figures written into the run's card."""

import time
from pathlib import Path
from typing import Any

from tools.cli.output import current, shown_path

KEY = "shift"


def with_shift(folder: Path, card: dict[str, Any]) -> dict[str, Any]:
    """The card of a finished run with its figures on the suite: measured where it has none of this suite's version.

    The card on the disk is replaced at the end; until then the run is as complete as it was, so that Ctrl-C loses none
    of it. Call it after the training library is loaded. Images that the suite does not take are told and left.
    """
    from tools.forecast import VERSION
    from training import card as cards
    from training.run_folder import CARD

    if (card.get(KEY) or {}).get("suite") == VERSION:
        return card
    shift = _measured(folder)
    if shift is None:
        return card
    cards.write(folder / CARD, card | {KEY: shift})
    return cards.read(folder / CARD)


def _measured(folder: Path) -> dict[str, Any] | None:
    """The figures, as the card has them; None where the suite does not take the test split's images."""
    import numpy as np

    from tools.forecast import measure, plan, total
    from tools.forecast.suite import takes
    from training.answering import answerer
    from training.run_folder import TEST

    with np.load(folder / TEST, allow_pickle=False) as test:
        images, labels = test["images"], test["labels"]
    if not takes(images):
        current().say(f"not measured on the shift suite: it takes no images of {'x'.join(map(str, images.shape[1:]))}")
        return None
    began, answer = time.monotonic(), answerer(folder)
    with current().track("measuring on the shift suite", total(plan(labels))) as advance:
        result = measure(answer, images, labels, advance=advance)
    return result.document() | {"seconds": round(time.monotonic() - began, 1)}


def print_shift(folder: Path, shift: dict[str, Any]) -> None:
    """What the suite says of a run, in one line."""
    worst = shift["worst_family"]
    current().say(
        f"{shown_path(folder)} under corruptions: accuracy {shift['shifted']:.4f}, {shift['unseen']:.4f} under those "
        f"that training never uses; worst family: {worst['name']}, {worst['accuracy']:.4f} "
        f"(shift suite {shift['suite']}, {shift['seconds']:.0f} s)"
    )
