"""Writing a lock: from the facts, with hashes, without a trace of this machine; the old one stays if that fails."""

import sys
from pathlib import Path

import pytest
from packaging.markers import Marker

from tools.environments import lock
from tools.environments.contents import Contents, read_contents
from tools.environments.errors import NotBuiltError
from tools.environments.known import Environment
from tools.environments.pins import digest, pins


def facts(packages: dict[str, str], **others: object) -> Environment:
    return Environment(name="x", python=sys.version_info[:2], packages=packages, source="a test", **others)


def test_pins_are_read_by_normalised_name() -> None:
    text = 'Python_DateUtil==2.9.0.post0 \\\n    --hash=sha256:00\npy.x==1 ; python_version < "4" \\\n    # via a==2\n'
    assert pins(text) == {"python-dateutil": "2.9.0.post0", "py-x": "1"}


def test_the_requirements_are_the_versions_and_the_names_without_one() -> None:
    assert lock.requirements(facts({"numpy": "1.26.4"}, unpinned=("wheel",))) == "numpy==1.26.4\nwheel\n"


def test_tensorflow_is_taken_without_what_a_graphics_card_needs_where_it_was_published_so() -> None:
    lines = lock.requirements(facts({"tensorflow": "2.17.0"})).splitlines()
    assert [line.partition(" ; ")[0] for line in lines] == ["tensorflow==2.17.0", "tensorflow-cpu==2.17.0"]
    others, linux = (Marker(line.partition(" ; ")[2]) for line in lines)
    for system, machine, small in [("linux", "x86_64", True), ("linux", "aarch64", False), ("darwin", "x86_64", False)]:
        here = {"sys_platform": system, "platform_machine": machine}
        assert (linux.evaluate(here), others.evaluate(here)) == (small, not small)
    assert lock.requirements(facts({}, unpinned=("tensorflow",))) == "tensorflow\n"


def test_the_contents_are_written_of_the_environment_that_was_built(index, environment_of, tmp_path: Path) -> None:
    known = environment_of(index.line("tiny-1*"))
    lock.write_contents(known, tmp_path / "x.contents.json")
    told = read_contents(tmp_path / "x.contents.json")
    assert told == Contents(lock=digest(known.lock), versions={"tiny": "1"}, modules={"tiny": "tiny"})


def test_a_lock_is_written_with_hashes_and_without_a_path(index, tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    lock.write_lock(facts({"tiny": "1"}), path)
    text = path.read_text()
    assert index.line("tiny-1*").split()[1] in text
    assert "python -m tools.environments.lock x" in text
    assert str(tmp_path) not in text
    assert list(tmp_path.glob(".x.lock*")) == []


@pytest.mark.usefixtures("index")
def test_the_old_lock_stays_if_the_packages_cannot_be_found(tmp_path: Path) -> None:
    (tmp_path / "x.lock").write_text("old")
    with pytest.raises(NotBuiltError, match=r"cannot be met: .*there is no version of tiny==3"):
        lock.write_lock(facts({"tiny": "3"}), tmp_path / "x.lock")
    assert (tmp_path / "x.lock").read_text() == "old"
    assert list(tmp_path.glob(".x.lock*")) == []


@pytest.mark.parametrize("arguments", [[], ["unknown"], ["an2dl-2024", "codalab-legacy-py312"]])
def test_a_wrong_name_is_told_with_the_known_ones(arguments: list[str], capsys) -> None:
    assert lock.main(arguments) == 2
    assert "codalab-legacy-py312" in capsys.readouterr().err
