"""What the platform shows, explained: `diagnose` a text, `diagnose_log` a log by its name, TEXTS by code."""

from tools.explain.diagnosis import Diagnosis, diagnose, diagnose_log
from tools.explain.platform_text import Again, Cause, Helps, Place, PlatformText, Whose
from tools.explain.texts import ROOMS, TEXTS

__all__ = [
    "ROOMS",
    "TEXTS",
    "Again",
    "Cause",
    "Diagnosis",
    "Helps",
    "Place",
    "PlatformText",
    "Whose",
    "diagnose",
    "diagnose_log",
]
