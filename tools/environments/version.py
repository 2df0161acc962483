"""A Python's version as people write it."""


def dotted(version: tuple[int, ...]) -> str:
    """`3.11` for (3, 11)."""
    return ".".join(map(str, version))
