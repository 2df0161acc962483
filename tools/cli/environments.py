"""`kit environments`: the evaluators' packages, which of them are built, and how to be rid of them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.options import (
    Format,
    FormatOption,
    JsonOption,
    PythonOption,
    chosen_bundle,
    contract_environment_and_organiser,
)
from tools.cli.output import current, shown_path
from tools.environments.version import dotted

if TYPE_CHECKING:
    from tools.environments.inventory import Known, Left

KEY_PACKAGES = ("tensorflow", "keras", "torch", "numpy", "scikit-learn", "pandas")
SHOWN = 3
NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="NAME|FILE...", help="Names of the list, or requirements files.")
]


def add_to(app: typer.Typer) -> None:
    """Enter the commands."""
    group = typer.Typer(invoke_without_command=True, help="The evaluators' packages: list, build, remove.")
    group.callback()(list_environments)
    group.command("build")(build)
    group.command("remove")(remove)
    app.add_typer(group, name="environments")


def list_environments(
    context: typer.Context,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> None:
    """List the environments that --environment takes: what is in them, and which are built.

    A requirements file of your own can be named in their place; it is listed once it has been built.
    """
    if context.invoked_subcommand is None:
        _list()


def build(
    names: NamesArgument = None,
    python: PythonOption = None,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Build environments, so that check, build and evaluate can use them; what is built already stays as it is."""
    from tools.environments.build import build as make
    from tools.environments.requirements import chosen_environment
    from tools.errors import UsageError

    output = current()
    if not names:
        raise UsageError("which environment?", f"kit environments build {wanted() or 'NAME'}")
    told: list[dict[str, Any]] = []
    for one in [chosen_environment(name, python=python) for name in names]:
        installed = make(one, python=python, say=output.say)
        place = installed.bin_folder.parent
        told.append({"name": one.name, "path": str(place)})
        output.say(f"{one.name}: {place}")
    output.document({"schema": 1, "built": told})
    return 0


def remove(
    names: NamesArgument = None,
    old: Annotated[
        bool, typer.Option("--old", help="Remove all that nothing asks for any more: older locks, changed files.")
    ] = False,
    format_: FormatOption = Format.TEXT,
    json_: JsonOption = None,
) -> int:
    """Remove built environments from the cache."""
    from tools.environments.inventory import remove as remove_named
    from tools.environments.inventory import remove_left
    from tools.errors import UsageError

    output = current()
    if not names and not old:
        raise UsageError("which environment?", "kit environments remove NAME, or: kit environments remove --old")
    gone = [*remove_named(names or ()), *(remove_left() if old else ())]
    for one in gone:
        output.say(f"removed {one.name}: {_megabytes(one.size_bytes)}, {one.place}")
    if not gone:
        output.say("nothing of that is built")
    output.document({"schema": 1, "removed": [_left_document(one) for one in gone]})
    return 0


def wanted() -> str | None:
    """The name of the environment of the present project's evaluator; None where it is not known."""
    return contract_environment_and_organiser(chosen_bundle(None))[1]


def _list() -> None:
    from rich.table import Table

    from tools.environments.cache import cache_folder
    from tools.environments.inventory import inventory

    output = current()
    known, left = inventory()
    here = wanted()
    table = Table(box=None, pad_edge=False, header_style="")
    for title in ("name", "Python", "packages", "built"):
        table.add_column(title, overflow="fold")
    for one in known:
        mark = " *" if one.environment.name == here else ""
        table.add_row(f"{one.environment.name}{mark}", dotted(one.environment.python), _packages(one), _state(one))
    output.console.print(table)
    if here:
        output.say("* this project's evaluator")
    if left:
        total = _megabytes(sum(one.size_bytes for one in left))
        output.say(f"left over: {len(left)} older ones, {total}: kit environments remove --old")
    output.say(f"built ones are in {shown_path(cache_folder())}")
    missing = [one.environment.name for one in known if one.environment.name == here and one.place is None]
    output.say(
        f"next: kit environments build {missing[0]}" if missing else "next: kit evaluate ZIP [--environment NAME]"
    )
    output.document(
        {
            "schema": 1,
            "cache": str(cache_folder()),
            "environments": [_document(one, here) for one in known],
            "left": [_left_document(one) for one in left],
        }
    )


def _packages(one: "Known") -> str:
    """The packages that people look for, or the first ones."""
    known = dict.fromkeys(one.environment.unpinned, "?") | one.environment.packages
    names = [name for name in KEY_PACKAGES if name in known] or list(known)
    return ", ".join(f"{name} {known[name]}" for name in names[:SHOWN]) or "as its file says"


def _state(one: "Known") -> str:
    if one.place:
        return _megabytes(one.size_bytes or 0)
    return "no" if one.interpreter else f"no, and no Python {dotted(one.environment.python)} was found"


def _document(one: "Known", here: str | None) -> dict[str, Any]:
    known = one.environment
    return {
        "name": known.name,
        "python": dotted(known.python),
        "packages": dict(known.packages),
        "requirements": str(known.requirements) if known.requirements else None,
        "source": known.source,
        "wanted": known.name == here,
        "built": one.place is not None,
        "path": str(one.place) if one.place else None,
        "size_bytes": one.size_bytes,
        "interpreter": str(one.interpreter) if one.interpreter else None,
    }


def _left_document(one: "Left") -> dict[str, Any]:
    return {"name": one.name, "path": str(one.place), "size_bytes": one.size_bytes}


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.0f} MB"
