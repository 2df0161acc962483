"""ARC010: tokens by their forms, and what only looks like one. The secrets are drawn here, none is anybody's."""

import random
import string
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.tools.archive.zips import add_all
from tools.archive import open_archive
from tools.checks import Level, Stage, run_checks, subject_of

LETTERS = string.ascii_letters + string.digits
draw = random.Random(7)


def drawn(length: int, letters: str = LETTERS) -> str:
    return "".join(draw.choices(letters, k=length))


HEX40, HEX32 = drawn(40, "0123456789abcdef"), drawn(32, "0123456789abcdef")
KEY = "-----BEGIN {}PRIVATE KEY-----\n{}\n" + drawn(64) + "\n" + drawn(64) + "\n-----END PRIVATE KEY-----\n"
SECRETS: list[tuple[str, str, str, str]] = [
    ("Codabench's token", "up.py", f'TOKEN = "{HEX40}"', "a token such as Codabench's"),
    ("a token in a header", "up.sh", f'curl -H "Authorization: Token {HEX40}" x', "a token such as Codabench's"),
    ("a token in JSON", "settings.json", f'{{"token": "{HEX40}"}}', "a token such as Codabench's"),
    ("a token in YAML", "a.yaml", f"codabench_token: {HEX40}\n", "a token such as Codabench's"),
    ("GitHub", "a.py", f"x = '{'ghp'}_{drawn(36)}'", "a GitHub token"),
    ("GitHub, fine-grained", "a.ipynb", f"{'github'}_pat_{drawn(22)}_{drawn(59)}", "a GitHub token"),
    (
        "AWS",
        "a.cfg",
        f"aws_access_key_id = {'AK'}IA{drawn(16, string.ascii_uppercase + '234567')}",
        "an AWS access key",
    ),
    ("AWS's other half", "credentials", f"aws_secret_access_key = {drawn(40)}", "an AWS secret key"),
    ("Hugging Face", "a.py", f"login('{'hf'}_{drawn(34)}')", "a Hugging Face token"),
    ("OpenAI", "a.py", f"key = 'sk-{drawn(48)}'", "an OpenAI key"),
    ("Google", "a.html", f"key={'AI'}za{drawn(35)}", "a Google API key"),
    ("Weights & Biases", "a.py", f'os.environ["WANDB_API_KEY"] = "{HEX40}"', "a Weights & Biases key"),
    ("a login of Weights & Biases", "a.py", f"wandb.login(key='{HEX40}')", "a Weights & Biases key"),
    ("Kaggle", "kaggle.json", f'{{"username":"anna","key":"{HEX32}"}}', "a Kaggle key"),
    ("Kaggle by a variable", "a.py", f"os.environ['KAGGLE_KEY'] = '{HEX32}'", "a Kaggle key"),
    ("a private key", "id_rsa", KEY.format("RSA ", ""), "a private key"),
    ("a private key with a password", "x.pem", KEY.format("RSA ", "Proc-Type: 4,ENCRYPTED\n"), "a private key"),
    ("a service's account", "a.json", KEY.format("", "").replace("\n", r"\n"), "a private key"),
    ("a login for a host", ".netrc", f"machine api.wandb.ai\n  login user\n  password {HEX40}", "a login"),
    (
        "an address with a login",
        ".git/config",
        f"url = https://anna:{drawn(20)}@github.com/a/b",
        "a login in an address",
    ),
    ("a setting", ".env", f"export DB_PASSWORD='{drawn(12)}'", "a secret setting"),
]
NONE: list[tuple[str, str, str]] = [
    ("a commit", "notes.txt", f"trained at commit {HEX40}, token: YOUR_TOKEN, key: sk-..."),
    ("a commit after the word token", "notes.txt", f"the token has changed since {HEX40}"),
    ("a checksum", "a.py", f"SHA1 = '{HEX40}'  # of the tokenizer"),
    ("checksums of files", "SHA1SUMS.txt", f"{HEX40}  token.txt\n"),
    ("placeholders", "a.py", f"TOKEN = '{'0' * 40}'\nKEY = 'ghp_{'x' * 36}'\nhf = 'hf_YOUR{drawn(34)}'"),
    ("AWS's own example", "a.py", "AKIAIOSFODNN7EXAMPLE"),
    ("read from the environment", "a.py", "token = os.environ['CODABENCH_TOKEN']\npassword = getpass()"),
    ("settings that are none", ".env", "TF_CPP_MIN_LOG_LEVEL=3\nTOKENIZERS_PARALLELISM=false\nMAX_TOKENS=409600000\n"),
    ("a sample of settings", ".env.example", f"API_KEY={drawn(20)}"),
    (
        "settings to be filled in",
        ".env",
        "API_KEY=\nSECRET=changeme123\nDB_PASSWORD=${PASSWORD_OF_DB}\nTOKEN=<your token>",
    ),
    ("words about keys", "README.md", "Begin with -----BEGIN PRIVATE KEY----- and never commit it."),
    ("a public key", "id_rsa.pub", f"ssh-rsa AAAA{drawn(200)} anna@home"),
    ("an address without a login", ".git/config", "url = https://github.com/a/b.git"),
    ("classes of a page", "a.html", "<div class='task-sk-loading-animation-of-the-whole-page-with-words'>"),
    ("weights that spell one", "w.bin", f"ghp_{drawn(36)}"),
    ("another key of 32", "config.json", f'{{"key": "{HEX32}"}}'),
]


def found(files: Mapping[str, str], path: Path) -> list[tuple[Level, tuple[str, ...]]]:
    add_all(path, [("model.py", b"x = 1"), *((name, text.encode()) for name, text in files.items())])
    result = run_checks(Stage.CHECK, subject_of(open_archive(path), None), None)
    for finding in result.findings:
        assert not any(secret in str(finding) for secret in (HEX40, HEX32))
    return [(finding.level, finding.evidence) for finding in result.findings if finding.code == "ARC010"]


@pytest.mark.parametrize(("name", "text", "told"), [row[1:] for row in SECRETS], ids=[row[0] for row in SECRETS])
def test_a_secret_is_found_and_not_shown(name: str, text: str, told: str, tmp_path: Path) -> None:
    [(level, evidence)] = found({name: f"first line\n{text}\n"}, tmp_path / "x.zip")
    assert level is Level.ERROR
    assert len(evidence) == 1
    assert evidence[0].startswith(f"{name}, line ")
    assert f": {told}, " in evidence[0]
    assert len(evidence[0].split(f"{told}, ")[1].split("...")[0]) == 4


@pytest.mark.parametrize(("name", "text"), [row[1:] for row in NONE], ids=[row[0] for row in NONE])
def test_what_looks_like_one_is_none(name: str, text: str, tmp_path: Path) -> None:
    assert found({name: text}, tmp_path / "x.zip") == []


def test_the_line_is_told_and_each_value_once(tmp_path: Path) -> None:
    text = f"\n\n\nTOKEN = '{HEX40}'\nagain = 'Token {HEX40}'\n"
    [(_, evidence)] = found({"up.py": text}, tmp_path / "x.zip")
    assert evidence == (f"up.py, line 4: a token such as Codabench's, {HEX40[:4]}... (40 characters)",)


def test_many_are_counted(tmp_path: Path) -> None:
    text = "\n".join(f"TOKEN = '{drawn(40, '0123456789abcdef')}'" for _ in range(50))
    [(_, evidence)] = found({"up.py": text}, tmp_path / "x.zip")
    assert (len(evidence), evidence[-1]) == (11, "and 40 more")


@pytest.mark.parametrize(
    "unit",
    [
        "token ",
        "token=",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----A: b\n",
        "machine x login ",
        "A_",
        "\n",
        " ",
        "https://a:",
        "ghp_a",
        "KAGGLE_KEY  ",
        '"key"  ',
        "sk-a",
        "export A",
        "AKIA",
        "wandb.login(",
        "machine  ",
    ],
)
def test_no_text_makes_the_search_hang(unit: str, tmp_path: Path) -> None:
    text = "token AKIA ghp_ sk- PRIVATE KEY = machine ://" + unit * (1_000_000 // len(unit))
    started = time.process_time()
    found({".env": text, ".netrc": text, "config": text, "kaggle.json": text}, tmp_path / "x.zip")
    assert time.process_time() - started < 20
