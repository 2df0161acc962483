"""Several runs in one graph: what it answers, what its card says, and that nothing half-made is left."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training import card as cards
from training.adopt import Examples, adopt
from training.data.load import Dataset, open_dataset
from training.ensemble import TOGETHER, combine
from training.errors import InputError, TrainingError

pytestmark = pytest.mark.slow

SIDE = 8
LABELS = (np.arange(90) % 3).astype(np.int64)
NOISE = np.random.default_rng(0).integers(0, 200, (90, SIDE, SIDE, 3))
IMAGES = (NOISE + 25 * LABELS[:, None, None, None]).astype(np.uint8)


def network(seed: int, *, units: int = 3, hidden: int = 32) -> Any:
    """A network of drawn weights, with one kernel that is large enough to be halved."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    inner = [layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(hidden, "relu")]
    return keras.Sequential([keras.Input((SIDE, SIDE, 3)), *inner, layers.Dense(units, "softmax")])


def make_run(folder: Path, seed: int, **changes: Any) -> Path:
    folder.parent.mkdir(exist_ok=True)
    network(seed, **changes).save(folder.with_suffix(".keras"))
    return adopt(folder.with_suffix(".keras"), folder, Examples(images=IMAGES, labels=LABELS))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    root = tmp_path_factory.mktemp("runs")
    return [make_run(root / name, seed) for seed, name in enumerate(("one", "two", "three"))]


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Any]:
    def make(runs: Sequence[Path], **options: Any) -> Any:
        into = tmp_path / f"made{len(list(tmp_path.iterdir()))}"
        into.mkdir()
        return combine(runs, into, **options)

    return make


def probabilities(saved_model: Path, images: Any = IMAGES) -> Any:
    import tensorflow as tf

    loaded = tf.saved_model.load(str(saved_model))
    return loaded.serve(tf.constant(images.astype(np.float32))).numpy()


@pytest.mark.usefixtures("no_child")
def test_the_graph_answers_the_mean_of_the_members(runs: list[Path], made: Callable[..., Any]) -> None:
    whole = made(runs)
    each = [probabilities(run / "saved_model") for run in runs]
    assert np.allclose(probabilities(whole.saved_model), np.mean(each, axis=0), atol=1e-6)
    assert np.array_equal(whole.predictions, np.mean(each, axis=0).argmax(axis=1))
    assert any(np.abs(one - each[0]).max() > 0.1 for one in each), "networks that say the same show nothing"


@pytest.mark.usefixtures("no_child")
def test_the_card_has_the_measured_accuracy_and_the_members(runs: list[Path], made: Callable[..., Any]) -> None:
    whole = made(runs)
    card = cards.read(whole.card)
    assert card["accuracy"] == float(np.mean(probabilities(whole.saved_model).argmax(axis=1) == LABELS))
    recall = [float(np.mean(whole.predictions[label == LABELS] == label)) for label in range(3)]
    assert list(card["recall"].values()) == pytest.approx(recall)
    assert card["balanced_accuracy"] == pytest.approx(np.mean(recall))
    assert [member["run"] for member in card["members"]] == ["one", "two", "three"]
    assert [member["card_sha256"] for member in card["members"]] == [cards.sha256(run / "card.json") for run in runs]
    own = [json.loads((run / "card.json").read_text()) for run in runs]
    assert [member["accuracy"] for member in card["members"]] == [one["accuracy"] for one in own]
    assert card["parameters"] == sum(one["parameters"] for one in own)
    assert card["precision"] == "float16"
    assert card["test_sha256"] == own[0]["test_sha256"]
    assert card["test_images"] == len(IMAGES)
    assert str(runs[0].parent) not in json.dumps(card)


@pytest.mark.usefixtures("no_child")
def test_each_is_measured_beside_the_whole(runs: list[Path], made: Callable[..., Any]) -> None:
    whole = made(runs[:2])
    assert [rate.name for rate in whole.rates] == [str(runs[0]), str(runs[1]), TOGETHER]
    assert whole.rates[-1].accuracy == cards.read(whole.card)["accuracy"]
    assert all(rate.images_s > 0 for rate in whole.rates)
    sizes = [sum(path.stat().st_size for path in (run / "saved_model").rglob("*") if path.is_file()) for run in runs]
    assert [rate.size_bytes for rate in whole.rates[:2]] == sizes[:2]
    assert whole.rates[-1].size_bytes < sum(sizes[:2]) + 20_000, "each weight is in the file once"


def test_the_same_runs_give_the_same_bytes(
    runs: list[Path], made: Callable[..., Any], bytes_of: Callable[[Path], dict[str, bytes]]
) -> None:
    first, second = (bytes_of(made(runs[:2]).card.parent) for _ in range(2))
    assert sorted(first) == ["card.json", *sorted(name for name in first if name.startswith("saved_model/"))]
    assert first == second


@pytest.mark.usefixtures("no_child")
def test_weights_of_32_bits_are_halved_together(
    tmp_path: Path, made: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from training import export

    with monkeypatch.context() as patch:
        patch.setattr(export, "halved", lambda *_: None)
        whole_weights = [make_run(tmp_path / "runs" / name, seed) for seed, name in enumerate(("one", "two"))]
    assert {cards.read(run / "card.json")["precision"] for run in whole_weights} == {"float32"}
    card = cards.read(made(whole_weights).card)
    assert card["precision"] == "float16"
    assert card["half_precision"]["changed"] <= 0.001


@pytest.mark.usefixtures("no_child")
def test_models_from_elsewhere_are_told_as_such(
    runs: list[Path], made: Callable[..., Any], recorder: Callable[..., Any]
) -> None:
    reporter = recorder()
    made(runs[:2], reporter=reporter)
    assert [line for line in reporter.said if "trained elsewhere" in line and str(runs[1]) in line]


@pytest.mark.usefixtures("no_child")
def test_given_images_are_what_it_is_measured_on(runs: list[Path], made: Callable[..., Any], tmp_path: Path) -> None:
    np.savez(tmp_path / "fresh.npz", images=IMAGES[::-1][:30], labels=LABELS[::-1][:30])
    data: Dataset = open_dataset(tmp_path / "fresh.npz")
    card = cards.read(made(runs[:2], data=data).card)
    assert (card["test_images"], card["test_sha256"]) == (30, data.sha256)
    assert card["data"] is None


@pytest.mark.usefixtures("no_child")
def test_a_graph_that_does_not_load_leaves_nothing(runs: list[Path], tmp_path: Path) -> None:
    broken = make_run(tmp_path / "runs" / "broken", 7)
    (broken / "saved_model" / "saved_model.pb").write_bytes(b"\x00\x01")
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(TrainingError, match="does not load as a SavedModel"):
        combine([runs[0], broken], into)
    assert list(into.iterdir()) == []


@pytest.mark.usefixtures("no_child")
def test_a_card_that_names_more_classes_than_the_graph_gives_is_refused(tmp_path: Path) -> None:
    pair = [make_run(tmp_path / "runs" / name, seed) for seed, name in enumerate(("one", "two"))]
    for run in pair:
        card = json.loads((run / "card.json").read_text())
        (run / "card.json").write_text(json.dumps(card | {"class_names": ["a", "b", "c", "d"]}))
    (tmp_path / "into").mkdir()
    with pytest.raises(InputError, match="the graph of one gives 3 classes, its card names 4"):
        combine(pair, tmp_path / "into")
