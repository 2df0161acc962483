"""A model trained elsewhere becomes a run."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.adopt import Examples, adopt
from training.errors import ExistsError, InputError, TrainingError

slow = pytest.mark.slow
SIDE = 8
LABELS = np.arange(60) % 3
IMAGES = np.random.default_rng(0).integers(0, 40, (60, SIDE, SIDE, 3)) + 100 * LABELS[:, None, None, None]
EXAMPLES = Examples(images=IMAGES.clip(0, 255).astype(np.uint8), labels=LABELS.astype(np.int64))
UNLABELLED = Examples(images=EXAMPLES.images)


def by_brightness(
    *, scale: float = 1.0, darkest: float = 0.0, side: int | None = SIDE, units: int = 3, activation: Any = "softmax"
) -> Any:
    """A model that tells the classes by their brightness, given pixels in darkest..darkest + scale."""
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((side, side, 3)),
            layers.GlobalAveragePooling2D(),
            layers.Dense(units, activation=activation),
        ]
    )
    places = (np.arange(units) * 100 + 20) / 255 * scale + darkest
    sharp = 60 / scale
    kernel = np.tile(2 * sharp * places / 3, (3, 1))
    model.layers[-1].set_weights([kernel, -sharp * places**2])
    return model


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path / "run"


def card(run: Path) -> dict[str, Any]:
    return json.loads((run / "card.json").read_text())


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same file adopted twice, each time in a process of its own."""
    root = tmp_path_factory.mktemp("adopted")
    by_brightness(scale=255.0).save(root / "ours.keras")
    return adopt(root / "ours.keras", root / "one", EXAMPLES), adopt(root / "ours.keras", root / "two", EXAMPLES)


@slow
def test_a_keras_file_becomes_a_run_that_says_where_it_is_from(adopted: tuple[Path, Path]) -> None:
    written = card(adopted[0])
    assert written["accuracy"] == 1.0
    assert written["recipe"] is None
    assert written["source"]["file"] == "ours.keras"
    assert len(written["source"]["sha256"]) == 64
    assert written["class_names"] == ["class 0", "class 1", "class 2"]
    with np.load(adopted[0] / "test.npz") as test:
        assert np.array_equal(test["predictions"], LABELS)
        assert test["predictions"].dtype == np.int64


@slow
def test_adopting_the_same_file_again_gives_the_same_bytes(
    adopted: tuple[Path, Path], bytes_of: Callable[[Path], dict[str, bytes]]
) -> None:
    first, second = map(bytes_of, adopted)
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


@slow
@pytest.mark.usefixtures("no_child")
@pytest.mark.parametrize("kind", ["h5", "export", "module", "uint8"])
def test_other_forms_of_a_model_are_adopted_too(tmp_path: Path, run: Path, kind: str) -> None:
    import tensorflow as tf

    model, source = by_brightness(scale=255.0), tmp_path / ("ours.h5" if kind == "h5" else "ours")
    if kind == "h5":
        model.save(source)
    elif kind == "export":
        model.export(source, verbose=False)
    else:
        wanted = tf.TensorSpec((None, SIDE, SIDE, 3), tf.uint8 if kind == "uint8" else tf.float32)
        module = tf.Module()
        module.model = model
        module.answer = tf.function(lambda images: model(tf.cast(images, tf.float32)), input_signature=[wanted])
        tf.saved_model.save(module, str(source), signatures=module.answer.get_concrete_function())
    adopt(source, run, EXAMPLES)
    assert card(run)["accuracy"] == 1.0
    assert card(run)["parameters"] == 12


@slow
@pytest.mark.usefixtures("no_child")
@pytest.mark.parametrize(
    ("scale", "darkest", "rescale"), [(1.0, 0.0, "0..1"), (2.0, -1.0, "-1..1"), (255.0, 0.0, None)]
)
def test_the_scaling_that_the_team_did_outside_goes_into_the_graph(
    tmp_path: Path, run: Path, scale: float, darkest: float, rescale: str | None, recorder: Callable[..., Any]
) -> None:
    source = tmp_path / "ours.keras"
    by_brightness(scale=scale, darkest=darkest).save(source)
    reporter = recorder()
    adopt(source, run, EXAMPLES, rescale=rescale, reporter=reporter)
    assert card(run)["accuracy"] == 1.0
    assert card(run)["settings"] == {"rescale": rescale}
    assert reporter.said == []


@slow
@pytest.mark.usefixtures("no_child")
@pytest.mark.parametrize(
    ("scale", "rescale", "advice"), [(1.0, None, "--rescale 0..1."), (255.0, "0..1", "leave --rescale out.")]
)
def test_a_better_scaling_is_told(
    tmp_path: Path, run: Path, scale: float, rescale: str | None, advice: str, recorder: Callable[..., Any]
) -> None:
    source = tmp_path / "ours.keras"
    by_brightness(scale=scale).save(source)
    reporter = recorder()
    adopt(source, run, EXAMPLES, rescale=rescale, reporter=reporter)
    assert "Look at the scaling" in reporter.said[-1]
    assert reporter.said[-1].endswith(advice)


@slow
@pytest.mark.usefixtures("no_child")
def test_without_labels_the_card_has_no_accuracy_and_the_answers_are_there(tmp_path: Path, run: Path) -> None:
    source = tmp_path / "ours.keras"
    by_brightness(scale=255.0).save(source)
    adopt(source, run, UNLABELLED)
    assert card(run)["accuracy"] is None
    with np.load(run / "test.npz") as test:
        assert sorted(test.files) == ["images", "predictions"]


@slow
@pytest.mark.usefixtures("no_child")
def test_logits_get_a_softmax_and_the_same_answers(tmp_path: Path, run: Path, recorder: Callable[..., Any]) -> None:
    import tensorflow as tf

    source = tmp_path / "ours.keras"
    by_brightness(scale=255.0, activation=None).save(source)
    reporter = recorder()
    adopt(source, run, EXAMPLES, reporter=reporter)
    assert "softmax was added" in reporter.said[-1]
    graph = tf.saved_model.load(str(run / "saved_model"))
    served = graph.serve(tf.constant(EXAMPLES.images.astype(np.float32)))
    assert np.allclose(np.asarray(served).sum(axis=1), 1, atol=1e-5)
    assert card(run)["accuracy"] == 1.0


def weights_only(folder: Path) -> Path:
    by_brightness().save_weights(folder / "ours.weights.h5")
    return folder / "ours.weights.h5"


def other_size(folder: Path) -> Path:
    by_brightness(side=16).save(folder / "ours.keras")
    return folder / "ours.keras"


def one_unit(folder: Path) -> Path:
    by_brightness(units=1, activation="sigmoid").save(folder / "ours.keras")
    return folder / "ours.keras"


def fixed_batch(folder: Path) -> Path:
    import keras

    keras.Sequential([keras.Input((SIDE, SIDE, 3), batch_size=32), keras.layers.Flatten()]).save(folder / "ours.keras")
    return folder / "ours.keras"


def two_inputs(folder: Path) -> Path:
    import keras

    inputs = [keras.Input((SIDE, SIDE, 3)), keras.Input((1,))]
    flat = keras.layers.Concatenate()([keras.layers.Flatten()(inputs[0]), inputs[1]])
    keras.Model(inputs, flat).save(folder / "ours.keras")
    return folder / "ours.keras"


def no_hdf5(folder: Path) -> Path:
    (folder / "ours.h5").write_text("<html>404</html>")
    return folder / "ours.h5"


@slow
@pytest.mark.usefixtures("no_child")
@pytest.mark.parametrize(
    ("make", "what", "fix"),
    [
        (weights_only, "holds weights only, no network", "model.save('model.keras')"),
        (other_size, r"takes \(None, 16, 16, 3\), expected \(None, 8, 8, 3\)", "Resizing"),
        (one_unit, r"gives \(None, 1\), expected \(None, classes\)", "one unit a class"),
        (fixed_batch, r"takes \(32, 8, 8, 3\), expected \(None, 8, 8, 3\)", "any batch size"),
        (two_inputs, "has 2 inputs and 1 outputs, expected one each", "--entry"),
        (no_hdf5, "is not an HDF5 file", "copy it again"),
    ],
)
def test_a_model_that_cannot_be_shipped_so_is_refused_with_got_and_expected(
    tmp_path: Path, run: Path, make: Callable[[Path], Path], what: str, fix: str
) -> None:
    with pytest.raises(InputError, match=what) as caught:
        adopt(make(tmp_path), run, EXAMPLES)
    assert fix in caught.value.fix
    assert not run.exists()


@slow
def test_a_lambda_that_does_not_load_is_told_through_the_child_with_the_way_out(tmp_path: Path, run: Path) -> None:
    import keras

    source = tmp_path / "ours.keras"
    flat = [keras.Input((SIDE, SIDE, 3)), keras.layers.Flatten()]
    keras.Sequential([*flat, keras.layers.Lambda(lambda values: values * 2)]).save(source)
    with pytest.raises(TrainingError, match=r"ours\.keras does not load under Keras") as caught:
        adopt(source, run, EXAMPLES)
    assert caught.value.exit_code == 3
    assert "--entry" in caught.value.fix
    assert not run.exists()


@slow
@pytest.mark.usefixtures("no_child")
def test_more_classes_than_names_are_refused(tmp_path: Path, run: Path) -> None:
    source = tmp_path / "ours.keras"
    by_brightness(scale=255.0).save(source)
    with pytest.raises(InputError, match="the model gives 3 classes, 2 are named: a, b"):
        adopt(source, run, Examples(images=EXAMPLES.images, class_names=("a", "b")))


def test_what_is_no_model_is_refused_before_anything_starts(tmp_path: Path, run: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "model.pth").touch()
    (tmp_path / "model.keras").touch()
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("missing.keras", {}, "there is no model"),
        ("empty", {}, r"holds no saved_model\.pb"),
        ("model.pth", {}, r"is no \.keras or \.h5 file"),
        ("model.keras", {"rescale": "0-1"}, "there is no rescaling '0-1'"),
    ]
    for name, arguments, what in cases:
        with pytest.raises(InputError, match=what):
            adopt(tmp_path / name, run, EXAMPLES, **arguments)
    with pytest.raises(InputError, match="2 labels for 60 images"):
        adopt(tmp_path / "model.keras", run, Examples(images=EXAMPLES.images, labels=LABELS[:2]))


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, run: Path) -> None:
    run.mkdir()
    (run / "notes.txt").touch()
    (tmp_path / "model.keras").touch()
    with pytest.raises(ExistsError):
        adopt(tmp_path / "model.keras", run, EXAMPLES)
