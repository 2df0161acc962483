"""An upload ends in exactly one submission, whatever the network and the machine do; the schedules are drawn."""

from collections.abc import Iterator

import pytest

from tests.tools.codabench.campaign import Count, play
from tests.tools.codabench.forks import Forks, Start, started
from tests.tools.codabench.schedules import LONG, MOST_FAULTS, MOST_KILLS, STAGES, draw

SEED = 4430
RUNS, ALL_RUNS = 60, 260
REAL_RUNS = 40


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as started_once:
        yield started_once


def require_one(run: int, start: Start, *, seed: int = SEED) -> None:
    schedule = draw(seed, run)
    try:
        play(schedule, Count(), start)
    except Exception as error:
        told = f"python -m tests.tools.codabench.campaign --seed {seed} --run {run}: {error}\n{schedule}"
        raise AssertionError(told) from error


@pytest.mark.slow
@pytest.mark.parametrize("run", range(RUNS))
def test_one_submission_in_the_end(run: int, forks: Forks) -> None:
    require_one(run, forks.start)


@pytest.mark.full
@pytest.mark.parametrize("run", range(RUNS, ALL_RUNS))
def test_one_submission_in_the_end_of_many_more(run: int, forks: Forks) -> None:
    require_one(run, forks.start)


@pytest.mark.full
@pytest.mark.parametrize("run", range(REAL_RUNS))
def test_one_submission_in_the_end_of_the_command_in_full(run: int) -> None:
    require_one(run, started, seed=SEED + 1)


def test_a_schedule_is_drawn_from_its_numbers_alone() -> None:
    assert draw(SEED, 7) == draw(SEED, 7)
    assert len({draw(SEED, run) for run in range(RUNS)}) == RUNS


def test_schedules_hold_all_that_can_happen_in_bounds() -> None:
    drawn = [draw(SEED, run) for run in range(ALL_RUNS)]
    attempts = [attempt for schedule in drawn for attempt in schedule.attempts]
    faults = [[fault for attempt in schedule.attempts for fault in attempt.faults] for schedule in drawn]
    kills = [[attempt.kill for attempt in schedule.attempts if attempt.kill] for schedule in drawn]
    assert {len(found) for found in faults} == set(range(MOST_FAULTS + 1))
    assert {len(found) for found in kills} == set(range(MOST_KILLS + 1))
    assert {fault.stage for found in faults for fault in found} == set(STAGES)
    assert {fault.times for found in faults for fault in found} == {1, 2, 3, LONG}
    assert {kill.moment for found in kills for kill in found if kill.stage} == {"received", "done", "body"}
    assert {attempt.event for attempt in attempts} == {None, "deleted", "finished"}
    assert any(attempt.second_after_s is not None for attempt in attempts)
