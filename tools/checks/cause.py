"""Which static finding is the cause of what a run raised: one defect, one finding.

An exception is put down to a finding where both are of one kind, and the finding speaks of the same thing: it names
the module, name or file of the message, or the same line. What is not of one kind is told as a defect of its own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from tools.checks.finding import Finding, Level
from tools.checks.raised import Raised

QUOTED = re.compile(r"""['"`]([^'"`\n]{1,200})['"`]""")
NOWHERE = re.compile(
    r"No such file|not found|does not exist|cannot find|unable to (open|read|load)|not a directory", re.I
)
NETWORK = re.compile(
    r"urlopen|URL fetch|resolve|resolution|getaddrinfo|unreachable|Max retries|Connection|timed out|offline|HTTP", re.I
)
LOADING = re.compile(r"deserial|load|unknown layer|registered|version|unrecognized|config|h5py|keras", re.I)
NO_NAME = frozenset({"NameError", "UnboundLocalError"})
NO_MODULE = frozenset({"ModuleNotFoundError", "ImportError", "AttributeError"})
NO_FILE = frozenset({"FileNotFoundError", "NotADirectoryError", "PermissionError", "OSError", "IsADirectoryError"})
NO_NETWORK = frozenset({"URLError", "HTTPError", "gaierror", "timeout", "TimeoutError", "CalledProcessError"})


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """Codes, and the exceptions that their defect leads to: by class, or by a word of the message, in some steps.

    With `names` a message that quotes something must quote what the finding speaks of.
    """

    codes: tuple[str, ...]
    kinds: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None
    steps: tuple[str, ...] = ("import", "construct", "predict")
    names: bool = False


RULES = (
    _Rule(codes=("SRC002",), kinds=frozenset({"ImportError", "AttributeError", "TypeError"})),
    _Rule(codes=("SRC003",), kinds=frozenset({"TypeError"}), steps=("import", "construct")),
    _Rule(codes=("SRC004",), kinds=frozenset({"AttributeError", "TypeError"}), steps=("import", "predict")),
    _Rule(codes=("SRC005", "SRC006", "ENV005"), kinds=NO_MODULE | NO_NAME | {"TypeError"}, names=True),
    _Rule(codes=("SRC011",), kinds=NO_NAME, names=True),
    _Rule(codes=("SRC007", "SRC008", "SRC009"), kinds=NO_FILE, words=NOWHERE, names=True),
    _Rule(codes=("SRC010",), kinds=NO_NETWORK, words=NETWORK),
    _Rule(codes=("ENV002", "ENV003", "ENV004", "ENV006"), words=re.compile(""), steps=("construct",)),
    _Rule(codes=("ENV002", "ENV003", "ENV004", "ENV006"), words=LOADING),
)


def cause_of(error: Raised | None, findings: Iterable[Finding]) -> Finding | None:
    """The first error among the findings that is the cause of an exception; None where there is none."""
    if error is None:
        return None
    errors = [finding for finding in findings if finding.level is Level.ERROR]
    return next((one for one in errors for rule in RULES if one.code in rule.codes and _fits(rule, error, one)), None)


def _fits(rule: _Rule, error: Raised, finding: Finding) -> bool:
    if error.step not in rule.steps:
        return False
    if not rule.kinds.intersection(error.kinds) and not (rule.words and rule.words.search(error.text)):
        return False
    if not rule.names or (finding.where and finding.where == error.where):
        return True
    quoted = {_essence(text) for text in QUOTED.findall(error.text)} - {""}
    told = "\n".join((*finding.evidence, *filter(None, finding.places), finding.where or ""))
    return not quoted or any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", told) for name in quoted)


def _essence(quoted: str) -> str:
    """What two messages about one thing have in common: a file's name without its folders, a module's first name."""
    if "/" in quoted or "\\" in quoted or re.search(r"\.(?!py)\w{1,8}$", quoted):
        return PurePosixPath(quoted.replace("\\", "/")).name
    return quoted.partition(".")[0]
