"""What people read, on narrow terminals and wide ones."""

import io

import pytest
from rich.console import Console

from tools.checks import Level, Result
from tools.checks.result import Ignored
from tools.report.text import count_line, print_finding, print_findings

CHAIN = ("predict raised", "no predictions file", "scoring failed", "the platform shows 'Child task failed'")


def printed(write, width: int = 80, **options) -> str:
    stream = io.StringIO()
    write(Console(file=stream, width=width, highlight=False, **options))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def test_a_finding_is_what_where_seen_then_the_fix_before_the_reasons(finding) -> None:
    whole = finding(chain=CHAIN, reproduce="kit check submission.zip --select SRC002")
    assert printed(lambda console: print_finding(console, whole)) == (
        "error SRC002  no class of the name that the evaluator imports\n"
        "  where  model.py:3\n"
        "         | class model:\n"
        "  seen   wanted class Model, got model\n"
        "  then   predict raised -> no predictions file -> scoring failed -> the platform\n"
        "         shows 'Child task failed'\n"
        "  fix    name it class Model\n"
        "  why    The import fails.\n"
        "         Python tells upper from lower case.\n"
        "  source codabench.md 1.1\n"
        "  again  kit check submission.zip --select SRC002\n"
    )


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
def test_no_line_but_the_command_is_wider_than_the_terminal_and_wrapped_lines_hang(width, finding) -> None:
    whole = finding(
        evidence=("x" * 300, "word " * 60), chain=CHAIN, excerpt="y" * 160, reproduce="kit check " + "z" * 300
    )
    lines = printed(lambda console: print_finding(console, whole), width).splitlines()
    command = next(line for line in lines if line.startswith("  again"))
    assert command.endswith("z" * 300)
    assert max(len(line) for line in lines if line != command) <= min(width, 120)
    assert all(line.startswith("  ") for line in lines[1:] if line)


def test_wide_letters_count_as_wide(finding) -> None:
    text = printed(lambda console: print_finding(console, finding(evidence=("数" * 60,))), 40)
    assert max(line.count("数") for line in text.splitlines()) <= 15


def test_evidence_from_another_place_says_which(finding) -> None:
    seen = ("here", "there", "told in helper.py:9 already", "nowhere")
    whole = finding(evidence=seen, places=("model.py:3", "helper.py:4", "helper.py:9", None))
    lines = [line[9:] for line in printed(lambda console: print_finding(console, whole)).splitlines()]
    assert lines[3:7] == ["here", "helper.py:4: there", "told in helper.py:9 already", "nowhere"]


def test_the_line_of_code_is_shown_once(finding) -> None:
    whole = finding(evidence=("invalid syntax: class model:",))
    assert printed(lambda console: print_finding(console, whole)).count("class model:") == 1


@pytest.mark.parametrize("hostile", ["\x1b[2Jgone", "a\rb", "\x00", "\udc80", "\u202ereversed", "x" * 2_000_000])
def test_nothing_from_a_zip_reaches_the_terminal_raw(hostile, finding) -> None:
    whole = finding(where=hostile, evidence=(hostile,), excerpt=hostile, chain=(hostile,), reproduce=hostile[:99])
    text = printed(lambda console: print_finding(console, whole))
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert len(text) < 30_000


@pytest.mark.parametrize(("options", "coloured"), [({}, False), ({"force_terminal": True}, True)])
def test_colour_is_for_terminals(options, coloured, finding, monkeypatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert ("\x1b[" in printed(lambda console: print_finding(console, finding()), **options)) is coloured


def test_no_color_is_honoured(finding, monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = printed(lambda console: print_finding(console, finding()), force_terminal=True)
    assert "31m" not in text
    assert ";31" not in text


@pytest.mark.parametrize(
    ("levels", "ignored", "passed", "missed", "told"),
    [
        ([], (), 2, 0, "0 errors; 2 checks passed"),
        (["error", "warning", "warning"], (), 38, 6, "1 error, 2 warnings; 38 checks passed, 6 not reached"),
        (["error", "error", "note"], (), 1, 1, "2 errors, 1 note; 1 check passed, 1 not reached"),
        ([], ("SRC012", "SRC012"), 3, 0, "0 errors, 1 ignored; 3 checks passed"),
    ],
)
def test_the_last_line_counts(levels, ignored, passed, missed, told, finding) -> None:
    result = Result(
        findings=tuple(finding(level=Level(level)) for level in levels),
        passed=tuple(f"OUT{number:03}" for number in range(passed)),
        not_reached=tuple(f"RUN{number:03}" for number in range(missed)),
        ignored=tuple(Ignored(finding(code), "x") for code in ignored),
    )
    assert count_line(result) == told


def test_of_several_tasks_a_check_counts_once_and_not_as_passed_where_it_found_something(finding) -> None:
    one = Result(findings=(finding(),), passed=("ARC001", "OUT001"))
    other = Result(passed=("SRC002", "OUT001"), not_reached=("OUT002",))
    assert count_line(one + other) == "1 error; 2 checks passed, 1 not reached"


def test_what_is_ignored_has_one_line_with_its_reason_and_an_unused_one_is_told(finding) -> None:
    result = Result(ignored=(Ignored(finding("SRC012"), "we know: the demo trains"),) * 2)
    assert printed(lambda console: print_findings(console, result, ["SRC009"])).splitlines() == [
        "ignored SRC012: we know: the demo trains",
        "unused ignore SRC009: nothing was found that it would hide; take it out of the",
        "  settings",
        "0 errors, 1 ignored; 0 checks passed",
    ]
