"""`kit upload` as its user sees it: what is asked, in which order, what is said, and how it ends."""

import hashlib
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.tools.codabench.platform import Fault, Platform, plans
from tools import history
from tools.codabench import journal
from tools.codabench.journal import Parcel
from tools.codabench.sending.lock import alone

pytestmark = pytest.mark.slow  # over sockets, again and again

KIT = [sys.executable, "-c", "import sys; from tools.cli import main; sys.exit(main(sys.argv[1:]))"]
QUESTIONS = ["whoami", "competition", "list_submissions", "can", "quota"]
WRITES = ["create_dataset", "put", "completed", "create_submission"]


@pytest.fixture
def passed() -> Path:
    """A zip in the working directory, with a passing verdict."""
    return evaluated("submission.zip", "pass")


def evaluated(name: str, verdict: str | None, content: str = "class Model: pass\n") -> Path:
    path = Path(name)
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("model.py", content)
    if verdict:
        note(path, verdict)
    return path


def note(path: Path, verdict: str) -> None:
    document = {"zip_sha256": sha256(path), "verdict": verdict, "scores": {"accuracy": 0.06}}
    history.record_evaluation(document, zip_path=path, competition="wheat")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def upload(run: Callable[..., tuple[int, str, str]], platform: Platform) -> Callable[..., tuple[int, str, str]]:
    """Run `kit upload`; exit code, output and error text."""
    return lambda *words: run("upload", *words, "--host", platform.url, "--competition", platform.competition.id)


def stages(platform: Platform) -> list[str]:
    return [record.stage for record in platform.requests]


def test_a_passed_zip_becomes_a_submission_and_the_next_command_is_told(upload, platform, passed) -> None:
    code, out, err = upload(passed)
    assert (code, err) == (0, "")
    assert stages(platform) == [*QUESTIONS, *WRITES]
    assert "sending submission.zip: " in out
    assert f"submission 1: {platform.url}/competitions/1/" in out
    assert f"next: kit watch 1 --host {platform.url}" in out


@pytest.mark.parametrize("verdict", [None, "fail"])
def test_without_a_passing_verdict_nothing_is_asked_of_the_platform(upload, platform, verdict) -> None:
    code, out, _ = upload(evaluated("other.zip", verdict))
    assert code == 1
    assert "UPL007" in out
    assert out.splitlines()[-1] == "nothing was submitted; next: kit evaluate other.zip"
    assert stages(platform) == []


def test_a_verdict_of_another_zip_of_the_same_name_does_not_count(upload, passed) -> None:
    evaluated("submission.zip", None, "class Model: ...\n")
    code, out, _ = upload(passed)
    assert code == 1
    assert "UPL007" in out


def test_force_says_what_it_skips_and_sends(upload, platform) -> None:
    code, out, _ = upload(evaluated("other.zip", "fail"), "--force")
    assert code == 0
    assert "warning UPL007" in out
    assert len(platform.submissions) == 1


def refuse(platform: Platform, code: str) -> None:
    phase = platform.competition.phases[0]
    match code:
        case "UPL002":
            platform.competition.participants["participant"] = "pending"
        case "UPL003":
            phase.start, phase.end = phase.end, phase.end + timedelta(days=1)
        case "UPL005":
            platform.user("participant").quota_gb = 0
        case "UPL010":
            platform.competition.fact_sheet = {
                "team": {"key": "team", "type": "text", "title": "Team", "selection": "", "is_required": "true"}
            }


@pytest.mark.parametrize(
    ("code", "asked", "told"),
    [
        ("UPL002", QUESTIONS[:3], "has not approved it yet"),
        ("UPL003", QUESTIONS[:3], "'Development Phase' starts"),
        ("UPL005", QUESTIONS, "0 bytes are free"),
        ("UPL010", QUESTIONS, "team (Team) requires an answer"),
    ],
)
def test_what_the_platform_would_refuse_is_refused_before_a_byte_is_sent(
    upload, platform, passed, code, asked, told
) -> None:
    refuse(platform, code)
    ended, out, _ = upload(passed)
    assert ended == 1
    assert f"error {code}" in out
    assert told in out
    assert stages(platform) == asked


@pytest.mark.parametrize("behaviour", ["500 HTML", "400 JSON"])
def test_at_the_limit_it_says_when_it_reopens(upload, platform, passed, behaviour) -> None:
    platform.settings.limit_behaviour = behaviour
    platform.competition.phases[0].max_submissions_per_day = 1
    assert upload(evaluated("first.zip", "pass", "first = 1\n"), "--yes")[0] == 0
    code, out, _ = upload(passed)
    assert code == 1
    assert "Reached maximum allowed submissions for today for this phase; it reopens" in out
    assert stages(platform)[-4:] == QUESTIONS[:4]


def test_without_a_token_nothing_is_sent(upload, platform, passed, monkeypatch) -> None:
    monkeypatch.delenv("CODABENCH_TOKEN")
    code, out, _ = upload(passed)
    assert code == 1
    assert "error UPL001" in out
    assert f"next: kit login --host {platform.url}" in out
    assert stages(platform) == []


def test_a_refused_token(upload, passed, monkeypatch) -> None:
    monkeypatch.setenv("CODABENCH_TOKEN", "0" * 40)
    code, out, _ = upload(passed)
    assert code == 1
    assert "error UPL001" in out


def test_the_answers_to_the_fact_sheet_are_sent(upload, platform, passed) -> None:
    refuse(platform, "UPL010")
    assert upload(passed, "--answer", "team=the four of us")[0] == 0
    assert json.loads(platform.asked("create_submission")[0].body)["fact_sheet_answers"] == {"team": "the four of us"}


def test_the_same_zip_again_is_followed_while_it_runs_and_refused_when_it_has_ended(upload, platform, passed) -> None:
    upload(passed)
    code, out, _ = upload(passed)
    assert code == 0
    assert "it was sent before, as submission 1, which is Submitting: nothing was sent" in out
    platform.finish(platform.submissions[0])
    code, out, _ = upload(passed)
    assert code == 1
    assert "error UPL008" in out
    assert len(platform.submissions) == 1


def test_a_zip_that_was_sent_from_another_machine_is_known_by_its_name(
    upload, platform, passed, monkeypatch, tmp_path
) -> None:
    upload(passed)
    platform.finish(platform.submissions[0])
    monkeypatch.setenv("KIT_DATA_DIR", str(tmp_path / "another"))
    note(passed, "pass")
    assert "error UPL008" in upload(passed)[1]


def test_a_zip_whose_submission_failed_or_was_cancelled_may_be_sent_again(upload, platform, passed) -> None:
    for number, status in enumerate(("Failed", "Cancelled")):
        assert upload(passed)[0] == 0
        platform.submissions[number].status = status
    assert upload(passed)[0] == 0
    assert len(platform.submissions) == 3


def test_another_phase_is_another_matter(upload, platform, passed) -> None:
    upload(passed)
    platform.finish(platform.submissions[0])
    first, second = platform.competition.phases[:2]
    second.start = first.start
    assert upload(passed, "--phase", second.id, "--yes")[0] == 0


def test_force_sends_the_same_again(upload, platform, passed) -> None:
    upload(passed)
    code, out, _ = upload(passed, "--force")
    assert code == 0
    assert "warning UPL008" in out
    assert len(platform.submissions) == 2


@pytest.mark.parametrize("limit", ["max_submissions_per_day", "max_submissions_per_person"])
def test_the_last_submission_is_not_spent_without_a_yes(upload, platform, passed, limit) -> None:
    setattr(platform.competition.phases[0], limit, 1)
    code, _, err = upload(passed)
    assert code == 1
    assert err.endswith(f"nothing was sent fix: kit upload submission.zip --host {platform.url} --competition 1 --yes ")
    assert stages(platform) == QUESTIONS
    assert upload(passed, "--yes")[0] == 0


def test_the_last_but_one_is_sent_without_a_question(upload, platform, passed) -> None:
    platform.competition.phases[0].max_submissions_per_day = 2
    assert upload(passed)[0] == 0


def test_a_dry_run_asks_everything_and_sends_nothing(upload, platform, passed) -> None:
    code, out, _ = upload(passed, "--dry-run")
    assert code == 0
    assert "nothing was sent" in out
    assert "phase 1: Development Phase, 5 today, 100 in all left before it" in out
    assert stages(platform) == QUESTIONS
    refuse(platform, "UPL002")
    assert upload(passed, "--dry-run")[0] == 1


@pytest.mark.parametrize(("plan", "ended"), [(plans.good(), 0), (plans.predict_raises(), 4)], ids=["good", "raises"])
def test_waiting_ends_as_the_submission_does(upload, platform, passed, plan, ended) -> None:
    platform.worker = plan
    code, out, _ = upload(passed, "--wait", "--format", "json")
    document = json.loads(out)
    assert code == document["exit_code"] == ended
    assert document["kind"] == "upload"
    assert document["submission"]["status"] == platform.submissions[0].status
    assert document["submission"]["file_name"] == platform.submissions[0].dataset.file_name


def test_waiting_no_longer_than_was_asked(upload, platform, passed) -> None:
    platform.worker = plans.stuck_in("Submitted")
    assert upload(passed, "--wait", "--timeout", "0")[0] == 5


def test_the_document_of_a_refusal_holds_the_findings(upload, passed, platform) -> None:
    refuse(platform, "UPL002")
    code, out, _ = upload(passed, "--format", "json")
    document = json.loads(out)
    assert (code, document["exit_code"]) == (1, 1)
    assert [finding["code"] for finding in document["findings"]] == ["UPL002"]
    assert document["zip_sha256"] == sha256(passed)


@pytest.mark.parametrize(
    ("stage", "fault", "code"),
    [
        ("put", Fault.status(502), "UPL009"),
        ("create_dataset", Fault.html(), "UPL009"),
        ("whoami", Fault.status(503), "UPL009"),
    ],
    ids=lambda one: getattr(one, "name", one),
)
def test_trouble_ends_with_three_and_the_command_that_goes_on(upload, platform, passed, stage, fault, code) -> None:
    platform.fail(stage, fault, times=None)
    ended, out, _ = upload(passed)
    assert ended == 3
    assert f"error {code}" in out
    last = out.splitlines()[-1]
    assert last.startswith(
        f"nothing was submitted; next: kit upload submission.zip --host {platform.url} --competition 1"
    )
    platform.heal()
    assert upload(passed)[0] == 0
    assert len(platform.submissions) == 1


@pytest.mark.usefixtures("platform")
def test_an_instance_that_is_not_there(run, passed) -> None:
    code, out, _ = run("upload", passed, "--host", "http://127.0.0.1:9", "--competition", 1, "--format", "json")
    assert code == 3
    assert [finding["code"] for finding in json.loads(out)["findings"]] == ["UPL009"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["no.zip"], "there is no file or folder no.zip"),
        (["."], "is a folder, a zip is wanted"),
        (["submission.zip", "--answer", "team"], "has no ="),
        (["submission.zip", "--phase", "nowhere"], "give the id of one of: 1 (Development Phase), 2 (Final Phase)"),
        (["submission.zip", "--competition", "999"], "No Competition matches the given query."),
    ],
)
@pytest.mark.usefixtures("passed")
def test_what_is_wrong_with_the_words_is_said(run, platform, words, told) -> None:
    words = words if "--competition" in words else [*words, "--competition", 1]
    code, _, err = run("upload", *words, "--host", platform.url)
    assert code in {1, 2}
    assert told in err


def test_without_a_competition_it_says_how_to_choose_one(run, platform, passed) -> None:
    code, _, err = run("upload", passed, "--host", platform.url)
    assert code == 2
    assert "kit init ID" in err


def test_no_escape_sequence_of_the_platform_reaches_the_terminal(upload, platform, passed) -> None:
    platform.competition.title = platform.competition.phases[0].name = "\x1b[31mred\x07 \u202e"
    for words in (["--dry-run"], []):
        code, out, err = upload(passed, *words)
        assert code == 0
        assert not {letter for letter in out + err if not letter.isprintable()} - {"\n"}


@pytest.mark.parametrize("profile", ["2026-03", "2026-05"])
def test_no_secret_is_printed_or_kept(upload, platform, passed, profile, tmp_path) -> None:
    platform.settings.worker_profile = profile
    platform.fail("put", Fault.status(502))
    _, out, err = upload(passed, "--wait", "--format", "json")
    kept = (tmp_path / "kit-data" / "history.sqlite3").read_bytes().decode("latin-1")
    for text in (out, err, kept):
        assert platform.token not in text
        assert "Signature=" not in text
    assert journal.uploads()[0].submission == 1


def terminal(words: list[str], answers: dict[str, str]) -> tuple[int, str]:
    """A command on a terminal, where each text that is printed gets its answer."""
    pid, master = pty.fork()
    if not pid:
        os.execvpe(words[0], words, os.environ | {"COLUMNS": "160", "TERM": "xterm"})
    told, waiting, ends = "", dict(answers), time.monotonic() + 60
    while time.monotonic() < ends:
        if select.select([master], [], [], 0.1)[0]:
            try:
                told += os.read(master, 65536).decode("utf-8", "replace")
            except OSError:
                break
        for question in [question for question in waiting if question in told]:
            os.write(master, waiting.pop(question).encode())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), told


@pytest.mark.parametrize(("answer", "ended", "count"), [("y\n", 0, 1), ("n\n", 1, 0)], ids=["yes", "no"])
def test_on_a_terminal_it_asks_before_the_last_one(platform, passed, answer, ended, count) -> None:
    platform.competition.phases[0].max_submissions_per_day = 1
    words = [*KIT, "upload", str(passed), "--host", platform.url, "--competition", "1"]
    code, told = terminal(words, {"Send it?": answer})
    assert code == ended, told
    assert "today's last" in told
    assert len(platform.submissions) == count


def test_on_a_terminal_it_asks_the_questions_of_the_fact_sheet_and_shows_how_far_it_is(platform) -> None:
    refuse(platform, "UPL010")
    path = evaluated("big.zip", "pass", "x" * 8_000_000)
    words = [*KIT, "upload", str(path), "--host", platform.url, "--competition", "1"]
    platform.fail("put", Fault.slow(0.6))
    code, told = terminal(words, {"Team": "we\n"})
    assert code == 0, told
    assert "MB/s" in told
    assert json.loads(platform.asked("create_submission")[0].body)["fact_sheet_answers"] == {"team": "we"}


def test_ctrl_c_in_the_middle_says_how_to_go_on_and_it_does(platform, passed) -> None:
    words = [*KIT, "upload", str(passed), "--host", platform.url, "--competition", "1"]
    held = platform.fail("put", Fault.cut_body(50).held(30))
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not held.hits:
        time.sleep(0.01)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert f"stopped on its way; next: kit upload submission.zip --host {platform.url} --competition 1" in out
    assert "the same command again" in err
    assert subprocess.run(words, check=False, capture_output=True).returncode == 0
    assert len(platform.submissions) == 1
    assert [one.deleted for one in platform.datasets if one.type == "submission"] == [True, False]


def test_a_zip_that_another_process_is_sending_is_left_to_it(upload, platform, passed) -> None:
    parcel = Parcel(host=platform.url, competition=1, phase=1, zip_sha256=sha256(passed), zip_path=passed, size_bytes=1)
    with alone(parcel):
        code, _, err = upload(passed)
    assert code == 3
    assert "another kit upload of submission.zip to phase 1 is at work" in err
    assert not platform.submissions


def test_two_at_once_for_the_same_zip_make_one_submission(platform, passed) -> None:
    words = [*KIT, "upload", str(passed), "--host", platform.url, "--competition", "1"]
    platform.fail("put", Fault.slow(2.5))
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(2)]
    told = [process.communicate(timeout=60)[0] for process in both]
    assert sorted(process.returncode for process in both) == [0, 3], told
    assert any("another kit upload" in text for text in told)
    assert len(platform.submissions) == 1
