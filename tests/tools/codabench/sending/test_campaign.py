"""An upload ends in exactly one submission, whatever the network and the machine do; the schedules are drawn."""

import pytest

from tests.tools.codabench.campaign import Count, draw, play

SEED = 4430
RUNS, ALL_RUNS = 40, 240


@pytest.mark.slow
@pytest.mark.parametrize("run", range(RUNS))
def test_one_submission_in_the_end(run: int) -> None:
    schedule = draw(SEED, run)
    try:
        play(schedule, Count())
    except Exception as error:
        raise AssertionError(
            f"python -m tests.tools.codabench.campaign --seed {SEED} --run {run}: {schedule}"
        ) from error


@pytest.mark.full
@pytest.mark.parametrize("run", range(RUNS, ALL_RUNS))
def test_one_submission_in_the_end_of_many_more(run: int) -> None:
    test_one_submission_in_the_end(run)


def test_a_schedule_is_drawn_from_its_numbers_alone() -> None:
    assert draw(SEED, 7) == draw(SEED, 7)
    assert len({draw(SEED, run) for run in range(RUNS)}) == RUNS
