"""A result as annotations of GitHub Actions (workflow commands), one for each finding that is not ignored.

An annotation is shown beside a line only where its file is one of the checkout, and a zip's members are not: the
member is looked for in the working directory and in submission/, where its line must read the same; else the
annotation names the zip, without a line.
"""

from pathlib import Path
from typing import Any

from tools.report.formats import Document, unfinished

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
SOURCES = (Path(), Path("submission"))
LIMIT_BYTES = 2 << 20


def as_github(document: Document) -> str:
    """The document as lines for a job's log; of a failure, one error."""
    error = document.get("error")
    if isinstance(error, dict):
        return _command("error", f"{error['what']}\nfix: {error['fix']}", title="kit")
    told = [_annotation(Path(document["path"]), one) for one in document["findings"]]
    told += [_command("error", text, title="kit") for text in unfinished(document)]
    return "".join(told)


def _annotation(path: Path, finding: dict[str, Any]) -> str:
    file, line = _place(path, finding)
    where = [f"in {finding['where']}"] if finding["where"] and not line else []
    texts = [*where, *finding["evidence"], f"fix: {finding['fix']}"]
    texts += [f"again: {finding['reproduce']}"] if finding["reproduce"] else []
    facts = {"file": file, **({"line": str(line)} if line else {}), "title": f"{finding['code']} {finding['title']}"}
    return _command(COMMANDS[finding["level"]], "\n".join(texts), **facts)


def _place(path: Path, finding: dict[str, Any]) -> tuple[str, int | None]:
    """The file and line of the checkout that a finding speaks of, else the submission's own path."""
    for one in finding["locations"][:1]:
        for folder in (path,) if path.is_dir() else SOURCES:
            file = folder / one["member"]
            if _is_below(one["member"]) and _reads(file, one["line"], finding["excerpt"]):
                return file.as_posix(), one["line"]
    return path.as_posix(), None


def _is_below(member: str) -> bool:
    """Whether a member's name, taken as a path, stays inside of a folder."""
    path = Path(member)
    return not path.is_absolute() and ".." not in path.parts


def _reads(file: Path, line: int | None, excerpt: str | None) -> bool:
    """Whether the file is there and has this text on this line."""
    try:
        if not file.is_file() or not line or not excerpt:
            return file.is_file()
        with file.open("rb") as stream:
            lines = stream.read(LIMIT_BYTES).splitlines()
    except (OSError, ValueError):
        return False
    text = lines[line - 1].decode("utf-8", "replace").strip() if line <= len(lines) else ""
    return text.startswith(excerpt.removesuffix("..."))


def _command(name: str, message: str, **facts: str) -> str:
    """`::error file=...,line=...,title=...::message`, with what would end a value or the line written out."""
    told = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in facts.items())
    return f"::{name} {told}::{_escaped(message)}\n"


def _escaped(text: str, also: str = "") -> str:
    return "".join(f"%{ord(letter):02X}" if letter in f"%\r\n{also}" else letter for letter in text)
