"""Competition bundles in Codabench's own format, version 2 (codabench.md 2): reading them, and what of them to play.

Nothing of a bundle is executed here. `open_bundle` reads one; `Bundle.plays` says what to play, and `Bundle.place` puts
its programs and data where the worker has them.
"""

from tools.bundle.bundle import Bundle
from tools.bundle.competition import (
    DEFAULT_LIMIT_S,
    Column,
    Competition,
    FactSheetEntry,
    Leaderboard,
    Phase,
    Solution,
    Task,
)
from tools.bundle.opening import open_bundle
from tools.bundle.plays import Play

__all__ = [
    "DEFAULT_LIMIT_S",
    "Bundle",
    "Column",
    "Competition",
    "FactSheetEntry",
    "Leaderboard",
    "Phase",
    "Play",
    "Solution",
    "Task",
    "open_bundle",
]
