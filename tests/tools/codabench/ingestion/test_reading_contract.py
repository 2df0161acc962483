"""What a contract can say is read from an ingestion program's text: many styles of it, and what they do not tell."""

import textwrap
from pathlib import Path

import jinja2
import pytest

from tools.codabench.ingestion.reading import Reading, read_from
from tools.contract import Contract

ROOT = Path(__file__).parents[4]
PY39 = "codalab/codalab-legacy:py39"
USUAL = "python3 ingestion.py $input $output $program $submission_program"

TWO_ARGUMENTS = """
    import sys, os
    import numpy as np
    input_dir = os.path.abspath(sys.argv[1])
    output_dir = os.path.abspath(sys.argv[2])
    submission_dir = os.path.abspath(sys.argv[4])
    sys.path.append(submission_dir)
    from model import Model
    X = np.load(os.path.join(input_dir, "X.npy"))
"""
DEFAULT_FOLDERS = """
    from sys import argv, path
    import numpy as np
    if len(argv) == 1:
        output_dir = "./sample_result"
        submission_dir = "./sample_code"
    else:
        output_dir, submission_dir = argv[2], argv[4]
    path.append(submission_dir)
    from model import Model
    def main():
        X = np.zeros((3, 7))
        m = Model()
        {more}
        answers = m.predict(X)
        np.savetxt(output_dir + "/wheat.predict", answers)
    main()
"""
CODABENCH_FLAG = """
    import argparse, json, os, sys
    parser = argparse.ArgumentParser()
    parser.add_argument("--codabench", action="store_true")
    args = parser.parse_args()
    root = os.path.dirname(os.path.realpath(__file__))
    if not args.codabench:
        output_dir = os.path.join(root, "sample_result")
        submission_dir = os.path.join(root, "sample_code")
    else:
        output_dir = "/app/output"
        submission_dir = "/app/ingested_program"
    sys.path.append(submission_dir)

    class Ingestion:
        def load_submission(self):
            from model import Model
            self.model = Model()
        def run(self):
            self.results = self.model.predict(self.X_test)
        def save(self):
            result_file = os.path.join(output_dir, "result.json")
            with open(result_file, "w") as stream:
                stream.write(json.dumps(self.results))
"""
FLAGS = """
    import argparse, sys
    from pathlib import Path
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output-dir", type=Path, default=Path("here"))
    parser.add_argument("--code", dest="entry")
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.entry)
    import model as entry
    made = entry.Forecaster(arguments.entry)
    table = made.forecast(arguments.data, 24)
    table.to_csv(arguments.output_dir / "forecast.csv")
"""
BY_NAME = """
    import importlib, os, sys
    import numpy as np
    sys.path.insert(0, sys.argv[4])
    NAME = "solution"
    module = importlib.import_module(NAME)
    Chosen = getattr(module, "Solver")
    def build():
        return Chosen()
    def ask(solver, rows):
        return solver.solve(rows)
    answers = ask(build(), [1, 2])
    np.save(f"{sys.argv[2]}/answers", answers)
"""
BY_FILE = """
    import importlib.util, sys
    from pathlib import Path
    output, submission = Path(sys.argv[2]), Path(sys.argv[4])
    spec = importlib.util.spec_from_file_location("anything", submission / "agent.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    agent = module.Agent()
    (output / "moves.txt").write_text(str(agent.act(observation={"x": 1}["x"])))
"""


@pytest.fixture
def read(tmp_path):
    """Write an ingestion program and read it."""

    def call(text: str, command: str | None = USUAL, image: str = PY39, **others: str) -> Reading:
        folder = tmp_path / "ingestion_program"
        folder.mkdir()
        if command is not None:
            (folder / "metadata.yaml").write_text(f"command: {command}\n")
        for name, content in {"ingestion": text, **others}.items():
            (folder / f"{name}.py").write_text(textwrap.dedent(content))
        return read_from(folder, image)

    return call


def contract_of(reading: Reading) -> Contract:
    assert reading.missing == ()
    return Contract.model_validate(reading.contract)


def line_of(text: str, part: str) -> str:
    lines = textwrap.dedent(text).splitlines()
    number = next(number for number, line in enumerate(lines, 1) if part in line)
    return f"ingestion_program/ingestion.py:{number}"


STYLES = {
    "the folders in sys.argv": (
        TWO_ARGUMENTS + '    np.save(os.path.join(output_dir, "predictions.npy"), Model().predict(X))\n',
        USUAL,
        ("model", "Model", (), "predict", ("X",), "predictions.npy"),
    ),
    "defaults for a run at home": (
        DEFAULT_FOLDERS.format(more="pass"),
        USUAL,
        ("model", "Model", (), "predict", ("X",), "wheat.predict"),
    ),
    "a flag for the platform, a class of its own": (
        CODABENCH_FLAG,
        "python3 $program/ingestion.py --codabench",
        ("model", "Model", (), "predict", ("X_test",), "result.json"),
    ),
    "argparse, and the folder for the constructor": (
        FLAGS,
        "python3 ingestion.py $input --output-dir=$output --code $submission_program",
        ("model", "Forecaster", ("path",), "forecast", ("data", "X_2"), "forecast.csv"),
    ),
    "importlib by name, through two functions": (
        BY_NAME,
        USUAL,
        ("solution", "Solver", (), "solve", ("rows",), "answers.npy"),
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_a_style_is_read_into_a_contract_that_the_kit_takes(read, style) -> None:
    text, command, expected = STYLES[style]
    contract = contract_of(read(text, command))
    assert contract.output.file == expected[5]
    assert (contract.module, contract.class_name, contract.constructor, contract.method, contract.arguments) == (
        expected[:5]
    )
    assert contract.working_directory == "ingestion_program"
    assert contract.environment == "codalab-legacy-py39"
    assert contract.output.kind == "any"


def test_the_bundle_that_comes_with_the_kit_is_read_as_its_own_contract_says() -> None:
    contract = contract_of(read_from(ROOT / "tools/competitions/blood_cells/ingestion_program", None))
    assert contract.call == "Model().predict(images)"
    assert contract.working_directory == "submission"
    assert contract.output.file == "predictions.npy"


def test_the_gallery_bundle_is_read() -> None:
    contract = contract_of(read_from(ROOT / "tests/gallery/bundle/ingestion", None))
    assert (contract.call, contract.output.file) == ("Model().predict(numbers)", "answers.json")


def test_what_kit_new_writes_is_read_as_it_was_asked_for(read) -> None:
    template = (ROOT / "tools/templates/bundle/ingestion_program/ingestion.py.j2").read_text("utf-8")
    text = jinja2.Template(template).render(class_name="Answerer", method="answer", constructor=["path"])
    contract = contract_of(read(text, "python3 ingestion.py $input $output $submission_program"))
    assert contract.call == "Answerer(path).answer(X)"
    assert contract.output.file == "predictions.npy"


def test_each_fact_names_its_line(read) -> None:
    reading = read(CODABENCH_FLAG, "python3 ingestion.py --codabench")
    assert reading.sources["module"] == line_of(CODABENCH_FLAG, "from model import")
    assert reading.sources["constructor"] == line_of(CODABENCH_FLAG, "self.model = Model()")
    assert reading.sources["method"] == line_of(CODABENCH_FLAG, "predict(self.X_test)")
    assert reading.sources["output"].startswith(line_of(CODABENCH_FLAG, "with open(result_file"))


def test_what_nobody_has_said_is_named(read) -> None:
    reading = read(DEFAULT_FOLDERS.format(more="pass"), image="someone/own:1")
    told = " ".join(reading.unknown)
    assert "shape and dtype" in told
    assert "hidden" in told
    assert "someone/own:1" in told
    assert "environment" not in reading.facts


NO_CONTRACT = {
    "a second method is called before": (
        DEFAULT_FOLDERS.format(more="m.fit(X)"),
        ("fit() is called as well (ingestion_program/ingestion.py:14)", "predict() alone"),
    ),
    "the class is chosen at run time": (
        "import importlib, sys\nm = importlib.import_module('model')\nC = getattr(m, sys.argv[5])\nC().predict(1)\n",
        ("chosen when the program runs (ingestion_program/ingestion.py:3)",),
    ),
    "the module is chosen at run time": (
        "import importlib, sys\nm = importlib.import_module(sys.argv[5])\nx = m.Model().predict(1)\n",
        ("chosen when the program runs (ingestion_program/ingestion.py:2)",),
    ),
    "everything is imported": (
        "from model import *\nx = Model().predict(1)\n",
        ("chosen when the program runs (ingestion_program/ingestion.py:1)",),
    ),
    "a function is called, no class": (
        "from model import predict\nanswers = predict([1])\n",
        ("a function predict() of the module model", "ingestion.py:2"),
    ),
    "a script is started": (
        "import subprocess, sys\nsubprocess.run([sys.executable, sys.argv[4] + '/main.py'])\n",
        ("a program is started instead (ingestion_program/ingestion.py:2)",),
    ),
    "no code is asked for": (
        "import shutil, sys\nshutil.copytree(sys.argv[4], sys.argv[2])\n",
        ("perhaps results are submitted",),
    ),
    "the constructor wants more": (
        "from model import Model\nD = open('info').read()\nx = Model(D).predict(1)\n",
        ("Model(D) (ingestion_program/ingestion.py:3) passes more",),
    ),
    "the constructor wants a name": (
        "import sys\nfrom model import Model\nx = Model(path=sys.argv[4]).predict(1)\n",
        ("how the class is built",),
    ),
    "the method wants names": (
        "from model import Model\nx = Model().predict(X=1)\n",
        ("arguments by position: Model().predict(X=1)",),
    ),
    "two methods answer": (
        "from model import Model\nm = Model()\na = m.segment(1)\nb = m.classify(1)\n",
        ("which method predicts: those that are called are segment(), classify()",),
    ),
    "two classes": (
        "from model import A, B\na = A().predict(1)\nb = B().predict(1)\n",
        ("builds model.A, model.B",),
    ),
    "it goes to a folder that only a run tells": (
        "import os\nfrom model import Model\nos.chdir(os.environ['HOME'])\nx = Model().predict(1)\n",
        ("the working directory: it is changed (ingestion_program/ingestion.py:3)",),
    ),
    "the entry is deeper in the zip": (
        "from submission.model import Model\nx = Model().predict(1)\n",
        ("submission.model is imported",),
    ),
    "imported, never built": ("from model import Model\n", ("no class of it is built",)),
    "Python 2": ("print 'predict'\n", ("is no Python that can be read",)),
}


@pytest.mark.parametrize("case", NO_CONTRACT)
def test_too_little_is_known_and_it_is_said_what(read, case) -> None:
    text, parts = NO_CONTRACT[case]
    reading = read(text)
    assert reading.contract is None
    for part in parts:
        assert part in " | ".join(reading.missing)


def test_an_entry_from_a_file_is_its_module_and_names_by_keyword_are_no_positions(read) -> None:
    reading = read(BY_FILE)
    assert (reading.facts["module"], reading.facts["class"], reading.facts["method"]) == ("agent", "Agent", "act")
    assert reading.facts["output"]["file"] == "moves.txt"
    assert "arguments by position" in " ".join(reading.missing)


def test_a_file_deeper_in_the_submission_is_no_module_of_its_root(read) -> None:
    assert read(BY_FILE.replace('"agent.py"', '"code/agent.py"')).contract is None


def test_a_model_of_a_package_or_of_the_organiser_is_not_the_entry(read) -> None:
    text = """
        from sklearn.linear_model import LogisticRegression
        from baseline import Baseline
        a = LogisticRegression().predict([1])
        b = Baseline().predict([1])
    """
    reading = read(text, baseline="class Baseline:\n    def predict(self, X):\n        return X\n")
    assert "perhaps results are submitted" in " ".join(reading.missing)


def test_a_module_beside_the_program_that_imports_the_entry_is_read_as_well(read) -> None:
    text = "import sys\nimport runner\nrunner.run(sys.argv[2])\n"
    beside = "def run(output):\n    from model import Model\n    return Model().predict(output)\n"
    reading = read(text, runner=beside)
    assert reading.sources["method"] == "ingestion_program/runner.py:3"
    assert contract_of(reading).call == "Model().predict(output)"


def test_a_module_of_another_name_is_the_entry_only_where_the_submission_is_on_the_path(read) -> None:
    text = "import sys\n{}\nimport our_lib\nx = our_lib.Solver().predict([1])\n"
    assert contract_of(read(text.format("sys.path.append(sys.argv[4])"))).module == "our_lib"


def test_a_package_that_the_kit_does_not_know_is_not_the_entry(read) -> None:
    text = "import sys\nimport an_unknown_package\nx = an_unknown_package.Solver().predict([1])\n"
    assert read(text).contract is None


def test_beside_the_usual_module_an_unknown_package_is_none_of_the_entry(read) -> None:
    text = TWO_ARGUMENTS + "    import plotting\n    plotting.Figure().draw(Model().predict(X))\n"
    assert contract_of(read(text)).call == "Model().predict(X)"


def test_of_several_files_the_predictions_are_taken_and_otherwise_none(read) -> None:
    many = TWO_ARGUMENTS + (
        '    open(os.path.join(output_dir, "predictions.csv"), "w").write(str(Model().predict(X)))\n'
        '    open(os.path.join(output_dir, "duration.json"), "w").write("1")\n'
    )
    assert contract_of(read(many)).output.file == "predictions.csv"


def test_two_files_of_which_neither_is_the_predictions_are_both_named(read) -> None:
    many = TWO_ARGUMENTS + (
        '    open(os.path.join(output_dir, "a.csv"), "w").write(str(Model().predict(X)))\n'
        '    open(os.path.join(output_dir, "b.csv"), "w").write("1")\n'
    )
    reading = read(many)
    assert contract_of(reading).output.file is None
    assert "a.csv, b.csv are written" in " ".join(reading.unknown)


def test_a_name_that_is_put_together_when_it_runs_is_no_literal_name(read) -> None:
    text = TWO_ARGUMENTS + "    np.save(f'{output_dir}/{input_dir}.npy', Model().predict(X))\n"
    assert contract_of(read(text)).output.file is None


def test_a_file_that_is_read_or_lies_elsewhere_is_no_output(read) -> None:
    text = TWO_ARGUMENTS + (
        '    open(os.path.join(output_dir, "log.txt")).read()\n'
        '    open("/tmp/notes.txt", "w").write(str(Model().predict(X)))\n'
    )
    assert contract_of(read(text)).output.file is None


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (None, "holds no command"),
        ("bash run.sh", "names no Python file in it"),
        ("python3 ../elsewhere.py", "names no Python file in it"),
        ('python3 "ingestion.py', "names no Python file in it"),
    ],
)
def test_without_a_program_that_can_be_found_nothing_is_known(read, command, told) -> None:
    reading = read("from model import Model\nx = Model().predict(1)\n", command)
    assert reading.contract is None
    assert told in " ".join(reading.missing)


def test_names_in_a_circle_and_long_chains_come_to_an_end(read) -> None:
    chain = "".join(f"a{n} = a{n - 1} if a{n - 2} else a{n - 1}\n" for n in range(2, 400))
    text = f"a0 = a399\na1 = a0\n{chain}from model import Model\nm = Model()\nm = m\nx = m.predict(a399)\n"
    assert contract_of(read(text)).method == "predict"


def test_the_program_is_never_run(read, tmp_path) -> None:
    mark = tmp_path / "ran"
    read(f"open({str(mark)!r}, 'w').write('x')\nfrom model import Model\nx = Model().predict(1)\n")
    assert not mark.exists()


@pytest.mark.parametrize(
    "text",
    ["x = " + "+".join(["a"] * 5000) + "\n", "x = a" + ".b()" * 3000 + "\n", "x = 1\0\n", "from model import (\n"],
)
def test_a_program_that_cannot_be_read_is_no_crash(read, text) -> None:
    assert read(f"from model import Model\n{text}").contract is None


def test_a_quote_in_an_option_is_no_crash(read) -> None:
    assert read(FLAGS, 'python3 ingestion.py --code="it\'s" $input').contract is None
