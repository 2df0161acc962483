"""What `--set` takes: lists and ranges of any field of a recipe, and what is said of a wrong one."""

import optuna
import pytest

from training.errors import InputError
from training.sweep.axis import Axis, parse, text


@pytest.mark.parametrize(
    ("word", "choices"),
    [
        ("optimizer=adam,lion", ("adam", "lion")),
        ("augmentation=none,basic", (None, "basic")),
        ("filters=32-64, 8", ((32, 64), (8,))),
        ("hidden_units=none,256-128", ((), (256, 128))),
        ("learning_rate=1e-3,0.01", (1e-3, 0.01)),
        ("unfrozen-layers=10,none", (10, None)),
        ("class_weights=true,False", (True, False)),
        ("batch_size=32,32,64", (32, 64)),
    ],
)
def test_a_list_is_read_by_the_type_of_its_field(word, choices):
    (axis,) = parse([word])
    assert axis.choices == choices
    assert [type(one) for one in axis.choices] == [type(one) for one in choices]
    assert axis.is_list


@pytest.mark.parametrize(
    ("word", "low", "high", "is_logarithmic"),
    [
        ("learning_rate=1e-4..1e-2", 1e-4, 1e-2, True),
        ("l2=1e-5..1", 1e-5, 1.0, True),
        ("dropout=0.1..0.6", 0.1, 0.6, False),
        ("unfrozen_layers=10..60", 10, 60, False),
    ],
)
def test_a_range_is_of_numbers_and_logarithmic_where_its_field_is_a_rate(word, low, high, is_logarithmic):
    (axis,) = parse([word])
    assert (axis.low, axis.high, axis.is_logarithmic, axis.is_list) == (low, high, is_logarithmic, False)


@pytest.mark.parametrize(
    ("words", "what", "fix"),
    [
        (["learning_rat=1"], "a recipe has no field 'learning_rat' to sweep", "did you mean learning_rate? "),
        (["name=a,b"], "a recipe has no field 'name' to sweep", "the fields are: network, "),
        (["optimizer"], "--set 'optimizer' gives no values", "--set optimizer=A,B"),
        (["optimizer="], "--set 'optimizer=' gives no values", "--set optimizer=A,B"),
        (["optimizer=adam,"], "optimizer takes a word, got ''", "--set optimizer="),
        (["batch_size=8.5"], "batch_size takes a whole number, got '8.5'", "--set batch_size="),
        (["learning_rate=fast"], "learning_rate takes a number, got 'fast'", "--set learning_rate="),
        (["learning_rate=inf"], "learning_rate takes a number, got 'inf'", "--set learning_rate="),
        (["learning_rate=none"], "learning_rate takes a number, got 'none'", "--set learning_rate="),
        (["filters=32-x"], "filters takes widths such as 32-64-128 or none, got '32-x'", "--set filters="),
        (["class_weights=1"], "class_weights takes true or false, got '1'", "--set class_weights="),
        (["optimizer=a..b"], "optimizer is no number and has no range, got 'a..b'", "--set optimizer=A,B"),
        (["dropout=0.5..0.1"], "the range of dropout must rise, got '0.5..0.1'", "LOW..HIGH"),
        (["dropout=none..0.1"], "the range of dropout must rise, got 'none..0.1'", "LOW..HIGH"),
        (["l2=1,2", "l2=3"], "--set gives l2 twice", "--set l2=A,B,C"),
        ([], "the sweep has no field to change", "--set learning_rate="),
    ],
)
def test_what_makes_no_axis_is_refused_with_the_way_to_write_it(words, what, fix):
    with pytest.raises(InputError) as refused:
        parse(words)
    assert refused.value.what == what
    assert fix in refused.value.fix


@pytest.mark.parametrize(
    "word", ["filters=32-64,8", "l2=none,0.001", "learning_rate=0.0001..0.01", "class_weights=true"]
)
def test_an_axis_is_spelled_as_the_command_line_takes_it(word):
    (axis,) = parse([word])
    assert parse([f"{axis.field}={axis.spelled}"]) == (axis,)
    assert f"{axis.field}={axis.spelled}" == word


def test_a_number_drawn_from_a_range_has_three_digits_and_stays_in_it():
    (axis,) = parse(["learning_rate=0.00012345..0.01"])
    assert axis.value(0.0023456) == 0.00235
    assert axis.value(0.00012346) == 0.00012345
    assert axis.value(0.01) == 0.01


def test_what_optuna_draws_of_a_list_is_the_recipes_value_again():
    (axis,) = parse(["filters=32-64,8"])
    trial = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0)).ask()
    axis.draw(trial)
    assert axis.value(trial.params["filters"]) in axis.choices
    assert [axis.value(axis.stored(one)) for one in axis.choices] == list(axis.choices)


@pytest.mark.parametrize(
    ("word", "is_logarithmic"), [("learning_rate=1e-4..1e-1", True), ("dropout=1e-4..1e-1", False)]
)
def test_a_rate_is_drawn_by_its_logarithm_and_another_number_evenly(word, is_logarithmic):
    (axis,) = parse([word])
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    drawn = []
    for _ in range(50):
        trial = study.ask()
        axis.draw(trial)
        drawn.append(trial.params[axis.field])
    small = sum(one < 1e-2 for one in drawn) / len(drawn)
    assert (small > 0.5) is is_logarithmic


def test_the_choices_are_held_and_so_is_what_lies_in_a_range():
    listed, ranged = parse(["optimizer=adam,lion", "dropout=0.1..0.5"])
    assert listed.holds("lion")
    assert not listed.holds("adamw")
    assert [ranged.holds(one) for one in (0.1, 0.3, 0.5, 0.6, None)] == [True, True, True, False, False]


def test_an_axis_of_one_value_is_not_varied():
    assert [axis.is_varied for axis in parse(["epochs=3", "batch_size=8,16", "dropout=0.1..0.2"])] == [
        False,
        True,
        True,
    ]


def test_an_axis_with_nothing_positive_is_not_logarithmic():
    assert not Axis(field="l2", choices=(None, 0.1)).is_logarithmic
    assert text(()) == text(None) == "none"
