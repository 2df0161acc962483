"""Whom a zip is built for: what the evaluator cannot open is not handed over, and what nobody knows is no reason."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tools.build import Expected as Asked
from tools.build import Target, build, entry_files
from tools.checks import Level, Result
from tools.checks.finding import Finding
from tools.engines import Wish
from tools.environments import own
from tools.environments.known import environment
from tools.evaluator import BuildError, Evaluator, evaluator_of, refuse_by_reading, refuse_by_running
from tools.worker.probe_report import StepError

GOOD = "import numpy as np\nclass Model:\n    def predict(self, X): return np.zeros(len(X), dtype=np.int64)\n"
OPENED = (
    "class Model:\n    def __init__(self): raise OSError('an h5 file of Keras 3')\n    def predict(self, X): return X\n"
)
WANTS_SEABORN = "import seaborn\n" + GOOD
WANTS_OTHER = "import no_such_module\n" + GOOD


def report(text: str | None, reached: str = "construct") -> SimpleNamespace:
    error = StepError(step=reached, text=text, where="model.py:3", frames=()) if text else None
    return SimpleNamespace(error=error, reached=reached, complaint=f"the step {reached!r} raised {text}")


def evaluator(name: str = "an2dl-2024") -> Evaluator:
    return Evaluator(environment=environment(name), installed=None)


def finding(code: str, level: Level = Level.ERROR) -> Finding:
    return Finding(
        code=code,
        level=level,
        title="a model of a newer Keras",
        where="weights.keras",
        evidence=("written by Keras 3.15.1, Keras 3.4.1 there",),
        why="",
        fix="export it",
        source="",
    )


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        (
            "TypeError: could not be deserialized\nlong text",
            "an2dl-2024 cannot open the zip: TypeError: could not be",
            "tensorflow 2.17.0 and keras 3.4.1",
        ),
        (
            "ModuleNotFoundError: No module named 'mine.parts'",
            "No module named 'mine.parts' (model.py:3)",
            "do without mine",
        ),
    ],
)
def test_what_failed_there_is_told_in_one_line_with_what_to_do(text: str, what: str, fix: str) -> None:
    with pytest.raises(BuildError) as error:
        refuse_by_running(report(text), evaluator())
    assert what in error.value.what
    assert "\n" not in error.value.what
    assert fix in error.value.fix
    assert "nothing was written" in error.value.fix
    assert error.value.exit_code == 1


def test_one_that_died_in_a_step_is_refused_and_one_that_answered_is_not() -> None:
    with pytest.raises(BuildError, match="cannot open the zip"):
        refuse_by_running(report(None, "construct"), evaluator())
    refuse_by_running(report(None, "end"), evaluator())


def test_errors_of_reading_refuse_and_warnings_and_other_codes_do_not() -> None:
    with pytest.raises(BuildError, match=r"ENV002, a model of a newer Keras: written by .* \(weights.keras\)") as error:
        refuse_by_reading(Result(findings=(finding("SRC007"), finding("ENV002"))), evaluator())
    assert error.value.fix.startswith("export it")
    assert "--environment an2dl-2024" in error.value.fix
    refuse_by_reading(Result(findings=(finding("SRC007"), finding("ENV002", Level.WARNING))), evaluator())


@pytest.mark.parametrize(
    ("text", "open_question"),
    [
        ("ModuleNotFoundError: No module named 'sklearn'", True),
        ("ModuleNotFoundError: No module named 'sklearn.metrics'", True),
        ("ModuleNotFoundError: No module named 'no_such_module'", False),
        ("ImportError: cannot import name 'det_curve' from 'sklearn.metrics'", False),
    ],
)
def test_a_module_that_the_evaluator_may_have_decides_nothing(text: str, open_question: bool) -> None:
    assert evaluator().may_have(report(text)) is open_question
    assert Evaluator(environment=None, installed=None).may_have(report(text)) is False


def test_without_a_wish_it_is_the_contracts_and_nothing_is_built() -> None:
    contract = SimpleNamespace(environment="an2dl-2024")
    bundle = SimpleNamespace(contract=contract, competition=SimpleNamespace(docker_image="other"))
    found = evaluator_of(Wish(), bundle, print)
    assert (found.name, found.installed) == ("an2dl-2024", None)
    nobody = SimpleNamespace(contract=None, competition=SimpleNamespace(docker_image="other"))
    assert evaluator_of(Wish(), nobody, print).name is None


@pytest.fixture
def make(tmp_path: Path, monkeypatch):
    """Build a zip of one model.py for an2dl-2024, whose place the kit's own packages take."""
    installed = own.make(tmp_path / "environment")
    monkeypatch.setattr("tools.evaluator.build", lambda *_, **__: installed)

    def made(text: str):
        (tmp_path / "entry").mkdir(exist_ok=True)
        (tmp_path / "entry" / "model.py").write_text(text)
        images = __import__("numpy").zeros((3, 96, 96, 3), dtype="uint8")
        target = Target(wish=Wish(environment="an2dl-2024"))
        out = tmp_path / "submission.zip"
        return build(entry_files(tmp_path / "entry"), out, Asked(images=images, answers=None), target), out

    return made


def test_a_zip_that_opens_there_is_written_and_says_where_it_was_opened(make) -> None:
    built, out = make(GOOD)
    assert built.environment == "kit"
    assert built.report.complaint is None
    assert out.is_file()


@pytest.mark.parametrize("text", [OPENED, WANTS_OTHER])
def test_a_zip_that_does_not_open_there_is_not_written(text: str, make, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="an2dl-2024 cannot open the zip"):
        make(text)
    assert not list(tmp_path.glob("*.zip"))


def test_a_zip_that_lacks_what_the_evaluator_may_have_is_judged_by_the_kits_own_packages(make) -> None:
    built, out = make(WANTS_SEABORN)
    assert built.environment is None
    assert "No module named 'seaborn'" in built.report.complaint
    assert out.is_file()
