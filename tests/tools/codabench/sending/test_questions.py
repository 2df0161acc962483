"""Names, limits and fact sheets: what an upload is decided by, without a platform."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.tools.codabench.platform.fact_sheets import fact_sheet_error
from tools.codabench.answers import Phase, Question
from tools.codabench.competition.limits import left, reopens
from tools.codabench.sending.fact_sheet import complaints, prepared
from tools.codabench.sending.naming import is_name_of, mark, new_name

SHA, OTHER = "b1196e66" + "0" * 56, "b1196e67" + "0" * 56


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("submission.zip", "submission"),
        ("My best model (v2).zip", "My-best-model-v2"),
        ("модель.zip", "submission"),
        ("a" * 200 + ".zip", "a" * 18),
        ("--.zip", "submission"),
    ],
)
def test_a_name_holds_the_stem_and_the_sum_and_fits(path: str, stem: str) -> None:
    name = new_name(Path(path), SHA)
    assert name.startswith(f"{stem}-b1196e66-")
    assert len(name.removesuffix(".zip")) <= 35  # what the platform keeps of a stem
    assert name.isascii()
    assert mark(SHA) in name


def test_a_name_is_never_given_twice_and_is_known_again() -> None:
    names = {new_name(Path("a.zip"), SHA) for _ in range(200)}
    assert len(names) == 200
    assert all(is_name_of(name, SHA) and not is_name_of(name, OTHER) for name in names)


@pytest.mark.parametrize(
    "name", ["submission.zip", "a-b1196e66.zip", "a-b1196e66-k3v9q.zip", "a-b1196e66-k3v9qa.zip.txt", ""]
)
def test_another_s_name_is_not_taken_for_one(name: str) -> None:
    assert not is_name_of(name, SHA)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"max_submissions_per_day": 5, "used_submissions_per_day": 3}, (2, None)),
        ({"max_submissions_per_day": 5, "used_submissions_per_day": 9}, (0, None)),
        ({"max_submissions_per_person": 100, "used_submissions_per_person": 99}, (None, 1)),
        ({"max_submissions_per_day": 0, "used_submissions_per_day": 3}, (None, None)),
        ({"max_submissions_per_day": 5}, (None, None)),
        ({"max_submissions_per_day": 5, "used_submissions_per_day": 3, "has_max_submissions": False}, (None, None)),
    ],
)
def test_what_is_left(facts: dict[str, object], expected: tuple[int | None, int | None]) -> None:
    found = left(Phase.model_validate({"id": 1} | facts))
    assert (found.today, found.in_all) == expected
    assert found.least == min((one for one in expected if one is not None), default=None)


def test_the_day_ends_at_midnight_in_utc_wherever_one_is() -> None:
    here = datetime.timezone(datetime.timedelta(hours=-8))
    evening = datetime.datetime(2026, 11, 23, 17, 30, tzinfo=here)  # 01:30 of the 24th in UTC
    assert reopens(evening) == datetime.datetime(2026, 11, 25, tzinfo=datetime.UTC)


SHEET = {
    "team": Question(key="team", title="Team", type="text", is_required=True),
    "backbone": Question.model_validate(
        {"key": "backbone", "title": "Backbone", "type": "select", "selection": ["CNN", "ViT"]}
    ),
    "extra": Question.model_validate(
        {"key": "extra", "title": "Extra data", "type": "checkbox", "selection": [True, False], "is_required": "false"}
    ),
}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"team": "we", "backbone": "CNN"}, []),
        ({"team": "we"}, ["backbone is not answered, one of: CNN, ViT"]),
        ({"team": "we", "backbone": "ViT", "extra": "yes"}, []),
        ({"backbone": "CNN"}, ["team (Team) requires an answer"]),
        ({"team": "we", "backbone": "LSTM"}, ["backbone is answered 'LSTM', one of: CNN, ViT"]),
        ({"team": "we", "backbone": "CNN", "extra": "perhaps"}, ["extra is answered 'perhaps', yes or no is wanted"]),
        (
            {"team": "we", "backbone": "CNN", "colour": "red"},
            ["colour is no question of this competition: it asks team, backbone, extra"],
        ),
    ],
)
def test_what_the_platform_would_refuse_of_answers(given: dict[str, str], told: list[str]) -> None:
    assert complaints(SHEET, given) == told


def test_answers_are_sent_with_every_key_and_a_checkbox_as_a_truth_value() -> None:
    assert prepared(SHEET, {"team": "we", "extra": "Yes"}) == {"team": "we", "backbone": "", "extra": True}
    assert prepared(SHEET, {"team": "we"})["extra"] is False


def _raw(kind: str, selection: object, *, required: bool) -> dict[str, Any]:
    return {
        "key": "q",
        "title": "Q",
        "type": kind,
        "selection": selection,
        "is_required": str(required).lower(),
        "is_on_leaderboard": "false",
    }


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize(
    ("kind", "selection"),
    [("text", ""), ("select", ["CNN", "ViT"]), ("checkbox", [True, False]), ("checkbox", ""), ("text", None)],
)
@pytest.mark.parametrize("answer", [None, "", " ", "CNN", "cnn", "yes", "no", "On", "0", "maybe"])
def test_what_is_not_complained_of_is_what_the_platform_takes(kind, selection, answer, required) -> None:
    question = _raw(kind, selection, required=required)
    sheet = {"q": Question.model_validate(question)}
    given = {} if answer is None else {"q": answer}
    refused = fact_sheet_error({"q": question}, prepared(sheet, given))
    if kind == "checkbox" and answer in {"maybe", "CNN", "cnn"}:  # the platform is never sent a word for a box
        assert complaints(sheet, given) == [f"q is answered {answer!r}, yes or no is wanted"]
    else:
        assert bool(complaints(sheet, given)) == bool(refused)


def test_a_box_that_must_be_ticked_says_so() -> None:
    sheet = {"q": Question.model_validate(_raw("checkbox", [True, False], required=True))}
    assert complaints(sheet, {"q": "no"}) == ["q (Q) requires an answer with yes"]
