"""The command to type next: it can be typed as it is, speaks with the same instance, and is told in JSON as well."""

import json
import shlex
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.tools.cli.test_upload_command import evaluated
from tests.tools.codabench.platform import Fault, Platform, plans

pytestmark = pytest.mark.slow  # over sockets, again and again

Upload = Callable[..., tuple[int, str]]


@pytest.fixture
def path() -> Path:
    return evaluated("a b.zip", "pass")


@pytest.fixture
def upload(run: Callable[..., tuple[int, str, str]], platform: Platform) -> Upload:
    """Run `kit upload`; exit code, and the last line with the instance written as HOST."""

    def call(*words: object) -> tuple[int, str]:
        code, out, _ = run("upload", *words, "--host", platform.url, "--competition", platform.competition.id)
        return code, out.splitlines()[-1].replace(platform.url, "HOST")

    return call


GOES_ON = " --phase 1   (goes on where this stopped)"
TYPED = "kit upload 'a b.zip' --host HOST --competition 1"


def test_a_zip_without_a_verdict_is_to_be_evaluated(upload) -> None:
    code, last = upload(evaluated("a $b.zip", None))
    assert (code, last) == (1, "nothing was submitted; next: kit evaluate 'a $b.zip'")


@pytest.mark.parametrize(
    ("token", "note"),
    [("", ""), ("f" * 40, "   (after unset CODABENCH_TOKEN, which comes before what this keeps)")],
    ids=["none", "refused"],
)
def test_who_is_not_signed_in_signs_in_to_the_same_instance(upload, path, monkeypatch, token, note) -> None:
    monkeypatch.setenv("CODABENCH_TOKEN", token)
    assert upload(path) == (1, f"nothing was submitted; next: kit login --host HOST{note}")


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (None, "; next: kit join 1 --host HOST"),
        ("unknown", "; next: kit join 1 --host HOST"),
        ("pending", f"; next: {TYPED}   (once it is approved)"),
        ("denied", ""),
    ],
)
def test_who_takes_no_part_joins_or_waits(upload, platform, path, status, step) -> None:
    platform.competition.participants["participant"] = status
    assert upload(path) == (1, f"nothing was submitted{step}")


def test_the_key_of_a_private_competition_goes_along(run, platform, path) -> None:
    private = platform.add_competition(secret_key="a key", registered=False)
    words = ("upload", path, "--host", platform.url, "--competition", private.id, "--secret-key", "a key")
    last = run(*words)[1].splitlines()[-1]
    assert last == f"nothing was submitted; next: kit join {private.id} --secret-key 'a key' --host {platform.url}"


def test_a_phase_to_come_is_waited_for(upload, platform, path) -> None:
    phase = platform.competition.phases[1]
    when = f"{phase.start.astimezone():%a %d %b %Y %H:%M %Z}"
    told = f"nothing was submitted; next: {TYPED} --phase 2   (from {when} on)"
    assert upload(path, "--phase", "Final Phase") == (1, told)


def test_in_the_place_of_a_phase_that_is_over_one_that_is_open_is_named(upload, platform, path) -> None:
    first, second = platform.competition.phases
    second.start = first.start
    first.end = first.start + timedelta(days=1)
    told = "nothing was submitted; next: kit upload 'a b.zip' --wait --host HOST --competition 1 --phase 2"
    assert upload(path, "--phase", "1", "--wait") == (1, f"{told}   (Final Phase is open)")
    platform.competition.phases.remove(second)
    assert upload(path) == (1, "nothing was submitted; next: kit show 1 --host HOST")


@pytest.mark.parametrize("limit", ["max_submissions_per_day", "max_submissions_per_person"])
def test_at_the_limit_the_next_day_or_another_phase_is_named(upload, platform, path, limit) -> None:
    setattr(platform.competition.phases[0], limit, 1)
    upload(evaluated("first.zip", "pass", "first = 1\n"), "--yes")
    last = upload(path)[1]
    if limit.endswith("day"):
        assert last.startswith(f"nothing was submitted; next: {TYPED}   (from ")
        assert last.endswith(" on)")
    else:
        assert last == "nothing was submitted; next: kit show 1 --host HOST"


def test_what_was_sent_before_is_to_be_watched_rather_than_waited_for(upload, platform, path) -> None:
    platform.competition.phases[0].max_submissions_per_day = 1
    upload(path, "--yes")
    platform.finish(platform.submissions[0])
    assert upload(path) == (1, "nothing was submitted; next: kit watch 1 --host HOST")


@pytest.mark.parametrize(
    ("stage", "fault", "told", "note"),
    [
        ("whoami", Fault.status(503), "nothing was submitted", ""),
        ("create_dataset", Fault.status(503), "nothing was submitted", GOES_ON),
        ("put", Fault.status(502), "nothing was submitted", GOES_ON),
        ("create_submission", Fault.status(500), "whether it was submitted is not known", GOES_ON),
    ],
)
def test_after_trouble_the_command_goes_on_as_it_was_typed(upload, platform, path, stage, fault, told, note) -> None:
    platform.fail(stage, fault, times=None)
    code, last = upload(path)
    assert (code, last) == (3, f"{told}; next: {TYPED}{note}")
    platform.heal()
    words = shlex.split(last.partition("next: ")[2].partition("   (")[0].replace("HOST", platform.url))
    assert upload(*words[2:-4] if note else [path])[0] == 0
    assert len(platform.submissions) == 1


def test_a_limit_that_is_told_at_the_creation_leaves_nothing_unknown(upload, platform, path) -> None:
    answer = platform.fail("create_submission", Fault.status(500), times=None)
    full = {"can": False, "reason": "Reached maximum allowed submissions for today for this phase"}
    platform.fail("can", Fault.mutated(lambda _: full), times=None, after=1)
    code, last = upload(path)
    assert answer.hits
    assert code == 1
    assert last.startswith("nothing was submitted; next: ")


def test_options_of_the_report_are_left_out_and_those_of_the_upload_kept(run, platform, path) -> None:
    platform.fail("put", Fault.status(502), times=None)
    words = ["upload", path, "--force", "--answer", "a=b c", "--format", "json", "--json", "x.json"]
    platform.competition.fact_sheet = {"a": {"key": "a", "type": "text", "title": "A", "selection": ""}}
    code, out, _ = run(*words, "--host", platform.url, "--competition", 1)
    assert code == 3
    told = f"kit upload 'a b.zip' --force --answer 'a=b c' --host {platform.url} --competition 1 --phase 1"
    assert json.loads(out)["next"] == told
    assert json.loads(Path("x.json").read_text())["next"] == told


def test_a_success_names_the_watching_and_following_names_none(run, platform, path) -> None:
    words = ("upload", path, "--host", platform.url, "--competition", 1, "--format", "json")
    assert json.loads(run(*words)[1])["next"] == f"kit watch 1 --host {platform.url}"
    platform.worker = plans.good()
    assert "next" not in json.loads(run(*words, "--wait")[1])


def test_a_path_elsewhere_is_named_as_it_was_typed(upload, tmp_path) -> None:
    (tmp_path / "other").mkdir()
    evaluated("../other/c.zip", None)
    assert upload("../other/c.zip")[1] == "nothing was submitted; next: kit evaluate ../other/c.zip"
    assert upload(tmp_path / "here" / ".." / "other" / "c.zip")[1].endswith(f"{tmp_path}/here/../other/c.zip")
