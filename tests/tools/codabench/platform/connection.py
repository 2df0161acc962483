"""One connection: requests are read, answered and logged, and a planned fault happens at its moment."""

from __future__ import annotations

import contextlib
import copy
import json
import socket
import time
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Literal, Protocol

from .faults import Fault
from .listener import Listener, reset_on_close
from .messages import Answer, Body, Request
from .records import RequestRecord

if TYPE_CHECKING:
    from .live import Platform

CHUNK = 2**16
DRAIN_S = 2.0  # for how long of silence a connection closed in good order goes on reading
EARLY_S = 0.2


class Application(Protocol):
    """What answers: the site or the storage host."""

    name: Literal["site", "storage"]

    def stage(self, method: str, path: str) -> str: ...

    def answer(self, request: Request) -> Answer: ...


class CutError(Exception):
    """The connection was cut on purpose."""


class Connection(BaseHTTPRequestHandler):
    """HTTP/1.1 with keep-alive; the standard library reads the head, all else is here."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    record: RequestRecord

    def __init__(self, connection: socket.socket, listener: Listener, platform: Platform, app: Application) -> None:
        self.listener, self.platform, self.app = listener, platform, app
        with contextlib.suppress(CutError):
            super().__init__(connection, connection.getpeername(), None)  # type: ignore[arg-type]

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline:
            self.close_connection = True
        elif self.parse_request():
            self.exchange()

    def log_message(self, *_: object) -> None:
        """The log is `Platform.requests`."""

    def exchange(self) -> None:
        stage = self.app.stage(self.command, self.path.partition("?")[0])
        self.record = RequestRecord(self.app.name, stage, self.command, self.path, self.headers, time.monotonic())
        fault = self.record.fault = self.platform.log(self.record)
        if fault is not None and fault.refuse_s is not None:
            self.listener.restart(fault.refuse_s)
        self.cut_at("before", fault)
        if fault is not None and fault.answer is not None and fault.early:
            self.close_connection = True
            self.send(fault.answer, fault)
            self.connection.shutdown(socket.SHUT_WR)
            self.drain(EARLY_S)
            return
        body = self.read_body(fault)
        self.cut_at("received", fault)
        request = Request(self.command, self.path, self.headers, body, self.listener.url)
        answer = self.take_effect(request, fault)
        self.record.took_effect = True
        self.cut_at("processed", fault)
        if fault is not None and fault.delay_s:
            self.listener.wait(fault.delay_s)
        self.send(answer, fault)

    def take_effect(self, request: Request, fault: Fault | None) -> Answer:
        if fault is None:
            return self.app.answer(request)
        if fault.answer is not None and not fault.processed:
            return fault.answer
        answer = self.app.answer(request)
        return changed(fault.answer or answer, fault)

    def read_body(self, fault: Fault | None) -> Body:
        body = Body()
        length = int(self.headers["Content-Length"] or 0)
        stop = length * fault.percent / 100 if fault is not None and fault.cut == "body" else None
        chunked = (self.headers["Transfer-Encoding"] or "").lower() == "chunked"
        while chunked or body.size < length:
            chunk = self.read_chunk() if chunked else self.rfile.read1(min(CHUNK, length - body.size))
            if not chunk:
                break
            if stop is not None and body.size + len(chunk) >= stop:
                chunk = chunk[: max(0, int(stop) - body.size)]
            body.feed(chunk)
            self.record.received_bytes = body.size
            if stop is not None and body.size >= int(stop):
                self.cut(fault)
        if not chunked and body.size < length:
            raise ConnectionAbortedError("the client went in the middle of its body")
        if fault is not None and fault.cut == "body":  # there was none
            self.cut(fault)
        if self.app.name == "site":
            self.record.body = body.content or b""
        return body

    def read_chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        data = self.rfile.read(size)
        self.rfile.readline()
        return data

    def send(self, answer: Answer, fault: Fault | None) -> None:
        headers = {"Content-Type": answer.content_type, **answer.headers, "Content-Length": str(len(answer.body))}
        headers["Date"] = formatdate(self.platform.now().timestamp(), usegmt=True)
        headers["Connection"] = "close" if self.close_connection else None
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        body = b"" if self.command == "HEAD" or answer.status == HTTPStatus.NO_CONTENT else answer.body
        self.record.status = answer.status
        if fault is not None and fault.cut == "answer":
            self.wfile.write(head + body[: int(len(body) * fault.percent / 100)])
            self.cut(fault)
        if fault is None or fault.pause_s is None:
            self.wfile.write(head + body)
            return
        for value in head + body:
            self.wfile.write(bytes([value]))
            self.listener.wait(fault.pause_s)

    def cut_at(self, moment: str, fault: Fault | None) -> None:
        if fault is not None and fault.cut == moment:
            self.cut(fault)

    def cut(self, fault: Fault | None) -> None:
        assert fault is not None
        if fault.hold_s:
            self.record.is_held = True
            self.listener.wait(fault.hold_s)
        if fault.reset:
            reset_on_close(self.connection)
        else:
            self.connection.shutdown(socket.SHUT_WR)
            self.drain()
        raise CutError

    def drain(self, seconds: float = DRAIN_S) -> None:
        """Read until the client closes, or is silent for so long: unread bytes would turn the FIN into an RST."""
        self.connection.settimeout(seconds)
        with contextlib.suppress(OSError):
            while self.connection.recv(CHUNK):
                pass


def changed(answer: Answer, fault: Fault) -> Answer:
    """The answer with what the fault does to its body."""
    if fault.mutate is not None:
        original = answer.document if answer.document is not None else answer.body
        mutated = copy.deepcopy(original)
        result = fault.mutate(mutated)
        mutated = mutated if result is None else result
        body = mutated if isinstance(mutated, bytes) else json.dumps(mutated, separators=(",", ":")).encode()
        answer = Answer(answer.status, body, answer.content_type, answer.headers)
    if fault.truncate:
        body = answer.body[: int(len(answer.body) * fault.percent / 100)]
        answer = Answer(answer.status, body, answer.content_type, answer.headers)
    return answer
