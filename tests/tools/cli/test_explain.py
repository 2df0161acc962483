"""`kit explain` on the command line: codes, texts, logs, files, what is piped in, and JSON."""

import io
import json
import sys
import zipfile
from pathlib import Path

import pytest

from tools.checks import CATALOGUE
from tools.cli import main
from tools.explain import TEXTS

LOG = """\
Traceback (most recent call last):
  File "/app/program/ingestion.py", line 3, in <module>
    Model().predict(images)
  File "/app/ingested_program/model.py", line 9, in predict
    return missing
NameError: name 'missing' is not defined
"""


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command line with something on the standard input; return exit code, output and error text."""

    def call(*words: object, given: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        code = main(["explain", *map(str, words)])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_of_the_catalogue_has_its_page(run, code) -> None:
    exit_code, out, _ = run(code)
    told = " ".join(out.split())
    entry = CATALOGUE[code]
    assert exit_code == 0
    for part in (code, entry.level.value, entry.title, entry.why, entry.fix, entry.source):
        assert " ".join(part.split()) in told
    assert "\x1b" not in out


@pytest.mark.parametrize("code", TEXTS)
def test_every_text_of_the_platform_has_its_page(run, code) -> None:
    told = " ".join(run(code)[1].split())
    text = TEXTS[code]
    for part in (code, text.title, text.again.note, text.source, *text.run, *(cause.text for cause in text.causes)):
        assert part in told


@pytest.mark.parametrize("written", ["src002", "SRC002", "Src-002", "SRC 2", "src2"])
def test_a_code_is_found_however_it_is_written(run, written) -> None:
    assert run(written)[1].startswith("SRC002  error")


def test_a_page_names_what_the_platform_shows_of_it(run) -> None:
    assert "No module named 'model'" in run("ARC003")[1]


def test_a_room_lists_its_codes(run) -> None:
    lines = run("src")[1].splitlines()
    assert [line[:6] for line in lines if line.startswith("SRC")] == [
        code for code in sorted(CATALOGUE) if "SRC" in code
    ]


def test_an_unknown_code_gives_the_nearest_and_those_there_are(run) -> None:
    code, _, err = run("SRC099")
    assert code == 2
    assert "did you mean SRC" in " ".join(err.split())
    assert "SRC001" in err
    assert "SRV" in run("XYZ001")[2]


def test_without_words_all_codes_are_listed(run) -> None:
    code, out, _ = run()
    assert code == 0
    assert all(entry in out for entry in (*CATALOGUE, *TEXTS))


@pytest.mark.parametrize("words", [["Bad or empty zip file"], ["Bad", "or", "empty", "zip", "file"]])
def test_a_text_is_explained_with_and_without_quotes(run, words) -> None:
    code, out, _ = run(*words)
    assert code == 0
    assert out.startswith("SRV005")
    assert "yours" in out
    assert "ARC001" in out
    assert "kit check submission.zip" in out
    assert "resend" in out


def test_a_log_is_read_from_a_file(run) -> None:
    Path("prediction_ingestion_stderr.txt").write_text(LOG)
    code, out, _ = run("prediction_ingestion_stderr.txt")
    assert code == 0
    assert out.startswith("SRV067")
    assert "model.py:9" in out
    assert "return missing" in out


@pytest.mark.parametrize("words", [["-"], []])
def test_a_log_is_read_from_what_is_piped_in(run, words) -> None:
    assert run(*words, given=LOG.encode())[1].startswith("SRV067")


def test_the_name_of_a_piped_log_can_be_given(run) -> None:
    assert run("-", "--log", "scoring_stderr", given=b"KeyError: 'x'\nTraceback (most recent call last):\nKeyError: 1")[
        1
    ].startswith("SRV097")


def test_a_folder_of_logs_is_read_in_the_order_of_causes(run) -> None:
    Path("logs").mkdir()
    Path("logs/scoring_stderr.txt").write_text(LOG.replace("/app/ingested_program/model.py", "/app/program/scoring.py"))
    Path("logs/prediction_ingestion_stderr.txt").write_text(LOG)
    assert run("logs")[1].startswith("SRV067")
    Path("empty").mkdir()
    assert run("empty")[0] == 2


def test_a_zip_is_not_a_log(run) -> None:
    with zipfile.ZipFile("submission.zip", "w") as archive:
        archive.writestr("model.py", "")
    code, _, err = run("submission.zip")
    assert code == 2
    assert "kit check submission.zip" in err


def test_a_file_that_is_not_there_is_told(run) -> None:
    code, _, err = run("scoring_stderr.txt")
    assert code == 2
    assert "there is no file" in err


def test_a_guess_says_so_and_names_the_logs(run) -> None:
    code, out, _ = run("the storage is full, it says")
    assert code == 0
    assert "a guess" in out
    assert "perhaps" in out
    assert "prediction_ingestion_stderr" in out


def test_what_nothing_resembles_still_gets_the_logs_and_a_command(run) -> None:
    code, out, _ = run("qwertz uiop")
    assert code == 0
    assert "kit evaluate" in out
    assert "prediction_ingestion_stderr" in out


def test_json_of_a_text(run) -> None:
    code, out, _ = run("Execution Time Limit exceeded. Limit was 600 seconds", "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert (document["schema"], document["kind"]) == (1, "diagnosis")
    first = document["diagnoses"][0]
    assert first["code"] == "SRV009"
    assert first["parts"] == {"limit": "600"}
    assert first["causes"][0]["whose"] == "you"
    assert first["causes"][0]["codes"][0] == {"code": "RUN004", "title": CATALOGUE["RUN004"].title}
    assert first["send_again"]["helps"] == "no"
    assert set(first) >= {
        "title",
        "place",
        "shown",
        "run",
        "source",
        "matched",
        "is_guess",
        "likeness",
        "where",
        "line",
    }


def test_json_of_codes(run) -> None:
    run("ARC", "--json", "out.json")
    document = json.loads(Path("out.json").read_text())
    assert document["kind"] == "codes"
    assert {page["code"] for page in document["codes"]} == {code for code in CATALOGUE if code.startswith("ARC")}


def test_nothing_in_a_log_reaches_the_terminal_as_a_command(run) -> None:
    hostile = LOG.replace("missing", "mis\x07\x1b]0;title\x07\x1b[2Jsing").encode()
    out = run("-", given=hostile)[1]
    assert all(letter.isprintable() or letter == "\n" for letter in out)
