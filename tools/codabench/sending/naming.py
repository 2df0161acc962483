"""The name under which the platform keeps a zip: one upload's alone, so that its submission can be recognised.

`submission-b1196e66-k3v9qa.zip`: the file's own stem, the first eight digits of its sha256, and six random letters.
The platform keeps the first 35 characters of a stem (codabench.md 3.4), and shows the name beside the submission.
"""

import re
import secrets
from pathlib import Path

LONGEST_STEM = 18
SHA_DIGITS = 8
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
RANDOM_LETTERS = 6
SHAPE = re.compile(rf"-([0-9a-f]{{{SHA_DIGITS}}})-[{LETTERS}]{{{RANDOM_LETTERS}}}\.zip$")


def new_name(path: Path, zip_sha256: str) -> str:
    """A name that was never given before."""
    stem = re.sub(r"[^A-Za-z0-9_]+", "-", path.stem).strip("-")[:LONGEST_STEM].strip("-") or "submission"
    letters = "".join(secrets.choice(LETTERS) for _ in range(RANDOM_LETTERS))
    return f"{stem}-{zip_sha256[:SHA_DIGITS]}-{letters}.zip"


def mark(zip_sha256: str) -> str:
    """What the names of all uploads of a zip have in common, to search for."""
    return f"-{zip_sha256[:SHA_DIGITS]}-"


def is_name_of(file_name: str, zip_sha256: str) -> bool:
    """Whether a name was given to exactly this zip, by its first digits."""
    found = SHAPE.search(file_name)
    return found is not None and found[1] == zip_sha256[:SHA_DIGITS]
