"""Uploads under fire: `python -m tests.tools.codabench.campaign --runs 200 --seed 0`, or one again with `--run K`.

Each run draws a schedule from its seed: versions of the platform, a zip, and commands, each with faults at stages of
its own and perhaps a SIGKILL. `kit upload` is then given until it ends well, the last times without faults. In the end
there must be exactly one submission and one data set, whose bytes are the zip's, and one more command must send
nothing. A kill at a stage happens again exactly, one after so many milliseconds only nearly.
"""

import argparse
import contextlib
import hashlib
import io
import os
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import certifi

from tests.tools.codabench.delivery import kept, require_signed_headers, sender_of
from tests.tools.codabench.forks import Command, Forks, Start, ended, killed, started
from tests.tools.codabench.platform import Platform
from tests.tools.codabench.platform.faults import Planned as Waiting
from tests.tools.codabench.schedules import (
    FAULTS,
    HOLDS,
    NOT_YET,
    STAGES,
    UNSEEN,
    WRITES,
    Attempt,
    Event,
    Kill,
    Schedule,
    draw,
)
from tools import history
from tools.cli.app import run as kit
from tools.codabench import journal
from tools.codabench.sending.naming import is_name_of

HEALED_ATTEMPTS = 3
POLL_S = 0.001


@dataclass
class Count:
    """What was met in all runs; `planned` faults and kills, of which a command that ends early meets few."""

    hits: Counter[tuple[str, str]] = field(default_factory=Counter)
    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    planned: Counter[str] = field(default_factory=Counter)
    commands: int = 0
    pairs: int = 0


@dataclass
class Run:
    """One run on its way. `codes` are the exit codes of its commands, None for a killed one."""

    platform: Platform
    words: list[str]
    start: Start
    count: Count
    codes: list[int | None] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether the last command ended well, or was refused for what was done already."""
        known = any(one.submission is not None for one in journal.uploads())
        return bool(self.codes) and (self.codes[-1] == 0 or (self.codes[-1] == 1 and known))


def play(schedule: Schedule, count: Count, start: Start) -> None:
    """Run a schedule and check what is left. Raises AssertionError."""
    with tempfile.TemporaryDirectory(prefix="campaign-") as name, Platform(schedule.run) as platform:
        platform.settings.limit_behaviour = schedule.limit_behaviour
        platform.settings.list_form = schedule.list_form
        platform.settings.worker_profile = schedule.worker_profile
        platform.competition.phases[0].max_submissions_per_day = schedule.most_a_day
        with environment(Path(name), platform):
            path = write_zip(Path(name), schedule.size_bytes, seed=schedule.run)
            _submit_others(platform, schedule.others)
            number = str(platform.competition.id)
            words = ["upload", str(path), "--host", platform.url, "--competition", number, "--yes"]
            run = Run(platform, words, start, count)
            for attempt in schedule.attempts:
                _try(run, attempt)
                if run.is_done:
                    break
            for _ in range(HEALED_ATTEMPTS):
                if not run.is_done:
                    _plain(run)
            assert run.is_done, f"it does not end well: {run.codes}"
            if len([one for one in journal.uploads() if one.is_left]) > 1:  # the cleaning was disturbed
                _plain(run)
            check(platform, path)
            before = written(platform)
            _plain(run)
            assert run.is_done, f"it does not stay well: {run.codes}"
            assert written(platform) == before, "something was sent again"
            check(platform, path)


def environment(folder: Path, platform: Platform) -> contextlib.AbstractContextManager[object]:
    """Folders of the run's own, its token, short pauses, and one certificate, for many take a while to read."""
    certificate = folder / "certificate.pem"
    certificate.write_text(certifi.contents().partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n")
    values = {
        "KIT_DATA_DIR": str(folder / "data"),
        "KIT_CONFIG_DIR": str(folder / "settings"),
        "KIT_HTTP_PACE": "0.001",
        "CODABENCH_TOKEN": platform.token,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "SSL_CERT_FILE": str(certificate),
    }
    return mock.patch.dict(os.environ, values)


def write_zip(folder: Path, size_bytes: int, *, seed: int = 0) -> Path:
    """A zip of this size, with a passing verdict."""
    path = folder / "submission.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        target.writestr("weights.bin", random.Random(seed).randbytes(size_bytes))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    history.record_evaluation({"zip_sha256": sha256, "verdict": "pass"}, zip_path=path, competition="wheat")
    return path


def _submit_others(platform: Platform, count: int) -> None:
    """Submissions of the same participant that have nothing to do with the zip."""
    client, competition = sender_of(platform).client, platform.competition
    for _ in range(count):
        client.new_submission(client.new_data_set("other.zip", 10, competition.id).key, competition.phases[0].id)


def _try(run: Run, attempt: Attempt) -> None:
    if attempt.event:
        run.count.events[attempt.event] += _happens(run.platform, attempt.event)
    faults = {NOT_YET: UNSEEN, **FAULTS}
    planned = [(one, run.platform.fail(one.stage, faults[one.name], one.times, one.after)) for one in attempt.faults]
    run.count.planned["faults"] += len(planned)
    if attempt.kill is not None:
        _kill(run, attempt.kill)
    elif attempt.second_after_s is not None:
        _pair(run, attempt.second_after_s)
    else:
        _plain(run)
    for one, waiting in planned:
        run.count.hits[one.stage, one.name] += waiting.hits
    run.platform.heal()


def _happens(platform: Platform, event: Event) -> int:
    """Let something happen between two commands; gives how often it did."""
    if event == "finished":
        for submission in platform.submissions:
            platform.finish(submission)
        return len(platform.submissions)
    unused = [one for one in kept(platform) if not one.used]
    for one in unused:
        one.deleted = True
    return len(unused)


def _plain(run: Run) -> None:
    """The command in this process, as `kit` runs it."""
    run.count.commands += 1
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        run.codes.append(kit(run.words))


def _kill(run: Run, kill: Kill) -> None:
    """The command as a process of its own, killed unless it ends before."""
    run.count.commands += 1
    run.count.planned["kills"] += 1
    seen, platform = len(run.platform.requests), run.platform
    if kill.stage is not None:
        platform.planned.insert(0, Waiting(kill.stage, HOLDS[kill.moment], after=kill.after))
    command = run.start(run.words, "")
    if kill.stage is not None:
        is_there = _until(command, lambda: any(one.is_held for one in platform.asked(kill.stage or "")))
    else:
        is_there = _until(command, lambda: len(platform.requests) > seen)
        time.sleep(kill.after_s)
    code = killed(command)
    for record in platform.requests:
        record.is_held = False
    if is_there and code < 0:
        run.count.kills[kill.stage or "at a time", kill.moment if kill.stage else "any"] += 1
    run.codes.append(code if code >= 0 else None)


def _until(command: Command, is_so: Callable[[], bool]) -> bool:
    """Wait until something is so, or the command has ended; gives whether it was so."""
    while not is_so():
        if command.poll() is not None:
            return is_so()
        time.sleep(POLL_S)
    return True


def _pair(run: Run, second_after_s: float) -> None:
    """The command twice at once."""
    run.count.commands += 2
    run.count.pairs += 1
    seen = len(run.platform.requests)
    first = run.start(run.words, "")
    _until(first, lambda: len(run.platform.requests) > seen)
    time.sleep(second_after_s)
    second = run.start(run.words, "")
    codes = ended(first), ended(second)
    run.codes.append(max(codes))


def written(platform: Platform) -> list[str]:
    """The requests so far that change something."""
    return [record.stage for record in platform.requests if record.stage in {*WRITES, "delete_dataset"}]


def check(platform: Platform, path: Path) -> None:
    """Exactly one submission and one data set, of exactly these bytes, and the journal knows it."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    sent = [one for one in kept(platform) if is_name_of(one.file_name, sha256)]
    submissions = [one for one in platform.submissions if is_name_of(one.dataset.file_name, sha256)]
    assert len(submissions) == 1, f"{len(submissions)} submissions"
    assert [one.file_name for one in sent if one.used] == [submissions[0].dataset.file_name]
    assert len(sent) == 1, f"left behind: {[one.file_name for one in sent if not one.used]}"
    assert sent[0].sha256 == sha256, "other bytes"
    assert sent[0].completed, "the platform was not told that the body is there"
    known = [one for one in journal.uploads(host=platform.url) if one.submission is not None]
    assert [one.submission for one in known] == [submissions[0].id]
    assert [one.file_name for one in journal.uploads() if one.is_left] == [sent[0].file_name], "the journal"
    require_signed_headers(platform.asked("put"))


def main() -> None:
    """Play runs and print what was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", type=int, help="this one alone")
    parser.add_argument("--real", action="store_true", help="start each process that may be killed as a user does")
    asked = parser.parse_args()
    count, failed, begun = Count(), [], time.monotonic()
    with _starting(is_real=asked.real) as start:
        for number in [asked.run] if asked.run is not None else range(asked.runs):
            schedule = draw(asked.seed, number)
            try:
                play(schedule, count, start)
            except Exception as error:
                failed.append(number)
                sys.stdout.write(f"run {number}: {type(error).__name__}: {error}\n  {schedule}\n")
    sys.stdout.write(table(count))
    sys.stdout.write(f"{len(failed)} failed {failed or ''} in {time.monotonic() - begun:.0f} s\n")
    sys.exit(bool(failed))


@contextlib.contextmanager
def _starting(*, is_real: bool) -> Iterator[Start]:
    if is_real:
        yield started
        return
    with Forks() as forks:
        yield forks.start


def table(count: Count) -> str:
    """What was met, stage by stage."""
    lines = [
        f"{count.commands} commands, {count.pairs} of them twice at once; {count.hits.total()} faults met of "
        f"{count.planned['faults']} places, {count.kills.total()} kills of {count.planned['kills']}; "
        + ", ".join(f"{name} {n}" for name, n in sorted(count.events.items()))
    ]
    for stage in (*STAGES, "at a time"):
        met = ", ".join(f"{name} {n}" for (where, name), n in sorted(count.hits.items()) if where == stage and n)
        by_moment = sorted((moment, n) for (where, moment), n in count.kills.items() if where == stage)
        told = "; ".join(filter(None, (", ".join(f"killed when {moment} {n}" for moment, n in by_moment), met)))
        lines.append(f"  {stage:<17} {told or '-'}")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
