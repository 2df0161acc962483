"""A run's folder: who may write there, and what a resumed run must have in common with what lies there."""

from dataclasses import replace
from pathlib import Path

import pytest

from training import run_folder
from training.errors import ExistsError, InputError
from training.run_folder import Identity


@pytest.fixture
def identity() -> Identity:
    return Identity(
        data_sha256="ab" * 32,
        seed=0,
        fractions=(0.64, 0.16, 0.2),
        settings={"recipe": "baseline", "filters": [32, 64], "learning_rate": 0.001},
        epochs=(20,),
    )


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("kept")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("made", [False, True], ids=["missing", "empty"])
def test_a_missing_or_empty_folder_is_taken(tmp_path, identity, made):
    folder = tmp_path / "runs" / "new"
    if made:
        folder.mkdir(parents=True)
    run_folder.begin(folder, identity)
    assert run_folder.is_begun(folder)
    assert not run_folder.is_finished(folder)


@pytest.mark.parametrize(
    ("files", "state", "fix"),
    [
        (["card.json", "test.npz"], "a finished run", "--run"),
        (["notes.txt"], "files", "--run"),
        (["checkpoint/started.json"], "has begun", "--resume"),
    ],
)
def test_a_folder_that_holds_something_is_refused_with_the_fix(tmp_path, identity, files, state, fix):
    write(tmp_path, *files)
    before = names_in(tmp_path)
    with pytest.raises(ExistsError, match=state) as refused:
        run_folder.begin(tmp_path, identity)
    assert fix in refused.value.fix
    assert refused.value.exit_code == 2
    assert names_in(tmp_path) == before


def test_a_file_where_the_folder_should_be_is_refused(tmp_path, identity):
    write(tmp_path, "run")
    with pytest.raises(InputError, match="is a file") as refused:
        run_folder.begin(tmp_path / "run", identity)
    assert "--run" in refused.value.fix


def test_the_same_identity_is_the_same_run(tmp_path, identity):
    run_folder.begin(tmp_path, identity)
    assert run_folder.begun(tmp_path, identity) == identity


def test_the_number_of_epochs_may_change_and_the_begun_one_is_remembered(tmp_path, identity):
    run_folder.begin(tmp_path, identity)
    assert run_folder.begun(tmp_path, replace(identity, epochs=(30,))).epochs == (20,)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"data_sha256": "cd" * 32}, f"data sha256: '{'ab' * 32}' there, '{'cd' * 32}' now"),
        ({"seed": 7}, "seed: 0 there, 7 now"),
        ({"fractions": (0.8, 0.0, 0.2)}, "split: [0.64, 0.16, 0.2] there, [0.8, 0.0, 0.2] now"),
        (
            {"settings": {"recipe": "baseline", "filters": [32, 64], "learning_rate": 0.01}},
            "learning_rate: 0.001 there, 0.01 now",
        ),
        ({"settings": {"recipe": "baseline", "filters": [32, 64]}}, "learning_rate: 0.001 there, None now"),
    ],
)
def test_another_run_is_refused_and_the_difference_named(tmp_path, identity, change, told):
    run_folder.begin(tmp_path, identity)
    with pytest.raises(InputError) as refused:
        run_folder.begun(tmp_path, replace(identity, **change))
    assert refused.value.what == f"{tmp_path} is another run: {told}"
    assert "--seed" in refused.value.fix


def test_every_difference_is_named(tmp_path, identity):
    run_folder.begin(tmp_path, identity)
    with pytest.raises(InputError, match=r"seed: .*; split: "):
        run_folder.begun(tmp_path, replace(identity, seed=1, fractions=(0.8, 0.0, 0.2)))


@pytest.mark.parametrize("content", [None, "{"], ids=["missing", "damaged"])
def test_a_folder_without_a_begun_run_cannot_be_resumed(tmp_path, identity, content):
    if content is not None:
        (tmp_path / "checkpoint").mkdir()
        (tmp_path / "checkpoint" / "started.json").write_text(content)
    with pytest.raises(InputError, match="no run to resume"):
        run_folder.begun(tmp_path, identity)


def test_clearing_deletes_a_run_with_all_its_parts(tmp_path):
    folder = tmp_path / "run"
    write(folder, "card.json", "saved_model/saved_model.pb", "figures/a.png", "checkpoint/state.npz", ".test.npz.x.npz")
    run_folder.clear(folder)
    assert not folder.exists()


def test_clearing_a_folder_that_is_not_there_does_nothing(tmp_path):
    run_folder.clear(tmp_path / "run")
    assert names_in(tmp_path) == []


def test_clearing_refuses_where_other_files_lie_and_deletes_nothing(tmp_path):
    write(tmp_path, "card.json", "saved_model/saved_model.pb", "thesis.pdf")
    with pytest.raises(InputError, match=r"also holds thesis\.pdf"):
        run_folder.clear(tmp_path)
    assert names_in(tmp_path) == ["card.json", "saved_model", "thesis.pdf"]


def test_sweeping_removes_what_a_killed_process_left_and_nothing_else(tmp_path):
    write(tmp_path, "card.json", ".card.json.a1.json", ".model.keras.b2.keras", ".export-c3/images.npy", ".gitignore")
    run_folder.sweep(tmp_path)
    assert names_in(tmp_path) == [".gitignore", "card.json"]
