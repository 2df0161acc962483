"""A token: what signs a user in. It never shows itself."""

from dataclasses import dataclass, field
from typing import Literal

from tools.errors import UsageError

Kept = Literal["CODABENCH_TOKEN", "the keyring", "a file", "given"]
LONGEST = 4096


@dataclass(frozen=True)
class Token:
    """`secret` goes into one header and nowhere else; `kept` says where it was found.

    The platform's have 40 hexadecimal digits; other forms are for it to judge. Raises UsageError, without the secret,
    for what a header cannot carry: an error about that header would show it.
    """

    secret: str = field(repr=False)
    kept: Kept = "given"

    def __post_init__(self) -> None:
        """Look at the form."""
        complaint = _complaint(self.secret)
        if complaint:
            what = {"given": "what was given", "CODABENCH_TOKEN": "CODABENCH_TOKEN"}.get(self.kept)
            fix = "a token is one word of 40 letters and digits, without the word `Token`"
            raise UsageError(
                f"{what or f'what {self.kept} holds'} is no token: {complaint}", fix if what else "kit login"
            )

    @property
    def header(self) -> dict[str, str]:
        """What a request carries: the word is `Token`, not `Bearer` (codabench.md 3.1)."""
        return {"Authorization": f"Token {self.secret}"}


def _complaint(text: str) -> str:
    """What a header cannot carry; "" for nothing."""
    if not text:
        return "it is empty"
    if len(text) > LONGEST:
        return f"it has {len(text)} characters"
    if not text.isascii():
        return "it holds a letter beyond ASCII"
    if not text.isprintable():
        return "it holds a control character, perhaps the end of a line"
    return "it holds a space" if " " in text else ""
