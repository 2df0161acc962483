"""Large weights in 16 bits: how they lie in the file, what they answer, and when they are not shipped."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.conversion import Converted, Halving, Request, converted, read_answers
from training.errors import TrainingError

slow = pytest.mark.slow
SIDE = 12
IMAGES = np.random.default_rng(0).integers(0, 256, (70, SIDE, SIDE, 3), dtype=np.uint8)


def network(*, change: Callable[[Any], None] = lambda _: None, dtype: str | None = None, units: int = 16) -> Any:
    """One large kernel, a batch norm and a small kernel; `change` sets the weights."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    inner = [layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(units, "relu"), layers.BatchNormalization()]
    model = keras.Sequential([keras.Input((SIDE, SIDE, 3)), *inner, layers.Dense(4, "softmax")])
    if dtype:
        model = keras.Sequential.from_config(
            model.get_config() | {"layers": [_of(dtype, layer) for layer in model.get_config()["layers"]]}
        )
    change(model)
    return model


def _of(dtype: str, layer: dict[str, Any]) -> dict[str, Any]:
    return layer | {"config": layer["config"] | {"dtype": dtype}}


def export(model: Any, folder: Path, images: Any = IMAGES) -> Converted:
    from training import export

    model.save(folder / "model.keras")
    export.convert(Request(source=str(folder / "model.keras"), image_shape=(SIDE, SIDE, 3)), images, folder)
    return read_answers(folder)


def stored(folder: Path) -> list[tuple[str, int]]:
    """The variables of the file: dtype and how many numbers."""
    import tensorflow as tf

    reader = tf.train.load_checkpoint(str(folder / "saved_model" / "variables" / "variables"))
    types, shapes = reader.get_variable_to_dtype_map(), reader.get_variable_to_shape_map()
    return sorted((types[name].name, int(np.prod(shapes[name]))) for name in shapes if name.endswith("VARIABLE_VALUE"))


@slow
def test_the_large_kernel_lies_in_16_bits_and_everything_else_in_32(tmp_path: Path) -> None:
    got = export(network(), tmp_path)
    assert got.precision == "float16"
    assert stored(tmp_path) == [("float16", 432 * 16), ("float32", 16 + 4 * 16 + 16 * 4 + 4)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "answers.npz",
        "model.keras",
        "reply.json",
        "saved_model",
    ]


@slow
def test_the_answers_are_those_of_rounded_weights_computed_in_32_bits(tmp_path: Path) -> None:
    def rounded(model: Any) -> None:
        large = [weight for weight in model.weights if weight.shape == (432, 16)]
        assert len(large) == 1
        large[0].assign(np.asarray(large[0]).astype(np.float16).astype(np.float32))

    (tmp_path / "whole").mkdir()
    (tmp_path / "rounded").mkdir()
    whole, wanted = export(network(), tmp_path / "whole"), export(network(change=rounded), tmp_path / "rounded")
    assert np.allclose(whole.shipped, wanted.full, atol=1e-6)
    assert whole.halving is not None
    assert whole.halving.largest_difference == np.abs(whole.shipped - whole.full).max() > 1e-6
    assert wanted.halving is not None
    assert wanted.halving.largest_difference < 1e-6


@slow
def test_where_the_answers_would_change_the_weights_stay_at_32_bits(tmp_path: Path) -> None:
    def nearly_alike(model: Any) -> None:
        kernel = np.zeros((432, 16), np.float32)
        kernel[:, 0], kernel[:, 1] = 1, 1 + 2.0**-13
        model.layers[2].set_weights([kernel, np.zeros(16, np.float32)])
        model.layers[4].set_weights([np.eye(16, 4, dtype=np.float32) * 4, np.zeros(4, np.float32)])

    got = export(network(change=nearly_alike), tmp_path)
    assert got.precision == "float32"
    assert got.halving is not None
    assert got.halving.changed == 1
    assert "stay at 32 bits, not 16: 100.00% of the answers change (0.1% may)" in got.halving.told
    assert np.array_equal(got.shipped, got.full)
    assert (got.shipped.argmax(axis=1) == 1).all()
    assert {kind for kind, _ in stored(tmp_path)} == {"float32"}
    assert not (tmp_path / "halved").exists()


def too_large(model: Any) -> None:
    kernel, bias = model.layers[2].get_weights()
    kernel[0, 0] = 70_000
    model.layers[2].set_weights([kernel, bias])


@slow
@pytest.mark.parametrize(
    "settings",
    [{"units": 8}, {"change": too_large}, {"dtype": "float16"}],
    ids=["nothing large", "a weight beyond the range of 16 bits", "16 bits already"],
)
def test_what_cannot_be_halved_is_shipped_as_it_is(settings: dict[str, Any], tmp_path: Path) -> None:
    got = export(network(**settings), tmp_path)
    assert (got.precision, got.halving) == ("float32", None)
    assert np.array_equal(got.shipped, got.full)


@slow
def test_a_network_that_cannot_be_taken_apart_is_shipped_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training import export as module

    def broken(*_: Any) -> Any:
        raise ValueError("a node that nobody knows")

    monkeypatch.setattr(module, "halved", broken)
    got = export(network(), tmp_path)
    assert (got.precision, got.halving) == ("float32", None)


@slow
def test_the_same_model_gives_the_same_bytes(tmp_path: Path, bytes_of: Callable[[Path], dict[str, bytes]]) -> None:
    network().save(tmp_path / "model.keras")
    written = []
    for _ in range(2):
        request = Request(source=str(tmp_path / "model.keras"), image_shape=(SIDE, SIDE, 3), views=8)
        with converted(request, IMAGES, tmp_path) as got:
            assert got.precision == "float16"
            written.append(bytes_of(got.folder))
    assert written[0] == written[1]


def rows(*values: tuple[float, float]) -> Any:
    return np.array(values, dtype=np.float32)


@pytest.mark.parametrize(("images", "is_harmless"), [(1000, True), (999, False)])
def test_one_changed_answer_in_a_thousand_is_harmless_and_no_more(images: int, is_harmless: bool) -> None:
    full, half = np.tile(rows((0.6, 0.4)), (images, 1)), np.tile(rows((0.6, 0.4)), (images, 1))
    half[7] = (0.4, 0.6)
    seen = Halving.between(full, half)
    assert seen.is_harmless is is_harmless
    assert seen.changed == 1 / images
    assert seen.largest_difference == pytest.approx(0.2)


def converted_of(full: Any, shipped: Any) -> Converted:
    return Converted(
        folder=Path("saved_model"),
        shipped=shipped,
        full=full,
        own=None,
        trials={},
        halving=Halving.between(full, shipped),
        precision="float16",
        parameters=1,
        had_logits=False,
        tensorflow="2.21.0",
    )


def test_the_runs_answers_are_the_shipped_graphs_and_the_whole_one_is_held_against_the_network() -> None:
    own, half = rows((0.55, 0.45), (0.1, 0.9)), rows((0.45, 0.55), (0.1, 0.9))
    assert converted_of(own, half).agreed(own).tolist() == [1, 1]
    with pytest.raises(TrainingError, match="1 of 2 images otherwise than the trained model"):
        converted_of(half, half).agreed(own)


def test_the_card_says_the_precision_and_what_it_costs() -> None:
    facts = converted_of(rows((0.6, 0.4)), rows((0.5, 0.5))).facts
    assert facts["precision"] == "float16"
    assert facts["half_precision"] == {"changed": 0.0, "largest_difference": pytest.approx(0.1)}
