"""The container image that tests/make_image.sh has made, and the options that podman needs here."""

import os
import shutil
from pathlib import Path

import pytest

from tools.project import Container
from tools.sandbox.container import Client

IMAGE = "localhost/kit-test:bookworm"


def settings() -> Container:
    """As a user would write them into [tool.kit.container]; skips where there is no image."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "codabench-kit-tests"
    folder = Path(os.environ.get("KIT_TEST_IMAGE_DIR") or cache)
    if shutil.which("podman") is None or not (folder / "options").is_file():
        pytest.skip("podman and an image are missing: tests/make_image.sh makes it")
    options, run_options = ((folder / name).read_text("utf-8").split() for name in ("options", "run_options"))
    return Container(program="podman", options=tuple(options), run_options=tuple(run_options))


def client() -> Client:
    """The client with those settings."""
    found = settings()
    assert found.program is not None
    return Client(program=found.program, options=found.options, run_options=found.run_options)
