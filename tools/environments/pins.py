"""The pins of a requirements file or lock: which package in which version."""

import re
from hashlib import sha256
from pathlib import Path

DIGITS = 16
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def pins(text: str) -> dict[str, str]:
    """Package (its normalised name) and version of each pin of a lock."""
    return {normalised(name): version for name, version in PIN.findall(text)}


def normalised(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def digest(lock: Path) -> str:
    """Tells one lock from another, whatever line ends a checkout gave it."""
    return sha256(lock.read_text("utf-8").encode()).hexdigest()[:DIGITS]
