"""A submission whose creation was not answered: whether it is there after all. Nothing is written here.

It is known by its file name, which is one upload's alone.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from tools.codabench.answers import Submission
from tools.codabench.client import Client
from tools.codabench.errors import PlatformError, RejectedError, SignedOutError, UnreachableError
from tools.codabench.journal import Upload
from tools.codabench.transport.patience import pace

T = TypeVar("T")
SETTLE_S = (0.0, 2.0, 5.0, 10.0, 20.0)
"""When to look, seconds after one another: a server that was cut off may still be at it."""
SETTLED = timedelta(hours=1)
"""Longer than one creation can take with all that it waits for: after this, one look will do."""


def look(
    client: Client, upload: Upload, say: Callable[[str], None], *, lost: PlatformError | None = None
) -> Submission | None:
    """The submission of an upload; None where there is none after a while.

    `lost` is the error of a creation just now. Older versions answer a full limit in the same way as a crash
    (codabench.md 3.6): then RejectedError is raised. UnreachableError where nobody knows.
    """
    say("the answer was lost: looking whether the submission is there")
    is_recent = lost is not None or upload.at > datetime.now(UTC) - SETTLED
    for wait_s in SETTLE_S if is_recent else SETTLE_S[:1]:
        client.wire.patience.sleep(pace() * wait_s)
        found = find(client, upload)
        if not found and lost is not None:
            found = _find_or_barred(client, upload, lost)
        if found:
            say(f"it is there: submission {found.id}")
            return found
    return None


def find(client: Client, upload: Upload) -> Submission | None:
    """The submission of exactly this upload; of a parent and its children the parent. UnreachableError as in `look`."""
    name = upload.file_name
    found = (one for one in client.submissions(upload.phase, name.removesuffix(".zip")) if one.filename == name)
    return _answered(lambda: next((one for one in found if one.parent is None), None))


def _find_or_barred(client: Client, upload: Upload, lost: PlatformError) -> Submission | None:
    """What fills the limit may be this very submission; RejectedError where it is another."""
    permission = _answered(lambda: client.permission(upload.phase))
    if permission.can:
        return None
    if found := find(client, upload):
        return found
    raise RejectedError(permission.reason, "kit show tells when it reopens", status=400) from lost


def _answered(question: Callable[[], T]) -> T:
    """The answer to a question about a lost submission; a refusal, such as a proxy's page with 404, answers nothing."""
    try:
        return question()
    except SignedOutError:
        raise
    except RejectedError as error:
        told = f"whether the submission is there is not known: {error}"
        raise UnreachableError(told, "the same command again looks for it first") from error
