"""Lists in pages, as Django REST framework makes them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from .messages import Answer, RefusedError, Request


def page(request: Request, rows: list[Any], size: int) -> dict[str, Any]:
    """`count`, `next`, `previous` and one page of the rows; 404 beyond the last."""
    number = request.query.get("page", "1")
    last = max(1, -(-len(rows) // size))
    if number == "last":
        number = str(last)
    if not number.isdigit() or not 1 <= int(number) <= last:
        raise RefusedError(Answer.json({"detail": "Invalid page."}, 404))
    here = int(number)
    return {
        "count": len(rows),
        "next": _link(request, here + 1) if here < last else None,
        "previous": _link(request, here - 1) if here > 1 else None,
        "results": rows[(here - 1) * size : here * size],
    }


def page_size(request: Request, usual: int, most: int = 1000) -> int:
    asked = request.query.get("page_size", "")
    return min(int(asked), most) if asked.isdigit() and int(asked) > 0 else usual


def _link(request: Request, number: int) -> str:
    """Absolute; the first page is named by no number."""
    query = {name: value for name, value in request.query.items() if name != "page"}
    query |= {"page": str(number)} if number > 1 else {}
    return f"{request.base_url}{request.path}" + (f"?{urlencode(sorted(query.items()))}" if query else "")


def found(text: str, *fields: str | None) -> bool:
    """Each word of a search is in one of the fields, capitals or not."""
    words = text.replace(",", " ").lower().split()
    return all(any(word in (field or "").lower() for field in fields) for word in words)
