"""Setting up: one clear sentence for a machine that lacks something."""

import sys
from pathlib import Path

import pytest

from tools import setup


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("Error: Command '[python3, -m, ensurepip]' returned non-zero exit status 1.", "venv module is missing"),
        ("/usr/bin/python3: No module named venv", "venv module is missing"),
        ("NewConnectionError: Failed to establish a new connection: [Errno -3]", "index cannot be reached"),
        ("error sending request for url: dns error", "index cannot be reached"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "failed: ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"),
        ("", "it said nothing"),
    ],
)
def test_a_failure_is_one_sentence(log: str, sentence: str) -> None:
    told = setup.complaint(sys.executable, log)
    assert sentence in told
    assert "\n" not in told


def test_the_missing_package_is_named_for_the_version_in_use() -> None:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert f"python{version}-venv" in setup.complaint(sys.executable, "ensurepip")


def test_an_unsupported_python_without_another_is_refused(monkeypatch, capsys, tmp_path: Path) -> None:
    monkeypatch.setattr(setup.sys, "version_info", (3, 9, 1))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(setup, "READY", tmp_path / "ready")
    assert setup.main() == 3
    assert "Python 3.11, 3.12 or 3.13 is needed and this is 3.9" in capsys.readouterr().err


def test_a_set_up_environment_is_left_alone(monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "ready").write_text(setup.fingerprint())
    monkeypatch.setattr(setup, "READY", tmp_path / "ready")
    monkeypatch.setattr(setup, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(setup, "install", lambda *_: pytest.fail("installed again"))
    assert setup.main() == 0


def test_the_pins_are_hashed_and_cover_what_the_project_names() -> None:
    text = (setup.ROOT / "requirements.txt").read_text()
    pins = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert text.count("--hash=sha256:") >= len(pins) > 50
    names = {line.partition("==")[0] for line in pins}
    assert {"tensorflow", "keras", "numpy", "pytest", "typer", "hatchling"} <= names
