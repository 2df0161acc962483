"""The environment variables that a program finds in the platform's container (codabench.md 1.5 and 6)."""

import os
from pathlib import Path

SYSTEM_PATH = ("/usr/local/bin", "/usr/bin", "/bin")
SET_BY_THE_WORKER = {"PYTHONUNBUFFERED": "1", "http_proxy": "", "https_proxy": ""}


def variables(bin_folder: Path, home: str, temporary: str) -> dict[str, str]:
    """The worker's three, and what an image sets: PATH with the environment's programs first, HOME, LANG.

    Nothing of the kit's own environment is among them but what Windows cannot start a program without.
    """
    posix = os.name == "posix"
    path = os.pathsep.join([str(bin_folder), *(SYSTEM_PATH if posix else ())])
    found = {"PATH": path, "HOME": home, "LANG": "C.UTF-8", "TMPDIR": temporary, **SET_BY_THE_WORKER}
    if not posix:
        found |= {"SYSTEMROOT": os.environ.get("SYSTEMROOT", ""), "USERPROFILE": home, "TEMP": temporary}
        found["TMP"] = temporary
    return found
