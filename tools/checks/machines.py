"""Absolute paths of the machines that teams work on, by their beginnings."""

import re

from tools.checks.walk.values import Anchor, Text

MACHINES = (
    (re.compile(r"^/(content|gdrive|drive)(/|$)"), "Colab"),
    (re.compile(r"^/kaggle(/|$)"), "Kaggle"),
    (re.compile(r"^([A-Za-z]:|\\\\)"), "a Windows machine"),
    (re.compile(r"^/(Users|Volumes)/"), "a Mac"),
    (re.compile(r"^(/home/[^/]+|/root|~)(/|$)"), "somebody's home folder"),
    (re.compile(r"^/(mnt|media|workspace|workspaces|scratch)/"), "another machine"),
)


def machine_of(path: Text) -> str | None:
    """Whose machine an absolute path is of; None for one that the platform may have."""
    if path.anchor is not Anchor.NONE:
        return None
    return next((name for pattern, name in MACHINES if pattern.match(path.text)), None)
