"""`kit environments`, and --environment with a requirements file: what is printed, written and refused."""

import json
import re
import sys
import zipfile
from pathlib import Path

import pytest

NEEDS_DET_CURVE = """
from sklearn.metrics import det_curve

class Model:
    def predict(self, X): return X
"""


@pytest.fixture(autouse=True)
def _without_a_network(_in_an_empty_folder: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One package to be found."""
    index = tmp_path / "index"
    index.mkdir()
    with zipfile.ZipFile(index / "tiny-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n")
        wheel.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("tiny-1.dist-info/RECORD", "")
    variables = {"UV_NO_INDEX": "1", "UV_NO_CONFIG": "1", "UV_FIND_LINKS": index, "UV_CACHE_DIR": tmp_path / "uv"}
    for name, value in variables.items():
        monkeypatch.setenv(name, str(value))
    Path("mine.txt").write_text(f"# python {sys.version_info[0]}.{sys.version_info[1]}\ntiny==1\n")


def test_all_are_listed_with_what_matters_and_the_projects_own_is_marked(run) -> None:
    code, out, _ = run("environments")
    assert code == 0
    assert re.search(r"an2dl-2024 \* +3\.11 +tensorflow 2\.17\.0, keras 3\.4\.1, numpy 1\.26\.4 +no", out)
    assert re.search(r"codalab-legacy-py37 +3\.7 +tensorflow \?, numpy 1\.17\.2", out)
    assert out.rstrip().endswith("next: kit environments build an2dl-2024")


def test_the_list_is_also_a_document(run) -> None:
    code, out, _ = run("environments", "--format", "json")
    document = json.loads(out)
    known = {one["name"]: one for one in document["environments"]}
    assert code == 0
    assert {"an2dl-2024", "tf-2.12", "tf-2.15", "newest", "codalab-legacy-py37", "codalab-legacy-py39"} < set(known)
    assert [name for name, one in known.items() if one["wanted"]] == ["an2dl-2024"]
    assert known["tf-2.12"]["built"] is False
    assert known["tf-2.12"]["packages"]["keras"] == "2.12.0"


def test_a_projects_own_contract_decides_which_is_marked(run) -> None:
    Path("pyproject.toml").write_text(
        '[tool.kit.contract]\nclass = "Model"\nmethod = "predict"\narguments = ["X"]\n'
        'working_directory = "submission"\n'
        'output = {kind = "any"}\nenvironment = "tf-2.15"\n[tool.kit.contract.sources]\n'
        'class = "x"\nmethod = "x"\narguments = "x"\nworking_directory = "x"\noutput = "x"\nenvironment = "x"\n'
    )
    assert "tf-2.15 *" in run("environments")[1]


def test_a_requirements_file_is_built_listed_left_over_and_removed(run) -> None:
    code, out, err = run("environments", "build", "mine.txt")
    assert (code, err) == (0, "")
    place = Path(out.strip().splitlines()[-1].partition(": ")[2])
    assert (place / "bin" / "python").exists()
    assert re.search(r"mine\.txt +\d\.\d+ +tiny 1 +\d", run("environments")[1])
    assert run("environments", "build", "mine.txt", "--format", "json")[1].count(str(place)) == 1
    Path("mine.txt").write_text("tiny\n")
    assert "left over: 1 older ones" in run("environments")[1]
    code, out, _ = run("environments", "remove", "--old", "--format", "json")
    assert [one["path"] for one in json.loads(out)["removed"]] == [str(place)]
    assert not place.exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["build"], 2, "which environment? fix: kit environments build an2dl-2024"),
        (["build", "tf-2"], 2, "there is no environment 'tf-2' fix: one of: an2dl-2024"),
        (["build", "gone.txt"], 2, "there is no requirements file gone.txt"),
        (["build", "mine.txt", "--python", "3.1"], 3, "no Python 3.1 was found"),
        (["build", "tf-2.12", "--python", "3.12"], 2, "Python 3.11 is needed, and --python says 3.12"),
        (["remove"], 2, "which environment?"),
        (["remove", "tf-2"], 2, "there is no environment 'tf-2'"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_fix(words: list[str], code: int, told: str, run) -> None:
    given, _, err = run("environments", *words)
    assert given == code
    assert told in err


def test_removing_what_is_not_built_says_so(run) -> None:
    assert run("environments", "remove", "tf-2.12")[:2] == (0, "nothing of that is built\n")


def test_a_check_is_for_the_environment_that_is_asked_for(run) -> None:
    Path("model.py").write_text(NEEDS_DET_CURVE)
    assert "ENV005" not in run("check", ".", "--environment", "codalab-legacy-py39")[1]
    code, out, _ = run("check", ".", "--environment", "codalab-legacy-py37")
    assert code == 1
    assert "scikit-learn 0.21.3 there has no sklearn.metrics.det_curve, first seen in 0.24.2" in re.sub(
        r"\s+", " ", out
    )
    Path("mine.txt").write_text("scikit-learn==0.21.3\n")
    assert "ENV005" in run("check", ".", "--environment", "mine.txt")[1]


def test_a_check_by_the_image_of_a_bundle_knows_what_is_in_it(run) -> None:
    from tests.gallery.gallery import HERE

    Path("model.py").write_text("class Model:\n    def predict(self, X): return X if (n := len(X)) else n\n")
    code, out, _ = run("check", ".", "--bundle", HERE / "bundle")
    assert "by the grammar of Python 3.7" in re.sub(r"\s+", " ", out)
    assert code == 0  # without a contract it is not known whether that module is imported


@pytest.mark.parametrize("command", ["evaluate", "build"])
def test_an_environment_that_cannot_be_had_is_an_error_of_the_machine(command: str, run) -> None:
    Path("model.py").write_text("class Model:\n    def predict(self, X): return X\n")
    with zipfile.ZipFile("x.zip", "w") as target:
        target.write("model.py")
    Path("mine.txt").write_text("# python 3.99\ntiny\n")
    source = "x.zip" if command == "evaluate" else "."
    words = ["--engine", "process"] if command == "evaluate" else []
    code, _, err = run(command, source, "--environment", "mine.txt", *words)
    assert code == 3
    assert "no Python 3.99 was found" in err
    assert "python install 3.99" in err
