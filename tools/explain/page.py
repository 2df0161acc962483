"""The platform's texts as a page, docs/platform_texts.md. Run `python -m tools.explain.page` to write it anew."""

from pathlib import Path

from tools.explain.platform_text import Cause, PlatformText, Whose
from tools.explain.texts import ROOMS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "platform_texts.md"
HEAD = """# What Codabench shows, and what it means

{count} texts: what the worker writes beside a status, statuses that stay, what the site and its storage answer, and
what stands in the logs. Written by `python -m tools.explain.page` from [tools/explain/texts](../tools/explain/texts);
do not edit. `kit explain "TEXT"` finds the right one, also where it was cut off or has another case, and reads logs:
`kit explain scoring_stderr.txt`. `{{...}}` stands for what differs.

Whose it is says who has to mend it. The codes are those of [the catalogue](../tools/checks/README.md). The sources name
the section of the record of the platform's own code, issue threads and runs that the kit was written from.
"""
OWNERS = {
    Whose.YOU: "yours",
    Whose.ORGANISER: "the organiser's",
    Whose.PLATFORM: "the platform's",
    Whose.NOBODY: "nobody's",
}


def page() -> str:
    """The whole page as Markdown."""
    head = HEAD.format(count=sum(len(texts) for _, texts in ROOMS))
    rooms = (f"## {title}\n\n" + "\n".join(_entry(text) for text in texts) for title, texts in ROOMS)
    return "\n".join([head, *rooms])


def _entry(text: PlatformText) -> str:
    shown = "".join(f"> {_literal(form)}  \n" for form in text.shown)
    causes = "".join(f"{number}. {_cause(cause)}\n" for number, cause in enumerate(text.causes, start=1))
    run = ", ".join(f"`{command}`" for command in text.run)
    return (
        f"### {text.code}: {text.title}\n\n"
        f"In {text.place.value}.\n\n"
        f"{shown}{chr(10) if shown else ''}"
        f"{causes}\n"
        f"**Sending the same zip again:** {text.again.helps.value}: {text.again.note}\n\n"
        f"**Run:** {run}\n\n"
        f"**Source:** {text.source}\n"
    )


def _cause(cause: Cause) -> str:
    codes = ", ".join(cause.codes)
    return f"**{OWNERS[cause.whose]}:** {cause.text}{f' ({codes})' if codes else ''}"


def _literal(form: str) -> str:
    """A form as code, in a fence that it does not hold itself."""
    return f"`` {form} ``" if "`" in form else f"`{form}`"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
