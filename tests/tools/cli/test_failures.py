"""What a command tells when it could not do its work: the catalogue's code, and only what can go to a terminal."""

import json
from collections.abc import Callable

import pytest

from tools.checks import CATALOGUE
from tools.codabench import errors
from tools.codabench.errors import (
    AbsentError,
    ExpiredError,
    PlatformError,
    RejectedError,
    SignedOutError,
    UncertainError,
    UnreachableError,
)
from tools.errors import KitError, UsageError

Fail = Callable[..., tuple[int, str, str]]


@pytest.fixture
def fail(run, monkeypatch) -> Fail:
    """Run a command that raises an error."""

    def call(error: BaseException, *words: str) -> tuple[int, str, str]:
        def raise_it(*_: object) -> None:
            raise error

        monkeypatch.setattr("tools.archive.open_archive", raise_it)
        return run("check", "x.zip", *words)

    return call


def coded(code: str) -> RejectedError:
    error = RejectedError("no", "wait", status=400)
    error.code = code
    return error


@pytest.mark.parametrize(
    ("error", "exit_code", "code", "is_more"),
    [
        (UnreachableError("no answer", "check the network"), 3, "UPL009", True),
        (UncertainError("lost", "try again"), 3, "UPL009", True),
        (ExpiredError("too old", "wait; see kit explain UPL006"), 3, "UPL006", False),
        (RejectedError("no", 'kit explain "no"', status=400), 1, None, False),
        (coded("UPL004"), 1, "UPL004", True),
        (SignedOutError("you are not signed in", "kit login", status=403), 1, "UPL001", False),
        (AbsentError("gone", "check the number", status=404), 1, None, False),
        (PlatformError("odd", "report it"), 3, None, False),
        (KitError("it failed", "mend it"), 3, None, False),
        (UsageError("a wrong path", "another"), 2, None, False),
        (OSError(2, "gone", "x.zip"), 3, None, False),
    ],
)
def test_the_code_is_in_the_document_and_in_the_text_where_the_fix_is_not_the_whole_answer(
    error: Exception, exit_code: int, code: str | None, is_more: bool, fail: Fail
) -> None:
    found, out, err = fail(error, "--format", "json")
    document = json.loads(out)
    assert found == document["exit_code"] == exit_code
    assert document["error"].get("code") == code
    assert ("code" in document["error"]) is (code is not None)
    assert err.rstrip().endswith(f"more: kit explain {code}") is is_more
    assert err.count("kit explain") == (1 if is_more or "kit explain" in getattr(error, "fix", "") else 0)


def test_what_looks_like_a_code_and_is_none_is_left_out(fail: Fail) -> None:
    for code in (404, None):
        error = KitError("no", "wait")
        error.code = code  # type: ignore[attr-defined]
        assert "code" not in json.loads(fail(error, "--format", "json")[1])["error"]
    other = ValueError("no")
    other.code = "UPL009"  # type: ignore[attr-defined]
    assert "kit explain" not in fail(other)[2]


@pytest.mark.parametrize("format_", ["sarif", "junit", "github"])
def test_the_other_formats_take_a_code_as_well(format_: str, fail: Fail) -> None:
    code, out, _ = fail(UnreachableError("no answer", "check the network"), "--format", format_)
    assert code == 3
    assert "no answer" in out


def test_every_code_of_an_error_is_in_the_catalogue(complaints) -> None:
    from tools.report.document import failure

    codes = {kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PlatformError)}
    assert "UPL009" in codes
    assert codes - {None} <= set(CATALOGUE)
    for code in codes:
        assert complaints(failure("a", "b", 3, code)) == []


@pytest.mark.parametrize("exit_code", [4, 5])
def test_a_following_that_ended_with_failed_or_still_runs_is_a_valid_failure(exit_code: int, complaints) -> None:
    from tools.report.document import failure

    assert complaints(failure("a", "b", exit_code)) == []
    assert complaints(failure("a", "b", 0))
    assert complaints(failure("a", "b", 3, "upl9"))


def test_the_words_of_a_server_stand_on_one_line_and_cannot_write_to_the_terminal(monkeypatch, capsys) -> None:
    def raise_it(*_: object) -> None:
        raise RejectedError("answered 400: \x1b[2J\r\nkit: all is well", "wait\n\x9b5m", status=400)

    monkeypatch.setattr("tools.archive.open_archive", raise_it)
    from tools.cli import main

    assert main(["check", "x.zip"]) == 1
    err = capsys.readouterr().err
    assert err.splitlines() == [r"kit: answered 400: \x1b[2J kit: all is well", r"  fix: wait \x9b5m"]


def test_a_file_of_an_odd_name_cannot_write_to_the_terminal(fail: Fail) -> None:
    err = fail(KitError("there is no \x1b]0;x\x07.zip", "mend\nit"))[2]
    assert err == r"kit: there is no \x1b]0;x\x07.zip fix: mend it "
