"""How long to wait and how often to try again: exponential backoff with jitter, and what the server asked for.

KIT_HTTP_PACE multiplies all waits: below 1 for tests, above 1 for a platform in trouble.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import tenacity

from tools.codabench.errors import PlatformError, UnreachableError
from tools.codabench.telling import Tell

PACE = "KIT_HTTP_PACE"


def pace() -> float:
    """The factor of all waits. A word that is no number is taken as 1."""
    try:
        return max(0.0, float(os.environ.get(PACE, "1")))
    except ValueError:
        return 1.0


def is_passing(error: BaseException) -> bool:
    """Whether an error may be gone at the next try."""
    return isinstance(error, UnreachableError)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Seconds unless it says otherwise. `retry_after_s` bounds what a server may ask for.

    `connect_s` to `write_s` are the time-outs of one operation on a socket, `answer_s` of a whole JSON answer.
    """

    attempts: int = 6
    first_s: float = 1.0
    longest_s: float = 30.0
    retry_after_s: float = 300.0
    connect_s: float = 15.0
    read_s: float = 60.0
    write_s: float = 60.0
    stored_s: float = 300.0
    answer_s: float = 120.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def timeouts(self, read_s: float | None = None) -> httpx.Timeout:
        """The time-outs for httpx; `read_s` where an answer may take longer."""
        return httpx.Timeout(
            connect=self.connect_s, read=read_s or self.read_s, write=self.write_s, pool=self.connect_s
        )

    def retrying(self, is_worth: Callable[[BaseException], bool], tell: Tell) -> tenacity.Retrying:
        """Try again while an error is worth it; the last one is raised. `tell` gets a sentence before each wait."""
        jittered = tenacity.wait_random_exponential(multiplier=self.first_s, max=self.longest_s)

        def wait(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.retry_after_s if isinstance(error, PlatformError) and error.retry_after_s else 0.0
            return pace() * max(min(asked, self.retry_after_s), jittered(state))

        def before(state: tenacity.RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            tell(f"{error}; again in {state.upcoming_sleep:.0f} s ({state.attempt_number} of {self.attempts - 1})")

        return tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.attempts),
            wait=wait,
            retry=tenacity.retry_if_exception(is_worth),
            before_sleep=before,
            sleep=self.sleep,
            reraise=True,
        )
