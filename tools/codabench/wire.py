"""Requests and their answers: time-outs, retries, redirects, and what is an answer of the platform at all.

A read is tried again whatever became of it. A write is tried again only where it surely was not done; where nobody
knows, `UncertainError` is raised, and who wrote asks before writing again. The token goes to the instance's own origin
alone, and a redirect of a write is never followed (codabench.md 6).
"""

import datetime
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urljoin

import httpx

from tools.codabench.errors import (
    AbsentError,
    PlatformError,
    RejectedError,
    SignedOutError,
    UncertainError,
    UnreachableError,
)
from tools.codabench.host import Host, origin, without_query
from tools.codabench.patience import Patience
from tools.codabench.token import Token

Method = Literal["GET", "POST", "PUT", "DELETE"]
JSON = Any
LARGEST_ANSWER = 64 << 20
LARGEST_REASON = 2000
MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
PASSING = (408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524)
NOT_DONE = (429,)
IDEMPOTENT: tuple[Method, ...] = ("GET", "PUT", "DELETE")
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def _nothing(_text: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, kw_only=True)
class Wire:
    """The line to one instance. `tell` gets a sentence whenever something is tried again."""

    host: Host
    token: Token | None = None
    patience: Patience = field(default_factory=Patience)
    tell: Callable[[str], None] = _nothing
    http: httpx.Client = field(default_factory=lambda: httpx.Client(follow_redirects=False), repr=False)

    def get(self, path: str, **params: str | int) -> JSON:
        """The JSON at a path of the interface, such as `competitions/3/`."""
        return self._patiently("GET", path, params=params)

    def put(self, path: str) -> JSON:
        """Write what may be written twice."""
        return self._patiently("PUT", path)

    def delete(self, path: str) -> JSON:
        """Delete; what is gone already raises AbsentError."""
        return self._patiently("DELETE", path)

    def post(self, path: str, body: Mapping[str, Any], *, may_repeat: bool = False) -> JSON:
        """Write what must not be written twice, unless `may_repeat`.

        Raises UncertainError where the answer was lost.
        """
        return self._patiently("POST", path, body=body, may_repeat=may_repeat)

    def _patiently(
        self,
        method: Method,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        may_repeat: bool = False,
    ) -> JSON:
        def is_worth(error: BaseException) -> bool:
            return isinstance(error, UnreachableError) and (may_repeat or not isinstance(error, UncertainError))

        request = Request(method=method, url=f"{self.host}/api/{path}", params=dict(params or {}), body=body)
        return self.patience.retrying(is_worth, self.tell)(self._once, request)

    def _once(self, request: "Request") -> JSON:
        """Send a request and judge its answer."""
        status, headers, content = self._exchange(request)
        lost: type[UnreachableError] = UnreachableError if request.method in IDEMPOTENT else UncertainError
        what = f"{request.method} {without_query(request.url)}"
        if status in NOT_DONE:
            raise UnreachableError(f"{what} answered {status}", "wait, then again", retry_after_s=retry_after(headers))
        if status in PASSING:
            told = f"{what} answered {status}{_page_title(content)}"
            raise lost(told, "the platform is in trouble; try again later", retry_after_s=retry_after(headers))
        if status in REDIRECTS:
            target = urljoin(request.url, headers.get("location", ""))
            raise PlatformError(
                f"{what} is redirected to {without_query(target)}, and a write does not follow",
                f"give --host the address of the instance itself, perhaps {origin(target)[0]}://{origin(target)[1]}",
            )
        if status == httpx.codes.NO_CONTENT or (not content.strip() and status < httpx.codes.BAD_REQUEST):
            return None
        answer = _parsed(content)
        if status >= httpx.codes.BAD_REQUEST:
            raise rejection(what, status, answer)
        if answer is _NOT_JSON:
            told = f"{what} answered {headers.get('content-type', 'something')}{_page_title(content)}, not JSON"
            raise lost(told, "the platform is in trouble, or --host is another site")
        return answer

    def _exchange(self, request: "Request") -> tuple[int, httpx.Headers, bytes]:
        """Send, following redirects of reads; the token is left behind where one leads to another origin."""
        url, params = request.url, request.params
        for _ in range(MOST_REDIRECTS):
            is_ours = origin(url) == origin(self.host.url)
            headers = {"Accept": "application/json"} | (self.token.header if self.token and is_ours else {})
            status, answered, content = self._send(request.method, url, headers, params, request.body)
            target = urljoin(url, answered.get("location", ""))
            if status not in REDIRECTS or request.method != "GET":
                return status, answered, content
            if origin(url)[0] == "https" and origin(target)[0] != "https":
                raise PlatformError(
                    f"{without_query(url)} redirects to {without_query(target)}, without TLS", "stop here"
                )
            url, params = target, {}
        raise UnreachableError(f"{without_query(request.url)} redirects without end", "check --host")

    def _send(
        self,
        method: Method,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str | int],
        body: Mapping[str, Any] | None,
    ) -> tuple[int, httpx.Headers, bytes]:
        lost: type[UnreachableError] = UnreachableError if method in IDEMPOTENT else UncertainError
        what = f"{method} {without_query(url)}"
        ends = time.monotonic() + self.patience.answer_s
        try:
            with self.http.stream(
                method,
                url,
                headers=headers,
                params=params or None,
                json=body,
                timeout=self.patience.timeouts(),
            ) as answer:
                content = bytearray()
                for chunk in answer.iter_bytes():
                    content += chunk
                    if len(content) > LARGEST_ANSWER:
                        raise UnreachableError(f"{what} answered more than {LARGEST_ANSWER >> 20} MiB", "check --host")
                    if time.monotonic() > ends:
                        raise lost(
                            f"{what} was still answering after {self.patience.answer_s:.0f} s", "try again later"
                        )
                return answer.status_code, answer.headers, bytes(content)
        except NOT_SENT as error:
            raise UnreachableError(f"no connection to {origin(url)[1]}: {reason(error)}", _offline(error)) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise lost(f"{what}: {reason(error)}", "the connection broke; try again") from error
        except httpx.InvalidURL as error:
            raise PlatformError(f"{what}: {error}", "check --host") from error


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request to the interface."""

    method: Method
    url: str
    params: dict[str, str | int]
    body: Mapping[str, Any] | None


_NOT_JSON: Any = object()


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return _NOT_JSON


def reason(error: Exception) -> str:
    """An httpx error in words: it has no message of its own where a time-out or a broken connection is meant."""
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return str(error).partition("\n")[0][:200] or type(error).__name__


def _offline(error: Exception) -> str:
    if "CERTIFICATE" in str(error):
        return "the host's certificate is not trusted: SSL_CERT_FILE names your organisation's own certificates"
    return "check the network and --host; the platform may be down"


def _page_title(content: bytes) -> str:
    """The heading of a page that was sent instead of JSON, in brackets."""
    text = content[:LARGEST_REASON].decode("utf-8", "replace")
    start, end = text.find("<title>"), text.find("</title>")
    return f" ({' '.join(text[start + 7 : end].split())[:80]})" if 0 <= start < end else ""


def rejection(what: str, status: int, answer: Any) -> RejectedError:
    """The error for an answer of 4xx, with the platform's own words."""
    reasons = {} if answer is _NOT_JSON else _reasons(answer)
    words = "; ".join(f"{field}: {text}" if field else text for field, text in reasons.items())
    told = f"{what} answered {status}" + (f": {words}" if words else "")
    if "credentials were not provided" in words:
        return SignedOutError("you are not signed in", "kit login", status=status, reasons=reasons)
    if "Invalid token" in words or status == httpx.codes.UNAUTHORIZED:
        return SignedOutError("the platform does not know your token", "kit login", status=status, reasons=reasons)
    if status == httpx.codes.NOT_FOUND:
        return AbsentError(
            told, "check the number; a private competition needs its --secret-key", status=status, reasons=reasons
        )
    return RejectedError(
        told, 'kit explain "' + (words or str(status))[:200].replace('"', "'") + '"', status=status, reasons=reasons
    )


def _reasons(answer: Any) -> dict[str, str]:
    """What the platform's framework says: {"detail": text}, {field: [texts]}, {field: text}, or a list of texts."""
    if isinstance(answer, dict):
        named = {
            "" if key in {"detail", "non_field_errors", "error", "error_msg"} else key: value
            for key, value in answer.items()
        }
        return {str(key)[:60]: _words(value) for key, value in list(named.items())[:20]}
    return {"": _words(answer)} if answer else {}


def _words(value: Any) -> str:
    text = "; ".join(str(item) for item in value) if isinstance(value, list) else str(value)
    return text[:LARGEST_REASON]


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds of a Retry-After header, which holds a number or a date; None without one, or with neither."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.datetime.now(datetime.UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
