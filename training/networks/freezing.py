"""Which layers a phase of the training changes."""

import keras

from training.errors import InputError
from training.recipes.recipe import Phase


def prepare(model: keras.Model, phase: Phase) -> None:
    """Freeze and unfreeze the layers of a model from `build`; it has to be compiled anew after that.

    A backbone's layers are those of its list in Keras, the last N counted from the end: an activation, an addition or a
    normalisation counts as one, whether it has weights or not (MobileNetV2 has 153 and a layer for the input). With
    `unfrozen_layers` None all of them are trained, with 0 the head alone. BatchNormalization stays frozen always, and
    a frozen one goes by its stored statistics in training too: those of a small batch would undo what the backbone
    knows. A network without a backbone is trained whole.

    Raises InputError where the backbone has fewer layers.
    """
    found = backbone(model)
    if found is None:
        return
    inner, count = found.layers, phase.unfrozen_layers
    if count is not None and count > len(inner):
        raise InputError(
            f"{count} layers of {found.name} are to be trained, it has {len(inner)}",
            f"set unfrozen_layers to at most {len(inner)}, or to None for all of them",
        )
    first = 0 if count is None else len(inner) - count
    found.trainable = True  # reaches every layer, also those within layers; each one's own word comes after
    for place, layer in enumerate(inner):
        layer.trainable = place >= first and not isinstance(layer, keras.layers.BatchNormalization)


def backbone(model: keras.Model) -> keras.Model | None:
    """The network within the network; None where it was built from nothing."""
    return next((layer for layer in model.layers if isinstance(layer, keras.Model)), None)
