"""The command to type next, after an upload that was refused or that stopped on its way."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.cli.output import current, shown_path
from tools.cli.platform import shown
from tools.cli.reporting import same_again
from tools.cli.submissions import command
from tools.codabench.dates import local_time

if TYPE_CHECKING:
    from tools.codabench.answers import Phase
    from tools.codabench.client import Client
    from tools.codabench.sending.preflight import Asked

ORDER = ("UPL007", "UPL001", "UPL002", "UPL003", "UPL008", "UPL010", "UPL004", "UPL006", "UPL009")


@dataclass(frozen=True)
class Onward:
    """A command as it can be typed, and what it does, or when."""

    command: str
    note: str = ""

    def __str__(self) -> str:
        """Both on one line."""
        return f"{self.command}   ({self.note})" if self.note else self.command


def upload_again(phase: int | None = None, *more: str) -> str:
    """The command as it was typed, to this phase if one is given, and with more options."""
    words = same_again(current().arguments)
    if phase is not None:
        words = [*_without(words, "--phase"), "--phase", str(phase)]
    return shown(shlex.join(["kit", *words, *more]))


def onward(client: "Client", asked: "Asked", codes: Iterable[str]) -> Onward | None:
    """What to type next where these were found; None where no command helps."""
    found = set(codes)
    code = next((code for code in ORDER if code in found), None)
    show, step = Onward(command(client, f"show {asked.wanted.competition}")), None
    match code:
        case "UPL007":
            step = Onward(f"kit evaluate {shown(shlex.quote(shown_path(asked.wanted.zip_path)))}")
        case "UPL001":
            step = _to_sign_in(client)
        case "UPL002":
            step = _to_take_part(client, asked)
        case "UPL003" | "UPL004":
            step = _in_time(asked, code) or show
        case "UPL008" if asked.earlier:
            step = Onward(command(client, f"watch {asked.earlier[0].id}"))
        case "UPL010":
            step = show
        case "UPL006" | "UPL009":
            step = Onward(upload_again(asked.phase.id if asked.phase else None), _where_it_stopped(asked))
    return step


def is_unknown(asked: "Asked") -> bool:
    """Whether nobody knows if the submission was created: its answer was lost, and it could not be looked for."""
    from tools.codabench.errors import RejectedError
    from tools.codabench.journal import Stage
    from tools.codabench.sending.upload import unfinished

    if asked.phase is None or asked.trouble is None or isinstance(asked.trouble, RejectedError):
        return False
    stopped = unfinished(asked.parcel)
    return stopped is not None and stopped.stage is Stage.SUBMISSION


def _to_sign_in(client: "Client") -> Onward:
    token = client.wire.token
    is_set = token is not None and token.kept == "CODABENCH_TOKEN"
    note = "after unset CODABENCH_TOKEN, which comes before what this keeps" if is_set else ""
    return Onward(command(client, "login"), note)


def _to_take_part(client: "Client", asked: "Asked") -> Onward | None:
    status = asked.competition.participant_status if asked.competition else None
    if status == "denied":
        return None
    if status == "pending":
        return Onward(upload_again(), "once it is approved")
    key = asked.wanted.secret_key
    words = ["join", str(asked.wanted.competition), *(["--secret-key", key] if key else [])]
    return Onward(shown(command(client, shlex.join(words))))


def _in_time(asked: "Asked", code: str) -> Onward | None:
    """The same command at another time, or to another phase that is open."""
    from tools.codabench.competition.limits import reopens
    from tools.history import utc_now

    phase, permission = asked.phase, asked.permission
    if code == "UPL003" and phase is not None and phase.status == "Next" and phase.start is not None:
        return Onward(upload_again(phase.id), f"from {local_time(phase.start)} on")
    if code == "UPL004" and permission is not None and permission.is_for_today:
        return Onward(upload_again(), f"from {local_time(reopens(utc_now()))} on")
    other = _other_open(asked)
    return Onward(upload_again(other.id), f"{shown(other.name)} is open") if other else None


def _other_open(asked: "Asked") -> "Phase | None":
    phases = asked.competition.phases if asked.competition else ()
    return next((one for one in phases if one.is_open and asked.phase and one.id != asked.phase.id), None)


def _where_it_stopped(asked: "Asked") -> str:
    from tools.codabench.sending.upload import unfinished

    return "goes on where this stopped" if asked.phase is not None and unfinished(asked.parcel) else ""


def _without(words: list[str], option: str) -> list[str]:
    """A command line without an option and its value."""
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == option:
            next(rest, None)
        elif not word.startswith(f"{option}="):
            kept.append(word)
    return kept
