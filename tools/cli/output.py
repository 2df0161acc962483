"""Where the commands print: text for people (rich on a terminal, plain lines elsewhere), documents for programs."""

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from tools.files import replacing

PLAIN_WIDTH = 120
FINDING_FORMATS = ("sarif", "junit", "github")
FINDING_COMMANDS = ("check", "evaluate")


class Output:
    """The streams of one command. It is a Reporter for the long steps of `training` and of the kit."""

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        """Find `--json FILE` and `--format` among the arguments, so that a usage error writes its document as well."""
        self.arguments = tuple(arguments)
        self.json_file = _value(arguments, "--json")
        self.format = _value(arguments, "--format")
        gives_findings = bool(arguments) and arguments[0] in FINDING_COMMANDS
        if self.format != "json" and not (gives_findings and self.format in FINDING_FORMATS):
            self.format = None
        self.written = False
        for standard in (sys.stdout, sys.stderr):
            if isinstance(standard, io.TextIOWrapper):
                standard.reconfigure(errors="backslashreplace")
        stream = sys.stderr if self.format else sys.stdout
        self.console = Console(file=stream, width=None if stream.isatty() else PLAIN_WIDTH, highlight=False)
        self.errors = Console(stderr=True, width=None if sys.stderr.isatty() else PLAIN_WIDTH, highlight=False)

    @property
    def wants_document(self) -> bool:
        """Whether somebody asked for the document, in one form or another."""
        return self.format is not None or self.json_file is not None

    def say(self, text: str) -> None:
        """One line of text; long ones are wrapped by the terminal alone, so that paths can be copied."""
        self.console.print(text, markup=False, soft_wrap=True)

    def heading(self, text: str) -> None:
        """The title of a part of a longer command."""
        self.console.print()
        self.console.print(text, style="bold", markup=False)

    @contextmanager
    def track(self, title: str, total: int) -> Iterator[Callable[..., None]]:
        """A progress bar on a terminal; elsewhere a line when it is done."""
        if not self.console.is_terminal:
            yield from self._plainly(title)
            return
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[detail]}"),
        )
        with Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task(title, total=total, detail="")

            def advance(steps: int = 1, detail: str | None = None) -> None:
                progress.advance(task, steps)
                if detail is not None:
                    progress.update(task, detail=detail)

            yield advance

    def _plainly(self, title: str) -> Iterator[Callable[..., None]]:
        """One line at the end; none for a step that tells details, for it sums them up itself."""
        started, told = time.monotonic(), False

        def advance(steps: int = 1, detail: str | None = None) -> None:
            nonlocal told
            told = told or bool(detail)

        yield advance
        if not told:
            self.say(f"{title}: {time.monotonic() - started:.1f} s")

    @contextmanager
    def transfer(self, title: str, size_bytes: int) -> Iterator[Callable[[int], None]]:
        """Show how many bytes are through; takes their number, which may begin again. A line tells it in the end."""
        started, most = time.monotonic(), 0
        with self._byte_bar(title, size_bytes) as show:

            def progress(through: int) -> None:
                nonlocal most
                most = max(most, through)
                show(through)

            yield progress
        if most:
            seconds = max(time.monotonic() - started, 1e-9)
            from rich.filesize import decimal

            self.say(f"{title}: {decimal(most)} in {seconds:.1f} s ({decimal(int(most / seconds))}/s)")

    @contextmanager
    def _byte_bar(self, title: str, size_bytes: int) -> Iterator[Callable[[int], None]]:
        """A bar with bytes, speed and time left on a terminal; nothing elsewhere."""
        if not self.console.is_terminal:
            yield lambda _through: None
            return
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, TimeRemainingColumn(compact=True), console=self.console, transient=True) as bar:
            task = bar.add_task(title, total=size_bytes)
            yield lambda through: bar.update(task, completed=through)

    def document(self, document: dict[str, Any]) -> None:
        """Write the command's document to where it was asked for: JSON, or on stdout another format."""
        self.written = True
        text = json.dumps(document, indent=1) + "\n"
        if self.json_file:
            with replacing(Path(self.json_file)) as beside:
                beside.write_text(text, "utf-8")
        if self.format in FINDING_FORMATS:
            from tools.report.formats import render

            text = render(self.format, document, self.arguments)
        if self.format:
            sys.stdout.write(text)

    def error(self, what: str, fix: str) -> None:
        """The sentence that says what happened, and the one that says what to do."""
        self.errors.print(f"kit: {what}", style="bold red", markup=False, soft_wrap=True)
        if fix:
            self.note(f"fix: {fix}")

    def note(self, text: str) -> None:
        """A line beside the result, on stderr, indented; whoever has it from a server makes it printable first."""
        self.errors.print(f"  {text}", markup=False, soft_wrap=True)


def _value(arguments: Sequence[str], option: str) -> str | None:
    """The value of an option; of the last one, where it is given twice."""
    found = None
    for number, word in enumerate(arguments):
        if word == option and number + 1 < len(arguments):
            found = arguments[number + 1]
        elif word.startswith(option + "="):
            found = word.partition("=")[2]
    return found


def shown_path(path: Path) -> str:
    """A path as the user would type it: relative to the working directory where it lies below it."""
    try:
        return os.fspath(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return os.fspath(path)


output = Output()
"""The current command's; `tools.cli.main` puts a new one in its place."""


def current() -> Output:
    """The output of the command that runs now."""
    return output


def configure(arguments: Sequence[str]) -> Output:
    """Set the output up for one command line."""
    global output  # noqa: PLW0603 - one process runs one command; its streams are its own
    output = Output(arguments)
    return output
