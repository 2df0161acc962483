"""Requests and their answers: time-outs, retries, redirects, and what is an answer of the platform at all.

A read is tried again whatever became of it. A write is tried again only where it surely was not done; where nobody
knows, `UncertainError` is raised, and who wrote asks before writing again. The token goes to the instance's own origin
alone, and a redirect of a write is never followed (codabench.md 6).
"""

import datetime
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import httpx

from tools.codabench.errors import (
    PlatformError,
    SignedOutError,
    UncertainError,
    UnexpectedAnswerError,
    UnreachableError,
)
from tools.codabench.host import DEFAULT, Host, origin, root, without_query
from tools.codabench.telling import Tell, silent
from tools.codabench.token import Token
from tools.codabench.transport.answered import NOT_JSON, Answered, followed, redirected, rejection
from tools.codabench.transport.patience import Patience

Method = Literal["GET", "POST", "PUT", "DELETE"]
JSON = Any
LARGEST_ANSWER = 64 << 20
MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
PASSING = (408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524)
NOT_DONE = (429,)
IDEMPOTENT: tuple[Method, ...] = ("GET", "PUT", "DELETE")
UNTRUSTED = "SSL_CERT_FILE names your organisation's own certificates; without one, do not trust this network"
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, kw_only=True)
class Wire:
    """The line to one instance. `tell` gets a sentence whenever something is tried again."""

    host: Host
    token: Token | None = None
    patience: Patience = field(default_factory=Patience)
    tell: Tell = silent
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
        answered = self._exchange(request)
        status, content = answered.status, answered.content
        lost: type[UnreachableError] = UnreachableError if request.method in IDEMPOTENT else UncertainError
        what, title = f"{request.method} {without_query(request.url)}", answered.title
        page = f" ({title})" if title else ""
        if status in NOT_DONE:
            raise UnreachableError(
                f"{what} answered {status}", "wait, then again", retry_after_s=retry_after(answered.headers)
            )
        if status in PASSING:
            fix = "the platform is in trouble; try again later"
            raise lost(f"{what} answered {status}{page}", fix, retry_after_s=retry_after(answered.headers))
        if status in REDIRECTS:
            raise redirected(f"{what} is redirected to", answered.target, ", and a write does not follow")
        if status == httpx.codes.NO_CONTENT or (not content.strip() and status < httpx.codes.BAD_REQUEST):
            return None
        answer = answered.document
        if status >= httpx.codes.BAD_REQUEST:
            raise self._refusal(what, answered, title if answer is NOT_JSON else answer)
        if answer is NOT_JSON:
            told = f"{what} answered {answered.headers.get('content-type', 'something')}{page}, which is not whole JSON"
            raise lost(told, "the platform is in trouble, or --host is another site")
        return answer

    def _refusal(self, what: str, answered: Answered, answer: Any) -> PlatformError:
        """The error for an answer of 4xx; of one who is not signed in, why not."""
        error = rejection(what, answered.status, answer)
        if not isinstance(error, SignedOutError):
            return error
        if origin(answered.url) != origin(self.host.url):
            return redirected(f"{what} is redirected to", answered.url, ", which does not get the token")
        if self.token and self.token.kept == "CODABENCH_TOKEN":
            error.fix = "set CODABENCH_TOKEN anew; or unset it, for it wins over what kit login keeps"
        elif self.host.url != DEFAULT:
            error.fix = f"kit login --host {self.host}"
        return error

    def _exchange(self, request: "Request") -> Answered:
        """Send, following redirects of reads; the token is left behind where one leads to another origin."""
        url, params = request.url, request.params
        for _ in range(MOST_REDIRECTS):
            is_ours = origin(url) == origin(self.host.url)
            headers = {"Accept": "application/json"} | (self.token.header if self.token and is_ours else {})
            answered = self._send(request.method, url, headers, params, request.body)
            if answered.status not in REDIRECTS or request.method != "GET":
                return answered
            url, params = followed(url, answered.target), {}
        raise UnreachableError(f"{without_query(request.url)} redirects without end", "check --host")

    def _send(
        self,
        method: Method,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str | int],
        body: Mapping[str, Any] | None,
    ) -> Answered:
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
                        told = f"{what} answered more than {LARGEST_ANSWER >> 20} MiB"
                        raise (UnexpectedAnswerError if lost is UnreachableError else lost)(told, "check --host")
                    if time.monotonic() > ends:
                        raise lost(
                            f"{what} was still answering after {self.patience.answer_s:.0f} s", "try again later"
                        )
                return Answered(url=url, status=answer.status_code, headers=answer.headers, content=bytes(content))
        except NOT_SENT as error:
            told = f"no connection to {root(url)}: {reason(error)}"
            if "CERTIFICATE" in str(error):  # it will not pass
                raise PlatformError(told, UNTRUSTED) from error
            raise UnreachableError(told, "check the network and --host; the platform may be down") from error
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


def reason(error: Exception) -> str:
    """An httpx error in words: it has no message of its own where a time-out or a broken connection is meant."""
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.LocalProtocolError):  # its text may hold a header
        return "it cannot be written as HTTP"
    return str(error).partition("\n")[0][:200] or type(error).__name__


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds of a Retry-After header, which holds a number or a date; None without one, or with neither."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.datetime.now(datetime.UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
