"""An answer as it came over the wire: its JSON or its page, where it leads on, and the error that a refusal is."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpx

from tools.codabench.errors import AbsentError, PlatformError, RejectedError, SignedOutError
from tools.codabench.host import PORTS, origin, root, without_query

LARGEST_REASON = 2000
NOT_JSON: Any = object()


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What came back, and from which address."""

    url: str
    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def target(self) -> str:
        """Where a redirect leads. Raises PlatformError for what is no address."""
        try:
            target: str = urljoin(self.url, self.headers.get("location", ""))
            origin(target)
        except ValueError as error:
            told = f"{without_query(self.url)} redirects to what is no address"
            raise PlatformError(told, "check --host") from error
        return target

    @property
    def document(self) -> Any:
        """Its JSON; NOT_JSON where it is none, or not whole."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            return NOT_JSON

    @property
    def title(self) -> str:
        """The heading of a page that was sent instead of JSON; "" without one."""
        text = self.content[:LARGEST_REASON].decode("utf-8", "replace")
        start, end = text.find("<title>"), text.find("</title>")
        return " ".join(text[start + 7 : end].split())[:80] if 0 <= start < end else ""


def followed(url: str, target: str) -> str:
    """Where a read goes on. Raises PlatformError for a way out of TLS, or to what is no website."""
    schemes = ("https",) if origin(url)[0] == "https" else tuple(PORTS)
    if origin(target)[0] not in schemes:
        told = f"{without_query(url)} redirects to {without_query(target)}, which is not {' or '.join(schemes)}"
        raise PlatformError(told, "stop here: somebody may listen")
    return target


def redirected(what: str, target: str, why: str) -> PlatformError:
    """The error for an instance that is at another address than `--host` says."""
    return PlatformError(
        f"{what} {without_query(target)}{why}", f"give --host the address of the instance itself: --host {root(target)}"
    )


def rejection(what: str, status: int, answer: Any) -> RejectedError:
    """The error for an answer of 4xx, with the platform's own words, or the title of a page."""
    reasons = _reasons(answer)
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
