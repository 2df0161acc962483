"""What to type where an engine was passed over, by what it complained of and by the system."""

import re
from collections.abc import Iterator

from tools.doctor.system import System

PROCESS = "kit evaluate submission.zip --engine process  # runs without isolation"
SETTINGS = "in the kit's config.toml, below [container]: options = ['--cgroup-manager', 'cgroupfs']"
ULIMITS = (
    "in the kit's config.toml, below [container]: run_options = ['--ulimit=nofile=1024:1024', "
    "'--ulimit=nproc=1000:1000']"
)
APPARMOR_PROFILE = (
    "printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap /usr/bin/bwrap flags=(unconfined) "
    "{\\n  userns,\\n}\\n' | sudo tee /etc/apparmor.d/bwrap",
    "sudo apparmor_parser -r /etc/apparmor.d/bwrap",
)
NO_NAMESPACE = re.compile(r"namespace|uid ?map|Operation not permitted|clone|unshare", re.IGNORECASE)


def mend(engine: str, complaint: str, system: System) -> tuple[str, ...]:
    """The lines to type, the likeliest first; one that always works at the end where there is one."""
    if system.is_colab:
        return (PROCESS,)
    told = _container(complaint, system) if engine == "container" else _bubblewrap(complaint, system)
    return tuple(dict.fromkeys(told)) or (PROCESS,)


def image(client: str, name: str) -> tuple[str, ...]:
    """How to fetch the competition's image beforehand."""
    return (f"{client} pull {name}  # kit evaluate does so when it first needs it",)


def _container(complaint: str, system: System) -> Iterator[str]:
    if "not installed" in complaint and "docker: " not in complaint and "podman: " not in complaint:
        yield from _a_client(system)
    if re.search(r"permission denied.{0,80}(?:docker|socket)", complaint, re.IGNORECASE):
        yield "sudo usermod -aG docker $USER  # then sign in anew, or: newgrp docker"
    elif re.search(r"cannot connect to the docker daemon|is the docker daemon running|docker\.sock", complaint, re.I):
        yield "start Docker Desktop" if system.wsl or system.kind != "linux" else "sudo systemctl start docker"
        if system.wsl:
            yield "in Docker Desktop: Settings, Resources, WSL integration, and switch this distribution on"
    if re.search(r"newuidmap|subuid|subgid|insufficient UIDs", complaint):
        yield from system.install("uidmap", dnf="shadow-utils", pacman="shadow", zypper="shadow", apk="shadow-uidmap")
        yield "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER && podman system migrate"
    if re.search(r"cannot connect to podman|podman machine", complaint, re.IGNORECASE):
        yield "podman machine init && podman machine start"
    if "cgroup" in complaint.lower():
        yield SETTINGS
    if "rlimit" in complaint:
        yield ULIMITS
    if re.search(r"overlay|fuse", complaint, re.IGNORECASE):
        yield from system.install("fuse-overlayfs")
    if NO_NAMESPACE.search(complaint):
        yield from _namespaces(system)


def _a_client(system: System) -> Iterator[str]:
    if system.kind == "linux" and not system.wsl:
        yield from system.install("podman")
    elif system.wsl:
        yield from system.install("podman")
        yield "or install Docker Desktop for Windows, and switch its WSL integration on"
    else:
        yield "install Docker Desktop, or podman and then: podman machine init && podman machine start"


def _bubblewrap(complaint: str, system: System) -> Iterator[str]:
    if system.kind != "linux":
        yield "bubblewrap is for Linux only; here the container engine isolates"
    elif "not installed" in complaint or "too old" in complaint:
        yield from system.install("bubblewrap")
    elif "is missing" in complaint:
        yield from system.install("util-linux")
    elif NO_NAMESPACE.search(complaint) or system.is_container:
        yield from _namespaces(system)


def _namespaces(system: System) -> Iterator[str]:
    """How to allow user namespaces, by the setting that forbids them."""
    if system.wsl == 1:
        yield "WSL 1 has no namespaces; in Windows: wsl --set-version DISTRIBUTION 2"
    if system.sysctls.get("kernel/unprivileged_userns_clone") == 0:
        yield "sudo sysctl -w kernel.unprivileged_userns_clone=1"
    if system.sysctls.get("user/max_user_namespaces") == 0:
        yield "sudo sysctl -w user.max_user_namespaces=15000"
    if system.sysctls.get("kernel/apparmor_restrict_unprivileged_userns") == 1:
        yield from APPARMOR_PROFILE
        yield "or, for all programs: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    if system.is_container:
        options = "--security-opt seccomp=unconfined --security-opt systempaths=unconfined"
        yield f"this is a container itself: start it with {options}"
    yield PROCESS
