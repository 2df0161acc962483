"""What the entry does beside answering, as Python's own audit events tell it: network, programs started, files written.

Nothing is kept from happening. Python 3.7 knows no such events: there the two functions of `socket` that every client
goes through are replaced by ones that take note, as is the start of a thread in every version. What native code does
by itself is not seen.
"""

from __future__ import annotations

import os
import platform
import sys
import threading
from collections.abc import Callable
from typing import Any

from .report import member_of

MOST = 200
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
OWN = ("localhost", "::1", "0.0.0.0", "::", "", "None")  # noqa: S104 - named, not listened on
DOWNLOADERS = {"wget", "curl", "gdown", "aria2c", "gsutil", "kaggle", "huggingface-cli"}
INSTALLERS = {"pip", "pip3", "uv", "conda", "mamba", "apt", "apt-get", "git", "npm"}
FETCHING = {"install", "download", "clone", "pull", "fetch", "update", "sync"}
SHARED = ("/tmp", "/var/tmp", "/dev", "/proc", "/run", "/app/output")  # noqa: S108 - those that may be written


class Watch:
    """The events of this process, and where in the submission they came from."""

    def __init__(self, submission: str, program: str, desk: str) -> None:
        """Begin to listen; `program` stands for the folder of the ingestion program."""
        self.submission, self.program = submission, program
        self.network: dict[str, str | None] = {}
        self.writes: dict[str, dict[str, str | None]] = {}
        self.starts: dict[int, str] = {}
        self.host = platform.node()
        free = (*SHARED, os.environ.get("TMPDIR", ""), os.path.expanduser("~"), desk, sys.prefix, sys.base_prefix)
        self.free = tuple({os.path.realpath(path) + os.sep for path in free if path not in ("", os.sep)})
        self.events: dict[str, Callable[[Any], None]] = {
            "socket.connect": lambda told: self._address(told[1]),
            "socket.sendto": lambda told: self._address(told[1]),
            "socket.getaddrinfo": lambda told: self._host(told[0], told[1]),
            "socket.gethostbyname": lambda told: self._host(told[0], None),
            "urllib.Request": lambda told: self._url(str(told[0])),
            "subprocess.Popen": lambda told: self._program(told[1]),
            "os.system": lambda told: self._program(os.fsdecode(told[0]).split()),
            "open": lambda told: self._opened(told[0], told[2]),
            "os.rename": lambda told: self._written(told[1], told[3]),
            "os.remove": lambda told: self._written(told[0], told[1]),
            "os.truncate": lambda told: self._written(told[0]),
        }
        self._note_threads()
        if hasattr(sys, "addaudithook"):
            sys.addaudithook(self._heard)
        else:
            self._replace()

    def _heard(self, event: str, told: Any) -> None:
        take_note = self.events.get(event)
        if take_note is not None:
            try:
                take_note(told)
            except Exception:  # an odd argument: the entry must not notice
                return

    def _note_threads(self) -> None:
        """Remember where threads are started."""
        start = threading.Thread.start

        def noted_start(thread: threading.Thread) -> None:
            where = self._where()
            if where:
                self.starts[id(thread)] = where
            start(thread)

        setattr(threading.Thread, "start", noted_start)  # noqa: B010 - a method of another's class

    def _replace(self) -> None:
        """Put functions that take note in the place of those of `socket`."""
        import socket

        connect, look_up = socket.socket.connect, socket.getaddrinfo

        def noted_connect(self_: Any, address: Any) -> Any:
            self._heard("socket.connect", (self_, address))
            return connect(self_, address)

        def noted_look_up(host: Any, port: Any, *others: Any, **named: Any) -> Any:
            self._heard("socket.getaddrinfo", (host, port))
            return look_up(host, port, *others, **named)

        setattr(socket.socket, "connect", noted_connect)  # noqa: B010
        setattr(socket, "getaddrinfo", noted_look_up)  # noqa: B010

    def _where(self) -> str | None:
        """The innermost line of the submission that runs in this thread."""
        frame = sys._getframe(1)
        while frame is not None:
            member = member_of(frame.f_code.co_filename, self.submission)
            if member:
                return f"{member}:{frame.f_lineno}"
            frame = frame.f_back  # type: ignore[assignment]
        return None

    def _reached(self, target: str) -> None:
        """Take note of a target, the first one for each line: a URL is heard of before its host and address."""
        where = self._where()
        if len(self.network) < MOST and (where is None or where not in self.network.values()):
            self.network.setdefault(target, where)

    def _address(self, address: Any) -> None:
        if isinstance(address, tuple):  # a text is the path of a Unix socket
            self._host(address[0], address[1])

    def _host(self, host: Any, port: Any) -> None:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
        if name not in OWN and not name.startswith(("127.", "::ffff:127.")) and name != self.host:
            self._reached(f"{name}:{port}" if port else name)

    def _url(self, url: str) -> None:
        if "://" in url and not url.startswith(("file:", "data:")):
            host = url.split("://", 1)[1].split("/", 1)[0].rsplit("@", 1)[-1].strip("[]")
            if host.rsplit(":", 1)[0] not in OWN and not host.startswith("127."):
                self._reached(url.split("?", 1)[0])

    def _program(self, words: Any) -> None:
        """A program that is started to fetch something."""
        told = words.split() if isinstance(words, str) else [os.fsdecode(word) for word in words]
        names = [os.path.basename(word) for word in told]
        if DOWNLOADERS & set(names[:1]) or (INSTALLERS & set(names[:3]) and FETCHING & set(names)):
            self._reached("the command `{}`".format(" ".join(names[:1] + told[1:])[:120]))

    def _opened(self, path: Any, flags: Any) -> None:
        if isinstance(flags, int) and flags & WRITING:
            self._written(path)

    def _written(self, path: Any, below: int = -1) -> None:
        """Take note of a path; one that is relative to an open folder (`below`) is not known."""
        if isinstance(path, int) or below != -1:
            return
        name = os.path.realpath(os.fsdecode(path))
        place = self._place(name)
        if place and len(self.writes) < MOST:
            self.writes.setdefault(name, {"place": place, "where": self._where()})

    def _place(self, name: str) -> str | None:
        """Which folder that is no output a path lies in; None for what anybody may write."""
        if "__pycache__" in name:
            return None
        for place, folder in (("submission", self.submission), ("program", self.program)):
            if name.startswith(os.path.realpath(folder) + os.sep):
                return place
        return None if name.startswith(self.free) or name == os.devnull else "outside"
