"""The environments that the kit knows: their facts, and locks that pin what the facts say."""

import re

import pytest

from tools.environments.known import Environment, environment, environment_of_image, names
from tools.environments.lock import normalised, pins
from tools.errors import UsageError

LOCKED = [name for name in names() if environment(name).lock]
PY312 = "codalab-legacy-py312"


def test_the_image_for_python_312_is_locked() -> None:
    assert PY312 in LOCKED
    assert environment(PY312).python == (3, 12)
    assert environment(PY312).packages["numba"] == "0.61.2"


@pytest.mark.parametrize("name", LOCKED)
def test_a_lock_pins_exactly_what_the_facts_say(name: str) -> None:
    known = environment(name)
    pinned = pins(known.lock.read_text("utf-8"))
    assert {normalised(package): pinned.get(normalised(package)) for package in known.packages} == {
        normalised(package): version for package, version in known.packages.items()
    }
    assert set(known.unpinned) <= set(pinned)


@pytest.mark.parametrize("name", LOCKED)
def test_a_lock_has_a_hash_for_each_pin_and_says_how_it_is_made(name: str) -> None:
    text = environment(name).lock.read_text("utf-8")
    assert f"python -m tools.environments.lock {name}\n" in text.partition("==")[0]
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins(text))
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", LOCKED)
def test_a_lock_names_neither_an_index_nor_a_path(name: str) -> None:
    text = environment(name).lock.read_text("utf-8")
    assert not re.search(r"://|index|find-links|@ |^/| /", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("codalab/codalab-legacy:py312", PY312),
        (" codalab/codalab-legacy:py312\n", PY312),
        ("docker.io/codalab/codalab-legacy:py312", PY312),
        (f"codalab/codalab-legacy:py312@sha256:{'0' * 64}", PY312),
        ("codalab/codalab-legacy:py37", None),
        ("codalab/codalab-legacy", None),
        ("other.registry/codalab/codalab-legacy:py312", None),
        ("tensorflow/tensorflow:2.17.0", None),
        ("", None),
    ],
)
def test_an_image_has_the_environment_that_stands_for_it(image: str, name: str | None) -> None:
    found = environment_of_image(image)
    assert (found.name if found else None) == name


def test_no_image_has_two_environments() -> None:
    images = [image for name in names() for image in environment(name).images]
    assert len(images) == len(set(images))


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no environment 'py312'") as told:
        environment("py312")
    assert PY312 in told.value.fix


def test_a_version_that_yaml_reads_as_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match=r"version of pyyaml is 5\.1, not a text: quote it"):
        Environment(name="x", python=(3, 7), packages={"pyyaml": 5.1}, source="a test")
