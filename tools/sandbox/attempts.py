"""Tries what a sandbox should not let a program do, and prints as JSON what worked. Runs inside the sandbox.

Standard library only, in the syntax of old Pythons. Its one argument is a JSON object: `port` (a listener on the
machine's loopback), `pid` (a process outside), `files` (paths that should not be readable), `folders` (which should
not be writable) and `marks` (files to make, which should not appear outside).
"""

import json
import os
import socket
import sys

TEST_NET = ("192.0.2.1", 9)  # RFC 5737: belongs to nobody; connecting a datagram socket sends nothing


def reaches_network(port):
    """Whether there is a route to the outside, or the machine's own loopback is this one."""
    for kind, address in ((socket.SOCK_DGRAM, TEST_NET), (socket.SOCK_STREAM, ("127.0.0.1", port))):
        attempt = socket.socket(socket.AF_INET, kind)
        attempt.settimeout(2)
        try:
            attempt.connect(address)
            return True
        except OSError:
            continue
        finally:
            attempt.close()
    return False


def readable(path):
    """Whether a file can be read, or a folder listed that is not empty."""
    try:
        if os.path.isdir(path):
            return bool(os.listdir(path))
        with open(path, "rb") as file:
            return bool(file.read(1))
    except OSError:
        return False


def make(path):
    """Try to make a file."""
    try:
        open(path, "w").close()
    except OSError:
        pass


def sees_process(pid):
    """Whether a process outside is there to be signalled."""
    try:
        os.kill(pid, 0)
        return True
    except OSError as error:
        return error.errno == 1  # not permitted: but it is there


def status():
    """User, capabilities and the no-new-privileges bit, from /proc; empty where there is none."""
    told = {}
    try:
        with open("/proc/self/status") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name in ("CapEff", "NoNewPrivs", "Seccomp"):
                    told[name] = value.strip()
    except OSError:
        pass
    return told


def shm_mb():
    """The size of /dev/shm; None where there is none."""
    try:
        told = os.statvfs("/dev/shm")
        return told.f_blocks * told.f_frsize // (1 << 20)
    except (AttributeError, OSError):
        return None


def main():
    """Try everything and tell."""
    asked = json.loads(sys.argv[1])
    for path in asked["marks"]:
        make(path)
    told = {
        "network": reaches_network(asked["port"]),
        "read": [path for path in asked["files"] if readable(path)],
        "writable": [folder for folder in asked["folders"] if os.access(folder, os.W_OK)],
        "processes": sees_process(asked["pid"]),
        "user": os.getuid() if hasattr(os, "getuid") else None,
        "status": status(),
        "shm_mb": shm_mb(),
        "python": "%d.%d.%d" % sys.version_info[:3],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
