"""What the commands that speak with the platform share: which instance, which competition, which phase."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tools.cli.output import current

if TYPE_CHECKING:
    from tools.codabench.answers import Competition, Phase
    from tools.codabench.connect import Platform

HostOption = Annotated[
    str | None,
    typer.Option(
        "--host", metavar="URL", help="The instance (default: the project's, else codabench.org).", show_default=False
    ),
]
CompetitionOption = Annotated[
    int | None,
    typer.Option("--competition", metavar="ID", help="The competition (default: the project's).", show_default=False),
]
PhaseOption = Annotated[
    str | None,
    typer.Option(
        "--phase", metavar="ID|NAME", help="The phase (default: the project's, else the open one).", show_default=False
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; every answer is yes.")]


def connected(host: str | None) -> "Platform":
    """The instance that a command speaks with; what is tried again is told on stderr."""
    from tools.codabench.connect import connect

    return connect(host, tell)


def tell(text: str) -> None:
    """A sentence on stderr that may hold a text of the platform."""
    current().note(shown(text))


def chosen_competition(given: int | None) -> int:
    """The competition of `--competition`, else of the project's settings. Raises UsageError where neither says."""
    from tools.errors import UsageError
    from tools.project import read_settings

    chosen = given if given is not None else read_settings().competition
    if chosen is None:
        raise UsageError(
            "no competition is chosen", "kit init ID writes it into the project's settings, or give --competition ID"
        )
    return chosen


def chosen_phase(competition: "Competition", given: str | None) -> "Phase":
    """The phase of `--phase`, else of the settings (an id or a name), else the one that is open, else the next.

    Raises UsageError, with what there is, for one that there is not.
    """
    from tools.errors import UsageError
    from tools.project import read_settings

    phases = sorted(competition.phases, key=lambda phase: phase.index)
    settings = read_settings()
    settled = settings.phase if settings.competition in {None, competition.id} else None
    wanted = given if given is not None else settled
    if wanted is None:
        found = [phase for status in ("Current", "Next", "Previous") for phase in phases if phase.status == status]
        found = found[:1] or phases[:1]
    else:
        found = [phase for phase in phases if str(wanted) in {str(phase.id), phase.name}]
    if len(found) != 1:
        told = "has no phases" if not phases else f"has {len(found) or 'no'} phase {shown(str(wanted))!r}"
        raise UsageError(f"{shown(competition.title)} {told}", f"give the id of one of: {_listed(phases)}")
    return found[0]


def _listed(phases: Sequence["Phase"]) -> str:
    return ", ".join(f"{phase.id} ({shown(phase.name)})" for phase in phases) or "none"


def shown(text: str) -> str:
    """A text of the platform as it may go to a terminal: no escape sequences, on one line."""
    from tools.bundle.document import printable

    return printable(" ".join(text.split()))
