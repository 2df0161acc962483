"""What the recorded experiments reached: files copied from their runs, never typed.

<recipe>/card.json, <recipe>/history.csv   of the run that the recipe's record quotes
published.csv     what the team's report gives for it: clean images at home, and the competition's hidden ones
parameters.json   how many weights each recipe's network has, for those that were not run; a test builds and counts
"""

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from training import card as cards
from training.run_folder import CARD, HISTORY

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one run of a recipe reached. Shares are 0..1; a figure that its card has not is None."""

    card: dict[str, Any]
    history: tuple[dict[str, str], ...]
    """A row an epoch, as history.csv has it."""

    @property
    def clean(self) -> float | None:
        """Accuracy on the test split."""
        return self.card.get("accuracy")

    @property
    def shifted(self) -> float | None:
        """Accuracy on the test split under compositions of corruptions."""
        return self._shift.get("shifted")

    @property
    def unseen(self) -> float | None:
        """The same under corruptions that no training uses."""
        return self._shift.get("unseen")

    @property
    def worst_family(self) -> tuple[str, float] | None:
        """The family of corruptions with the lowest accuracy, and that."""
        worst = self._shift.get("worst_family")
        return (worst["name"], worst["accuracy"]) if worst else None

    @property
    def minutes(self) -> float:
        """Of training, all phases."""
        return float(self.card["seconds"]) / 60

    @property
    def machine(self) -> str:
        """Accelerator, or processor and cores."""
        machine = self.card["machine"]
        return machine["accelerator"] or f"{machine['cores']} cores of {machine['processor']}"

    @property
    def _shift(self) -> dict[str, Any]:
        return self.card.get("shift") or {}


@dataclass(frozen=True, kw_only=True)
class Published:
    """What the team's report gives for a recipe."""

    local: float | None
    """Accuracy on its own clean images."""
    hidden: float | None
    """Accuracy on the competition's hidden images."""
    note: str


def stored(recipe: str) -> Result | None:
    """The stored result of a recipe; None where it was not run here. Raises OSError, ValueError on damaged files."""
    folder = FOLDER / recipe
    if not (folder / CARD).is_file():
        return None
    with (folder / HISTORY).open(newline="", encoding="utf-8") as stream:
        return Result(card=cards.read(folder / CARD), history=tuple(csv.DictReader(stream)))


def parameters(recipe: str) -> int | None:
    """How many weights the recipe's network has for the competition's images, frozen ones too; None: not counted."""
    result = stored(recipe)
    if result is not None:
        return int(result.card["parameters"])
    counted: dict[str, int] = json.loads((FOLDER / "parameters.json").read_text("utf-8"))
    return counted.get(recipe)


@cache
def published() -> dict[str, Published]:
    """What the report gives, by recipe. From the competition's published scores, rows of LOS PINGUINOS."""
    with (FOLDER / "published.csv").open(newline="", encoding="utf-8") as stream:
        return {
            row["recipe"]: Published(
                local=float(row["local"]) if row["local"] else None,
                hidden=float(row["hidden"]) if row["hidden"] else None,
                note=row["note"],
            )
            for row in csv.DictReader(stream)
        }
