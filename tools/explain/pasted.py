"""A pasted text or a log as it is searched: bounded, without escapes and tags, as lines and as plain words.

Words are compared without quotes and brackets, so that a text that was copied with other quotes, or wrapped by a
terminal, is found all the same.
"""

import html
import json
import os
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO

HEAD_BYTES = 64 << 10
TAIL_BYTES = 512 << 10
CHUNK_BYTES = 1 << 20
LONGEST_LINE = 4000
LONGEST_WORD = 400
WRAPPED = "Traceback (most recent call last):"
ESCAPE = re.compile(r"\x1b(?:\[[0-?]{0,40}[ -/]{0,10}[@-~]|\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)?|[@-Z\\^_])")
TAG = re.compile(r"<[/!a-zA-Z][^<>]{0,2000}>")
IS_PAGE = re.compile(r"<(?:!doctype html|html|head|body|h1|title)\b", re.IGNORECASE)
WORD = re.compile(r"[^\s'\"`,;()\[\]{}<>|\u2018\u2019\u201c\u201d\u2026]+")
EDGES = ".:*-!?"


@dataclass(frozen=True, kw_only=True)
class Pasted:
    """A text to explain, by its lines."""

    lines: tuple[str, ...]

    @cached_property
    def plain(self) -> str:
        """All words with one space between them."""
        return " ".join(words for words, _ in self._worded)

    def line_at(self, position: int) -> int:
        """The number of the line that the word at a position of `plain` comes from."""
        starts = self._starts
        return self._worded[max(bisect_right(starts, position) - 1, 0)][1]

    @cached_property
    def _worded(self) -> tuple[tuple[str, int], ...]:
        """The lines that hold words, as words, each with its number."""
        worded = ((plain(line), number) for number, line in enumerate(self.lines))
        return tuple((words, number) for words, number in worded if words)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts, position = [], 0
        for words, _ in self._worded:
            starts.append(position)
            position += len(words) + 1
        return tuple(starts)


def read_bounded(stream: BinaryIO) -> bytes:
    """The beginning and the end of a stream, however long it is, with a mark where the middle was left out."""
    head = stream.read(HEAD_BYTES)
    tail, left_out = b"", 0
    if stream.seekable():
        left_out = max(stream.seek(0, os.SEEK_END) - len(head) - TAIL_BYTES, 0)
        stream.seek(len(head) + left_out)
    while chunk := stream.read(CHUNK_BYTES):
        tail += chunk
        left_out += max(len(tail) - TAIL_BYTES, 0)
        tail = tail[-TAIL_BYTES:]
    return head + (b"\n[...]\n" if left_out else b"") + tail


def pasted(text: str | bytes) -> Pasted:
    """A text as it is searched. Bytes are taken for UTF-8, or UTF-16 where they begin so."""
    told = _decoded(text) if isinstance(text, bytes) else text
    told = ESCAPE.sub("", _bounded(told)).replace("\r\n", "\n").replace("\r", "\n")
    if IS_PAGE.search(told):
        told = html.unescape(TAG.sub("\n", told))
    told = "\n".join(_values(told))
    return Pasted(lines=tuple(line[:LONGEST_LINE] for line in told.split("\n")))


def plain(text: str) -> str:
    """A text as words with one space between them, without quotes, brackets and the marks at a word's edges."""
    found = (word[:LONGEST_WORD].strip(EDGES) for word in WORD.findall(text))
    return " ".join(word for word in found if word)


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _bounded(text: str) -> str:
    if len(text) <= HEAD_BYTES + TAIL_BYTES:
        return text
    return f"{text[:HEAD_BYTES]}\n[...]\n{text[-TAIL_BYTES:]}"


def _values(text: str) -> Iterator[str]:
    """The texts in a JSON answer with their keys; any other text as it is."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            content = None
        if isinstance(content, dict | list):
            yield from _leaves(content)
            return
    yield text


def _leaves(content: Any) -> Iterator[str]:
    """Each value of a JSON document on a line of its own, after its key."""
    waiting: list[tuple[str, Any]] = [("", content)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(str(name), item) for name, item in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(key, item) for item in reversed(value)]
        else:
            yield f"{key}: {value}" if key else str(value)
