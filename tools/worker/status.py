"""What the platform says of a submission, word for word (codabench.md 1.8 and 1.9), in either version of its worker."""

from dataclasses import dataclass, field
from typing import Literal

from tools.worker.layout import Profile

Status = Literal["Submitting", "Submitted", "Running", "Preparing", "Scoring", "Finished", "Failed"]

BAD_ZIP = "Bad or empty zip file"
OUT_OF_TIME = "Execution Time Limit exceeded. Limit was {:g} seconds"
CHILD_FAILED = "Child task failed or non-zero return code"
SCORES_NOT_FOUND = "Could not find scores file, did the scoring program output it?"
SCORES_NOT_JSON = "Could not decode scores json properly, it contains an error.\n{}"
METADATA_EXISTS = (
    "Error, the output directory already contains a metadata file. This file is used to store exitCode and other "
    "data, do not write to this file manually."
)
HOST = "local"


class SubmissionError(Exception):
    """The worker ends the submission with this text."""


class UncaughtError(Exception):
    """What the worker of 2026-03 does not catch: the status stays as it is. Later ones show the traceback."""


@dataclass
class Timeline:
    """The statuses that a poller could see, in order, each with the `status_details` of that moment."""

    profile: Profile
    steps: list[tuple[Status, str | None]] = field(default_factory=lambda: [("Submitting", None), ("Submitted", None)])

    @property
    def status(self) -> Status:
        """The last one."""
        return self.steps[-1][0]

    @property
    def details(self) -> str | None:
        """The text that stands beside it: the worker's, or the host's name that was never replaced."""
        return self.steps[-1][1]

    def enter(self, status: Status, details: str | None = None) -> None:
        """Go on to a status; without details those before it stay, for the worker then sends none."""
        self.steps.append((status, self.details if details is None else details))

    def fail(self, error: SubmissionError) -> None:
        """End as the worker does when it has caught an error."""
        text = str(error)
        if self.profile != "2026-03":
            text = f"Submission failed: {text}. See logs for more details."
        self.enter("Failed", text)

    def stumble(self, error: UncaughtError) -> None:
        """Meet an error that the worker did not catch before its version of 2026-05."""
        if self.profile != "2026-03":
            self.enter("Failed", f"Traceback (most recent call last):\n  ...\n{error}")
