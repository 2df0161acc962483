"""The trials that a sweep wants, and what makes it the same sweep again."""

from dataclasses import replace

import pytest

from training import recipes
from training.errors import InputError
from training.sweep.axis import parse
from training.sweep.sweep import DRAWN, Sweep, differences


def sweep(*words: str, **values: object) -> Sweep:
    return Sweep(recipe=recipes.get("baseline"), axes=parse(list(words)), data_sha256="ab", **values)


def test_lists_make_a_grid_of_all_their_combinations_in_order():
    grid = sweep("batch_size=8,16", "optimizer=adam,lion")
    assert grid.is_grid
    assert grid.wanted == 4
    assert [tuple(point.values()) for point in grid.grid()] == [(8, "adam"), (8, "lion"), (16, "adam"), (16, "lion")]


def test_fewer_trials_than_combinations_are_drawn_by_the_seed():
    words = ("batch_size=8,16,32,64", "epochs=1,2,3,4")
    firsts = [sweep(*words, trials=3, seed=seed).grid()[:3] for seed in (0, 0, 1)]
    assert firsts[0] == firsts[1] != firsts[2]
    assert sweep(*words, trials=3).wanted == 3
    assert sweep(*words, trials=99).wanted == 16


def test_a_range_makes_trials_that_are_drawn():
    drawn = sweep("learning_rate=1e-4..1e-2", "optimizer=adam,lion")
    assert not drawn.is_grid
    assert drawn.wanted == DRAWN
    assert replace(drawn, trials=3).wanted == 3


def test_a_point_changes_the_recipe_in_the_swept_fields_alone():
    varied = sweep("batch_size=8").varied({"batch_size": 8})
    assert varied == replace(recipes.get("baseline"), batch_size=8)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["optimizer=adam,sgd"], "with optimizer=sgd: recipe baseline: optimizer must be one of "),
        (["learning_rate=0.1..3"], "with learning_rate=3.0: recipe baseline: learning_rate must be above 0"),
        (
            ["optimizer=adam,adamw", "weight_decay=1e-4..1e-2"],
            "with optimizer=adam, weight_decay=0.0001: recipe baseline: weight_decay must be ",
        ),
        (["unfrozen_layers=10,20"], "with unfrozen_layers=10: recipe baseline: unfrozen_layers must be "),
    ],
)
def test_values_that_make_no_sense_together_are_refused_before_the_first_trial_with_the_recipes_sentence(words, what):
    with pytest.raises(InputError) as refused:
        sweep(*words)
    assert refused.value.what.startswith(what)


def test_a_backbone_wants_to_know_its_weights_before_the_first_trial():
    words = ("network=mobilenetv2", "filters=none")
    with pytest.raises(InputError, match="weights of mobilenetv2"):
        sweep(*words)
    assert sweep(*words, weights="none").wanted == 1


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"fractions": (0.8, 0.0, 0.2)}, "the split has no validation images"),
        ({"epochs": 3}, "epochs is swept, and --epochs sets it"),
    ],
)
def test_a_sweep_that_could_not_choose_is_refused(values, what):
    with pytest.raises(InputError, match=what):
        sweep("epochs=1,2", **values)


def test_more_combinations_than_anybody_trains_are_refused():
    many = ",".join(map(str, range(1, 102)))
    with pytest.raises(InputError, match="10,201 combinations"):
        sweep(f"epochs={many}", f"batch_size={many}")


def test_the_number_of_trials_may_change_and_nothing_else():
    first = sweep("batch_size=8,16")
    assert differences(first.identity, replace(first, trials=1).identity) == []
    other = replace(
        first,
        axes=parse(["batch_size=8,32"]),
        data_sha256="cd",
        seed=1,
        recipe=replace(first.recipe, patience=None),
        fractions=(0.6, 0.2, 0.2),
    )
    assert differences(first.identity, other.identity) == [
        "settings patience: 5 there, None now",
        "fields batch_size: '8,16' there, '8,32' now",
        "data_sha256: 'ab' there, 'cd' now",
        "seed: 0 there, 1 now",
        "split: [0.64, 0.16, 0.2] there, [0.6, 0.2, 0.2] now",
    ]
