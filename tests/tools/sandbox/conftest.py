"""The three engines, made anew for each test, and programs for them."""

from collections.abc import Iterator

import pytest

from tests.tools.sandbox.desk import ENGINES, Desk, make_engine
from tools.sandbox.program import Engine
from tools.sandbox.scratch import Scratch, scratch_folder


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    """A scratch folder that programs may be given folders in."""
    with scratch_folder() as made:
        yield made


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, scratch: Scratch) -> Engine:
    """Each engine in turn."""
    return make_engine(request.param, scratch)


@pytest.fixture(params=ENGINES[1:])
def isolating(request: pytest.FixtureRequest, scratch: Scratch) -> Engine:
    """Each engine that isolates."""
    return make_engine(request.param, scratch)


@pytest.fixture
def desk(scratch: Scratch) -> Desk:
    """A maker of programs."""
    return Desk(scratch)
