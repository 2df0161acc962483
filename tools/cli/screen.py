"""The timeline of a submission as it grows: a line a change, and on a terminal a clock below it for what lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tools.cli.output import Output
from tools.cli.platform import shown
from tools.cli.submissions import command

if TYPE_CHECKING:
    from rich.console import Group

    from tools.codabench.following.events import Event, Row
    from tools.codabench.following.follower import Follower
    from tools.codabench.following.whereabouts import Whereabouts


class Screen:
    """Where one submission's following is shown."""

    def __init__(self, output: Output, follower: "Follower") -> None:
        """Nothing is shown yet."""
        self.output, self.follower = output, follower
        self._printed: dict[int, int] = {}
        self._has_told_trouble = False

    @contextmanager
    def live(self) -> Iterator[None]:
        """Show the clock while the block runs, where there is a terminal."""
        if not self.output.console.is_terminal:
            yield
            return
        from rich.live import Live

        with Live(self, console=self.output.console, refresh_per_second=2, transient=True):
            yield

    def __rich__(self) -> "Group":
        """What lasts at this moment."""
        from rich.console import Group
        from rich.text import Text

        from tools.report.submission import now_line

        rows = self.follower.leaves
        lasting = [now_line(row, task=self._task(row)) for row in rows if not row.submission.has_ended]
        if rows and not lasting:
            return Group(Text(f"{shown(rows[-1].submission.status)}; whether that is the last word shows in a moment"))
        return Group(*lasting)

    def head(self, parent: "Row", place: "Whereabouts") -> None:
        """Which submission this is."""
        one = parent.submission
        title = f" of {shown(place.competition.title)}" if place.competition else ""
        told = f"submission {one.id}, {shown(one.filename)}, to {shown(one.phase_name) or 'its phase'}{title}"
        self.output.say(told)
        if one.parent is not None:
            again = command(self.follower.client, f"watch {one.parent}")
            self.output.say(f"it is one task of submission {one.parent}; all of them: {again}")

    def show(self, event: "Event") -> None:
        """One event."""
        from tools.codabench.following.events import Answering, Changed, Silent, Stuck
        from tools.explain import TEXTS
        from tools.report.submission import clean, spoken

        match event:
            case Changed():
                self._lines(event.row)
            case Silent():
                self.output.say(f"no answer for {spoken(event.seconds)}: {clean(str(event.error))}; trying on")
            case Answering():
                self.output.say(f"it answers again after {spoken(event.seconds)}")
            case Stuck():
                one = event.row.submission
                told = f"{shown(one.status)} for {spoken(event.seconds)}: {TEXTS[event.code].title}"
                task = self._task(event.row)
                self.output.say(f"{task + ': ' if task else ''}{told}; kit explain {event.code} tells more")
        if self.follower.memory.trouble and not self._has_told_trouble:
            self._has_told_trouble = True
            self.output.say(f"the timeline is not kept: {self.follower.memory.trouble}")

    def _lines(self, row: "Row") -> None:
        """What is new of a row. A parent's own status says nothing beside its children's."""
        from tools.report.submission import stretch_line

        number = row.submission.id
        if number == self.follower.number and self.follower.children:
            return
        done = self._printed.get(number, 0)
        for one in row.timeline()[done:]:
            self.output.console.print(stretch_line(one, task=self._task(row)), soft_wrap=True)
        self._printed[number] = len(row.seen)

    def _task(self, row: "Row") -> str:
        from tools.report.submission import task_name

        return "" if row.submission.id == self.follower.number else task_name(row)
