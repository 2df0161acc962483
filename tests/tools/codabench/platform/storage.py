"""The storage host: signed PUT and GET, with S3's errors in XML. It knows no user and no token."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import unquote

from .bodies import storage_error
from .messages import Answer, RefusedError, Request
from .records import StoredObject
from .signing import check_signature
from .state import State

RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Storage:
    """Answers requests for objects."""

    name: Literal["site", "storage"] = "storage"

    def __init__(self, state: State) -> None:
        self.state = state

    def stage(self, method: str, path: str) -> str:  # noqa: ARG002 - the site's goes by the path
        return "put" if method == "PUT" else "get"

    def answer(self, request: Request) -> Answer:
        with self.state.lock:
            try:
                return self._answer(request)
            except RefusedError as refusal:
                return refusal.answer

    def _answer(self, request: Request) -> Answer:
        if request.method not in {"PUT", "GET", "HEAD"}:
            message = "The specified method is not allowed against this resource."
            raise RefusedError(storage_error(405, "MethodNotAllowed", message))
        if request.method == "PUT" and request.headers["Content-Length"] is None:
            message = "You must provide the Content-Length HTTP header."
            raise RefusedError(storage_error(411, "MissingContentLength", message))
        check_signature(self.state, request)
        stored = self.state.objects.get(unquote(request.path))
        if request.method == "PUT":
            return self._put(stored, request)
        if stored is None:
            message = "The specified key does not exist."
            raise RefusedError(storage_error(404, "NoSuchKey", message, Key=unquote(request.path)))
        return self._get(stored, request.headers["Range"])

    def _put(self, stored: StoredObject | None, request: Request) -> Answer:
        """An object may be written again; one whose data set was deleted meanwhile comes back."""
        path, body = unquote(request.path), request.body
        content_type = request.headers["Content-Type"]
        stored = stored or self.state.put_object(path, b"", content_type)
        stored.content, stored.size, stored.uploaded = body.content, body.size, True
        stored.sha256, stored.md5, stored.content_type = body.sha256, body.md5, content_type
        return Answer(200, b"", "text/plain; charset=utf-8", {"ETag": f'"{body.md5}"'})

    def _get(self, stored: StoredObject, asked: str | None) -> Answer:
        if stored.content is None:
            message = f"This host keeps no file of {stored.size} bytes, only its sums."
            raise RefusedError(storage_error(500, "InternalError", message))
        headers = {"ETag": f'"{stored.md5}"', "Accept-Ranges": "bytes"}
        part = RANGE.fullmatch(asked or "")
        if part is None or part.groups() == ("", ""):
            return Answer(200, stored.content, stored.content_type, headers)
        first, last = part.groups()
        start = int(first) if first else max(0, stored.size - int(last))
        stop = min(int(last) + 1, stored.size) if first and last else stored.size
        if start >= stop:
            message = "The requested range is not satisfiable"
            more = {"RangeRequested": asked or "", "ActualObjectSize": str(stored.size)}
            raise RefusedError(storage_error(416, "InvalidRange", message, **more))
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{stored.size}"
        return Answer(206, stored.content[start:stop], stored.content_type, headers)
