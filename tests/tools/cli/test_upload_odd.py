"""`kit upload` with what is odd: paths, options, hosts, limits, competitions; and no secret in any of its words."""

import hashlib
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.tools.cli.test_consent import KIT, terminal
from tests.tools.cli.test_upload_command import QUESTIONS, WRITES, evaluated, stages
from tests.tools.codabench.platform import Fault, Platform, plans
from tests.tools.codabench.platform.messages import Answer
from tools import history
from tools.codabench import journal

pytestmark = pytest.mark.slow  # over sockets, again and again

Upload = Callable[..., tuple[int, str, str]]
PAGE = Answer(200, b"<html><title>Wel\x1b[31mcome</title></html>", "text/html")


@pytest.fixture
def platform(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """It is spoken with by processes, too."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    return platform


@pytest.fixture
def upload(run: Upload, platform: Platform) -> Upload:
    """Run `kit upload`; exit code, output and error text."""
    return lambda *words: run("upload", *words, "--host", platform.url, "--competition", platform.competition.id)


@pytest.fixture
def document(upload: Upload) -> Callable[..., dict]:
    """Run `kit upload` for its document."""

    def call(*words: object) -> dict:
        code, out, _ = upload(*words, "--format", "json")
        found = json.loads(out)
        assert found["exit_code"] == code
        return found

    return call


# Paths.


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04" + b"\0" * 40], ids=["empty", "a text", "cut"])
@pytest.mark.parametrize("force", [[], ["--force"]], ids=["", "forced"])
def test_what_is_no_zip_is_not_sent_even_by_force(upload, platform, content, force) -> None:
    Path("no zip.zip").write_bytes(content)
    code, _, err = upload("no zip.zip", *force)
    assert code == 2
    assert "does not open as a zip" in err
    assert "fix: kit check 'no zip.zip'" in err
    assert stages(platform) == []


def test_a_folder_is_to_be_built_first(upload, platform) -> None:
    Path("my entry").mkdir()
    code, _, err = upload("my entry")
    assert (code, stages(platform)) == (2, [])
    assert "fix: kit build 'my entry', then kit evaluate" in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_zip_that_cannot_be_read_is_told(upload) -> None:
    evaluated("a.zip", "pass").chmod(0)
    code, _, err = upload("a.zip")
    assert code == 2
    assert "Permission denied" in err


@pytest.mark.parametrize("name", ["modèle [v2] 🩸 x.zip", "y" * 200 + ".zip", "[bold]a[red].zip", "a\x1b[31m\nb.zip"])
def test_any_name_of_a_file_will_do(upload, platform, name) -> None:
    code, out, err = upload(evaluated(name, "pass"))
    assert (code, err) == (0, "")
    assert name.replace("\x1b", "\\x1b").replace("\n", " ") in out
    sent = platform.datasets[-1].file_name
    assert sent.isascii()
    assert len(sent) <= 64
    assert not {letter for letter in out if not letter.isprintable()} - {"\n"}


@pytest.mark.slow
def test_a_terminal_shows_bytes_and_speed_while_it_is_sent_and_any_name_as_it_is(platform) -> None:
    path = evaluated("[bold]a [red.zip", "pass", "x" * 5_000_000)
    platform.fail("put", Fault.slow(0.5))
    code, seen = terminal([*KIT, "upload", path, "--host", platform.url, "--competition", 1], [], "xterm")
    assert code == 0, seen
    bar, _, summary = seen.partition("sending [bold]a [red.zip: ")
    assert "sending [bold]a [red.zip " in bar
    assert "5.0/5.0 MB" in bar
    assert "MB/s" in bar
    assert summary.startswith("5.0 MB in ")


# Options.


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--timeout", "5"], "--timeout is about the waiting"),
        (["--leaderboard"], "--leaderboard is about the waiting"),
        (["--no-leaderboard"], "--no-leaderboard is about the waiting"),
        (["--wait", "--timeout", "inf"], "--timeout is inf"),
        (["--json", "."], "--json: . is a folder"),
        (["--answer", "=x"], "has no key"),
        (["--phase", "1.5"], "give the id of one of"),
    ],
)
def test_what_would_be_found_wrong_after_the_sending_is_found_before(upload, platform, words, told) -> None:
    code, _, err = upload(evaluated("a.zip", "pass"), *words)
    assert code == 2
    assert told in err
    assert not set(stages(platform)) & set(WRITES)


def test_the_json_file_is_written_at_every_exit(upload, platform) -> None:
    path, file = evaluated("a.zip", "pass"), Path("out") / "x.json"
    for words, expected in (([path, "--phase", "9"], 2), ([path, "--dry-run"], 0), ([path], 0), ([path, "--force"], 0)):
        file.unlink(missing_ok=True)
        assert upload(*words, "--json", file)[0] == expected
        assert json.loads(file.read_text())["exit_code"] == expected
    assert len(platform.submissions) == 2


# Documents.


def test_the_document_says_whether_anything_was_sent(document, platform) -> None:
    path = evaluated("a.zip", "pass")
    dry = document(path, "--dry-run")
    assert (dry["sent"], dry["dry_run"], dry["phase_name"]) == (False, True, "Development Phase")
    assert "submission" not in dry
    first = document(path)
    assert (first["sent"], first["dry_run"], first["submission"]["id"]) == (True, False, 1)
    assert first["checks"]["not_reached"] == []
    again = document(path)
    assert (again["sent"], again["submission"]["id"], again["findings"]) == (False, 1, [])
    platform.finish(platform.submissions[0])
    refused = document(path)
    assert (refused["sent"], [one["code"] for one in refused["findings"]]) == (False, ["UPL008"])


@pytest.mark.usefixtures("platform")
def test_the_document_of_trouble_has_its_code_and_the_error_s_own_fix(run) -> None:
    path = evaluated("a.zip", "pass")
    code, out, _ = run("upload", path, "--host", "http://127.0.0.1:9", "--competition", 1, "--format", "json")
    (found,) = json.loads(out)["findings"]
    assert (code, found["code"]) == (3, "UPL009")
    assert found["fix"] == "check the network and --host; the platform may be down"


def test_a_host_that_is_not_the_platform_is_told_without_its_escapes(upload, platform) -> None:
    platform.fail("*", Fault(name="a page", answer=PAGE), times=None)
    code, out, err = upload(evaluated("a.zip", "pass"))
    assert code == 3
    assert "error UPL009" in out
    assert "Wel\\x1b[31mcome" in out
    assert not {letter for letter in out + err if not letter.isprintable()} - {"\n"}


def test_escapes_in_what_the_platform_refuses_with_are_written_out(upload, platform) -> None:
    said = {"can": False, "reason": "no \x1b[31mmore\x07"}
    platform.fail("can", Fault.mutated(lambda _: said), times=None)
    code, out, _ = upload(evaluated("a.zip", "pass"))
    assert (code, "no \\x1b[31mmore\\x07" in out, "\x1b" in out) == (1, True, False)


# Limits and room.


@pytest.mark.parametrize(
    "facts",
    [
        {"max_submissions_per_day": 0, "max_submissions_per_person": 0},
        {"max_submissions_per_day": None, "max_submissions_per_person": None},
        {"max_submissions_per_day": 1, "max_submissions_per_person": 1, "has_max_submissions": False},
    ],
    ids=["of 0", "of null", "switched off"],
)
def test_no_limit_is_none(upload, platform, facts) -> None:
    vars(platform.competition.phases[0]).update(facts)
    path = evaluated("a.zip", "pass")
    assert "phase 1: Development Phase, without a limit\n" in upload(path, "--dry-run")[1]
    assert [upload(path, "--force")[0] for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize("behaviour", ["500 HTML", "400 JSON"])
def test_the_limit_in_all_does_not_reopen(upload, platform, behaviour) -> None:
    platform.settings.limit_behaviour = behaviour
    platform.competition.phases[0].max_submissions_per_person = 1
    assert upload(evaluated("first.zip", "pass", "first = 1\n"), "--yes")[0] == 0
    code, out, _ = upload(evaluated("a.zip", "pass"))
    assert code == 1
    assert "Reached maximum allowed submissions for this phase; it does not reopen" in out
    assert stages(platform)[-4:] == QUESTIONS[:4]


def test_a_dry_run_tells_of_the_last_one_and_asks_nothing(upload, platform) -> None:
    platform.competition.phases[0].max_submissions_per_day = 1
    code, out, _ = upload(evaluated("a.zip", "pass"), "--dry-run")
    assert code == 0
    assert "is today's last; the limit reopens" in out
    assert "so it would ask first, or want --yes" in out


def test_little_room_is_told_and_the_zip_is_sent(upload, platform) -> None:
    path = evaluated("a.zip", "pass")
    platform.user("participant").used_bytes = 15 * 10**9 - path.stat().st_size - 10
    code, out, _ = upload(path)
    assert code == 0
    assert "warning UPL005" in out
    assert "its results may take as much again" in out


# Competitions.


def test_a_queue_of_the_organiser_s_own_is_passed_on(upload, platform) -> None:
    platform.competition.queue = 17
    assert upload(evaluated("a.zip", "pass"))[0] == 0
    assert json.loads(platform.asked("create_submission")[0].body)["queue"] == 17


def test_without_one_no_queue_is_named(upload, platform) -> None:
    assert upload(evaluated("a.zip", "pass"))[0] == 0
    assert set(json.loads(platform.asked("create_submission")[0].body)) == {"data", "phase"}


def test_a_phase_of_several_tasks_is_followed_to_all_of_them(run, platform) -> None:
    several, path = platform.add_competition(tasks=2), evaluated("a.zip", "pass")
    words = ("upload", path, "--host", platform.url, "--competition", several.id, "--wait", "--format", "json")
    code, out, _ = run(*words)
    assert code == 0
    assert len(json.loads(out)["submission"]["children"]) == 2
    assert "UPL008" in run("upload", path, "--host", platform.url, "--competition", several.id)[1]


@pytest.mark.parametrize("key", ["a key", "wrong"])
def test_a_private_competition_wants_its_key(run, platform, key) -> None:
    private = platform.add_competition(secret_key="a key", registered=False)
    private.participants["participant"] = "unknown"
    words = ("upload", evaluated("a.zip", "pass"), "--host", platform.url, "--competition", private.id)
    code, out, err = run(*words, "--secret-key", key)
    assert code == 1
    assert ("error UPL002" in out) == (key == "a key")
    assert ("a private competition needs its --secret-key" in err) == (key == "wrong")


# The same zip twice.


def test_a_dry_run_of_what_runs_already_says_so(upload, platform) -> None:
    path = evaluated("a.zip", "pass")
    upload(path)
    platform.requests.clear()
    code, out, _ = upload(path, "--dry-run")
    assert code == 0
    assert "it is there already, as submission 1, Submitting: nothing more would be sent" in out
    assert stages(platform) == QUESTIONS[:3]


def test_a_stopped_upload_is_not_finished_beside_one_that_runs_and_its_data_set_is_deleted(upload, platform) -> None:
    path = evaluated("a.zip", "pass")
    assert upload(path)[0] == 0
    platform.fail("completed", Fault.status(502), times=None)
    assert upload(path, "--force")[0] == 3
    platform.heal()
    code, out, _ = upload(path)
    assert code == 0
    assert "as submission 1, which is Submitting: nothing was sent" in out
    assert len(platform.submissions) == 1
    assert [one.deleted for one in platform.datasets if one.type == "submission"] == [False, True]


@pytest.mark.slow
def test_what_another_process_is_sending_is_not_deleted_under_it(upload, platform) -> None:
    path = evaluated("a.zip", "pass")
    assert upload(path)[0] == 0
    held = platform.fail("put", Fault.slow(4))
    words = [*KIT, "upload", str(path), "--force", "--host", platform.url, "--competition", "1"]
    other = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    while not held.hits and other.poll() is None:
        pass
    assert upload(path)[0] == 0
    assert other.wait(timeout=30) == 0
    assert not platform.asked("delete_dataset")
    assert len(platform.asked("create_dataset")) == 2


def test_a_lost_submission_is_taken_up_though_the_day_is_full(upload, platform) -> None:
    path = evaluated("a.zip", "pass")
    platform.competition.phases[0].max_submissions_per_day = 1
    platform.fail("create_submission", Fault.cut_processed(), times=None)
    platform.fail("list_submissions", Fault.status(502), times=None, after=1)
    code, out, _ = upload(path, "--yes")
    assert code == 3
    assert out.splitlines()[-1].startswith("whether it was submitted is not known; next: kit upload a.zip")
    platform.heal()
    code, out, _ = upload(path)
    assert code == 0
    assert "submission 1: " in out
    assert (len(platform.submissions), journal.uploads()[0].submission) == (1, 1)


def test_a_phase_that_has_ended_does_not_keep_a_lost_submission_from_being_found(upload, platform) -> None:
    path = evaluated("a.zip", "pass")
    platform.fail("create_submission", Fault.cut_processed(), times=None)
    platform.fail("list_submissions", Fault.status(502), times=None, after=1)
    assert upload(path)[0] == 3
    platform.heal()
    platform.competition.phases[0].end = platform.competition.phases[0].start + timedelta(days=1)
    assert upload(path, "--phase", "1")[0] == 0
    assert len(platform.submissions) == 1


# Secrets and logs.


def test_no_secret_is_written_whatever_the_level_of_the_logs(platform) -> None:
    path = evaluated("a.zip", "pass")
    loud = "import logging, sys; logging.basicConfig(level=logging.DEBUG); from tools.cli import main; sys.exit(main())"
    words = [sys.executable, "-c", loud, "upload", str(path), "--host", platform.url, "--competition", "1", "--wait"]
    platform.worker = plans.predict_raises()  # its logs are fetched by signed addresses
    done = subprocess.run([*words, "--json", "x.json"], capture_output=True, text=True, check=False)
    assert done.returncode == 4
    told = done.stdout + done.stderr + Path("x.json").read_text()
    kept = b"".join(one.read_bytes() for one in history.database().parent.rglob("*") if one.is_file())
    for secret in (platform.token, "Signature", "AWSAccessKeyId"):
        assert secret not in told
        assert secret.encode() not in kept


def test_the_loggers_of_addresses_are_kept_still(upload) -> None:
    upload(evaluated("a.zip", "pass"), "--dry-run")
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
    assert not logging.getLogger("httpcore.http11").isEnabledFor(logging.DEBUG)


def test_elsewhere_than_on_a_terminal_one_line_tells_of_the_transfer(upload) -> None:
    path = evaluated("a.zip", "pass", "x" * 3_000_000)
    lines = upload(path)[1].splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("sending a.zip: 3.0 MB in ")
    assert lines[0].endswith("/s)")


def test_the_sha_in_the_document_is_the_one_that_was_sent(document, platform) -> None:
    path = evaluated("a.zip", "pass")
    assert document(path)["zip_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest() == platform.datasets[-1].sha256


@pytest.mark.parametrize("code", ["UPL004", "upl4", "UPL"])
def test_its_codes_are_explained(run, code) -> None:
    ended, out, _ = run("explain", code)
    assert (ended, "UPL004" in out) == (0, True)
