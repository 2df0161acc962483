"""Make .venv: a virtual environment with the pinned packages and the command `kit`.

Runs as a plain script under whatever Python is there (`python tools/setup.py`), with the standard library only, and
in the syntax of old Pythons, so that an unsupported one gets a sentence and not a SyntaxError. Uses uv where it is
on the PATH, else venv and pip. A second run does nothing; an interrupted one is taken up again. It does not install
Python itself.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
READY = VENV / "ready"
LOG = VENV / "setup.log"
INPUTS = ("requirements.txt", "pyproject.toml")
SUPPORTED = ((3, 11), (3, 12), (3, 13))
NO_NETWORK = (
    "name resolution",
    "getaddrinfo",
    "failed to establish",
    "dns error",
    "error sending request",
    "timed out",
)
VERSION_CODE = "import sys; print('%d.%d' % sys.version_info[:2])"


class SetupError(Exception):
    """What happened and what to type; the exit code is 3."""


def say(text: str) -> None:
    """Print a line of what is being done."""
    print("setup: " + text, flush=True)


def version_of(python: "str | Path") -> "tuple[int, int] | None":
    """(major, minor) of an interpreter, or None where it does not start."""
    try:
        text = subprocess.run(
            [str(python), "-c", VERSION_CODE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
        ).stdout
        major, minor = text.decode().split(".")
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def supported_python() -> str:
    """The running interpreter if it is supported, else the newest one on the PATH that is."""
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    for version in reversed(SUPPORTED):
        found = shutil.which("python%d.%d" % version)
        if found and version_of(found) == version:
            return found
    raise SetupError(
        "Python 3.11, 3.12 or 3.13 is needed and this is %d.%d; none of the three is on the PATH. Install one "
        "(Debian, Ubuntu: sudo apt install python3 python3-venv), then run the command again." % sys.version_info[:2]
    )


def run(command: "list[str | Path]", log: "IO[str]") -> None:
    """Run a command with its output in the log; a failure becomes one sentence."""
    log.write("$ %s\n" % " ".join(str(word) for word in command))
    log.flush()
    done = subprocess.run([str(word) for word in command], stdout=log, stderr=subprocess.STDOUT, cwd=str(ROOT))
    if done.returncode != 0:
        raise SetupError(complaint(str(command[0]), LOG.read_text(errors="replace")))


def complaint(program: str, log: str) -> str:
    """The sentence for a program that failed, by the end of its log."""
    lines = log.strip().splitlines()[-30:] or ["it said nothing"]
    text = "\n".join(lines).lower()
    if "ensurepip" in text or "no module named venv" in text:
        return (
            "Python's venv module is missing. Install it (Debian, Ubuntu: sudo apt install python%d.%d-venv) or "
            "install uv, then run the command again." % (version_of(program) or sys.version_info[:2])
        )
    if any(sign in text for sign in NO_NETWORK):
        return "the package index cannot be reached. Check the network or proxy, then run the command again."
    if "no space left" in text:
        return "the disk is full; about 3 GB are needed for %s. Free some, then run the command again." % VENV
    return "%s failed: %s (the whole output: %s)" % (program, lines[-1], LOG)


def fingerprint() -> str:
    """A digest of what the environment is made from: it is remade when this changes."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def make_venv(python: str, uv: "str | None") -> "IO[str]":
    """Create .venv where there is none that works, and return the log, open to be added to."""
    if version_of(PYTHON) not in SUPPORTED:
        if VENV.exists():
            say("removing a .venv that does not work here")
            shutil.rmtree(str(VENV))
        VENV.mkdir()
        say("creating .venv with %s%s" % (python, " and uv" if uv else ""))
        with LOG.open("a") as log:
            run([uv, "venv", "--allow-existing", "--python", python, VENV] if uv else [python, "-m", "venv", VENV], log)
    return LOG.open("a")


def install(uv: "str | None", log: "IO[str]") -> None:
    """Install the pinned packages, each checked against its hash, then this project in place."""
    requirements = (ROOT / "requirements.txt").read_text()
    say("installing %d pinned packages; about 1 GB is fetched the first time, some minutes" % requirements.count("=="))
    if uv:
        pip = [uv, "pip", "install", "--python", str(PYTHON)]
    else:
        if subprocess.run([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL).returncode != 0:
            run([PYTHON, "-m", "ensurepip"], log)  # uv made this environment, and is not on the PATH any more
        pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--retries", "2"]
    run([*pip, "--require-hashes", "-r", "requirements.txt"], log)
    run([*pip, "--no-deps", "--no-build-isolation", "-e", "."], log)


def main() -> int:
    """Make the environment if it is missing or older than its inputs; return the exit code."""
    try:
        mark = fingerprint()
        if READY.is_file() and READY.read_text() == mark and version_of(PYTHON) in SUPPORTED:
            return 0
        uv = shutil.which("uv")
        log = make_venv(supported_python(), uv)
        with log:
            install(uv, log)
        READY.write_text(mark)
        say("done: %s" % (BIN / "kit"))
        return 0
    except SetupError as error:
        sys.stderr.write("setup: %s\n" % error)
        return 3
    except KeyboardInterrupt:
        sys.stderr.write("setup: interrupted; the same command goes on from here\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
