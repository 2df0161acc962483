"""Signed addresses of the storage host, in the manner of S3's signature version 2."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from .bodies import request_has_expired, storage_error
from .messages import RefusedError, Request

if TYPE_CHECKING:
    from .state import State

ACCESS_KEY = "S3RVER"
SECRET = b"S3RVER-secret"

MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)
ONE_MECHANISM = (
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or "
    "the Authorization header should be specified"
)


def string_to_sign(method: str, path: str, expires: str, content_type: str = "", content_md5: str = "") -> str:
    return f"{method}\n{content_md5}\n{content_type}\n{expires}\n{path}"


def signature(text: str) -> str:
    return base64.b64encode(hmac.new(SECRET, text.encode(), hashlib.sha1).digest()).decode()


def signed(state: State, path: str, method: str = "GET") -> str:
    """An address of the storage host; one for a PUT is good for `application/zip` alone."""
    writes = method == "PUT"
    lives_s = state.settings.signed_put_s if writes else state.settings.signed_get_s
    expires = str(int(state.now().timestamp()) + lives_s)
    content_type = "application/zip" if writes else ""
    path = quote(path)
    signed_with = quote(signature(string_to_sign(method, path, expires, content_type)), safe="")
    typed = f"&content-type={quote(content_type, safe='')}" if writes else ""
    query = f"AWSAccessKeyId={ACCESS_KEY}&Signature={signed_with}{typed}&Expires={expires}"
    return f"{state.storage_url}{path}?{query}"


def check_signature(state: State, request: Request) -> None:
    """Raise with the storage's XML unless the address was signed for exactly this request."""
    authorization = request.headers["Authorization"]
    if authorization is not None:
        more = {"ArgumentName": "Authorization", "ArgumentValue": authorization}
        raise RefusedError(storage_error(400, "InvalidArgument", ONE_MECHANISM, **more))
    expires = request.query.get("Expires", "")
    if "Signature" not in request.query or not expires.isdigit():
        raise RefusedError(storage_error(403, "AccessDenied", "Access Denied"))
    now = state.now()
    if int(expires) < now.timestamp():
        raise RefusedError(request_has_expired(_time(datetime.fromtimestamp(int(expires), UTC)), _time(now)))
    content_type, content_md5 = (request.headers[name] or "" for name in ("Content-Type", "Content-MD5"))
    text = string_to_sign(request.method, request.path, expires, content_type, content_md5)
    if request.query["Signature"] != signature(text):
        more = {"AWSAccessKeyId": request.query.get("AWSAccessKeyId", ""), "StringToSign": text}
        more["StringToSignBytes"] = text.encode().hex(" ")
        raise RefusedError(storage_error(403, "SignatureDoesNotMatch", MISMATCH, **more))


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
