"""The program that looks around: it prints as JSON what it finds where it runs.

Its arguments are places, `name=folder`: of each it tells what lies there and whether it can be written. Others are told
as they are. Paths are told as lists of their parts: the kit rewrites a path of this machine that it finds in a log.
Standard library only; the text of this file is copied into the programs of the scenes.
"""

import contextlib
import json
import os
import resource
import socket
import stat
import sys

IDENTITY = ("CapEff", "CapPrm", "CapBnd", "NoNewPrivs", "Seccomp")
FOLDERS = ("/", "/app", "/tmp", "/dev/shm")
MARK = ".mark"
SHORT_BYTES = 100


def complaint(action):
    """The name of the error that an action ends with; None where it works."""
    try:
        action()
    except OSError as error:
        return type(error).__name__ if error.errno is None else os.strerror(error.errno)
    return None


def make(path):
    """Make a file and remove it."""
    with open(path, "wb"):
        pass
    os.remove(path)


def place(folder):
    """What lies below a folder (folders end in a slash), and what hinders writing into it; None where it is not."""
    if not os.path.isdir(folder):
        return None
    found, texts = [], {}
    for here, folders, files in os.walk(folder):
        below = os.path.relpath(here, folder)
        names = [name for name in files if MARK not in name] + [name + "/" for name in folders]
        found += [os.path.normpath(below + "/" + name) + "/" * name.endswith("/") for name in names]
        for name in files:
            path = os.path.join(here, name)
            if MARK not in name and os.path.isfile(path) and os.path.getsize(path) <= SHORT_BYTES:
                texts[os.path.normpath(below + "/" + name)] = text_of(path)
    return {
        "files": sorted(found),
        "texts": texts,
        "unwritable": complaint(lambda: make(f"{folder}/{os.getpid()}{MARK}")),
    }


def text_of(path):
    """The text of a file."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def status():
    """What the kernel says of the identity of this process."""
    with open("/proc/self/status") as file:
        lines = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    return {name: int(lines[name], 16) for name in IDENTITY}


def environment():
    """The variables that the program was started with, before Python added its own."""
    with open("/proc/self/environ", "rb") as file:
        text = file.read().decode()
    return dict(pair.split("=", 1) for pair in text.split("\0") if "=" in pair)


def first_process():
    """The command line of process 1."""
    with open("/proc/1/cmdline", "rb") as file:
        return file.read().decode().split("\0")[:-1]


def rights():
    """What hinders user 0 from what only capabilities allow: reading in spite of the mode, and giving away."""
    home = os.environ["HOME"]
    path = f"{home}/own{os.getpid()}"
    with open(path, "w") as file:
        file.write("x")
    os.chmod(path, 0)
    told = {"read mode 000": complaint(lambda: open(path).close()), "chown": complaint(lambda: os.chown(path, 1, 1))}
    os.remove(path)
    told["setuid"] = complaint(lambda: os.seteuid(1))
    if told["setuid"] is None:
        os.seteuid(0)
    return told


def limits():
    """The resource limits that the kit may set; -1 is none."""
    names = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA")
    return {name: resource.getrlimit(getattr(resource, name))[0] for name in names}


def main():
    """Look and tell."""
    own = sys.argv[1:]
    shm = os.statvfs("/dev/shm")
    umask = os.umask(0o077)
    os.umask(umask)
    told = {
        "words": [word for word in own if "=" not in word],
        "places": {name: place(folder) for name, _, folder in (word.partition("=") for word in own if "=" in word)},
        "cwd": os.getcwd().split("/"),
        "path0": sys.path[0].split("/"),
        "environment": environment(),
        "user": [os.getuid(), os.getgid(), os.getgroups()],
        "status": status(),
        "rights": rights(),
        "umask": umask,
        "stdin": sys.stdin.read(),
        "stdin_is": os.readlink("/proc/self/fd/0"),
        "terminal": any(os.isatty(stream) for stream in (0, 1, 2)),
        "app": sorted(name for name in os.listdir("/app") if MARK not in name) if os.path.isdir("/app") else None,
        "pipes": all(stat.S_ISFIFO(os.fstat(stream).st_mode) for stream in (1, 2)),
        "shm_mb": shm.f_blocks * shm.f_frsize >> 20,
        "writable": [folder for folder in FOLDERS if os.access(folder, os.W_OK)],
        "home": complaint(lambda: make(os.environ["HOME"] + "/x")),
        "first_process": first_process(),
        "limits": limits(),
        "interfaces": [name for _, name in socket.if_nameindex()],
        "host": socket.gethostname(),
    }
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
