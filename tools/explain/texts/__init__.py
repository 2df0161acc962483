"""Every text of the platform that the kit can explain, by its code. A code is never used again or renumbered."""

from tools.explain.platform_text import PlatformText
from tools.explain.texts import answers, imports, machine, models, site, states, upload, worker

ROOMS: tuple[tuple[str, tuple[PlatformText, ...]], ...] = (
    ("What the worker says", worker.TEXTS),
    ("Statuses that stay, or say nothing", states.TEXTS),
    ("What the site and its storage answer to an upload", upload.TEXTS),
    ("What the site answers about accounts and phases", site.TEXTS),
    ("Logs: import and constructor", imports.TEXTS),
    ("Logs: the model file and the framework", models.TEXTS),
    ("Logs: memory, disk, network, container", machine.TEXTS),
    ("Logs: files, answers, and the rest", answers.TEXTS),
)
TEXTS: dict[str, PlatformText] = {text.code: text for _, room in ROOMS for text in room}
