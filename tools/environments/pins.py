"""The pins of a requirements file or lock: which package in which version."""

import re

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def pins(text: str) -> dict[str, str]:
    """Package (its normalised name) and version of each pin of a lock."""
    return {normalised(name): version for name, version in PIN.findall(text)}


def normalised(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
