"""What argparse gives an ingestion program: its options and arguments with the words that the command has for them."""

import ast
from collections import defaultdict

from tools.codabench.ingestion.program import Source


def flags_of(source: Source) -> dict[str, list[ast.expr]]:
    """The values by the names under which the program finds them; the default where the command gives none."""
    found: dict[str, list[ast.expr]] = defaultdict(list)
    words = [part for word in source.words[1:] for part in _split(word)]
    positional = [word for number, word in enumerate(words) if not _belongs_to_a_flag(words, number)]
    for node in ast.walk(source.tree):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if not isinstance(node, ast.Call) or not is_call or ast.unparse(node.func).rpartition(".")[2] != "add_argument":
            continue
        names = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if not names:
            continue
        flags = [name for name in names if name.startswith("-")]
        options = {keyword.arg: keyword.value for keyword in node.keywords}
        values = [words[at + 1] for at, word in enumerate(words[:-1]) if word in flags]
        if not flags and positional:
            values = [positional.pop(0)]
        given: list[ast.expr] = [ast.Constant(value) for value in values]
        found[_destination(names, options.get("dest"))] += given or [
            options[key] for key in ("default",) if key in options
        ]
    return found


def _destination(names: list[str], said: ast.expr | None) -> str:
    """The attribute: `dest`, else the first long name, else the first."""
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        return said.value
    return next((name for name in names if name.startswith("--")), names[0]).lstrip("-").replace("-", "_")


def _split(word: str) -> list[str]:
    """`--output=$output` as two words."""
    name, equals, value = word.partition("=")
    return [name, value] if equals and name.startswith("-") else [word]


def _belongs_to_a_flag(words: list[str], number: int) -> bool:
    return words[number].startswith("-") or (number > 0 and words[number - 1].startswith("--"))
