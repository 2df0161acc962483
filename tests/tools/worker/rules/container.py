"""1.5: what a program is inside of its container."""

import os
import shutil
import socket
from pathlib import Path

from tests.tools.worker.rules.look_around import FOLDERS, status
from tests.tools.worker.rules.programs import PLACEHOLDERS, SCORE, SCORING, looking
from tests.tools.worker.rules.rule import Instead, Rule
from tests.tools.worker.rules.scene import Scene, Task
from tests.tools.worker.rules.scenes import PLAIN, SUBMISSION

MISSING = "localhost/no-such-image:1"
NO_IMAGE = Scene(
    alike=True, submission=SUBMISSION, tasks={"task": Task(scoring=SCORING)}, keys={"docker_image": MISSING}
)
ONLINE = Scene(submission=SUBMISSION, tasks={"online": Task(scoring=looking(SCORE))}, network=True)
INITS = ("tini", "bwrap")
MACHINES = "the machine's"
USERS = "that of the user who runs the kit"


def machines_interfaces() -> list[str]:
    """The network interfaces of this machine."""
    return sorted(name for _, name in socket.if_nameindex())


def machines_rights() -> dict[str, bool]:
    """What the user who runs the tests is refused."""
    return dict.fromkeys(("read mode 000", "chown", "setuid"), os.geteuid() != 0)


RULES = (
    Rule(
        code="container-no-shell",
        source="1.5",
        rule="The command is split as a shell would, but no shell reads it: `>`, `&&`, `|`, `*`, `~` and `$HOME` are "
        "words.",
        scene=PLAIN,
        look=lambda seen: seen.ingestion["words"][len(PLACEHOLDERS) + 1 : -2],
        expect=[">", "log", "&&", "$HOME", "|", "*", "~"],
    ),
    Rule(
        code="container-quotes",
        source="1.5",
        rule="Quotes hold a word together, as `shlex.split` has it.",
        scene=PLAIN,
        look=lambda seen: seen.ingestion["words"][-2:],
        expect=["two words", "it's"],
    ),
    Rule(
        code="container-entrypoint",
        source="1.5",
        rule="The image's ENTRYPOINT stays in force: process 1 is tini, which runs the command.",
        scene=PLAIN,
        look=lambda seen: Path(seen.ingestion["first_process"][0]).name,
        expect="tini",
        instead={
            "bubblewrap": Instead("no entrypoint: process 1 is bwrap, which runs the command", "bwrap"),
            "process": Instead(
                "no entrypoint: process 1 is the machine's",
                lambda: Path(Path("/proc/1/cmdline").read_text("utf-8").split("\0")[0]).name,
            ),
        },
    ),
    Rule(
        code="container-cwd",
        source="1.5",
        rule="The working directory is /app/program, also for a submission that ingestion imports.",
        scene=PLAIN,
        look=lambda seen: ["/".join(told["cwd"][-2:]) for told in (seen.ingestion, seen.scoring)],
        expect=["app/program"] * 2,
        instead={
            "process": Instead(
                "the job's folder that stands for /app/program", ["prediction/ingestion_program", "scoring/program"]
            )
        },
    ),
    Rule(
        code="container-path0",
        source="6",
        rule="Python's sys.path begins with the program's own folder.",
        scene=PLAIN,
        look=lambda seen: seen.ingestion["path0"] == seen.ingestion["cwd"],
        expect=True,
    ),
    Rule(
        code="container-variables",
        source="1.5",
        rule="PYTHONUNBUFFERED is 1, and http_proxy and https_proxy are there though empty.",
        scene=PLAIN,
        look=lambda seen: [
            {name: told["environment"].get(name) for name in ("PYTHONUNBUFFERED", "http_proxy", "https_proxy")}
            for told in (seen.ingestion, seen.scoring)
        ],
        expect=[{"PYTHONUNBUFFERED": "1", "http_proxy": "", "https_proxy": ""}] * 2,
    ),
    Rule(
        code="container-variables-exactly",
        source="6",
        rule="Beyond those there is what the image sets (PATH, often LANG), HOME and HOSTNAME, under podman TERM and "
        "container, and nothing else: no PYTHONPATH, no name or key of the submission.",
        scene=PLAIN,
        look=lambda seen: sorted(
            set(seen.ingestion["environment"]) - {"PYTHONUNBUFFERED", "http_proxy", "https_proxy"}
        ),
        expect=["HOME", "HOSTNAME", "PATH", "TERM", "container"],
        instead={
            "bubblewrap": Instead("PATH, LANG, HOME and HOSTNAME", ["HOME", "HOSTNAME", "LANG", "PATH"]),
            "process": Instead("PATH, LANG, HOME and TMPDIR", ["HOME", "LANG", "PATH", "TMPDIR"]),
        },
    ),
    Rule(
        code="container-home",
        source="6",
        rule="HOME is /root and can be written.",
        scene=PLAIN,
        look=lambda seen: (Path(seen.ingestion["environment"]["HOME"]).name, seen.ingestion["home"]),
        expect=("root", None),
        instead={"process": Instead("a private folder, which can be written", ("home", None))},
    ),
    Rule(
        code="container-user",
        source="1.5",
        rule="The program is user 0 of group 0, in no other group.",
        scene=PLAIN,
        look=lambda seen: seen.ingestion["user"],
        expect=[0, 0, []],
        instead={"process": Instead(USERS, lambda: [os.getuid(), os.getgid(), os.getgroups()])},
    ),
    Rule(
        code="container-capabilities",
        source="6",
        rule="It has no capability, and can gain none.",
        scene=PLAIN,
        look=lambda seen: [seen.ingestion["status"][name] for name in ("CapEff", "CapPrm", "CapBnd")],
        expect=[0, 0, 0],
        instead={"process": Instead(USERS, lambda: [status()[name] for name in ("CapEff", "CapPrm", "CapBnd")])},
    ),
    Rule(
        code="container-rights",
        source="1.5",
        rule="Without capabilities user 0 may not read a file of mode 000, give a file away, or become another user.",
        scene=PLAIN,
        look=lambda seen: {name: complaint is not None for name, complaint in seen.ingestion["rights"].items()},
        expect={"read mode 000": True, "chown": True, "setuid": True},
        instead={"process": Instead(USERS, machines_rights)},
    ),
    Rule(
        code="container-no-new-privileges",
        source="1.5",
        rule="The kernel is told that it shall gain no privileges.",
        scene=PLAIN,
        look=lambda seen: seen.ingestion["status"]["NoNewPrivs"],
        expect=1,
        instead={"process": Instead("no", lambda: status()["NoNewPrivs"])},
    ),
    Rule(
        code="container-seccomp",
        source="6",
        rule="The container engine's filter of system calls is on.",
        scene=PLAIN,
        look=lambda seen: seen.ingestion["status"]["Seccomp"],
        expect=2,
        instead={
            "bubblewrap": Instead("no filter", lambda: status()["Seccomp"]),
            "process": Instead("no filter", lambda: status()["Seccomp"]),
        },
    ),
    Rule(
        code="container-umask",
        source="6",
        rule="The umask is 022.",
        scene=PLAIN,
        look=lambda seen: seen.ingestion["umask"],
        expect=0o022,
    ),
    Rule(
        code="container-stdin",
        source="6",
        rule="The standard input is /dev/null.",
        scene=PLAIN,
        look=lambda seen: (seen.ingestion["stdin_is"], seen.ingestion["stdin"]),
        expect=("/dev/null", ""),
    ),
    Rule(
        code="container-pipes",
        source="6",
        rule="Standard output and error are pipes, and there is no terminal.",
        scene=PLAIN,
        look=lambda seen: (seen.ingestion["pipes"], seen.ingestion["terminal"]),
        expect=(True, False),
    ),
    Rule(
        code="container-shm",
        source="1.5",
        rule="/dev/shm has 64 MB, docker's default (62 MiB under podman).",
        scene=PLAIN,
        look=lambda seen: seen.ingestion["shm_mb"],
        expect=62,
        instead={
            "bubblewrap": Instead("yes", 64),
            "process": Instead(MACHINES, lambda: shutil.disk_usage("/dev/shm").total >> 20),
        },
    ),
    Rule(
        code="container-writable",
        source="6",
        rule="/app, /tmp and /dev/shm can be written; under podman / itself cannot.",
        scene=PLAIN,
        look=lambda seen: seen.ingestion["writable"],
        expect=["/app", "/tmp", "/dev/shm"],
        instead={
            "process": Instead(MACHINES, lambda: [folder for folder in FOLDERS if os.access(folder, os.W_OK)]),
        },
    ),
    Rule(
        code="container-host",
        source="6",
        rule="The host's name is the container's id.",
        scene=PLAIN,
        look=lambda seen: (
            len(seen.ingestion["host"])
            if seen.ingestion["host"] == seen.ingestion["environment"].get("HOSTNAME", "")
            else seen.ingestion["host"]
        ),
        expect=12,
        instead={
            "bubblewrap": Instead("`bubblewrap`", len("bubblewrap")),
            "process": Instead(MACHINES, socket.gethostname),
        },
    ),
    Rule(
        code="container-limits",
        source="1.5",
        rule="The worker sets no limit of memory, time of the processor, processes or disk.",
        kit="none by itself of memory and processor; 16 GB a file, 32 GB together and 4096 processes protect the machine",
        scene=PLAIN,
        look=lambda seen: (seen.ingestion["limits"], seen.evaluated.limits.memory_mb),
        expect=(
            {"RLIMIT_AS": -1, "RLIMIT_CPU": -1, "RLIMIT_DATA": -1, "RLIMIT_FSIZE": 16_000 << 20},
            None,
        ),
    ),
    Rule(
        code="container-network",
        source="1.5",
        rule="The network is on, unless the worker's owner has switched it off.",
        kit="off, unless --network is given",
        scene=PLAIN,
        look=lambda seen: sorted(seen.ingestion["interfaces"]),
        expect=["lo"],
        instead={"process": Instead("always on: it cannot be switched off", machines_interfaces)},
    ),
    Rule(
        code="container-network-on",
        source="1.5",
        rule="With the network on a program reaches the internet.",
        kit="with --network: the machine's",
        scene=ONLINE,
        look=lambda seen: sorted(seen.scoring["interfaces"]),
        expect=machines_interfaces,
        untried={"container": "a container's own network needs a bridge, which not every machine allows"},
    ),
    Rule(
        code="container-image",
        source="1.5",
        rule="The image is pulled before each job, in three tries; where that fails the submission is Failed.",
        kit="pulled where it is not there; where that fails nothing is played, and the kit says so",
        scene=NO_IMAGE,
        look=lambda seen: seen.refusal.partition(" and cannot")[0] if seen.refusal else seen.run.status,
        expect=f"container: the image {MISSING} is not here",
        instead={
            "bubblewrap": Instead("no image: the packages are those of an environment", "Finished"),
            "process": Instead("no image: the packages are those of an environment", "Finished"),
        },
    ),
)
