"""A request and an answer, between the socket and the two applications."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .records import User

KEPT_BYTES = 64 * 2**20  # a bigger body is hashed and forgotten


class Body:
    """What a request carries: counted, hashed, and kept while it is small."""

    def __init__(self) -> None:
        self.size = 0
        self._sha256, self._md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        self._parts: list[bytes] | None = []

    def feed(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self._sha256.update(chunk)
        self._md5.update(chunk)
        if self._parts is not None:
            self._parts.append(chunk)
            if self.size > KEPT_BYTES:
                self._parts = None

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    @property
    def md5(self) -> str:
        return self._md5.hexdigest()

    @property
    def content(self) -> bytes | None:
        return None if self._parts is None else b"".join(self._parts)


class RefusedError(Exception):
    """A request that is answered with an error; carries the answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass
class Answer:
    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    document: Any = None  # what the body was written from, for a fault that changes it

    @classmethod
    def json(cls, document: Any, status: int = 200) -> Answer:
        """As Django REST framework writes it: no spaces, UTF-8."""
        body = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        return cls(status, body, "application/json", document=document)


@dataclass
class Request:
    method: str
    target: str  # path with query, as it was sent
    headers: Message
    body: Body
    base_url: str  # of the server that was asked
    user: User | None = None
    groups: tuple[str, ...] = ()  # what the route's pattern caught

    @cached_property
    def path(self) -> str:
        return urlsplit(self.target).path

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @cached_property
    def data(self) -> dict[str, Any]:
        """The fields of a JSON or URL-encoded body; multipart is not read, since no client of ours sends it."""
        text = (self.body.content or b"").decode("utf-8", "replace")
        kind = self.headers.get_content_type() if self.headers["Content-Type"] else ""
        if not text:
            return {}
        if kind == "application/x-www-form-urlencoded":
            return dict(parse_qsl(text, keep_blank_values=True))
        if kind != "application/json":
            sent = self.headers["Content-Type"] or ""
            raise RefusedError(Answer.json({"detail": f'Unsupported media type "{sent}" in request.'}, 415))
        try:
            document = json.loads(text)
        except ValueError as error:
            raise RefusedError(Answer.json({"detail": f"JSON parse error - {error}"}, 400)) from error
        if not isinstance(document, dict):
            raise RefusedError(Answer.json({"non_field_errors": ["Invalid data. Expected a dictionary."]}, 400))
        return document
