"""Small networks of the kinds that teams save, by name: each is built by whichever Keras runs this.

A version that lacks a layer leaves the network out. All take images (n, 32, 32, 3) and give (n, 8).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from tensorflow import keras

layers = keras.layers
SHAPE = (32, 32, 3)


def _functional(*inner: Any) -> Any:
    inputs = keras.Input(SHAPE)
    x = inputs
    for layer in inner:
        x = layer(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(8, activation="softmax")(x))


def sequential() -> Any:
    """A plain CNN."""
    return keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.Rescaling(1 / 255),
            layers.Conv2D(8, 3, activation="relu", kernel_regularizer=keras.regularizers.L2(1e-4)),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(8, activation="softmax"),
        ]
    )


def functional() -> Any:
    """The convolutions and activations of residual networks."""
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(8, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(inputs)
    x = layers.ReLU(max_value=6.0)(layers.BatchNormalization()(x))
    y = layers.SeparableConv2D(8, 3, padding="same")(x)
    y = layers.LeakyReLU()(layers.DepthwiseConv2D(3, padding="same")(y))
    x = layers.Add()([x, y])
    z = layers.Multiply()([x, layers.Dense(8, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))])
    x = layers.Concatenate()([x, layers.Activation("gelu")(z)])
    x = layers.SpatialDropout2D(0.1)(layers.AveragePooling2D()(x))
    x = layers.GlobalMaxPooling2D()(layers.ZeroPadding2D()(layers.UpSampling2D()(x)))
    return keras.Model(inputs, layers.Dense(8)(x))


def nested() -> Any:
    """Transfer learning: a network of keras.applications under a head."""
    body = keras.applications.MobileNetV2(SHAPE, alpha=0.35, include_top=False, weights=None)
    body.trainable = False
    return _functional(body, layers.Dropout(0.2))


def convnext() -> Any:
    """ConvNeXt, whose LayerScale is a class of keras.applications."""
    from importlib import import_module

    try:
        module = import_module("keras.src.applications.convnext")
    except ImportError:
        module = import_module("keras.applications.convnext")
    body = module.ConvNeXt([1, 1, 1, 1], [8, 8, 16, 16], include_top=False, weights=None, input_shape=SHAPE)
    return _functional(body)


def augmentation() -> Any:
    """The random layers that most teams use."""
    return _functional(
        layers.Resizing(40, 40),
        layers.CenterCrop(32, 32),
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.1),
        layers.RandomZoom(0.1),
        layers.RandomTranslation(0.1, 0.1),
        layers.RandomContrast(0.1),
        layers.Rescaling(1 / 255),
        layers.Conv2D(8, 3),
    )


def brightness() -> Any:
    """RandomBrightness and RandomCrop."""
    return _functional(layers.RandomBrightness(0.1), layers.RandomCrop(30, 30), layers.Conv2D(8, 3))


def normalization() -> Any:
    """Normalization with a mean that was adapted."""
    layer = layers.Normalization()
    layer.adapt(np.random.default_rng(0).normal(size=(16, *SHAPE)).astype("float32"))
    return _functional(layer, layers.Conv2D(8, 3), layers.LayerNormalization())


def group_norm() -> Any:
    """GroupNormalization."""
    return _functional(layers.Conv2D(8, 3), layers.GroupNormalization(4))


def attention() -> Any:
    """Patches and multi-head attention."""
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(16, 8, 8)(inputs)
    x = layers.Reshape((16, 16))(x)
    x = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([x, layers.MultiHeadAttention(2, 8)(x, x)]))
    x = layers.Dense(8, activation="softmax")(layers.GlobalAveragePooling1D()(x))
    return keras.Model(inputs, x)


def recurrent() -> Any:
    """LSTM and GRU over the rows."""
    inputs = keras.Input(SHAPE)
    x = layers.Reshape((32, 96))(inputs)
    x = layers.Bidirectional(layers.LSTM(8, return_sequences=True))(x)
    x = layers.TimeDistributed(layers.Dense(8))(x)
    return keras.Model(inputs, layers.Dense(8)(layers.GRU(8)(x)))


def arithmetic() -> Any:
    """Python operators on tensors: `inputs / 127.5 - 1`, as preprocess_input does."""
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(8, 3)(inputs / 127.5 - 1.0)
    return keras.Model(inputs, layers.Dense(8)(layers.GlobalAveragePooling2D()(x)))


def lambda_layer() -> Any:
    """A Lambda with the bytecode of its function."""
    return _functional(layers.Lambda(lambda x: x / 127.5 - 1.0, output_shape=SHAPE), layers.Conv2D(8, 3))


def mixed_precision() -> Any:
    """Layers under the policy mixed_float16."""
    keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        return _functional(
            layers.Conv2D(8, 3), layers.BatchNormalization(), layers.Activation("linear", dtype="float32")
        )
    finally:
        keras.mixed_precision.set_global_policy("float32")


@keras.utils.register_keras_serializable("team")
class Scale(layers.Layer):
    """A layer of the team's own."""

    def __init__(self, factor: float = 2.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, inputs: Any) -> Any:
        """The scaled inputs."""
        return inputs * self.factor

    def get_config(self) -> dict[str, Any]:
        """With the factor."""
        return {**super().get_config(), "factor": self.factor}


class Unregistered(Scale):
    """The same, without the decorator."""


def custom_registered() -> Any:
    """A layer registered under a package."""
    return _functional(Scale(), layers.Conv2D(8, 3))


def custom_unregistered() -> Any:
    """A layer that is not registered."""
    return _functional(Unregistered(), layers.Conv2D(8, 3))


def custom_activation() -> Any:
    """A function of the team's own as the activation."""

    def swish_of_ours(x: Any) -> Any:
        return x * 2.0

    return _functional(layers.Conv2D(8, 3, activation=swish_of_ours))


def custom_loss() -> Any:
    """A loss of the team's own in the compile configuration."""

    def loss_of_ours(wanted: Any, got: Any) -> Any:
        return keras.losses.categorical_crossentropy(wanted, got)

    model = sequential()
    model.compile("adam", loss_of_ours)
    return model


class Subclassed(keras.Model):
    """A model that is a class."""

    def __init__(self, units: int = 8, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.first = layers.Flatten()
        self.last = layers.Dense(units)

    def call(self, inputs: Any) -> Any:
        """The logits."""
        return self.last(self.first(inputs))

    def get_config(self) -> dict[str, Any]:
        """With the units."""
        return {"units": self.units}


def subclassed() -> Any:
    """A model that is a class."""
    model = Subclassed()
    model(np.zeros((1, *SHAPE), "float32"))
    return model


def _compiled(optimizer: Callable[[], Any]) -> Callable[[], Any]:
    def build() -> Any:
        model = sequential()
        model.compile(optimizer(), "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(np.zeros((8, *SHAPE), "float32"), np.zeros(8), verbose=0)
        return model

    return build


NEWER = (
    "RandomGrayscale",
    "RandAugment",
    "AugMix",
    "MixUp",
    "CutMix",
    "RandomErasing",
    "RandomHue",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomPerspective",
    "RandomGaussianBlur",
    "RandomElasticTransform",
    "RandomColorJitter",
    "RandomColorDegeneration",
    "RandomPosterization",
    "RandomInvert",
    "Solarization",
    "AutoContrast",
    "Equalization",
    "RMSNormalization",
)


def _with(name: str) -> Callable[[], Any]:
    def build() -> Any:
        made: dict[str, Any] = {
            "RandomHue": lambda: layers.RandomHue(0.1),
            "RandomSaturation": lambda: layers.RandomSaturation(0.1),
            "RandomSharpness": lambda: layers.RandomSharpness(0.1),
            "RandomPosterization": lambda: layers.RandomPosterization(4),
            "RandomColorDegeneration": lambda: layers.RandomColorDegeneration(0.1),
        }
        layer = made[name]() if name in made else getattr(layers, name)()
        return _functional(layer, layers.Conv2D(8, 3))

    return build


NETWORKS: dict[str, Callable[[], Any]] = {
    "sequential": sequential,
    "functional": functional,
    "nested": nested,
    "convnext": convnext,
    "augmentation": augmentation,
    "brightness": brightness,
    "normalization": normalization,
    "group_norm": group_norm,
    "attention": attention,
    "recurrent": recurrent,
    "arithmetic": arithmetic,
    "lambda": lambda_layer,
    "mixed_precision": mixed_precision,
    "custom_registered": custom_registered,
    "custom_unregistered": custom_unregistered,
    "custom_activation": custom_activation,
    "custom_loss": custom_loss,
    "subclassed": subclassed,
    "adam": _compiled(lambda: keras.optimizers.Adam(1e-3)),
    "adamw": _compiled(lambda: keras.optimizers.AdamW(1e-3)),
    "lion": _compiled(lambda: keras.optimizers.Lion(1e-4)),
    "sgd": _compiled(lambda: keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 100), momentum=0.9)),
    **{name: _with(name) for name in NEWER},
}
