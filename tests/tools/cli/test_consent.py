"""What an upload asks on a terminal: the fact sheet, until it is answered; the last submission, before it is spent."""

import json
import os
import pty
import select
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.tools.cli.test_upload_command import evaluated
from tests.tools.codabench.platform import Platform
from tools.cli.consent import given_answers
from tools.errors import UsageError

KIT = [sys.executable, "-c", "import sys; from tools.cli import main; sys.exit(main(sys.argv[1:]))"]
TEAM = {"key": "team", "type": "text", "title": "Team \x1b[31m", "selection": "", "is_required": "true"}
NOTE = {"key": "note", "type": "text", "title": "Note", "selection": "", "is_required": "false"}
NET = {"key": "net", "type": "select", "title": "Net", "selection": ["CNN", "ViT"], "is_required": "false"}
RULES = {"key": "rules", "type": "checkbox", "title": "I agree", "selection": [True, False], "is_required": "true"}
MORE = {"key": "more", "type": "checkbox", "title": "More data", "selection": [True, False], "is_required": "false"}


@pytest.fixture
def platform(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """It is spoken with by processes, too."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    return platform


@pytest.fixture
def converse(platform: Platform) -> Callable[..., tuple[int, str]]:
    """Run `kit upload` on a terminal and answer what it asks, in this order; exit code, and what was seen."""

    def call(answers: Sequence[tuple[str, str]], *words: object) -> tuple[int, str]:
        path = evaluated("a.zip", "pass")
        return terminal([*KIT, "upload", str(path), "--host", platform.url, "--competition", "1", *words], answers)

    return call


def terminal(words: Sequence[object], answers: Sequence[tuple[str, str]], kind: str = "dumb") -> tuple[int, str]:
    child, screen = pty.fork()
    if child == 0:
        os.execvpe(sys.executable, [str(word) for word in words], os.environ | {"COLUMNS": "200", "TERM": kind})
    seen, waiting, ends, start = "", list(answers), time.monotonic() + 30, 0
    while time.monotonic() < ends:
        if select.select([screen], [], [], 0.1)[0]:
            try:
                seen += os.read(screen, 1 << 16).decode("utf-8", "replace")
            except OSError:  # the end, on Linux
                break
        if waiting and waiting[0][0] in seen[start:]:
            start = len(seen)
            os.write(screen, waiting.pop(0)[1].encode())
    os.close(screen)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert not waiting, seen
    return status, seen


def sheet(platform: Platform, *questions: dict) -> None:
    platform.competition.fact_sheet = {one["key"]: one for one in questions}


def sent(platform: Platform) -> dict:
    return json.loads(platform.asked("create_submission")[0].body)["fact_sheet_answers"]


@pytest.mark.slow
def test_each_question_is_asked_until_the_platform_would_take_its_answer(converse, platform) -> None:
    sheet(platform, TEAM, NOTE, NET, RULES, MORE)
    answers = [
        ("Team \\x1b[31m: ", "we\n"),
        ("Note: ", "\n"),
        ("Net [CNN, ViT]: ", "LSTM\n"),
        ("net is answered 'LSTM', one of: CNN, ViT", "ViT\n"),
        ("I agree [yes, no]: ", "no\n"),
        ("rules (I agree) requires an answer with yes", "yes\n"),
        ("More data [yes, no] [no]: ", "\n"),
    ]
    code, seen = converse(answers)
    assert code == 0, seen
    assert sent(platform) == {"team": "we", "note": "", "net": "ViT", "rules": True, "more": False}


@pytest.mark.slow
def test_only_what_was_not_answered_is_asked(converse, platform) -> None:
    sheet(platform, TEAM, RULES)
    code, seen = converse([("I agree [yes, no]: ", "y\n")], "--answer", "team=the four")
    assert (code, "Team" in seen) == (0, False)
    assert sent(platform) == {"team": "the four", "rules": True}


@pytest.mark.slow
@pytest.mark.parametrize("words", [["--yes"], ["--answer", "colour=red"]], ids=["--yes", "a key that there is not"])
def test_nothing_is_asked_where_nothing_is_to_be_asked_or_it_would_be_in_vain(converse, platform, words) -> None:
    sheet(platform, TEAM)
    code, seen = converse([], *words)
    assert code == 1
    assert "error UPL010" in seen
    assert not platform.submissions


@pytest.mark.slow
def test_the_end_of_the_input_ends_it_and_nothing_was_sent(converse, platform) -> None:
    sheet(platform, TEAM)
    code, seen = converse([("Team", "\x04")])
    assert code == 130, seen
    assert not platform.asked("create_dataset")


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "code", "count"), [("y\n", 0, 1), ("n\n", 1, 0), ("\n", 1, 0)])
def test_the_last_of_all_is_asked_for(converse, platform, answer, code, count) -> None:
    platform.competition.phases[0].max_submissions_per_person = 1
    ended, seen = converse([("this submission to Development Phase is the last one of all. Send it?", answer)])
    assert (ended, len(platform.submissions)) == (code, count)
    assert ("nothing was sent, as you said" in seen) == (count == 0)
    assert len(platform.asked("create_dataset")) == count


def test_answers_are_read_up_to_the_first_equals_sign() -> None:
    assert given_answers(["team=a=b", "note="]) == {"team": "a=b", "note": ""}
    assert given_answers(None) == {}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["team"], "--answer 'team' has no ="),
        (["=we"], "--answer '=we' has no key"),
        (["team=a", "team=b"], "--answer 'team' is given twice"),
    ],
)
def test_what_is_no_answer_is_refused(given, told) -> None:
    with pytest.raises(UsageError, match="^" + told):
        given_answers(given)
