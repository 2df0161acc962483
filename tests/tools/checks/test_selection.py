"""Which findings are reported: selected, ignored with a reason, and the causes that cannot be left out."""

import pytest

from tools.checks import CATALOGUE, Finding, Level, Result, Stage, run_checks, subject_of
from tools.checks.selection import Ignore, Selection, require_codes, require_of_a_zip
from tools.competitions import DEFAULT
from tools.contract import read_contract
from tools.errors import UsageError

KNOWN = ["ARC001", "ARC002", "ENV001", "SRC001", "SRC002", "SRC012"]
WRONG_CLASS = {"model.py": "class model:\n    pass\n"}
WRONG_CALLS = {"model.py": "class Model:\n    def __init__(self, path): ...\n    def predict(self): ...\n"}
NESTED = {"mine/model.py": "class Model: ..."}


def known(pattern: str, reason: str = "we know", *, is_settled: bool = True) -> Ignore:
    return Ignore(pattern, reason, is_settled=is_settled)


def found(code: str) -> Finding:
    return Finding(code=code, level=Level.ERROR, title="t", where=None, evidence=(), why="w", fix="f", source="s")


@pytest.fixture
def judged(archive_of):
    """The static result of a zip's members under a selection."""
    contract = read_contract(DEFAULT)

    def judge(members, selection: Selection) -> Result:
        return selection.apply(run_checks(Stage.CHECK, subject_of(archive_of(members), contract), contract))

    return judge


def codes(result: Result) -> list[str]:
    return [finding.code for finding in result.findings]


@pytest.mark.parametrize(
    ("select", "reported"),
    [
        ((), ["SRC003", "SRC004"]),
        (("SRC003",), ["SRC003"]),
        (("SRC",), ["SRC003", "SRC004"]),
        (("SRC00", "ARC"), ["SRC003", "SRC004"]),
        (("ARC",), []),
    ],
)
def test_what_is_selected_is_reported(select, reported, judged) -> None:
    result = judged(WRONG_CALLS, Selection(select=select))
    assert codes(result) == reported
    others = {*result.passed, *result.not_reached}
    assert others == {code for code in others if code.startswith(select or ("",))}


def test_a_selected_check_that_cannot_be_made_shows_the_cause(judged) -> None:
    result = judged(WRONG_CLASS, Selection(select=("SRC003",)))
    assert codes(result) == ["SRC002"]
    assert result.not_reached == ("SRC003",)
    assert result.failed()


def test_an_ignored_finding_is_kept_apart_and_fails_nothing(judged) -> None:
    result = judged(WRONG_CALLS, Selection(ignore=(known("SRC003", "it is called with a path"),)))
    assert codes(result) == ["SRC004"]
    assert [(one.finding.code, one.reason) for one in result.ignored] == [("SRC003", "it is called with a path")]
    assert not judged(WRONG_CALLS, Selection(ignore=(known("SRC"),))).failed(strict=True)
    assert Selection(ignore=(known("SRC003"),)).apply(result) == result


def test_an_ignored_error_turns_no_static_check_on_again(judged) -> None:
    plain, ignoring = (judged(NESTED, selection) for selection in (Selection(), Selection(ignore=(known("ARC"),))))
    assert codes(ignoring) == []
    assert ignoring.not_reached == plain.not_reached != ()


def test_the_run_is_judged_for_itself_where_the_ignored_error_is_not_the_zips() -> None:
    selection = Selection(ignore=(known("SRC005"), known("ARC002")))
    static = Result(findings=tuple(found(code) for code in ("ARC002", "SRC001", "SRC005")))
    assert codes(selection.before_the_run(static)) == ["ARC002", "SRC001"]


@pytest.mark.parametrize(
    ("pattern", "is_settled", "result", "unused"),
    [
        ("SRC002", True, Result(passed=("SRC002",)), True),
        ("SRC", True, Result(passed=("SRC001", "SRC002")), True),
        ("SRC002", False, Result(passed=("SRC002",)), False),
        ("SRC002", True, Result(not_reached=("SRC002",)), False),
        ("RUN001", True, Result(passed=("SRC002",)), False),
        ("SRC", True, Result(passed=("SRC001",), not_reached=("SRC002",)), False),
        ("SRC002", True, Result(passed=("SRC002",), findings=(found("SRC002"),)), False),
    ],
)
def test_a_settled_ignore_is_unused_where_its_checks_were_made_and_found_nothing(
    pattern, is_settled, result, unused
) -> None:
    selection = Selection(ignore=(known(pattern, is_settled=is_settled),))
    assert selection.unused(selection.apply(result)) == ((pattern,) if unused else ())


@pytest.mark.parametrize(
    ("asked", "got"),
    [(["SRC"], ("SRC",)), (["src00", " arc001 "], ("SRC00", "ARC001")), (["S"], ("S",)), ([], ())],
)
def test_codes_and_prefixes_are_taken_in_any_case(asked, got) -> None:
    assert require_codes(asked, KNOWN) == got


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("SRC013", "did you mean SRC012?"),
        ("SCR", "did you mean SRC?"),
        ("SRC0012", "did you mean SRC012?"),
        ("", "the codes are ARC001 to 002, ENV001, SRC001 to 012"),
        ("*", "the codes are"),
    ],
)
def test_what_is_no_code_names_those_that_are(pattern, hint) -> None:
    with pytest.raises(UsageError, match=f"{pattern.replace('*', '[*]')!r} is no code|is no code") as caught:
        require_codes([pattern], KNOWN)
    assert hint in caught.value.fix


def test_each_evidence_keeps_its_place_and_the_finding_quotes_the_line(judged) -> None:
    result = judged({"model.py": "\nclass model:\n    pass\n"}, Selection(select=("SRC002",)))
    (finding,) = result.findings
    assert (finding.where, finding.places, finding.excerpt) == ("model.py:2", ("model.py:2",), "class model:")
    assert len(finding.places) == len(finding.evidence)


def test_every_code_can_be_selected() -> None:
    assert require_codes(CATALOGUE, list(CATALOGUE)) == tuple(CATALOGUE)


@pytest.mark.parametrize("pattern", ["UPL", "upl004", " UPL010 ", "UP"])
def test_what_kit_upload_finds_is_neither_selected_nor_ignored(pattern: str) -> None:
    with pytest.raises(UsageError, match="is found by kit upload alone") as refused:
        require_of_a_zip(["SRC", pattern])
    assert refused.value.fix.startswith("leave it out; kit explain UP")


def test_what_is_of_a_zip_is_selected_and_nothing_else_is_suggested() -> None:
    assert require_of_a_zip(["src", "OUT001"]) == ("SRC", "OUT001")
    for pattern in ("", "XYZ", "UPLOAD"):
        with pytest.raises(UsageError, match="is no code of the catalogue") as refused:
            require_of_a_zip([pattern])
        assert "UPL" not in refused.value.fix
