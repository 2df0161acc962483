"""A listening socket with a thread for each connection; it can go down and come back at the same port.

`socketserver` is not used for this: its shutdown waits for a poll, and it half-closes a socket before it is reset.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with RST


def reset_on_close(connection: socket.socket) -> None:
    """Let the coming close send RST and drop what is not sent yet."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


class Listener:
    """Accepts connections of 127.0.0.1 and serves each in a thread of its own."""

    def __init__(self, serve: Callable[[socket.socket, Listener], None], port: int = 0) -> None:
        self._serve = serve
        self.port = port
        self._socket: socket.socket | None = None
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        deadline = time.monotonic() + 5
        while True:
            try:
                listening.bind(("127.0.0.1", self.port))
                break
            except OSError:  # a client's own port may stand in the way of a restart for a moment
                if time.monotonic() > deadline:
                    listening.close()
                    raise
                time.sleep(0.02)
        listening.listen(128)
        self.port = listening.getsockname()[1]
        with self._lock:
            if self._closed.is_set():
                listening.close()
                return
            self._socket = listening
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def restart(self, seconds: float) -> None:
        """Refuse connections for this long, beginning with those that are open, which are reset."""
        self._stop_listening()
        self._drop_connections()
        thread = threading.Thread(target=self._reopen, args=(seconds,), daemon=True)
        thread.start()

    def close(self) -> None:
        self._closed.set()
        self._stop_listening()
        self._drop_connections()

    def wait(self, seconds: float) -> None:
        """Sleep, but not beyond the close."""
        self._closed.wait(seconds)

    def _reopen(self, seconds: float) -> None:
        if not self._closed.wait(seconds):
            self.open()

    def _stop_listening(self) -> None:
        with self._lock:
            listening, self._socket = self._socket, None
        if listening is not None:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)  # wakes accept
            listening.close()

    def _drop_connections(self) -> None:
        """Wake each connection's thread, which closes its socket with RST."""
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            reset_on_close(connection)
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RD)

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with self._lock:
                self._connections.add(connection)
            threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError, ValueError):  # the client went, or sent no HTTP
                self._serve(connection, self)
        finally:
            with self._lock:
                self._connections.discard(connection)
            connection.close()
