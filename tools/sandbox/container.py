"""The engine that is the platform's own: docker or podman with the bundle's image, and the worker's flags.

The image is the environment. Global options and options of a run come from the user's settings, for machines whose
engine needs some of its own. Time is kept by the supervisor, memory and the number of processes by the engine. What it
does not do: it does not limit what is written into the container's own layer.
"""

import contextlib
import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tools.errors import SandboxError
from tools.sandbox.folders import make_private
from tools.sandbox.oom_witness import Witness, witness
from tools.sandbox.program import Outcome, Program
from tools.sandbox.supervise import Supervisors, spec_of
from tools.sandbox.variables import SET_BY_THE_WORKER

MEGABYTE = 1 << 20
COMMAND_S = 120
NOT_EXECUTABLE, NOT_FOUND = 126, 127
PROGRAMS = ("docker", "podman")
DROPPED = (
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
)


@dataclass(frozen=True, kw_only=True)
class Client:
    """How containers are commanded here: a program, options before its subcommand, options of each run."""

    program: str
    options: tuple[str, ...] = ()
    run_options: tuple[str, ...] = ()

    @property
    def is_podman(self) -> bool:
        """Whether it takes podman's options rather than docker's."""
        return "podman" in Path(self.program).name

    def command(self, *words: str) -> list[str]:
        """A whole command line."""
        return [self.program, *self.options, *words]

    def whole_name(self, image: str) -> str:
        """An image's name with its registry, which docker adds by itself and podman asks for."""
        first, slash, _ = image.partition("/")
        if not self.is_podman or (slash and (first == "localhost" or "." in first or ":" in first)):
            return image
        return f"docker.io/{image}" if slash else f"docker.io/library/{image}"

    def removal(self, container: str) -> list[str]:
        """The command that kills and removes a container at once."""
        return self.command("rm", "--force", *(("--time", "0") if self.is_podman else ()), container)

    def ask(self, *words: str, timeout_s: float | None = COMMAND_S) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end and return what it printed. Raises SandboxError where it hangs."""
        try:
            return subprocess.run(  # noqa: S603 - the engine's own client
                self.command(*words), capture_output=True, text=True, check=False, timeout=timeout_s
            )
        except subprocess.TimeoutExpired as error:
            raise SandboxError(f"{self.program} {words[0]} does not answer", "restart its engine") from error


def find_client(wanted: str | None, options: Sequence[str], run_options: Sequence[str]) -> Client:
    """The client that the settings name, else docker, else podman, whichever answers first.

    Raises SandboxError with what each of them said.
    """
    complaints = []
    for program in (wanted,) if wanted else PROGRAMS:
        if shutil.which(program) is None:
            complaints.append(f"{program} is not installed")
            continue
        client = Client(program=program, options=tuple(options), run_options=tuple(run_options))
        told = client.ask("version", "--format", "json")
        if told.returncode == 0:
            return client
        complaints.append(f"{program}: {_last_line(told.stderr)}")
    raise SandboxError("; ".join(complaints), "start its engine, or use another: --engine bubblewrap or process")


class ContainerEngine:
    """Runs each program in a container of its own."""

    name = "container"

    def __init__(
        self, client: Client, image: str, *, network: bool = False, at_death: Callable[[Sequence[str]], None]
    ) -> None:
        """`at_death` takes a command that must be run if the kit is killed: the removal of a container."""
        self.client = client
        self.image = client.whole_name(image)
        self.network = network
        self.at_death = at_death
        self.supervisors = Supervisors()

    def run(self, program: Program) -> Outcome:
        """Run a program to its end or a limit. Raises SandboxError where the container cannot be made."""
        make_private(program, owner=None)
        name = f"kit-{uuid.uuid4().hex[:12]}"
        removal = self.client.removal(name)
        self.at_death(removal)
        with witness(program.limits.memory_mb, name) as seen:
            if seen:
                self.at_death(["find", *seen.places, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"])
            try:
                self._create(program, name, seen)
                return self._told(name, self._start(program, name), program, seen)
            finally:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    subprocess.run(removal, capture_output=True, check=False, timeout=COMMAND_S)  # noqa: S603 - its own
                self._take_back(program)

    def _create(self, program: Program, name: str, seen: Witness | None) -> None:
        try:
            created = self.client.ask("create", *self._options(program, name, seen), self.image, *program.argv)
        except ValueError as error:
            raise SandboxError(f"the command {program.argv!r:.200} cannot be started: {error}", _FIX) from error
        if created.returncode != 0:
            raise SandboxError(f"no container of {self.image} could be made: {_last_line(created.stderr)}", _FIX)

    def _start(self, program: Program, name: str) -> Outcome:
        """Let it run, attached; the client is supervised, the container itself belongs to its engine."""
        free = {"memory_bytes": None, "processes": None, "file_bytes": None, "adopts": False}
        writable = [str(folder) for place, folder in program.mounts.items() if place.endswith(("output", "shared"))]
        command = self.client.command("start", "--attach", name)
        spec = spec_of(program, command, dict(os.environ), str(program.folder), writable=writable, **free)
        return self.supervisors.run(spec, program.call_off)

    def stop(self) -> None:
        """Kill every program that still runs; each run then removes its container."""
        self.supervisors.stop()

    def describe(self) -> dict[str, Any]:
        """The client, its version and the image."""
        told = self.client.ask("--version").stdout.strip()
        return {"engine": self.name, "version": told, "image": self.image}

    def _options(self, program: Program, name: str, seen: Witness | None) -> Iterator[str]:
        """The worker's flags (codabench.md 1.5), and the kit's limits."""
        yield from ("--name", name, "--workdir", program.workdir, "--userns", "host", "--pull", "never")
        for variable, value in SET_BY_THE_WORKER.items():
            yield from ("--env", f"{variable}={value}")
        for capability in DROPPED:
            yield from ("--cap-drop", capability)
        if self.client.is_podman:
            yield from ("--security-opt", "label=disable", "--security-opt", "no-new-privileges", "--http-proxy=false")
        else:
            yield from ("--security-opt", "no-new-privileges")
        for place, folder in program.mounts.items():
            yield from ("--volume", f"{folder}:{place}:{'ro' if place in program.read_only else 'z'}")
        if not self.network:
            yield from ("--network", "none")
        limits = program.limits
        if seen:
            yield from ("--cgroup-parent", seen.parent)
        elif limits.memory_mb:
            yield from ("--memory", f"{limits.memory_mb}m", "--memory-swap", f"{limits.memory_mb}m")
        yield from ("--pids-limit", str(limits.processes), "--ulimit", f"fsize={limits.file_mb * MEGABYTE}")
        yield from self.client.run_options

    def _told(self, name: str, outcome: Outcome, program: Program, seen: Witness | None) -> Outcome:
        """The outcome with the container's own exit code, and what proves that it ran out of memory."""
        kept = self._kept_by(name, program, seen)
        outcome = replace(outcome, kept_by=kept, cpu_s=None, peak_mb=None)  # those are the client's own
        if outcome.stopped:
            return outcome
        told = self.client.ask("inspect", "--format", "{{json .State}}", name)
        state = json.loads(told.stdout) if told.returncode == 0 else {}
        if state.get("Status") == "exited":
            outcome = replace(outcome, exit_code=int(state["ExitCode"]))
        elif outcome.exit_code:
            not_found = "not found" in program.stderr.read_text("utf-8", "replace")
            outcome = replace(outcome, exit_code=NOT_FOUND if not_found else NOT_EXECUTABLE)
        if state.get("OOMKilled") or (seen and seen.saw_oom):
            by = (
                "the kernel signalled that its control group was" if seen else "the container's engine says that it was"
            )
            return replace(outcome, stopped="memory", proof=f"{by} out of memory at {program.limits.memory_mb} MB")
        return outcome

    def _kept_by(self, name: str, program: Program, seen: Witness | None) -> dict[str, str]:
        """The limits that the container was seen to have: in its own settings, or by what its group was charged."""
        told = self.client.ask("inspect", "--format", "{{json .HostConfig}}", name)
        settings = json.loads(told.stdout) if told.returncode == 0 else {}
        kept = {}
        if settings.get("PidsLimit") == program.limits.processes:
            kept["processes"] = self.name
        memory_bytes = (program.limits.memory_mb or 0) * MEGABYTE
        if memory_bytes and (seen.was_charged if seen else settings.get("Memory") == memory_bytes):
            kept["memory"] = self.name
        return kept

    def _take_back(self, program: Program) -> None:
        """Have root in a container give the files to the kit's user, where docker's root wrote them."""
        if self.client.is_podman or os.name != "posix" or os.geteuid() == 0:
            return
        folders = [folder for place, folder in program.mounts.items() if place not in program.read_only]
        volumes = [word for index, folder in enumerate(folders) for word in ("--volume", f"{folder}:/kit/{index}")]
        owner = f"{os.getuid()}:{os.getgid()}"
        words = ("run", "--rm", "--network", "none", "--entrypoint", "chown", *volumes, self.image, "-R", owner, "/kit")
        self.client.ask(*words)


_FIX = "look at the message, and give the engine's options in config.toml (README); or use another --engine"


def make_sure_of(client: Client, image: str, say: Callable[[str], None]) -> None:
    """Pull an image that is not here, as the worker does before its clock starts.

    Raises SandboxError where it is not to be had.
    """
    image = client.whole_name(image)
    if client.ask("image", "inspect", "--format", "{{.Id}}", image).returncode == 0:
        return
    say(f"pulling {image} (the platform does so too, before its clock starts)")
    pulled = client.ask("pull", "--quiet", image, timeout_s=None)
    if pulled.returncode != 0:
        raise SandboxError(
            f"the image {image} is not here and cannot be pulled: {_last_line(pulled.stderr)}",
            "check the name and the network, or evaluate with --engine bubblewrap or process",
        )


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing"
