"""A bundle whose programs need what the platform's image has, played with that image's packages."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from tools.archive import open_archive
from tools.engines import Wish
from tools.environments.errors import NoInterpreterError
from tools.environments.interpreters import find_interpreter
from tools.evaluate import Settings, evaluate

NAME = "codalab-legacy-py312"
SCORING = """
import json, os, sys
import pandas as pd
from sklearn.metrics import f1_score
wanted = pd.read_csv(os.path.join(sys.argv[1], "labels.csv"))["label"]
given = pd.read_csv(os.path.join(sys.argv[2], "answers.csv"))["label"]
json.dump({"f1": f1_score(wanted, given)}, open(os.path.join(sys.argv[3], "scores.json"), "w"))
"""
INGESTION = """
import os, sys
import pandas as pd
sys.path.insert(0, sys.argv[3])
from model import Model
rows = pd.read_csv(os.path.join(sys.argv[1], "rows.csv"))
pd.DataFrame({"label": Model().predict(rows)}).to_csv(os.path.join(sys.argv[2], "answers.csv"))
"""
ENTRY = """
import sys
from sklearn.tree import DecisionTreeClassifier
class Model:
    def predict(self, rows):
        print(sys.version_info[:2])
        return DecisionTreeClassifier().fit([[0], [1]], [0, 1]).predict(rows[["x"]].values)
"""
COMPETITION = """
version: 2
title: Rows
docker_image: codalab/codalab-legacy:py312
tasks: [{index: 0, name: t, ingestion_program: i, scoring_program: s, input_data: d, reference_data: r}]
phases: [{index: 0, name: p, start: 2026-01-01, tasks: [0]}]
leaderboards: [{title: l, key: l, columns: [{title: F1, key: f1, index: 0}]}]
"""


def bundle(root: Path) -> Path:
    files = {
        "competition.yaml": COMPETITION,
        "i/main.py": INGESTION,
        "i/metadata.yaml": "command: python3 main.py $input $output $submission_program",
        "s/main.py": SCORING,
        "s/metadata.yaml": "command: python3 main.py $hidden $predictions $output",
        "d/rows.csv": "x\n0\n1\n1\n",
        "r/labels.csv": "label\n0\n1\n1\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["bubblewrap", "process"])
def test_scikit_learn_and_pandas_run_as_in_the_image(engine: str, tmp_path: Path, monkeypatch) -> None:
    try:
        find_interpreter((3, 12))
    except NoInterpreterError as error:
        pytest.skip(str(error))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "codabench-kit-tests"
    monkeypatch.setenv("KIT_CACHE_DIR", str(cache))
    with zipfile.ZipFile(tmp_path / "entry.zip", "w") as target:
        target.writestr("model.py", ENTRY)
    settings = Settings(bundle=bundle(tmp_path / "bundle"), wish=Wish(engine=engine, environment=NAME))
    found = evaluate(open_archive(tmp_path / "entry.zip"), settings)
    assert found.first.run.logs["prediction_ingestion_stdout"] == "(3, 12)\n", json.dumps(found.first.run.logs)
    assert found.first.run.scores == {"f1": 1.0}
    assert found.choice.environment == NAME
    again = Settings(bundle=settings.bundle, wish=Wish(engine=engine))
    assert evaluate(open_archive(tmp_path / "entry.zip"), again).choice.environment == NAME
