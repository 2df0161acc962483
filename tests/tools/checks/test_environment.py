"""ENV001: where the run was, and which of the versions that the entry loaded are others there."""

from types import SimpleNamespace

import pytest

from tools.checks import CATALOGUE


def evidence(
    versions: dict[str, str] | None, environment: str | None = "an2dl-2024", ran_in: str | None = "kit", **others: str
) -> list[str]:
    probe = SimpleNamespace(versions=versions) if versions is not None else None
    run = SimpleNamespace(status=others.get("status", "Finished"))
    evaluation = SimpleNamespace(probe=probe, environment=environment, ran_in=ran_in, run=run)
    return [seen.text for seen in CATALOGUE["ENV001"].function(evaluation, None)]


KIT = "the run had the kit's own packages, the evaluator has an2dl-2024"
RIGHT = {"python": "3.11.9", "tensorflow": "2.17.0", "keras": "3.4.1", "numpy": "1.26.4"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"python": "3.12.1"}, [KIT, "Python 3.12.1 here, 3.11 there"]),
        ({"keras": "3.15.1"}, [KIT, "keras 3.15.1 here, 3.4.1 there"]),
        (
            {"numpy": "2.5.5", "keras": "3.15.1"},
            [KIT, "keras 3.15.1 here, 3.4.1 there", "numpy 2.5.5 here, 1.26.4 there"],
        ),
        ({"sklearn": "1.9.1", "scipy": "1.18.1", "PIL": "13.0.0"}, []),
    ],
)
def test_what_is_surely_another_version_is_named(changes: dict[str, str], told: list[str]) -> None:
    assert evidence(RIGHT | changes) == told


def test_a_package_is_compared_by_the_name_of_its_distribution() -> None:
    told = evidence({"python": "3.12.1", "sklearn": "1.9.1"}, "codalab-legacy-py312", "newest")
    assert told == [
        "the run had newest, the evaluator has codalab-legacy-py312",
        "scikit-learn 1.9.1 here, 1.5.1 there",
    ]


@pytest.mark.parametrize("ran_in", ["an2dl-2024", "kit", None])
def test_nothing_is_said_where_nobody_knows_the_evaluators(ran_in: str | None) -> None:
    assert evidence({"python": "3.6.1", "keras": "2.0"}, None, ran_in) == []


def test_a_run_in_the_evaluators_own_environment_matches_it() -> None:
    assert evidence(RIGHT, ran_in="an2dl-2024") == []
    assert evidence(None, ran_in="an2dl-2024") == []


def test_an_images_packages_are_compared_without_saying_which_image() -> None:
    assert evidence(RIGHT | {"keras": "3.5.0"}, ran_in=None) == ["keras 3.5.0 here, 3.4.1 there"]


def test_a_framework_whose_version_nobody_states_is_said_so_even_in_its_environment() -> None:
    versions = {"python": "3.7.16", "tensorflow": "1.14.0", "PIL": "6.1.0"}
    told = evidence(versions, "codalab-legacy-py37", "codalab-legacy-py37")
    assert told == ["tensorflow 1.14.0 here, and nobody states which version is there"]


@pytest.mark.parametrize(("status", "count"), [("Finished", 2), ("Failed", 0)])
def test_without_a_probe_a_run_that_went_well_is_told_where_it_was(status: str, count: int) -> None:
    assert len(evidence(None, status=status)) == count
    assert evidence(None, ran_in=None, status=status) == []
