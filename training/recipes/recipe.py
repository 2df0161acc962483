"""What a recipe may say: every value that decides how a model comes out, flat and frozen."""

from dataclasses import asdict, dataclass
from typing import Any

NETWORKS = ("scratch",)
AUGMENTATIONS = ("basic",)
OPTIMIZERS = ("adam",)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One recorded experiment. None means off.

    Raises ValueError, naming the field and its value, where one makes no sense.
    """

    name: str
    """What `kit train` calls it."""
    summary: str
    """One line for `kit recipes`."""
    network: str
    """One of NETWORKS."""
    filters: tuple[int, ...]
    """Width of each convolution, first to last."""
    augmentation: str | None
    """One of AUGMENTATIONS, applied to every training image anew in each epoch."""
    optimizer: str
    """One of OPTIMIZERS."""
    learning_rate: float
    """Step size of the optimizer."""
    batch_size: int
    """Images a step."""
    epochs: int
    """Passes over the training images, at most."""
    patience: int | None
    """Early stopping: epochs without a lower validation loss before training ends; the best weights are kept."""

    def __post_init__(self) -> None:
        """Check every value."""
        self._demand("network", self.network in NETWORKS, f"one of {NETWORKS}")
        self._demand("filters", bool(self.filters) and min(self.filters) > 0, "one positive width or more")
        self._demand("augmentation", self.augmentation in (None, *AUGMENTATIONS), f"None or one of {AUGMENTATIONS}")
        self._demand("optimizer", self.optimizer in OPTIMIZERS, f"one of {OPTIMIZERS}")
        self._demand("learning_rate", 0 < self.learning_rate <= 1, "above 0 and at most 1")
        self._demand("batch_size", self.batch_size >= 1, "1 or more")
        self._demand("epochs", self.epochs >= 1, "1 or more")
        self._demand("patience", self.patience is None or self.patience >= 1, "None or 1 and more")

    def _demand(self, field: str, fine: bool, wanted: str) -> None:  # noqa: FBT001 - the condition that must hold
        if not fine:
            raise ValueError(f"recipe {self.name}: {field} must be {wanted}, got {getattr(self, field)!r}")

    @property
    def settings(self) -> dict[str, Any]:
        """Every value but name and summary, as JSON writes it."""
        values = asdict(self) | {"filters": list(self.filters)}
        return {field: value for field, value in values.items() if field not in ("name", "summary")}
