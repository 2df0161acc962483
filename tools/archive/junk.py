"""What programs leave in a folder and no evaluator needs, told by its name alone."""

SYSTEMS = {
    "__MACOSX": "what macOS adds to a zip",
    ".DS_Store": "what macOS leaves in folders",
    "Thumbs.db": "what Windows leaves in folders",
    "desktop.ini": "what Windows leaves in folders",
    "__pycache__": "compiled Python, made anew at each import",
    ".ipynb_checkpoints": "copies that Jupyter keeps",
    ".git": "the history of a Git repository",
    ".pytest_cache": "a tool's cache",
    ".mypy_cache": "a tool's cache",
    ".ruff_cache": "a tool's cache",
    ".hypothesis": "a tool's cache",
    ".idea": "an editor's settings",
    ".vscode": "an editor's settings",
}
"""Names of files and folders, and what they are."""


def junk_of(name: str) -> tuple[str, str] | None:
    """The part of a member's name that makes it junk, and what that is; None for what may be needed.

    A `.pyc` outside of `__pycache__` may be needed: it can be imported without its source.
    """
    return next(((part, SYSTEMS[part]) for part in name.split("/") if part in SYSTEMS), None)


def is_junk(name: str) -> bool:
    """Whether a member has no use where the submission runs."""
    return junk_of(name) is not None
