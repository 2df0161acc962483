"""The engine without a daemon: bubblewrap gives a program real /app paths and hides the rest of the machine.

Inside there are the job's folders, a read-only system, the environment's packages, a private /tmp and home, and no
other process; no network unless asked for. The program is user 0 without any capability, as on the platform, and an
unprivileged user outside. What it does not do: it filters no system calls and shows no GPU.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from tools.environments.installed import Installed
from tools.errors import SandboxError
from tools.sandbox.folders import make_private
from tools.sandbox.program import Outcome, Program
from tools.sandbox.supervise import Supervisors, spec_of
from tools.sandbox.variables import variables

NOBODY = 65534
SHM_BYTES = 64 << 20
HOME = "/root"
SYSTEM = ("/usr", "/nix/store")
MERGED = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "nsswitch.conf", "mime.types")
NETWORK_SETTINGS = ("resolv.conf", "hosts", "services", "protocols", "ssl", "ca-certificates", "pki")
CHIPS = ("/sys/devices/system/cpu", "/sys/devices/system/node")
ACCOUNTS = {"passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n", "group": "root:x:0:\n"}
ISOLATED = ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent")
WANTED = ("--size", "--perms")


class BubblewrapEngine:
    """Runs each program in a sandbox of its own."""

    name = "bubblewrap"

    def __init__(self, installed: Installed, *, network: bool = False) -> None:
        """Programs find the executables of `installed` first. Raises SandboxError where bwrap cannot be used."""
        self.installed = installed
        self.network = network
        self.bwrap = _bwrap()
        self.owner = (NOBODY, NOBODY) if os.geteuid() == 0 else None
        self.supervisors = Supervisors()

    def run(self, program: Program) -> Outcome:
        """Run a program to its end or a limit. A command that cannot be started gives 127 or 126."""
        make_private(program, owner=self.owner)
        env = variables(self.installed.bin_folder, HOME, "/tmp") | {"HOSTNAME": self.name}  # noqa: S108 - its own
        del env["TMPDIR"]
        argv = [self.bwrap, *self._options(program), "--", *_identity(program.limits.processes), *program.argv]
        writable = [str(program.folder), *map(str, _outputs(program))]
        return self.supervisors.run(spec_of(program, argv, env, "/", writable=writable), program.call_off)

    def stop(self) -> None:
        """Kill every program that still runs, with all that it started."""
        self.supervisors.stop()

    def describe(self) -> dict[str, Any]:
        """The version of bwrap."""
        told = subprocess.run([self.bwrap, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        return {"engine": self.name, "version": told.stdout.strip().removeprefix("bubblewrap ")}

    def _options(self, program: Program) -> Iterator[str]:
        """The sandbox, in the order in which bwrap builds it."""
        yield from ISOLATED
        yield from ("--hostname", self.name, "--new-session")
        if not self.network:
            yield "--unshare-net"
        if self.owner is None:
            yield from ("--unshare-user", "--uid", "0", "--gid", "0")
        else:
            yield from ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
        yield from self._system(program)
        yield from _bind(program.folder / "app", "/app")
        yield from _bind(program.folder / "tmp", "/tmp")  # noqa: S108 - the sandbox's own
        yield from _bind(program.home, HOME)
        for place, folder in program.mounts.items():
            yield from _bind(folder, place, read_only=place in program.read_only)
        for folder in self.installed.folders:
            yield from _bind(folder, str(folder), read_only=True)
        yield from ("--remount-ro", "/", "--chdir", program.workdir)

    def _system(self, program: Program) -> Iterator[str]:
        """A read-only system without anybody's files: programs and libraries, a few settings, /proc and /dev."""
        for path in SYSTEM:
            if Path(path).is_dir():
                yield from _bind(Path(path), path, read_only=True)
        for path in MERGED:
            if Path(path).is_symlink():
                yield from ("--symlink", os.readlink(path), path)  # noqa: PTH115 - the text of the link
            elif Path(path).is_dir():
                yield from _bind(Path(path), path, read_only=True)
        yield from ("--proc", "/proc", "--dev", "/dev")
        yield from ("--perms", "1777", "--size", str(SHM_BYTES), "--tmpfs", "/dev/shm")  # noqa: S108 - its own
        for path in ("/etc", "/var"):
            yield from ("--perms", "0755", "--dir", path)
        yield from ("--symlink", "/tmp", "/var/tmp")  # noqa: S108 - the sandbox's own
        for name in (*SETTINGS, *(NETWORK_SETTINGS if self.network else ())):
            yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")
        for name, text in ACCOUNTS.items():
            (program.folder / name).write_text(text, "ascii")
            yield from ("--ro-bind", str(program.folder / name), f"/etc/{name}")
        for path in CHIPS:
            if Path(path).is_dir():
                yield from _bind(Path(path), path, read_only=True)


def _bind(folder: Path, place: str, *, read_only: bool = False) -> Iterator[str]:
    """A folder at a place, whose parents anybody may look through (bwrap makes them for their owner alone)."""
    for parent in reversed(PurePosixPath(place).parents[:-1]):
        yield from ("--perms", "0755", "--dir", str(parent))
    yield from ("--ro-bind" if read_only else "--bind", str(folder), place)


def _outputs(program: Program) -> Iterator[Path]:
    for place in ("/app/output", "/app/shared"):
        if folder := program.mounts.get(place):
            yield folder


def _bwrap() -> str:
    """The path of bwrap. Raises SandboxError where there is none, or one that is too old."""
    found = shutil.which("bwrap")
    if found is None:
        raise SandboxError("bubblewrap is not installed", "Debian, Ubuntu: sudo apt install bubblewrap")
    told = subprocess.run([found, "--help"], capture_output=True, text=True, check=False)  # noqa: S603
    if missing := [option for option in WANTED if option not in told.stdout + told.stderr]:
        raise SandboxError(f"this bubblewrap is too old: it lacks {', '.join(missing)}", "install 0.6 or newer")
    return found


def _identity(processes: int) -> list[str]:
    """What stands before the command inside: the number of processes, and for root the way to an unprivileged user.

    Root takes another user, becomes user 0 of a user namespace of that one where the kernel allows it, and gives up
    every capability there.
    """
    limit = [_tool("env"), "-u", "PWD", _tool("prlimit"), f"--nproc={processes}", "--"]  # bwrap sets PWD
    if os.geteuid() != 0:
        return limit
    setpriv = _tool("setpriv")
    other = [setpriv, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all"]
    if not _has_user_namespaces():
        return [*other, "--no-new-privs", "--", *limit]
    namespace = [_tool("unshare"), "--user", "--map-root-user", "--"]
    return [*other, "--", *namespace, *limit, setpriv, "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"]


@cache
def _has_user_namespaces() -> bool:
    """Whether an unprivileged user may make a user namespace."""
    words = [_tool("unshare"), "--user", "--map-root-user", "true"]
    done = subprocess.run(words, user=NOBODY, group=NOBODY, extra_groups=[], capture_output=True, check=False)  # noqa: S603
    return done.returncode == 0


@cache
def _tool(name: str) -> str:
    """A program of util-linux or coreutils. Raises SandboxError where it is missing."""
    found = shutil.which(name, path=os.pathsep.join(("/usr/bin", "/usr/sbin", "/bin", "/sbin")))
    if found is None:
        raise SandboxError(f"{name} is missing, which the bubblewrap engine needs", "install util-linux and coreutils")
    return os.path.realpath(found)
