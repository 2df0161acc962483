"""What `kit init` says of the organiser's files: which came, and what the ingestion program's text tells."""

from typing import TYPE_CHECKING, Any

from tools.cli.output import current, shown_path
from tools.cli.platform import shown

if TYPE_CHECKING:
    from tools.codabench.ingestion.reading import Reading
    from tools.codabench.project.bundle_folder import BundleFolder, Placed


def print_placed(folder: "BundleFolder", placed: "tuple[Placed, ...]") -> None:
    """Each part with what became of it, and how to have by hand what did not come."""
    from tools.codabench.competition.overview import size_in_words

    output = current()
    for one in placed:
        if one.place:
            size = "" if one.part.size_bytes is None else f", {size_in_words(one.part.size_bytes)}"
            is_folder = (folder.root / one.place).is_dir()
            why = f", {one.why}" if one.why else ""
            output.say(f"  {one.place}{'/' if is_folder else ''}: {one.state}{size}{why}")
        elif one.state == "kept by the organiser":
            output.say(f"  {one.part.name}: not public")
        else:
            output.say(f"  {one.part.name}: {one.state}: {shown(one.why)}")
            place = shown_path(folder.root / f"{one.part.name}.zip")
            output.say(f"    open {one.url} in a browser, save it as {place}, then the same command again")
    if not placed:
        output.say("  the platform tells of no programs and no data")


def print_reading(reading: "Reading", folder: "BundleFolder") -> None:
    """What the ingestion program says, each fact with its line, and what nobody has said."""
    output = current()
    output.heading("What the evaluator asks of an entry")
    for name, value in reading.facts.items():
        told = value.get("file") and f"in {value['file']}" if name == "output" else value
        if told is not None:
            output.console.print(f"  {name}: {_fact(told)}  ({shown(reading.sources[name])})", markup=False)
    place = shown_path(folder.root / "contract.yaml")
    if reading.missing:
        output.say(f"no contract.yaml was written, for too little is known of {'it' if reading.facts else 'that'}:")
        for one in reading.missing:
            output.console.print(f"  missing: {shown(one)}", markup=False)
        output.say(f"ask the organiser, and write {place} by hand (kit new shows one with every key)")
        return
    for one in reading.unknown:
        output.console.print(f"  not known: {shown(one)}", markup=False)
    output.say(f"ask the organiser, or write what you know into {place}")


def _fact(value: Any) -> str:
    """A value of a contract: a list as what stands between a call's brackets."""
    return shown(f"({', '.join(value)})" if isinstance(value, list) else str(value))


def placed_document(one: "Placed") -> dict[str, Any]:
    """A part for programs."""
    return {
        "kind": one.part.kind,
        "name": one.part.name,
        "key": one.part.key,
        "state": one.state,
        "place": one.place,
        "why": one.why or None,
        "url": one.url or None,
    }
