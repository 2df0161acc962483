"""What the doctor found, for people and for programs."""

from typing import Any

from rich.console import Console
from rich.text import Text

from tools.bundle.document import printable
from tools.doctor.fact import Examined, Fact, State
from tools.report.hanging import print_hanging

STYLES = {State.OK: "green", State.WARNING: "bold yellow", State.ERROR: "bold red"}
STATE, KEY = 9, 19


def print_examined(console: Console, found: Examined) -> None:
    """One line a fact, with what mends it below those that are not as they should be."""
    for fact in found.facts:
        _print_fact(console, fact)
    console.print(count_line(found), markup=False)


def count_line(found: Examined) -> str:
    """`1 error, 2 warnings, 15 as they should be`."""
    errors, warnings, good = (
        sum(fact.state is state for fact in found.facts) for state in (State.ERROR, State.WARNING, State.OK)
    )
    told = [f"{count} {name}{'' if count == 1 else 's'}" for count, name in ((errors, "error"), (warnings, "warning"))]
    return ", ".join([*told, f"{good} as {'it' if good == 1 else 'they'} should be"])


def _print_fact(console: Console, fact: Fact) -> None:
    head = Text.assemble((f"{fact.state.value:<{STATE}}", STYLES[fact.state]), f"{fact.key:<{KEY}}")
    print_hanging(console, head + Text(printable(fact.value)), hang=STATE + KEY)
    for line in fact.mend:
        console.print(Text.assemble(" " * (STATE + KEY), ("mend  ", "dim"), (printable(line), "bold")), soft_wrap=True)


def examined_document(found: Examined) -> dict[str, Any]:
    """The same as a JSON document."""
    return {
        "schema": 1,
        "can_evaluate": found.can_evaluate,
        "engine": found.engine,
        "facts": [
            {
                "key": fact.key,
                "state": fact.state.value,
                "value": fact.value,
                "mend": list(fact.mend),
                "details": fact.details,
            }
            for fact in found.facts
        ],
    }
