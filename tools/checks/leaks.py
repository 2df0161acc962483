"""ARC: a secret in the zip: who sees the submission can use it.

Looks for the forms that tokens have, not for words like `password`: a hash, a placeholder or a setting is no secret.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.archive import Archive, Member
from tools.checks.finding import ERROR, Evidence
from tools.checks.registry import check
from tools.checks.subject import Subject
from tools.contract import Contract

TEXT_SUFFIX = re.compile(
    r"\.(py|ipynb|json|ya?ml|toml|ini|cfg|conf|txt|md|rst|sh|bash|ps1|bat|env|pem|key|csv|xml|log|bak|old|properties|html|js)$"
)
READ_BYTES = 1 << 20
READ_TOGETHER_BYTES = 32 << 20
MOST_MEMBERS = 3000
SHOWN = 10
MASKED = 4
LEAST_LETTERS = 8
PLACEHOLDER = re.compile(rb"(?i)example|your|xxxx|placeholder|changeme|dummy|12345678|abcdefgh|\.\.\.|\*\*\*|<|\$\{?\w")


@dataclass(frozen=True)
class Form:
    """A form of secret: what it is, and the pattern whose group is its value.

    `marker` is in any text that the pattern meets, once its letters are small. `names` are the only file names in
    which the pattern means a secret; none: any.
    """

    told: str
    marker: bytes
    pattern: bytes
    names: tuple[str, ...] = ()


def _form(told: str, marker: str, pattern: str, *names: str) -> Form:
    return Form(told, marker.lower().encode(), pattern.encode(), names)


START, END = r"(?<![A-Za-z0-9_-])", r"(?![A-Za-z0-9_-])"
SET_TO = r"[\"'\]]{0,3}[ \t]{0,9}[:=,][ \t]{0,9}b?[\"']?"
"""Between a setting's name and its value, in Python, JSON, YAML, shell and .env files."""
FORMS = (
    _form("a GitHub token", "gh", rf"{START}(gh[pousr]_[A-Za-z0-9]{{36,}}){END}"),
    _form("a GitHub token", "github_pat_", rf"{START}(github_pat_[A-Za-z0-9]{{22}}_[A-Za-z0-9]{{59}}){END}"),
    _form("a GitLab token", "glpat-", rf"{START}(glpat-[A-Za-z0-9_-]{{20,}})"),
    _form("an AWS access key", "AKIA", rf"{START}(AKIA[A-Z2-7]{{16}}){END}"),
    _form("an AWS secret key", "aws_secret", rf"aws_secret_access_key{SET_TO}([A-Za-z0-9/+]{{40}})(?![A-Za-z0-9/+=])"),
    _form("a Hugging Face token", "hf_", rf"{START}(hf_[A-Za-z0-9]{{34,}}){END}"),
    _form("an OpenAI key", "T3BlbkFJ", rf"{START}(sk-[A-Za-z0-9_-]{{20,}}T3BlbkFJ[A-Za-z0-9_-]{{20,}})"),
    _form("an OpenAI key", "sk-", rf"{START}(sk-(?:proj-|svcacct-)?[A-Za-z0-9]{{40,}}){END}"),
    _form("an Anthropic key", "sk-ant-", rf"{START}(sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{{60,}})"),
    _form("a Google API key", "AIza", rf"{START}(AIza[A-Za-z0-9_-]{{35}}){END}"),
    _form("a Slack token", "xox", rf"{START}(xox[abprs]-[0-9]{{8,}}-[A-Za-z0-9-]{{16,}})"),
    _form("a PyPI token", "pypi-AgE", rf"{START}(pypi-AgE[A-Za-z0-9_-]{{50,}})"),
    _form("a token such as Codabench's", "oken", rf"(?i:token){SET_TO}(?:Token )?([0-9a-f]{{40}})(?![0-9a-f])"),
    _form("a token such as Codabench's", "Token ", r"\bToken ([0-9a-f]{40})(?![0-9a-f])"),
    _form("a Weights & Biases key", "WANDB_API_KEY", rf"WANDB_API_KEY{SET_TO}([0-9a-f]{{40}})(?![0-9a-f])"),
    _form("a Weights & Biases key", "wandb.login", r"wandb\.login\((?:key ?= ?)?[\"']([0-9a-f]{40})[\"']"),
    _form("a Kaggle key", '"key"', rf"\"key{SET_TO}([0-9a-f]{{32}})\"", "kaggle.json"),
    _form("a Kaggle key", "KAGGLE_KEY", rf"KAGGLE_KEY{SET_TO}([0-9a-f]{{32}})(?![0-9a-f])"),
    _form(
        "a private key",
        "PRIVATE KEY",
        r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|[\s\"',]){0,20}"
        r"(?:[A-Z][\w-]*: [^\n]{0,100}\n\s{0,9}){0,5}([A-Za-z0-9+/]{40,})",
    ),
    _form("a login", "machine", r"machine\s+\S+\s+login\s+\S+\s+password\s+(\S{8,})", ".netrc", "_netrc"),
    _form("a login in an address", "://", r"https?://[^/\s:@]+:([^@\s/]{8,})@", "config", ".git-credentials"),
    _form(
        "a secret setting",
        "=",
        r"(?m)^[ \t]*(?:export[ \t]+)?(?:[A-Z0-9]+_)*(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|SECRET_KEY|ACCESS_KEY)"
        r"[ \t]*=[ \t]*[\"']?([^\s\"'#]{8,})",
        ".env",
    ),
)
NAMES = {name for form in FORMS for name in form.names} | {"id_rsa", "id_ecdsa", "id_ed25519", ".pypirc", "credentials"}
SAMPLES = (".example", ".sample", ".template", ".dist")


@check(
    "ARC010",
    "a secret is in the zip",
    level=ERROR,
    fix="take it out of the zip, then revoke it where it was issued and make a new one: it may have been seen",
    source="codabench.md 6, Submission with or without a metadata file: all files come back in prediction_result.zip",
    after=("ARC001",),
    needs_contract=False,
)
def secret(subject: Subject, _contract: Contract | None) -> Iterator[Evidence]:
    """The platform keeps what was submitted, organisers can download it, and a submission can be made public.

    Nothing fails by it. But whoever reads the secret can act in your name: submit and delete with a platform's token,
    run up a bill with a cloud's key. Only its first four characters are shown here.
    """
    shown = 0
    for member in _texts(subject.archive):
        for line, told in _secrets(subject.archive, member):
            if shown < SHOWN:
                yield Evidence(f"{member.name}, line {line}: {told}", member.name)
            shown += 1
    if shown > SHOWN:
        yield Evidence(f"and {shown - SHOWN} more")


def _texts(archive: Archive) -> Iterator[Member]:
    """The members to look into, those first whose name speaks of secrets; a bounded number, and of each its start."""
    left_bytes, left = READ_TOGETHER_BYTES, MOST_MEMBERS
    files = [member for member in archive.by_name.values() if not member.is_folder and _is_text(member)]
    for member in sorted(files, key=lambda member: (member.base not in NAMES, member.size_bytes)):
        left_bytes -= min(member.size_bytes, READ_BYTES)
        left -= 1
        if left_bytes < 0 or left < 0:
            return
        yield member


def _is_text(member: Member) -> bool:
    base = member.base.lower()
    return base in NAMES or base.startswith(".env") or TEXT_SUFFIX.search(base) is not None


def _secrets(archive: Archive, member: Member) -> Iterator[tuple[int, str]]:
    """Line and words of each secret in a member; one for each value."""
    try:
        text = archive.read(member.name, limit_bytes=READ_BYTES)
    except OSError:
        return
    lower = text.lower()
    seen: set[bytes] = set()
    for form in FORMS:
        if form.marker not in lower or (form.names and not _is_named(member.base, form.names)):
            continue
        for match in re.finditer(form.pattern, text):  # compiled only where it is needed
            value = match[1]
            if value not in seen and _is_real(value):
                seen.add(value)
                masked = value[:MASKED].decode("ascii", "replace")
                yield text.count(b"\n", 0, match.start(1)) + 1, f"{form.told}, {masked}... ({len(value)} characters)"


def _is_named(base: str, names: tuple[str, ...]) -> bool:
    is_settings = base.startswith(".env") and not base.endswith(SAMPLES)
    return base in names or (".env" in names and is_settings)


def _is_real(value: bytes) -> bool:
    """Whether it is no placeholder: made of enough different characters, and of no word that stands for one."""
    return len(set(value)) >= LEAST_LETTERS and not PLACEHOLDER.search(value)
