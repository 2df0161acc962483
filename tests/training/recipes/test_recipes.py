"""The recorded experiments: their names, their values, and what is said of a wrong one."""

import json
from dataclasses import FrozenInstanceError, replace

import pytest

from training import augment, recipes
from training.errors import InputError
from training.recipes import recipe as values

LADDER = {
    "regularised": ("baseline", {"dropout", "l2"}),
    "augmented": ("regularised", {"augmentation"}),
    "weighted": ("augmented", {"class_weights"}),
    "deeper": ("weighted", {"filters"}),
    "lion": ("weighted", {"optimizer", "learning_rate", "weight_decay"}),
    "seven-pipelines": ("mobilenetv2", {"augmentation"}),
}
"""A step of the report: what it goes out from, and the fields that it changes."""


def test_the_baseline_is_the_first_model_of_the_report():
    settings = {name: value for name, value in recipes.get("baseline").settings.items() if value not in (None, False)}
    del settings["epochs"], settings["patience"]
    assert settings == {
        "network": "scratch",
        "filters": [32, 64, 128],
        "alpha": 1.0,
        "hidden_units": [],
        "augmentation": "basic",
        "optimizer": "adam",
        "learning_rate": 0.001,
        "decay_rate": 0.9,
        "batch_size": 32,
        "views": 1,
    }


@pytest.mark.parametrize("name", LADDER)
def test_a_step_of_the_report_changes_one_thing_so_that_the_step_is_what_the_score_tells(name):
    before, changed = LADDER[name]
    old, new = recipes.get(before).settings, recipes.get(name).settings
    assert {field for field in new if new[field] != old[field]} == changed


def test_the_steps_are_those_of_the_report():
    assert recipes.get("regularised").dropout == 0.5
    assert recipes.get("augmented").augmentation == "report"
    assert len(recipes.get("deeper").filters or ()) == 4
    rate = recipes.get("lion").learning_rate / recipes.get("weighted").learning_rate
    assert rate == pytest.approx(0.1), "Lion wants a tenth of Adam's rate"
    assert recipes.get("seven-pipelines").augmentation == "seven-pipelines"


@pytest.mark.parametrize("network", values.BACKBONES)
def test_every_backbone_has_a_recipe_of_its_name_with_the_head_of_the_report_and_two_phases(network):
    recipe = recipes.get(network)
    assert recipe.network == network
    assert len(recipe.hidden_units) == 2
    assert recipe.dropout
    assert recipe.l1
    assert recipe.l2
    assert [phase.name for phase in recipe.phases] == ["frozen", "fine-tuning"]
    assert recipe.phases[1].learning_rate < recipe.phases[0].learning_rate


@pytest.mark.parametrize("name", recipes.names())
def test_every_recipe_that_is_longer_than_ten_epochs_lets_its_rate_fall_after_them(name):
    recipe = recipes.get(name)
    longest = max(phase.epochs for phase in recipe.phases)
    assert recipe.schedule == "cosine" or recipe.decay_after == (10 if longest > 10 else None)


@pytest.mark.parametrize("name", recipes.names())
def test_every_recipe_stops_early_or_lets_its_rate_fall_to_the_end_and_says_what_it_is_in_a_line(name):
    recipe = recipes.get(name)
    assert (recipe.patience is None) == (recipe.schedule == "cosine")
    assert 20 < len(recipe.summary) < 100


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


NETWORKS = "('scratch', 'residual', 'mobilenetv2', 'resnet50v2', 'efficientnetb3', 'inceptionv3', 'convnextsmall')"
BACKBONE = {
    "network": "mobilenetv2",
    "filters": None,
    "fine_tuning_epochs": 5,
    "fine_tuning_rate": 1e-4,
    "unfrozen_layers": 10,
}


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("network", "resnet", f"one of {NETWORKS}"),
        ("filters", (), "one positive width or more"),
        ("filters", (32, 0), "one positive width or more"),
        ("filters", None, "one positive width or more"),
        ("alpha", 0.5, "1, or positive with mobilenetv2"),
        ("hidden_units", (64, 0), "positive widths"),
        ("dropout", 0.0, "None, or above 0 and below 1"),
        ("dropout", 1.0, "None, or above 0 and below 1"),
        ("l1", 0.0, "None or positive"),
        ("l2", -1e-4, "None or positive"),
        ("augmentation", "heavy", f"None or one of {values.AUGMENTATIONS}"),
        ("mixing", "overlay", f"None or one of {values.MIXINGS}"),
        ("label_smoothing", 0.0, "None, or above 0 and below 1"),
        ("label_smoothing", 1.0, "None, or above 0 and below 1"),
        ("blocks", (1, 1, 1), "one positive number for each of filters with residual, None with others"),
        ("consistency", 0.0, "None, or positive with an even batch_size and no mixing"),
        ("image_sides", (64,), "None, or one positive side and more, and with scratch None"),
        ("schedule", "linear", "None or one of ('cosine',)"),
        ("ema_decay", 1.0, "None, or above 0 and below 1"),
        ("views", 3, "one of (1, 2, 4, 8)"),
        ("optimizer", "sgd", "one of ('adam', 'adamw', 'lion')"),
        ("learning_rate", 0.0, "above 0 and at most 1"),
        ("learning_rate", 1.5, "above 0 and at most 1"),
        ("learning_rate", float("nan"), "above 0 and at most 1"),
        ("weight_decay", 0.01, "None with adam"),
        ("decay_after", -1, "None, or 0 and more"),
        ("decay_rate", 0.0, "above 0 and below 1"),
        ("decay_rate", 1.0, "above 0 and below 1"),
        ("batch_size", 0, "1 or more"),
        ("epochs", 0, "1 or more"),
        ("patience", 0, "None or 1 and more"),
        ("fine_tuning_epochs", 5, "None or 1 and more, with a backbone"),
        ("fine_tuning_rate", 1e-4, "above 0 and at most 1 with fine_tuning_epochs, None without"),
        ("unfrozen_layers", 10, "None, or 1 and more with fine_tuning_epochs"),
    ],
)
def test_a_value_that_makes_no_sense_is_named_with_what_was_wanted(field, value, wanted):
    with pytest.raises(ValueError, match="recipe baseline: ") as refused:
        replace(recipes.get("baseline"), **{field: value})
    assert str(refused.value) == f"recipe baseline: {field} must be {wanted}, got {value!r}"


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("filters", (32,), "None with mobilenetv2"),
        ("alpha", 0.0, "1, or positive with mobilenetv2"),
        ("fine_tuning_epochs", 0, "None or 1 and more, with a backbone"),
        ("fine_tuning_rate", None, "above 0 and at most 1 with fine_tuning_epochs, None without"),
        ("fine_tuning_rate", 0.0, "above 0 and at most 1 with fine_tuning_epochs, None without"),
        ("unfrozen_layers", 0, "None, or 1 and more with fine_tuning_epochs"),
    ],
)
def test_a_value_that_makes_no_sense_with_a_backbone_is_named_too(field, value, wanted):
    with pytest.raises(ValueError, match="recipe baseline: ") as refused:
        replace(recipes.get("baseline"), **(BACKBONE | {field: value}))
    assert str(refused.value) == f"recipe baseline: {field} must be {wanted}, got {value!r}"


RESIDUAL = {"network": "residual", "filters": (16, 32), "blocks": (1, 2), "image_sides": (48, 64)}


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("blocks", None, "one positive number for each of filters with residual, None with others"),
        ("blocks", (1,), "one positive number for each of filters with residual, None with others"),
        ("blocks", (1, 0), "one positive number for each of filters with residual, None with others"),
        ("filters", None, "one positive number for each of filters with residual, None with others"),
        ("image_sides", (), "None, or one positive side and more, and with scratch None"),
        ("image_sides", (64, 0), "None, or one positive side and more, and with scratch None"),
    ],
)
def test_a_value_that_makes_no_sense_with_a_residual_network_is_named_too(field, value, wanted):
    with pytest.raises(ValueError, match="recipe baseline: ") as refused:
        replace(recipes.get("baseline"), **(RESIDUAL | {field: value}))
    assert str(refused.value).partition(": ")[2].partition(" must be ")[2].startswith(wanted)


@pytest.mark.parametrize(("change", "wanted"), [({"mixing": "mixup"}, "no mixing"), ({"batch_size": 31}, "even")])
def test_consistent_answers_want_pairs_of_one_image_in_a_batch(change, wanted):
    with pytest.raises(ValueError, match=wanted):
        replace(recipes.get("baseline"), consistency=1.0, **change)


def test_a_schedule_decides_the_rate_alone():
    with pytest.raises(ValueError, match="decay_after must be None with a schedule, got 10"):
        replace(recipes.get("baseline"), schedule="cosine", decay_after=10)


@pytest.mark.parametrize(
    ("change", "soft"), [({}, False), ({"mixing": "mixup"}, True), ({"label_smoothing": 0.1}, True)]
)
def test_labels_are_shares_where_they_are_mixed_or_smoothed(change, soft):
    assert replace(recipes.get("baseline"), **change).has_soft_labels is soft


@pytest.mark.parametrize(
    ("optimizer", "value", "wanted"),
    [("adamw", None, "positive"), ("adamw", 0.0, "positive"), ("lion", 0.0, "None or positive")],
)
def test_a_weight_decay_that_the_optimizer_cannot_have_is_named_with_it(optimizer, value, wanted):
    with pytest.raises(ValueError, match=f"weight_decay must be {wanted} with {optimizer}, got {value}"):
        replace(recipes.get("baseline"), optimizer=optimizer, weight_decay=value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("patience", None),
        ("augmentation", None),
        ("learning_rate", 1),
        ("decay_after", 0),
        ("mixing", "cutmix"),
        ("label_smoothing", 0.1),
        ("hidden_units", (64,)),
    ],
)
def test_values_at_the_border_are_accepted(field, value):
    assert getattr(replace(recipes.get("baseline"), **{field: value}), field) == value


def test_a_network_from_nothing_is_trained_whole_in_one_phase():
    (phase,) = recipes.get("baseline").phases
    assert phase == values.Phase(name="training", epochs=10, learning_rate=1e-3, unfrozen_layers=None)


def test_a_backbone_is_frozen_first_and_fine_tuned_then_each_with_its_epochs_and_its_rate():
    frozen, tuned = replace(recipes.get("baseline"), **BACKBONE).phases
    assert frozen == values.Phase(name="frozen", epochs=10, learning_rate=1e-3, unfrozen_layers=0)
    assert tuned == values.Phase(name="fine-tuning", epochs=5, learning_rate=1e-4, unfrozen_layers=10)


def test_a_backbone_without_fine_tuning_stays_frozen():
    (frozen,) = replace(recipes.get("baseline"), network="resnet50v2", filters=None).phases
    assert frozen.unfrozen_layers == 0


def test_every_augmentation_that_a_recipe_may_name_exists():
    assert all(augment.named(name) is not None for name in values.AUGMENTATIONS)


def test_a_recipe_cannot_be_changed_by_accident():
    with pytest.raises(FrozenInstanceError):
        recipes.get("baseline").epochs = 3  # type: ignore[misc]
