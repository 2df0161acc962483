"""The environments that the kit knows: their facts, and locks that pin what the facts say."""

import re

import pytest

from tools.environments.contents import Contents, read_contents
from tools.environments.known import Environment, environment, environment_of_image, names, wanted_name
from tools.environments.pins import digest, normalised, pins
from tools.errors import UsageError

LOCKED = [name for name in names() if environment(name).lock]
PY37, PY39, PY312 = "codalab-legacy-py37", "codalab-legacy-py39", "codalab-legacy-py312"


def test_every_environment_is_locked_and_its_contents_are_those_of_its_lock() -> None:
    assert set(LOCKED) == {"an2dl-2024", "newest", "tf-2.12", "tf-2.15", PY37, PY39, PY312}
    for name in LOCKED:
        known = environment(name)
        assert known.contents, f"python -m tools.environments.lock --contents {name}"
        assert known.contents.lock == digest(known.lock)
        assert set(known.contents.versions) <= set(pins(known.lock.read_text("utf-8")))


@pytest.mark.parametrize(
    ("name", "python", "versions"),
    [
        ("an2dl-2024", (3, 11), {"tensorflow": "2.17.0", "keras": "3.4.1", "numpy": "1.26.4"}),
        ("tf-2.12", (3, 11), {"tensorflow": "2.12.1", "keras": "2.12.0", "numpy": "1.23.5"}),
        ("tf-2.15", (3, 11), {"tensorflow": "2.15.1", "keras": "2.15.0", "numpy": "1.26.4"}),
        ("newest", (3, 12), {"tensorflow": "2.21.0", "keras": "3.15.1"}),
        (PY37, (3, 7), {"numpy": "1.17.2", "scikit-learn": "0.21.3", "pandas": "0.25.0", "pyyaml": "5.1"}),
        (PY39, (3, 9), {"numpy": "1.22.4", "scikit-learn": "1.1.1", "tensorflow": "2.9.1", "scipy": "1.8.1"}),
    ],
)
def test_an_environment_has_what_its_source_says(name: str, python: tuple[int, int], versions: dict[str, str]) -> None:
    known = environment(name)
    assert known.python == python
    assert versions.items() <= known.versions.items()
    assert versions.items() <= known.stated.items()


@pytest.mark.parametrize(
    ("name", "modules"),
    [
        ("an2dl-2024", {"tensorflow": "tensorflow", "google": "protobuf", "h5py": "h5py", "numpy": "numpy"}),
        (PY312, {"sklearn": "scikit-learn", "PIL": "pillow", "yaml": "pyyaml", "distutils": "setuptools"}),
        (PY37, {"tensorflow": "tensorflow", "bs4": "beautifulsoup4", "dateutil": "python-dateutil"}),
    ],
)
def test_a_module_is_known_with_the_package_that_brings_it(name: str, modules: dict[str, str]) -> None:
    assert modules.items() <= environment(name).modules.items()
    assert "cv2" not in environment(name).modules


def test_what_has_no_known_version_is_there_without_one() -> None:
    known = environment(PY37)
    assert "tensorflow" in known.modules
    assert "tensorflow" not in known.versions
    assert "tensorflow" not in known.stated
    assert "absl-py" in known.versions
    assert "absl-py" not in known.stated


def test_what_an_image_may_have_besides_is_named_by_module() -> None:
    assert {"PIL", "nltk", "xarray", "pip"} <= environment(PY39).perhaps
    assert {"sklearn", "cv2", "pandas"} <= environment("an2dl-2024").perhaps
    assert environment(PY312).perhaps == {"pip"}
    for name in names():
        assert all(module.isidentifier() for module in environment(name).perhaps)


def test_contents_of_another_lock_are_not_taken(tmp_path) -> None:
    lock = tmp_path / "x.lock"
    lock.write_text("six==1.17.0\n")
    path = tmp_path / "contents.json"
    Contents(lock=digest(lock), versions={"six": "1.17.0"}, modules={"six": "six"}).write(path)
    facts = {"name": "x", "python": (3, 12), "packages": {}, "source": "a test", "lock": lock, "contents_path": path}
    assert Environment(**facts).modules == {"six": "six"}
    lock.write_text("six==1.16.0\n")
    assert Environment(**facts).modules is None
    assert Environment(**facts).versions == {"six": "1.16.0"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"lock": "x"}', '{"other": 1}'])
def test_contents_that_cannot_be_read_are_none(text: str, tmp_path) -> None:
    (tmp_path / "contents.json").write_text(text)
    assert read_contents(tmp_path / "contents.json") is None
    assert read_contents(tmp_path / "missing.json") is None


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
        ("codalab/codalab-legacy:py37", PY37),
        ("codalab/codalab-legacy:py39", PY39),
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


@pytest.mark.parametrize(
    ("says", "image", "name"),
    [
        ("an2dl-2024", "codalab/codalab-legacy:py37", "an2dl-2024"),
        (None, "codalab/codalab-legacy:py37", PY37),
        (None, "example.org/other:1", None),
        (None, None, None),
    ],
)
def test_the_contract_says_what_is_wanted_before_the_image_does(says, image, name) -> None:
    assert wanted_name(says, image) == name
