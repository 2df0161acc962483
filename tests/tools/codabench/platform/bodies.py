"""The bodies that are not JSON: Django's and a proxy's HTML, the storage's XML."""

from xml.sax.saxutils import escape

from .messages import Answer

_DJANGO = """
<!doctype html>
<html lang="en">
<head>
  <title>{title}</title>
</head>
<body>
  <h1>{title}</h1><p>{text}</p>
</body>
</html>
"""

_PROXY = """<html>\r
<head><title>{status} {reason}</title></head>\r
<body>\r
<center><h1>{status} {reason}</h1></center>\r
<hr><center>nginx</center>\r
</body>\r
</html>\r
"""

MAINTENANCE = b"""<!DOCTYPE html>
<html lang="en">
<head><title>Codabench</title></head>
<body><h1>Codabench is under maintenance</h1><p>We will be back soon.</p></body>
</html>
"""


def server_error() -> Answer:
    """What Django shows when a view raises: 145 characters."""
    return Answer(500, _DJANGO.format(title="Server Error (500)", text="").encode(), "text/html; charset=utf-8")


def page_not_found() -> Answer:
    text = "The requested resource was not found on this server."
    return Answer(404, _DJANGO.format(title="Not Found", text=text).encode(), "text/html; charset=utf-8")


def proxy_error(status: int, reason: str, headers: dict[str, str] | None = None) -> Answer:
    """What a proxy shows in the place of the site."""
    return Answer(status, _PROXY.format(status=status, reason=reason).encode(), "text/html", dict(headers or {}))


def storage_error(status: int, code: str, message: str, **more: str) -> Answer:
    """An error as S3 writes it."""
    fields = {"Code": code, "Message": message, **more}
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'
    return Answer(status, text.encode(), "application/xml")


def request_has_expired(expires: str = "2026-11-22T18:43:09Z", server_time: str = "2026-11-27T18:43:10Z") -> Answer:
    """What S3 answers to a signed address after its time."""
    return storage_error(403, "AccessDenied", "Request has expired", Expires=expires, ServerTime=server_time)
