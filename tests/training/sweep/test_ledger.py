"""What a sweep has tried is kept: interrupted trials come first, ended ones never again, other sweeps are refused."""

import pytest

from training import recipes
from training.errors import ExistsError, InputError
from training.sweep.axis import parse
from training.sweep.ledger import DONE, FAILED, JOURNAL, RUNNING, Ledger
from training.sweep.sweep import Sweep

GRID = ("batch_size=8,16,32",)
DRAWN = ("learning_rate=1e-4..1e-1", "optimizer=adam,lion", "dropout=0.1..0.5")


def sweep(words: tuple[str, ...] = GRID, **values: object) -> Sweep:
    return Sweep(recipe=recipes.get("baseline"), axes=parse(list(words)), data_sha256="ab", **values)


def play(ledger: Ledger, trials: int) -> list[dict[str, object]]:
    """Take and end so many trials; returns their values."""
    played = []
    for _ in range(trials):
        with ledger.taken() as trial:
            assert trial is not None
            ledger.done(trial, {"validation_accuracy": float(trial.values.get("learning_rate", 0.5))})
            played.append(trial.values)
    return played


def test_a_grid_is_tried_in_order_each_point_once_also_by_a_new_process(tmp_path):
    first = play(Ledger(tmp_path, sweep()), 2)
    again = Ledger(tmp_path, sweep())
    assert first + play(again, 1) == [{"batch_size": 8}, {"batch_size": 16}, {"batch_size": 32}]
    assert again.is_finished()
    with again.taken() as trial:
        assert trial is None
    assert [(one.folder, one.state) for one in again.trials()] == [("000", DONE), ("001", DONE), ("002", DONE)]


def test_an_interrupted_trial_is_taken_again_before_a_new_one(tmp_path):
    with Ledger(tmp_path, sweep()).taken() as trial:
        assert trial.number == 0  # and nothing is told of it, as after Ctrl-C or a kill
    again = Ledger(tmp_path, sweep())
    assert [one.state for one in again.trials()] == [RUNNING]
    with again.taken() as trial:
        assert (trial.number, trial.values) == (0, {"batch_size": 8})
    assert not again.is_finished()


def test_two_processes_never_have_the_same_trial(tmp_path):
    mine, other = Ledger(tmp_path, sweep(trials=2)), Ledger(tmp_path, sweep(trials=2))
    with mine.taken() as first, other.taken() as second, Ledger(tmp_path, sweep(trials=2)).taken() as third:
        assert first.number == 0
        assert second.number == 1
        assert first.values != second.values
        assert third is None


def test_a_failed_trial_keeps_its_reason_and_is_not_tried_again(tmp_path):
    ledger = Ledger(tmp_path, sweep())
    with ledger.taken() as trial:
        ledger.failed(trial, "the loss became nan in epoch 1")
    (kept,) = Ledger(tmp_path, sweep()).trials()
    assert (kept.state, kept.facts) == (FAILED, {"reason": "the loss became nan in epoch 1"})
    assert play(ledger, 1) == [{"batch_size": 16}]


def test_a_sweep_over_ranges_draws_the_same_trials_whether_it_is_interrupted_or_not(tmp_path):
    whole = play(Ledger(tmp_path / "whole", sweep(DRAWN, trials=9)), 9)
    parts = [play(Ledger(tmp_path / "parts", sweep(DRAWN, trials=9)), 3) for _ in range(3)]
    assert [values for part in parts for values in part] == whole
    assert len({str(values) for values in whole}) == 9
    assert all(1e-4 <= values["learning_rate"] <= 1e-1 for values in whole)


def test_the_first_drawn_trial_has_the_recipes_own_values_where_they_may_be_drawn(tmp_path):
    (values,) = play(Ledger(tmp_path, sweep(DRAWN)), 1)
    assert (values["learning_rate"], values["optimizer"]) == (1e-3, "adam")
    assert 0.1 <= values["dropout"] <= 0.5


def test_later_trials_go_by_what_came_out(tmp_path):
    values = play(Ledger(tmp_path, sweep(("learning_rate=1e-4..1e-1",), trials=25)), 25)
    early, late = ([one["learning_rate"] for one in some] for some in (values[:5], values[15:]))
    assert sum(late) / len(late) > sum(early) / len(early)


def test_another_sweep_in_the_folder_is_refused_with_the_differences(tmp_path):
    play(Ledger(tmp_path, sweep()), 1)
    with pytest.raises(InputError) as refused:
        Ledger(tmp_path, sweep(("batch_size=8,64",), seed=3))
    told = "fields batch_size: '8,16,32' there, '8,64' now; seed: 0 there, 3 now"
    assert refused.value.what == f"{tmp_path} is another sweep: {told}"


def test_a_folder_with_other_files_and_a_file_are_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ExistsError, match="exists and holds no sweep"):
        Ledger(tmp_path, sweep())
    with pytest.raises(InputError, match="is a file"):
        Ledger(tmp_path / "notes.txt", sweep())
    assert [one.name for one in tmp_path.iterdir()] == ["notes.txt"]


def test_a_last_line_that_a_full_disk_cut_short_does_not_spoil_the_journal(tmp_path):
    play(Ledger(tmp_path, sweep()), 1)
    with (tmp_path / JOURNAL).open("ab") as stream:
        stream.write(b'{"op_code":5,"wor')
    assert play(Ledger(tmp_path, sweep()), 1) == [{"batch_size": 16}]
