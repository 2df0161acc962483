"""Which system this is, and what it says about namespaces: what advice depends on."""

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

PACKAGE_MANAGERS = {
    "apt": "sudo apt install {}",
    "dnf": "sudo dnf install {}",
    "pacman": "sudo pacman -S {}",
    "zypper": "sudo zypper install {}",
    "apk": "sudo apk add {}",
    "brew": "brew install {}",
}
USUAL = ("apt", "dnf")
SYSCTLS = (
    "kernel/unprivileged_userns_clone",
    "user/max_user_namespaces",
    "kernel/apparmor_restrict_unprivileged_userns",
)


@dataclass(frozen=True, kw_only=True)
class System:
    """The system that the kit runs on.

    `kind` is "linux", "darwin" or "win32"; `wsl` the version of the Windows subsystem, None elsewhere. `sysctls` holds
    those of the settings about user namespaces that the kernel has, as numbers.
    """

    kind: str
    name: str
    wsl: int | None = None
    is_colab: bool = False
    is_container: bool = False
    is_root: bool = False
    managers: tuple[str, ...] = USUAL
    sysctls: dict[str, int]

    def install(self, package: str, **other_names: str) -> tuple[str, ...]:
        """The lines that install a package, one for each package manager there is; `other_names` by manager."""
        managers = self.managers or (("brew",) if self.kind == "darwin" else USUAL)
        return tuple(PACKAGE_MANAGERS[manager].format(other_names.get(manager, package)) for manager in managers)


def look_around(root: Path = Path("/")) -> System:
    """The system as it is. `root` is where /proc and the marks of containers are looked for."""
    version = _text(root / "proc/version")
    wsl = None
    if "microsoft" in version.lower():
        wsl = 2 if "WSL2" in version or "microsoft-standard" in version else 1
    return System(
        kind=sys.platform,
        name=f"{platform.system()} {platform.release()} {platform.machine()}".strip(),
        wsl=wsl,
        is_colab="COLAB_RELEASE_TAG" in os.environ or (root / "content/sample_data").is_dir(),
        is_container=any((root / mark).exists() for mark in (".dockerenv", "run/.containerenv")),
        is_root=hasattr(os, "geteuid") and os.geteuid() == 0,
        managers=tuple(name for name in PACKAGE_MANAGERS if shutil.which(name)),
        sysctls={name: value for name in SYSCTLS if (value := _number(root / "proc/sys" / name)) is not None},
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _number(path: Path) -> int | None:
    told = _text(path).strip()
    return int(told) if told.isdecimal() else None
