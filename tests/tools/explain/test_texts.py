"""The data of the platform's texts: complete, looked up by nobody in vain, and found by its own templates."""

import re

import pytest
import typer

from tools.checks import CATALOGUE
from tools.cli.app import app
from tools.explain import TEXTS, Helps, Whose, diagnose_log
from tools.explain.matching import HOLE, templates
from tools.explain.page import PAGE, page

ALL = pytest.mark.parametrize("text", TEXTS.values(), ids=lambda text: text.code)
LOG_OF = {"ingestion": "prediction_ingestion_stderr", "scoring": "scoring_stderr", "submission": "prediction_stderr"}


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m tools.explain.page"


@ALL
def test_a_text_is_complete(text) -> None:
    assert re.fullmatch(r"SRV\d{3}", text.code)
    assert len(text.title) < 100
    assert text.causes
    assert text.shown or text.general
    assert re.search(r"codabench\.md|competition\.md", text.source)
    assert isinstance(text.again.helps, Helps)
    assert all(isinstance(cause.whose, Whose) for cause in text.causes)
    for told in (text.title, text.again.note, *(cause.text for cause in text.causes)):
        assert "\n" not in told
        assert not told.endswith(".")


@ALL
def test_what_is_to_be_run_is_a_command_of_the_kit(text) -> None:
    commands = typer.main.get_command(app).commands
    assert text.run
    for command in text.run:
        kit, name, *_ = command.split(" ")
        assert kit == "kit"
        assert name in commands


@ALL
def test_the_codes_of_a_cause_are_in_the_catalogue(text) -> None:
    assert {code for cause in text.causes for code in cause.codes} <= set(CATALOGUE)


@pytest.mark.parametrize("template", templates(), ids=lambda one: f"{one.text.code}: {one.shown[:40]}")
def test_a_template_finds_itself(template) -> None:
    told = HOLE.sub("7b", template.shown)
    found = diagnose_log(LOG_OF.get(template.text.only_in or "", ""), told)
    assert template.text.code in {one.text.code for one in found}
    assert not next(one for one in found if one.text.code == template.text.code).is_guess


def test_no_two_texts_share_a_template() -> None:
    shown = [template.shown.lower() for template in templates()]
    assert len(shown) == len(set(shown))


def test_the_whole_texts_are_those_of_the_player_of_the_platform() -> None:
    from tools.worker import status

    told = [
        status.BAD_ZIP,
        status.OUT_OF_TIME.format(600),
        status.CHILD_FAILED,
        status.SCORES_NOT_FOUND,
        status.SCORES_NOT_JSON.format("Expecting value"),
        status.METADATA_EXISTS,
    ]
    codes = [diagnose_log("", text)[0].text.code for text in told]
    assert codes == ["SRV005", "SRV009", "SRV010", "SRV012", "SRV011", "SRV013"]
