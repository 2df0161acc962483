"""What a recipe may say: every value that decides how a model comes out, flat and frozen."""

from dataclasses import asdict, dataclass
from typing import Any

BACKBONES = ("mobilenetv2", "resnet50v2", "efficientnetb3", "inceptionv3", "convnextsmall")
"""Networks of keras.applications, to be had with ImageNet's weights."""
NETWORKS = ("scratch", "residual", *BACKBONES)
AUGMENTATIONS = ("basic", "report", "seven-pipelines", "rand", "trivial", "augmix", "strong")
MIXINGS = ("mixup", "cutmix", "mixup-or-cutmix")
OPTIMIZERS = ("adam", "adamw", "lion")
SCHEDULES = ("cosine",)
VIEWS = (1, 2, 4, 8)
"""Of an image: itself; and mirrored; and both turned upside down; and all four transposed."""


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One stretch of the training: what it trains, how fast, and for how long."""

    name: str
    """`training`, or `frozen` and `fine-tuning`."""
    epochs: int
    """At most."""
    learning_rate: float
    """At its begin."""
    unfrozen_layers: int | None
    """How many of the backbone's last layers are trained; None: all."""


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
    filters: tuple[int, ...] | None = None
    """Networks from scratch alone: the width of each convolution of `scratch`, of each stage of `residual`."""
    blocks: tuple[int, ...] | None = None
    """`residual` alone: how many residual blocks each stage has."""
    alpha: float = 1.0
    """`mobilenetv2` alone: the width of its layers, as a share of the published one's."""
    hidden_units: tuple[int, ...] = ()
    """Widths of the head's dense ReLU layers, first to last, before the output layer."""
    dropout: float | None = None
    """Share of its inputs that a training step leaves out: before the head's first layer and before its last."""
    l1: float | None = None
    """Weight of the sum of absolute weights in the loss: of the layers that `l2` counts."""
    l2: float | None = None
    """Weight of the sum of squared weights in the loss: of the head's hidden layers or, without any, the output's."""

    standardize: bool = False
    """Whether the network first brings each channel of an image to mean 0 and deviation 1, by that image's own."""

    augmentation: str | None
    """One of AUGMENTATIONS, applied to every training image anew in each epoch."""
    mixing: str | None = None
    """One of MIXINGS: two images and their labels become one."""
    class_weights: bool = False
    """Whether an image counts by the inverse of its class's share of the training images."""
    label_smoothing: float | None = None
    """Share of each label that is spread over all classes."""
    consistency: float | None = None
    """Weight in the loss of how far the answers to two augmentations of an image are apart; both are in the batch."""
    distillation: float | None = None
    """Share of each label that is what the teachers (`--teacher RUN`) answer for the very image, as it is augmented."""
    image_sides: tuple[int, ...] | None = None
    """Pixels a side that training images are scaled to, each for an equal stretch of a phase; None: as they are."""

    optimizer: str
    """One of OPTIMIZERS."""
    learning_rate: float
    """Step size of the optimizer."""
    weight_decay: float | None = None
    """Share of the weights, times the learning rate, that a step takes away: `adamw`, which needs it, and `lion`."""
    decay_after: int | None = None
    """Epochs of a phase with the full learning rate; from then on each one's is `decay_rate` of the one before."""
    decay_rate: float = 0.9
    """The factor of an epoch, where the learning rate decays."""
    schedule: str | None = None
    """One of SCHEDULES: `cosine` lets the rate fall over the whole of a phase, as half a cosine, to nearly nothing."""
    ema_decay: float | None = None
    """How much a step leaves of the moving average of the weights, which is validated and kept instead of the last."""
    batch_size: int
    """Images a step."""
    mixed_precision: bool = False
    """Whether to compute in 16-bit floats (the weights stay at 32) on a device that gains from it."""

    epochs: int
    """Passes over the training images, at most; of a backbone: while it is frozen and the head is trained."""
    patience: int | None
    """Early stopping: epochs without a lower validation loss before a phase ends; the best weights are kept."""
    fine_tuning_epochs: int | None = None
    """Backbones alone: passes of the second phase, at most, in which layers of the backbone are trained too."""
    fine_tuning_rate: float | None = None
    """Learning rate of the second phase."""
    unfrozen_layers: int | None = None
    """How many of the backbone's last layers the second phase trains, all but BatchNormalization; None: all of them."""

    views: int = 1
    """One of VIEWS: how many mirrorings and turns of an image the shipped model answers, and averages."""

    def __post_init__(self) -> None:
        """Check every value."""
        self._check_network()
        self._check_training()
        self._check_fine_tuning()

    def _check_network(self) -> None:
        self._demand("network", self.network in NETWORKS, f"one of {NETWORKS}")
        fits = (
            self.blocks is not None and len(self.blocks) == len(self.filters or ()) and min(self.blocks, default=0) > 0
            if self.network == "residual"
            else self.blocks is None
        )
        self._demand("blocks", fits, "one positive number for each of filters with residual, None with others")
        if self.is_transfer:
            self._demand("filters", self.filters is None, f"None with {self.network}")
        else:
            fine = bool(self.filters) and min(self.filters or (0,)) > 0
            self._demand("filters", fine, "one positive width or more")
        self._demand(
            "alpha",
            self.alpha == 1 or (self.network == "mobilenetv2" and self.alpha > 0),
            "1, or positive with mobilenetv2",
        )
        self._demand("hidden_units", all(width > 0 for width in self.hidden_units), "positive widths")
        self._demand("dropout", self.dropout is None or 0 < self.dropout < 1, "None, or above 0 and below 1")
        self._demand("l1", self.l1 is None or self.l1 > 0, "None or positive")
        self._demand("l2", self.l2 is None or self.l2 > 0, "None or positive")

    def _check_training(self) -> None:
        self._demand("augmentation", self.augmentation in (None, *AUGMENTATIONS), f"None or one of {AUGMENTATIONS}")
        self._demand("mixing", self.mixing in (None, *MIXINGS), f"None or one of {MIXINGS}")
        smoothing = self.label_smoothing
        self._demand("label_smoothing", smoothing is None or 0 < smoothing < 1, "None, or above 0 and below 1")
        consistency, distillation, sides = self.consistency, self.distillation, self.image_sides
        even = self.mixing is None and self.batch_size % 2 == 0
        fine = consistency is None or (consistency > 0 and even)
        self._demand("consistency", fine, "None, or positive with an even batch_size and no mixing")
        self._demand("distillation", distillation is None or 0 < distillation <= 1, "None, or above 0 and at most 1")
        fine = sides is None or (bool(sides) and min(sides) > 0 and self.network != "scratch")
        self._demand("image_sides", fine, "None, or one positive side and more, and with scratch None")
        self._demand("views", self.views in VIEWS, f"one of {VIEWS}")
        self._demand("optimizer", self.optimizer in OPTIMIZERS, f"one of {OPTIMIZERS}")
        self._demand("learning_rate", 0 < self.learning_rate <= 1, "above 0 and at most 1")
        self._demand_weight_decay()
        self._demand("decay_after", self.decay_after is None or self.decay_after >= 0, "None, or 0 and more")
        self._demand("decay_rate", 0 < self.decay_rate < 1, "above 0 and below 1")
        self._demand("schedule", self.schedule in (None, *SCHEDULES), f"None or one of {SCHEDULES}")
        alone = self.schedule is None or self.decay_after is None
        self._demand("decay_after", alone, "None with a schedule")
        self._demand("ema_decay", self.ema_decay is None or 0 < self.ema_decay < 1, "None, or above 0 and below 1")
        self._demand("batch_size", self.batch_size >= 1, "1 or more")
        self._demand("epochs", self.epochs >= 1, "1 or more")
        self._demand("patience", self.patience is None or self.patience >= 1, "None or 1 and more")

    def _demand_weight_decay(self) -> None:
        decay = self.weight_decay
        positive = decay is not None and decay > 0
        fine, wanted = {
            "adam": (decay is None, "None"),
            "adamw": (positive, "positive"),
            "lion": (decay is None or positive, "None or positive"),
        }[self.optimizer]
        self._demand("weight_decay", fine, f"{wanted} with {self.optimizer}")

    def _check_fine_tuning(self) -> None:
        epochs, rate, layers = self.fine_tuning_epochs, self.fine_tuning_rate, self.unfrozen_layers
        wanted = "None or 1 and more, with a backbone"
        self._demand("fine_tuning_epochs", epochs is None or (epochs >= 1 and self.is_transfer), wanted)
        rate_fits = rate is None if epochs is None else rate is not None and 0 < rate <= 1
        self._demand("fine_tuning_rate", rate_fits, "above 0 and at most 1 with fine_tuning_epochs, None without")
        fine = layers is None or (layers >= 1 and epochs is not None)
        self._demand("unfrozen_layers", fine, "None, or 1 and more with fine_tuning_epochs")

    def _demand(self, field: str, fine: bool, wanted: str) -> None:  # noqa: FBT001 - the condition that must hold
        if not fine:
            raise ValueError(f"recipe {self.name}: {field} must be {wanted}, got {getattr(self, field)!r}")

    @property
    def is_transfer(self) -> bool:
        """Whether the network is a backbone that was trained on other images."""
        return self.network in BACKBONES

    @property
    def has_soft_labels(self) -> bool:
        """Whether a label is a share of each class, (classes,) float32, instead of one class id."""
        return any(value is not None for value in (self.mixing, self.label_smoothing, self.distillation))

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The stretches of the training, in order."""
        if not self.is_transfer:
            whole = Phase(name="training", epochs=self.epochs, learning_rate=self.learning_rate, unfrozen_layers=None)
            return (whole,)
        frozen = Phase(name="frozen", epochs=self.epochs, learning_rate=self.learning_rate, unfrozen_layers=0)
        if self.fine_tuning_epochs is None or self.fine_tuning_rate is None:
            return (frozen,)
        tuned = Phase(
            name="fine-tuning",
            epochs=self.fine_tuning_epochs,
            learning_rate=self.fine_tuning_rate,
            unfrozen_layers=self.unfrozen_layers,
        )
        return frozen, tuned

    @property
    def settings(self) -> dict[str, Any]:
        """Every value but name and summary, as JSON writes it."""
        lists = {field: list(value) for field, value in asdict(self).items() if isinstance(value, tuple)}
        return {field: value for field, value in (asdict(self) | lists).items() if field not in ("name", "summary")}
