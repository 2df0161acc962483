"""The recorded experiments: their names, their values, and what is said of a wrong one."""

import json
from dataclasses import FrozenInstanceError, replace

import pytest

from training import augment, recipes
from training.errors import InputError
from training.recipes import recipe as values


def test_the_baseline_is_the_first_model_of_the_report():
    settings = recipes.get("baseline").settings
    del settings["epochs"], settings["patience"]
    assert settings == {
        "network": "scratch",
        "filters": [32, 64, 128],
        "augmentation": "basic",
        "optimizer": "adam",
        "learning_rate": 0.001,
        "batch_size": 32,
    }


def test_the_baseline_stops_early():
    assert recipes.get("baseline").patience is not None


def test_every_recipe_is_called_as_its_file():
    assert "baseline" in recipes.names()
    assert [recipes.get(name).name for name in recipes.names()] == list(recipes.names())


@pytest.mark.parametrize("name", recipes.names())
def test_every_recipe_has_a_record_that_begins_with_what_it_is_and_gives_its_command(name):
    first, blank, *rest = recipes.record(name).splitlines()
    assert first.endswith(".")
    assert not blank
    assert any(line.startswith("command ") for line in rest)


def test_the_settings_are_every_value_that_decides_and_json_keeps_them():
    settings = recipes.get("baseline").settings
    fields = set(values.Recipe.__dataclass_fields__)
    assert set(settings) == fields - {"name", "summary"}
    assert json.loads(json.dumps(settings)) == settings


def test_an_unknown_recipe_is_refused_with_the_nearest_name():
    with pytest.raises(InputError, match="there is no recipe 'basline'") as refused:
        recipes.get("basline")
    assert refused.value.fix.startswith("did you mean baseline? ")


@pytest.mark.parametrize("name", ["zebra", "recipe", "__init__", "", "../fit"])
def test_what_is_no_recipe_is_refused_with_the_known_ones(name):
    with pytest.raises(InputError) as refused:
        recipes.record(name)
    assert refused.value.fix.endswith(f"the recipes are: {', '.join(recipes.names())}")


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("network", "resnet", "one of ('scratch',)"),
        ("filters", (), "one positive width or more"),
        ("filters", (32, 0), "one positive width or more"),
        ("augmentation", "heavy", "None or one of ('basic',)"),
        ("optimizer", "sgd", "one of ('adam',)"),
        ("learning_rate", 0.0, "above 0 and at most 1"),
        ("learning_rate", 1.5, "above 0 and at most 1"),
        ("learning_rate", float("nan"), "above 0 and at most 1"),
        ("batch_size", 0, "1 or more"),
        ("epochs", 0, "1 or more"),
        ("patience", 0, "None or 1 and more"),
    ],
)
def test_a_value_that_makes_no_sense_is_named_with_what_was_wanted(field, value, wanted):
    with pytest.raises(ValueError, match="recipe baseline: ") as refused:
        replace(recipes.get("baseline"), **{field: value})
    assert str(refused.value) == f"recipe baseline: {field} must be {wanted}, got {value!r}"


@pytest.mark.parametrize(("field", "value"), [("patience", None), ("augmentation", None), ("learning_rate", 1)])
def test_values_at_the_border_are_accepted(field, value):
    assert getattr(replace(recipes.get("baseline"), **{field: value}), field) == value


def test_every_augmentation_that_a_recipe_may_name_exists():
    assert all(augment.named(name) is not None for name in values.AUGMENTATIONS)


def test_a_recipe_cannot_be_changed_by_accident():
    with pytest.raises(FrozenInstanceError):
        recipes.get("baseline").epochs = 3  # type: ignore[misc]
