"""`kit upload` killed anywhere, and run again: one submission in the end, and the next command sends nothing."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tools.codabench.campaign import check, environment, write_zip, written
from tests.tools.codabench.delivery import kept
from tests.tools.codabench.forks import Command, Forks, Start, ended, killed, started
from tests.tools.codabench.platform import Fault, Platform
from tests.tools.codabench.platform.faults import Planned
from tests.tools.codabench.schedules import CLEANING, STAGES, WRITES
from tools.codabench import journal
from tools.codabench.journal import Stage

pytestmark = pytest.mark.slow
HOLD_S = 30.0
HOLDS = {
    "received": Fault.cut_received().held(HOLD_S),
    "done": Fault.cut_processed().held(HOLD_S),
    "at 1 %": Fault.cut_body(1).held(HOLD_S),
    "at 50 %": Fault.cut_body(50).held(HOLD_S),
    "at 99 %": Fault.cut_body(99).held(HOLD_S),
}
PLACES = [(stage, moment) for stage in STAGES for moment in ("received", "done")]
PLACES += [("put", moment) for moment in ("at 1 %", "at 50 %", "at 99 %")]
PLACES.sort(key=lambda place: STAGES.index(place[0]))
SUICIDE = """
import os, signal
from tools.codabench import journal
real = journal.{name}
def killing(*given, **named):
    is_now = {stage!r} in ("", *map(str, given))
    if is_now and {moment!r} == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*given, **named)
    if is_now:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
journal.{name} = killing
"""
STEPS = [("begin_upload", ""), ("end", "data set")]
STEPS += [(name, stage.value) for stage in list(Stage)[1:4] for name in ("begin", "end")]
STEPS += [("see", ""), ("give_up", "")]


@dataclass
class Upload:
    """A platform, a zip, and the command that sends it there."""

    platform: Platform
    path: Path
    start: Start

    def words(self, phase: int = 0) -> list[str]:
        """The command line."""
        competition = self.platform.competition
        words = ["upload", str(self.path), "--host", self.platform.url, "--competition", str(competition.id)]
        return [*words, "--phase", str(competition.phases[phase].id), "--yes"]

    def run(self, *, phase: int = 0) -> int:
        """The command to its end, which is its exit code."""
        return ended(self.start(self.words(phase), ""))

    def killed_at(self, stage: str, moment: str, *, phase: int = 0) -> None:
        """The command, killed while a request of this stage is at this moment."""
        held = Planned(stage, HOLDS[moment])
        self.platform.planned.insert(0, held)
        command = self.start(self.words(phase), "")
        until(command, lambda: any(record.is_held for record in self.platform.asked(stage)))
        assert killed(command) == -9
        for record in self.platform.requests:
            record.is_held = False

    def slow_to_begin(self, seconds: float) -> Command:
        """The command, which has asked everything, and gets its last answer so much later."""
        slow = self.platform.fail("quota", Fault.slow(seconds))
        command = self.start(self.words(), "")
        until(command, lambda: slow.hits > 0)
        return command

    def killed_in(self, name: str, stage: str, moment: str) -> None:
        """The command, which kills itself before or after it writes a stage into the journal."""
        assert ended(self.start(self.words(), SUICIDE.format(name=name, stage=stage, moment=moment))) == -9

    def require_one(self) -> None:
        """Run it to its end: one submission, and whoever runs it again sends nothing."""
        self.platform.heal()
        assert self.run() == 0
        check(self.platform, self.path)
        before = written(self.platform)
        assert self.run() == 0
        assert written(self.platform) == before
        check(self.platform, self.path)


def until(command: Command, is_so: Callable[[], bool]) -> None:
    """Wait until something is so while a command runs."""
    while not is_so():
        assert command.poll() is None, "it has ended"
        time.sleep(0.001)


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as started_once:
        yield started_once


@pytest.fixture
def upload(forks: Forks, tmp_path: Path) -> Iterator[Upload]:
    with Platform() as platform, environment(tmp_path, platform):
        yield Upload(platform, write_zip(tmp_path, 400_000), forks.start)


def leave(upload: Upload, stage: str) -> None:
    """Where the cleaning is to be killed, there must be something to delete."""
    if stage in {*CLEANING, "give_up"}:
        upload.killed_at("create_dataset", "done")


@pytest.mark.parametrize(("stage", "moment"), PLACES, ids=[f"{stage}, {moment}" for stage, moment in PLACES])
def test_killed_at_a_request(stage: str, moment: str, upload: Upload) -> None:
    leave(upload, stage)
    upload.killed_at(stage, moment)
    upload.require_one()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(("name", "stage"), STEPS, ids=[f"{name} {stage}".strip() for name, stage in STEPS])
def test_killed_at_a_step_of_the_journal(name: str, stage: str, moment: str, upload: Upload) -> None:
    leave(upload, name)
    upload.killed_in(name, stage, moment)
    upload.require_one()


@pytest.mark.parametrize("stage", WRITES)
@pytest.mark.parametrize("moment", ["received", "done"])
def test_killed_twice_at_the_same_request(stage: str, moment: str, upload: Upload) -> None:
    upload.killed_at(stage, moment)
    if (stage, moment) == ("create_submission", "done"):  # the second command finds it, and comes no further
        upload.killed_at("list_submissions", moment)
    else:
        upload.killed_at(stage, moment)
    upload.require_one()


def test_killed_at_every_step_one_after_another(upload: Upload) -> None:
    """Each command comes as far as the next place: a body that has arrived is not sent again, what is found neither."""
    for stage, moment in PLACES:
        upload.killed_at(stage, moment)
    upload.require_one()


FAULTS = {
    "create_dataset": Fault.cut_processed(),
    "put": Fault.expired(),
    "completed": Fault.status(500, processed=True),
    "list_submissions": Fault.status(502),
    "create_submission": Fault.status(500, processed=True),
}


@pytest.mark.parametrize("stage", WRITES)
@pytest.mark.parametrize("faulty", FAULTS)
def test_killed_and_then_through_a_fault(stage: str, faulty: str, upload: Upload) -> None:
    upload.killed_at(stage, "done")
    upload.platform.fail(faulty, FAULTS[faulty])
    assert upload.run() == 0
    upload.require_one()


@pytest.mark.parametrize("stage", ["list_submissions", "can", "create_submission"])
def test_killed_while_it_looks_for_a_lost_one(stage: str, upload: Upload) -> None:
    platform = upload.platform
    platform.fail("create_submission", Fault.cut_processed())
    unseen = 3 if stage == "create_submission" else 2  # when it is asked before, and then
    platform.fail("list_submissions", Fault.mutated(lambda _: []), times=unseen)
    held = platform.fail(stage, HOLDS["received"], after=0 if stage == "list_submissions" else 1)
    command = upload.start(upload.words(), "")
    if stage == "create_submission":  # it is found at the third look, before it comes to that
        assert ended(command) == 0
        assert not held.hits
    else:
        until(command, lambda: any(record.is_held for record in platform.asked(stage)))
        assert killed(command) == -9
    upload.require_one()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_is_left_is_deleted_although_the_submission_has_ended_meanwhile(moment: str, upload: Upload) -> None:
    upload.killed_at("create_dataset", "done")
    upload.killed_in("see", "", moment)
    upload.platform.finish(upload.platform.submissions[0])
    assert upload.run() == 1  # it was sent before, and has ended
    check(upload.platform, upload.path)


@pytest.mark.parametrize("stage", [None, *WRITES])
def test_two_that_have_asked_the_same_send_once(stage: str | None, upload: Upload) -> None:
    """Both have seen the same stopped upload; the second gets the lock once the first is through with it."""
    if stage:
        upload.killed_at(stage, "received")
    slow = upload.slow_to_begin(1.0)
    assert upload.run() == 0
    assert ended(slow) == 3
    upload.require_one()


@pytest.mark.parametrize("stage", WRITES)
def test_one_that_is_at_work_is_left_alone(stage: str, upload: Upload) -> None:
    """The second has seen in the journal what the first is doing, and would go on with it as with a stopped one."""
    slow = upload.platform.fail(stage, Fault.slow(2.0))
    first = upload.start(upload.words(), "")
    until(first, lambda: slow.hits > 0)
    written_by_the_first = written(upload.platform)
    assert upload.run() == 3
    assert written(upload.platform) == written_by_the_first
    assert ended(first) == 0
    upload.require_one()


def test_one_that_waits_for_the_lock_of_a_killed_one_goes_on(upload: Upload) -> None:
    upload.killed_at("put", "at 50 %")
    slow = upload.slow_to_begin(0.7)
    upload.killed_at("completed", "done")
    assert ended(slow) in {0, 3}  # another one has begun anew: it goes on, or is told to be run again
    upload.require_one()


def test_two_phases_at_once_make_two_and_neither_deletes_what_is_the_other_s(upload: Upload) -> None:
    platform = upload.platform
    platform.competition.phases[1].start = platform.competition.phases[0].start
    platform.fail("create_dataset", Fault.cut_processed(), times=2)
    held = platform.fail("put", Fault.slow(0.5))
    first = upload.start(upload.words(0), "")
    until(first, lambda: held.hits > 0)
    assert upload.run(phase=1) == 0
    assert ended(first) == 0
    assert sorted(one.phase for one in platform.submissions) == [one.id for one in platform.competition.phases[:2]]
    assert len(kept(platform)) == 2
    assert all(one.used for one in kept(platform))


def test_a_stopped_upload_to_one_phase_is_left_alone_by_one_to_another(upload: Upload) -> None:
    platform = upload.platform
    platform.competition.phases[1].start = platform.competition.phases[0].start
    upload.killed_at("completed", "done")
    upload.platform.fail("create_dataset", Fault.cut_processed())
    assert upload.run(phase=1) == 0
    assert [one.used for one in kept(platform)] == [False, True]
    assert upload.run(phase=0) == 0
    assert len(platform.asked("put")) == 2
    assert len(platform.submissions) == 2
    assert len([one for one in journal.uploads() if one.is_left]) == len(kept(platform)) == 2


@pytest.mark.parametrize(
    ("stage", "moment"),
    [("whoami", "done"), ("put", "at 50 %"), ("completed", "received"), ("create_submission", "done")],
)
def test_the_command_in_full_is_killed_as_well(stage: str, moment: str, upload: Upload) -> None:
    """The others here are forked from a process that has imported it already."""
    upload.start = started
    upload.killed_at(stage, moment)
    assert upload.run() == 0
    check(upload.platform, upload.path)


def test_the_two_in_full_at_once(upload: Upload) -> None:
    upload.platform.fail("put", Fault.slow(1.5))
    both = [started(upload.words()) for _ in range(2)]
    assert sorted(ended(one) for one in both) in ([0, 0], [0, 3])
    upload.require_one()


def test_a_kill_leaves_no_lock_and_no_half_written_journal(upload: Upload) -> None:
    for name, stage in STEPS[:6]:
        upload.killed_in(name, stage, "before")
    assert all(one.is_left for one in journal.uploads())
    assert os.listdir(Path(os.environ["KIT_DATA_DIR"]) / "locks")  # noqa: PTH208 - a file without a holder
    upload.require_one()
