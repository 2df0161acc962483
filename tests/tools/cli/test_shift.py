"""A finished run measured on the shift suite: what the card gets, and what an interruption leaves."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tools.cli.output import Output, configure
from tools.forecast import VERSION

pytestmark = pytest.mark.slow

IMAGES = 40
CARD: dict[str, Any] = {
    "schema": 1,
    "accuracy": 0.5,
    "balanced_accuracy": 0.5,
    "test_images": IMAGES,
    "epochs_run": 3,
    "seconds": 2.0,
    "test_sha256": "0" * 64,
}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exported graph that answers 0 for dark images and 1 for light ones, of any size and number of channels."""
    import tensorflow as tf

    def answer(images: Any) -> Any:
        light = tf.reduce_mean(images, axis=[1, 2, 3]) / 255
        return tf.stack([1 - light, light], axis=1)

    module = tf.Module()
    wanted = tf.TensorSpec((None, None, None, None), tf.float32, name="images")
    module.serve = tf.function(answer, input_signature=[wanted]).get_concrete_function()
    folder = tmp_path_factory.mktemp("graph") / "saved_model"
    tf.saved_model.save(module, str(folder), signatures={"serve": module.serve})
    return folder


@pytest.fixture
def write_run(graph: Path, tmp_path: Path) -> Callable[..., Path]:
    """A finished run: the graph, 40 images of which every other is light, and a card."""

    def write(*, channels: int = 3, **more: Any) -> Path:
        folder = tmp_path / "runs" / "one"
        folder.mkdir(parents=True)
        (folder / "saved_model").symlink_to(graph)
        labels = np.arange(IMAGES, dtype=np.int64) % 2
        levels = np.where(labels, 190, 60).astype(np.uint8)[:, None, None, None]
        noise = np.random.RandomState(0).randint(0, 30, (IMAGES, 32, 32, channels)).astype(np.uint8)
        np.savez(folder / "test.npz", images=levels + noise, labels=labels, predictions=labels)
        (folder / "card.json").write_text(json.dumps(CARD | more))
        return folder

    return write


def card_of(folder: Path) -> dict[str, Any]:
    card: dict[str, Any] = json.loads((folder / "card.json").read_text("utf-8"))
    return card


def measured(folder: Path) -> dict[str, Any]:
    from tools.cli.shift import with_shift

    configure(())
    return with_shift(folder, card_of(folder))


def test_the_card_gets_the_figures_and_keeps_the_rest(write_run: Callable[..., Path]) -> None:
    folder = write_run()
    card = measured(folder)
    assert card == card_of(folder)
    shift = card.pop("shift")
    assert card == CARD
    assert shift["suite"] == VERSION
    assert shift["clean"] == 1.0
    assert 0.3 < shift["shifted"] < 1.0
    assert set(shift["worst_family"]) == {"name", "accuracy"}
    assert all(len(accuracies) == 5 for accuracies in shift["families"].values())
    assert shift["seconds"] >= 0


def test_a_card_with_figures_of_this_suite_is_left_as_it_is(write_run: Callable[..., Path]) -> None:
    folder = write_run(shift={"suite": VERSION, "shifted": 0.125})
    assert measured(folder)["shift"] == {"suite": VERSION, "shifted": 0.125}


def test_figures_of_another_suite_are_measured_anew(write_run: Callable[..., Path]) -> None:
    folder = write_run(shift={"suite": "0", "shifted": 0.125})
    assert measured(folder)["shift"]["suite"] == VERSION


def test_ctrl_c_leaves_the_finished_run_and_the_same_command_measures_it(
    write_run: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_run()
    before = (folder / "card.json").read_bytes()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Output, "track", interrupt)
        with pytest.raises(KeyboardInterrupt):
            measured(folder)
    assert (folder / "card.json").read_bytes() == before
    assert "shift" in measured(folder)


def test_images_that_the_suite_does_not_take_are_told(
    write_run: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_run(channels=1)
    before = (folder / "card.json").read_bytes()
    assert "shift" not in measured(folder)
    assert (folder / "card.json").read_bytes() == before
    assert "takes no images of 32x32x1" in capsys.readouterr().out


def test_resuming_a_finished_run_that_was_not_measured_measures_it_only(
    write_run: Callable[..., Path], images_npz: Path, run: Run
) -> None:
    folder = write_run()
    words = ("train", "baseline", "--data", images_npz, "--run", folder, "--resume")
    code, out, _ = run(*words, "--json", "out.json")
    assert code == 0
    assert "nothing is left to train" in out
    assert "worst family" in out
    assert json.loads(Path("out.json").read_text("utf-8"))["card"] == card_of(folder)
    assert card_of(folder)["shift"]["suite"] == VERSION
    kept = (folder / "card.json").read_bytes()
    assert run(*words)[0] == 0
    assert (folder / "card.json").read_bytes() == kept
