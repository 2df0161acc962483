"""What can go wrong between the kit and the platform. `code` is the catalogue's page on it, None where there is none.

PlatformError                                                  exit code 3
├── UnreachableError       UPL009  no answer, or none that is the platform's; may pass
│   └── UncertainError     UPL009  a write whose answer was lost: nobody knows whether it was done
├── UnexpectedAnswerError  UPL009  an answer that is not what the platform's interface says
├── ChangedError                   the zip was changed while it was sent
├── StorageError           UPL006  the storage host did not take or give a file
│   └── ExpiredError       UPL006  the signed address is too old
└── RejectedError                  the platform said no, and why   exit code 1
    ├── SignedOutError     UPL001  no token, or one that is refused
    └── AbsentError                there is no such thing, or not for this user
"""

from tools.errors import KitError


class PlatformError(KitError):
    """The platform did not do what was asked. `retry_after_s` is what it asked for, None where it did not."""

    code: str | None = None

    def __init__(self, what: str, fix: str, *, retry_after_s: float | None = None) -> None:
        """Keep the sentence that says what happened and the one that says what to do."""
        super().__init__(what, fix)
        self.retry_after_s = retry_after_s


class UnreachableError(PlatformError):
    """No answer, or none that is the platform's own: a server that restarts, a proxy, a page instead of JSON."""

    code = "UPL009"


class UncertainError(UnreachableError):
    """A write was sent and its answer was lost: whether it was done can only be asked."""


class UnexpectedAnswerError(PlatformError):
    """An answer of another form than the platform's interface has."""

    code = "UPL009"


class ChangedError(PlatformError):
    """The zip was changed while it was sent: what has arrived is not what was judged, and is not submitted."""


class StorageError(PlatformError):
    """The storage host refused a file."""

    code = "UPL006"


class ExpiredError(StorageError):
    """A signed address has expired; a new one is needed."""


class RejectedError(PlatformError):
    """The platform answered no. `status` is the HTTP status and `reasons` are its own words, by field ("" for none)."""

    exit_code = 1

    def __init__(self, what: str, fix: str, *, status: int, reasons: dict[str, str] | None = None) -> None:
        """Keep the answer's status and words."""
        super().__init__(what, fix)
        self.status = status
        self.reasons = reasons or {}


class SignedOutError(RejectedError):
    """No token, or one that the platform does not take."""

    code = "UPL001"


class AbsentError(RejectedError):
    """There is no such thing, or not for this user."""
