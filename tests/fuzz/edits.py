"""Damage as a list of small edits, so that hypothesis can look for the shortest list that breaks something."""

from dataclasses import dataclass

from hypothesis import strategies as st


@dataclass(frozen=True)
class Edit:
    """At a place, a share of the length: `text`, and the `span` bytes that stood there, `times` over."""

    place: float
    span: int
    text: bytes
    times: int


def edits(snippets: tuple[bytes, ...], *, most: int = 6) -> st.SearchStrategy[list[Edit]]:
    """Lists of edits that insert some of the snippets, or any few bytes."""
    text = st.one_of(st.sampled_from(snippets), st.binary(max_size=8))
    one = st.builds(Edit, st.floats(0, 1), st.integers(0, 60), text, st.integers(0, 3))
    return st.lists(one, min_size=1, max_size=most)


def edited(content: bytes, changes: list[Edit]) -> bytes:
    """The content after the edits, one after another."""
    for change in changes:
        start = int(change.place * len(content))
        cut = content[start : start + change.span]
        content = content[:start] + change.text + cut * change.times + content[start + change.span :]
    return content
