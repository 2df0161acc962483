"""Uploads under fire: `python -m tests.tools.codabench.campaign --runs 200 --seed 0`, or one again with `--run K`.

Each run draws a schedule from its seed: versions of the platform, a zip, and up to four commands, each with faults at
stages of its own and perhaps a SIGKILL. `kit upload` is then given until it ends well, the last times without faults.
In the end there must be exactly one submission and one data set, whose bytes are the zip's.
"""

import argparse
import contextlib
import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from unittest import mock

from tests.tools.codabench.platform import Fault, Platform
from tests.tools.codabench.platform.faults import Planned
from tools import history
from tools.cli.app import run as kit
from tools.codabench import journal

ROOT = Path(__file__).resolve().parents[3]
KIT = [sys.executable, "-c", "import sys; from tools.cli import main; sys.exit(main(sys.argv[1:]))"]
QUESTIONS = ("whoami", "competition", "list_submissions", "can", "quota")
WRITES = ("create_dataset", "put", "completed", "create_submission")
STAGES = (*QUESTIONS, *WRITES, "list_datasets", "delete_dataset")
MOST_ATTEMPTS = 4
HEALED_ATTEMPTS = 3
LONG = 12  # more often than one command tries again
KILL_LIMIT_S = 20.0

FAULTS: Mapping[str, Fault] = {
    "reset before": Fault.cut_before(),
    "closed before": Fault.cut_before(reset=False),
    "cut at 1 %": Fault.cut_body(1),
    "cut at 50 %": Fault.cut_body(50, reset=False),
    "cut at 99 %": Fault.cut_body(99),
    "reset when received": Fault.cut_received(),
    "reset when done": Fault.cut_processed(),
    "closed when done": Fault.cut_processed(reset=False),
    "cut in the answer": Fault.cut_answer(50),
    "500": Fault.status(500),
    "500 when done": Fault.status(500, processed=True),
    "502": Fault.status(502),
    "502 when done": Fault.status(502, processed=True),
    "503": Fault.unavailable(),
    "503, later": Fault.unavailable(1),
    "504 when done": Fault.status(504, processed=True),
    "429": Fault.too_many(1),
    "a page": Fault.html(),
    "a page when done": Fault.html(processed=True),
    "half the JSON": Fault.truncated(),
    "slow": Fault.slow(0.05),
    "dribbled": Fault.dribble(0.0002),
    "restart": Fault.refuse(0.1),
    "expired": Fault.expired(),
}
ONLY_IN_STORAGE = ("expired",)
NOT_IN_STORAGE = ("half the JSON", "a page", "a page when done")  # it answers no JSON, and any 200 is a success

Moment = Literal["received", "done", "body"]
HOLDS: Mapping[Moment, Fault] = {
    "received": Fault.cut_received().held(KILL_LIMIT_S),
    "done": Fault.cut_processed().held(KILL_LIMIT_S),
    "body": Fault.cut_body(50).held(KILL_LIMIT_S),
}


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One command: faults as (stage, name, times, after), and where it is killed, if it is."""

    faults: tuple[tuple[str, str, int, int], ...] = ()
    kill: tuple[str, Moment] | None = None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """One run."""

    seed: int
    run: int
    size: int
    limit_behaviour: Literal["500 HTML", "400 JSON"]
    list_form: Literal["list", "pages"]
    worker_profile: Literal["2026-03", "2026-05"]
    attempts: tuple[Attempt, ...]


@dataclass
class Count:
    """What was met in all runs."""

    hits: Counter[tuple[str, str]] = field(default_factory=Counter)
    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    commands: int = 0


def draw(seed: int, run: int) -> Schedule:
    """The schedule of a run; the same for the same numbers."""
    dice = random.Random(f"{seed}/{run}")
    return Schedule(
        seed=seed,
        run=run,
        size=dice.choice([200, 5_000, 300_000, 3_000_000]),
        limit_behaviour=dice.choice(["500 HTML", "400 JSON"]),
        list_form=dice.choice(["list", "pages"]),
        worker_profile=dice.choice(["2026-03", "2026-05"]),
        attempts=tuple(_attempt(dice) for _ in range(dice.randint(1, MOST_ATTEMPTS))),
    )


def _attempt(dice: random.Random) -> Attempt:
    faults = []
    for _ in range(dice.choice([0, 1, 1, 2, 3])):
        stage = dice.choice([*STAGES, *WRITES, *WRITES])  # writes are what can go wrong for good
        barred = NOT_IN_STORAGE if stage == "put" else ONLY_IN_STORAGE
        name = dice.choice([name for name in FAULTS if name not in barred])
        faults.append((stage, name, dice.choice([1, 1, 1, 2, LONG]), dice.choice([0, 0, 0, 1])))
    kill = None
    if dice.random() < 0.35:
        stage = dice.choice([*WRITES, *WRITES, "whoami", "list_datasets"])
        kill = (stage, dice.choice(["received", "done", "body"] if stage == "put" else ["received", "done"]))
    return Attempt(faults=tuple(faults), kill=kill)


def play(schedule: Schedule, count: Count) -> None:
    """Run a schedule and check what is left. Raises AssertionError."""
    with tempfile.TemporaryDirectory(prefix="campaign-") as name, Platform(schedule.run) as platform:
        folder = Path(name)
        platform.settings.limit_behaviour = schedule.limit_behaviour
        platform.settings.list_form = schedule.list_form
        platform.settings.worker_profile = schedule.worker_profile
        with _environment(folder, platform):
            path = _zip(folder, schedule)
            words = [
                "upload",
                str(path),
                "--host",
                platform.url,
                "--competition",
                str(platform.competition.id),
                "--yes",
            ]
            for attempt in schedule.attempts:
                _try(platform, words, attempt, count)
            platform.heal()
            codes = [_in_process(words)[0] for _ in range(HEALED_ATTEMPTS)]
            count.commands += HEALED_ATTEMPTS
            assert codes[-1] == 0, codes
            check(platform, path)


def _zip(folder: Path, schedule: Schedule) -> Path:
    """A zip of the drawn size, with a passing verdict."""
    path = folder / "submission.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        target.writestr("weights.bin", random.Random(schedule.run).randbytes(schedule.size))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    history.record_evaluation({"zip_sha256": sha256, "verdict": "pass"}, zip_path=path, competition="wheat")
    return path


def _try(platform: Platform, words: list[str], attempt: Attempt, count: Count) -> None:
    count.commands += 1
    planned = [
        (stage, name, platform.fail(stage, FAULTS[name], times, after)) for stage, name, times, after in attempt.faults
    ]
    if attempt.kill is None:
        _in_process(words)
    elif _killed(platform, words, *attempt.kill):
        count.kills[attempt.kill] += 1
    for stage, name, one in planned:
        count.hits[stage, name] += one.hits
    platform.heal()


def _in_process(words: list[str]) -> tuple[int, str]:
    """The command in this process, as `kit` runs it; its code, and what it printed."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = kit(words)
    out.seek(0)
    return code, out.read()


def _killed(platform: Platform, words: list[str], stage: str, moment: Moment) -> bool:
    """The command as a process of its own, killed in a stage; False where it ended before it came to that."""
    platform.planned.insert(0, Planned(stage, HOLDS[moment]))
    process = subprocess.Popen([*KIT, *words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not any(record.is_held for record in platform.asked(stage)):
        time.sleep(0.002)
    is_killed = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    for record in platform.asked(stage):
        record.is_held = False
    return is_killed


@contextlib.contextmanager
def _environment(folder: Path, platform: Platform) -> Iterator[None]:
    """Folders of the run's own, its token, and short pauses."""
    values = {
        "KIT_DATA_DIR": str(folder / "data"),
        "KIT_CONFIG_DIR": str(folder / "settings"),
        "KIT_HTTP_PACE": "0.005",
        "CODABENCH_TOKEN": platform.token,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    with mock.patch.dict(os.environ, values):
        yield


def check(platform: Platform, path: Path) -> None:
    """Exactly one submission and one data set, of exactly these bytes, and the journal knows it."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    submissions = [one for one in platform.submissions if one.parent is None]
    assert len(submissions) == 1, f"{len(submissions)} submissions"
    sent = [one for one in platform.datasets if one.type == "submission" and not one.deleted]
    assert [one.file_name for one in sent if one.used] == [submissions[0].dataset.file_name]
    assert len(sent) == 1, f"left behind: {[one.file_name for one in sent if not one.used]}"
    assert sent[0].sha256 == sha256, "other bytes"
    assert sent[0].completed
    known = [one for one in journal.uploads(host=platform.url) if one.submission is not None]
    assert [one.submission for one in known] == [submissions[0].id]
    puts = [record.header_map for record in platform.asked("put")]
    assert all(not {"authorization", "transfer-encoding"} & {name.lower() for name in one} for one in puts)


def main() -> None:
    """Play runs and print what was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", type=int, help="this one alone")
    asked = parser.parse_args()
    count, failed, begun = Count(), [], time.monotonic()
    for run in [asked.run] if asked.run is not None else range(asked.runs):
        schedule = draw(asked.seed, run)
        try:
            play(schedule, count)
        except Exception as error:
            failed.append(run)
            sys.stdout.write(f"run {run}: {type(error).__name__}: {error}\n  {schedule}\n")
    sys.stdout.write(table(count))
    sys.stdout.write(f"{len(failed)} failed {failed or ''} in {time.monotonic() - begun:.0f} s\n")
    sys.exit(bool(failed))


def table(count: Count) -> str:
    """What was met, stage by stage."""
    lines = [f"{count.commands} commands, {count.hits.total()} faults met, {count.kills.total()} kills"]
    for stage in STAGES:
        met = ", ".join(f"{name} {n}" for (where, name), n in sorted(count.hits.items()) if where == stage and n)
        killed = ", ".join(
            f"killed when {moment} {n}" for (where, moment), n in sorted(count.kills.items()) if where == stage
        )
        lines.append(f"  {stage:<17} {'; '.join(filter(None, (killed, met))) or '-'}")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
