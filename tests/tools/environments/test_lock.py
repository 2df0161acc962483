"""Writing a lock: from the facts, with hashes, without a trace of this machine; the old one stays if that fails."""

import sys
from pathlib import Path

import pytest

from tools.environments import lock
from tools.environments.errors import NotBuiltError
from tools.environments.known import Environment
from tools.environments.pins import pins


def facts(packages: dict[str, str], **others: object) -> Environment:
    return Environment(name="x", python=sys.version_info[:2], packages=packages, source="a test", **others)


def test_pins_are_read_by_normalised_name() -> None:
    text = 'Python_DateUtil==2.9.0.post0 \\\n    --hash=sha256:00\npy.x==1 ; python_version < "4" \\\n    # via a==2\n'
    assert pins(text) == {"python-dateutil": "2.9.0.post0", "py-x": "1"}


def test_the_requirements_are_the_versions_and_the_names_without_one() -> None:
    assert lock.requirements(facts({"numpy": "1.26.4"}, unpinned=("wheel",))) == "numpy==1.26.4\nwheel\n"


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
    with pytest.raises(NotBuiltError, match="there is no version of tiny==3"):
        lock.write_lock(facts({"tiny": "3"}), tmp_path / "x.lock")
    assert (tmp_path / "x.lock").read_text() == "old"
    assert list(tmp_path.glob(".x.lock*")) == []


@pytest.mark.parametrize("arguments", [[], ["unknown"], ["an2dl-2024", "codalab-legacy-py312"]])
def test_a_wrong_name_is_told_with_the_known_ones(arguments: list[str], capsys) -> None:
    assert lock.main(arguments) == 2
    assert "codalab-legacy-py312" in capsys.readouterr().err
