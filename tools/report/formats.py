"""The formats that other programs read, each a function of the JSON document: of a result, or of a failure."""

from collections.abc import Sequence
from typing import Any

Document = dict[str, Any]


def render(name: str, document: Document, arguments: Sequence[str]) -> str:
    """The document in a format by its name: sarif, junit or github. `arguments` are those of the command line."""
    # each is imported only where it is asked for
    if name == "sarif":
        from tools.report.sarif import as_sarif  # noqa: PLC0415

        return as_sarif(document, arguments)
    if name == "junit":
        from tools.report.junit import as_junit  # noqa: PLC0415

        return as_junit(document, arguments)
    from tools.report.github import as_github  # noqa: PLC0415

    return as_github(document)


def unfinished(document: Document) -> list[str]:
    """What the platform would show of each task that it would not show as Finished; empty where nothing was run."""
    platform = document.get("platform", {})
    told = []
    for one in platform.get("children", [platform] if platform else []):
        if one["status"] != "Finished":
            task = f" of {one['phase']} / {one['task']}" if "task" in one else ""
            details = f": {one['status_details']}" if one["status_details"] else ""
            told.append(f"the platform would show {one['status']}{task}{details}")
    return told
