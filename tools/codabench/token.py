"""A token: what signs a user in. It never shows itself."""

from dataclasses import dataclass, field
from typing import Literal

Kept = Literal["CODABENCH_TOKEN", "the keyring", "a file", "given"]


@dataclass(frozen=True)
class Token:
    """`secret` goes into one header and nowhere else; `kept` says where it was found."""

    secret: str = field(repr=False)
    kept: Kept = "given"

    @property
    def header(self) -> dict[str, str]:
        """What a request carries: the word is `Token`, not `Bearer` (codabench.md 3.1)."""
        return {"Authorization": f"Token {self.secret}"}
