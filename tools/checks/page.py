"""The catalogue as a page, README.md beside this module. Run `python -m tools.checks.page` to write it anew."""

from pathlib import Path

from tools.checks import CATALOGUE, Check, Stage

PAGE = Path(__file__).with_name("README.md")
HEAD = """# The catalogue

Every defect that the kit names. Written by `python -m tools.checks.page` from the checks themselves; do not edit.
A finding stops an upload if it is an error; a warning does so with `--strict`.
"""
ROOMS = ("ARC", "SRC", "ENV", "RUN", "OUT", "SCO", "UPL")
FOUND_BY = {Stage.CHECK: "`kit check`, `kit evaluate`", Stage.EVALUATE: "`kit evaluate`", Stage.UPLOAD: "`kit upload`"}


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *(_entry(CATALOGUE[code]) for code in sorted(CATALOGUE, key=_place))])


def _place(code: str) -> tuple[int, str]:
    """Rooms in the order in which they are reached, codes by their number."""
    return ROOMS.index(code[:3]), code


def _entry(entry: Check) -> str:
    return (
        f"## {entry.code}: {entry.title}\n\n"
        f"{entry.level.value}, found by {FOUND_BY[entry.stage]}\n\n"
        f"{entry.why}\n\n"
        f"**Fix:** {entry.fix}\n\n"
        f"**Source:** {entry.source}\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
