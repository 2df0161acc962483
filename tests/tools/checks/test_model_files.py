"""Model files against the evaluator's environment, each check as a table with near misses."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.gallery.model_files import field, graph, hdf5_file, keras_file, saved_model
from tools.archive import open_archive
from tools.checks import CATALOGUE, Subject
from tools.competitions import DEFAULT
from tools.contract import read_contract
from tools.environments.known import Environment

CODES = ("ENV002", "ENV003", "ENV004", "ENV006", "ENV007", "ARC011")
CONV = {"name": "c", "filters": 8, "kernel_size": [3, 3]}
OURS = {"class_name": "Patches", "module": "__main__", "registered_name": "Patches", "config": {"name": "p"}}
LAMBDA = {"class_name": "__lambda__", "config": {"value": "4wAA"}}


def layer(kind: str, module: str | None = "keras.layers", /, **config: Any) -> dict[str, Any]:
    return {"class_name": kind, "module": module, "registered_name": None, "config": config}


def network(*layers: dict[str, Any], **outer: Any) -> dict[str, Any]:
    name = "keras.src.models.functional"
    return {"class_name": "Functional", "module": name, "config": {"name": "net", "layers": list(layers)}, **outer}


def keras(version: str, *layers: dict[str, Any], weights: Mapping[str, list[int]] | None = None, **outer: Any) -> bytes:
    return keras_file(metadata={"keras_version": version}, config=network(*layers, **outer), weights=weights)


def h5(version: str, *layers: dict[str, Any], **attributes: Any) -> bytes:
    bare = [{"class_name": one["class_name"], "config": one["config"]} for one in layers]
    config = {"class_name": "Functional", "config": {"name": "net", "layers": bare}}
    return hdf5_file(
        attributes={"keras_version": version, "backend": "tensorflow", "model_config": config, **attributes}
    )


def entry(call: str, before: str = "") -> str:
    return (
        "import tensorflow as tf\nfrom pathlib import Path\nHERE = Path(__file__).parent\n" + before + "class Model:\n"
        f"    def __init__(self):\n        self.net = {call}\n    def predict(self, X):\n        return self.net(X)\n"
    )


LOAD = entry('tf.keras.models.load_model(HERE / "m.keras")')
LOAD_H5 = entry('tf.keras.models.load_model(HERE / "m.h5")')
GRAPH = entry('tf.saved_model.load(str(HERE / "g"))')
EXPORT = saved_model(tensorflow_version="2.17.0", operations=["Conv2D", "DisableCopyOnRead"])


def found(tmp_path: Path, members: Mapping[str, str | bytes], versions: Mapping[str, str] | None) -> dict[str, str]:
    """The codes that are given, with what was seen."""
    path = tmp_path / "s.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    environment = Environment(name="x", python=(3, 11), packages=dict(versions), source="x") if versions else None
    subject = Subject(archive=open_archive(path), contract=read_contract(DEFAULT), environment=environment)
    told = {code: list(CATALOGUE[code].function(subject, subject.contract)) for code in CODES}
    return {code: "; ".join(one.text for one in evidence) for code, evidence in told.items() if evidence}


NAMES = ("m.keras", "m.h5", "f.pb", "g/saved_model.pb")
K341 = {"keras": "3.4.1", "tensorflow": "2.17.0"}
K215 = {"keras": "2.15.0", "tensorflow": "2.15.1"}
K29 = {"keras": "2.9.0", "tensorflow": "2.9.1"}
DENSE = layer("Dense", name="d", units=8, quantization_config=None)
ADAM = {"layers/d/vars/0": [200, 200], "optimizer/vars/0": [200, 200], "optimizer/vars/1": [200, 200]}
BIG = bytes(2_000_000)
TABLE = [
    ("a newer argument", LOAD, keras("3.15.1", DENSE), K341, ["ENV002"]),
    (
        "a newer argument in a layer of a layer",
        LOAD,
        keras("3.15.1", layer("TimeDistributed", layer=DENSE)),
        K341,
        ["ENV002"],
    ),
    ("a newer layer", LOAD, keras("3.9.0", layer("RandomErasing", name="r")), K341, ["ENV002"]),
    ("newer, with nothing new", LOAD, keras("3.9.0", layer("Conv2D", **CONV)), K341, []),
    ("the same under the same", LOAD, keras("3.15.1", DENSE), {"keras": "3.15.1"}, []),
    ("a Keras that nobody measured yet", LOAD, keras("3.15.1", DENSE), {"keras": "3.99"}, []),
    ("a Keras between two that were measured", LOAD, keras("3.15.1", DENSE), {"keras": "3.4.0"}, ["ENV002"]),
    ("no environment", LOAD, keras("3.15.1", DENSE), None, []),
    ("an environment without Keras", LOAD, keras("3.15.1", DENSE), {"numpy": "2.0.0"}, []),
    ("a file that nothing loads", GRAPH, keras("3.15.1", DENSE), K341, []),
    (
        "a file that is perhaps loaded",
        LOAD.replace("self.net =", "self.net = X if HERE.exists() else"),
        keras("3.15.1", DENSE),
        K341,
        [],
    ),
    ("Keras 2 beside Keras 3", "import tf_keras\n" + LOAD, keras("3.15.1", DENSE), K341, []),
    (
        "Keras 2 by an environment variable",
        "import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\n" + LOAD,
        keras("3.15.1", DENSE),
        K341,
        [],
    ),
    ("a version that is none", LOAD, keras("newest", DENSE), K341, []),
    ("a layer of a team by the name of a newer one", LOAD, keras("3.9.0", layer("AugMix", "layers")), K341, []),
    ("a .keras of Keras 2", LOAD, keras("2.15.0", layer("Conv2D", **CONV)), K341, ["ENV003"]),
    ("a .keras of Keras 3 under 2", LOAD, keras("3.4.1", layer("Conv2D", **CONV)), K215, ["ENV003"]),
    ("a .keras under a Keras before that form", LOAD, keras("2.15.0", layer("Conv2D", **CONV)), K29, ["ENV002"]),
    ("HDF5 in a .keras", LOAD, h5("2.12.0", layer("Conv2D", **CONV)), K341, ["ENV003"]),
    ("DepthwiseConv2D of Keras 2", LOAD_H5, h5("2.12.0", layer("DepthwiseConv2D", groups=1)), K341, ["ENV003"]),
    ("DepthwiseConv2D of Keras 2 under 2", LOAD_H5, h5("2.12.0", layer("DepthwiseConv2D", groups=1)), K215, []),
    ("a plain .h5 of Keras 2", LOAD_H5, h5("2.12.0", layer("Conv2D", batch_input_shape=[None, 9], **CONV)), K341, []),
    ("load_model of an export", entry('tf.keras.models.load_model(HERE / "g")'), EXPORT, K341, ["ENV003"]),
    ("load_model of an export under Keras 2", entry('tf.keras.models.load_model(HERE / "g")'), EXPORT, K215, []),
    ("a layer of the team", LOAD, keras("3.4.1", OURS), K341, ["ENV004"]),
    ("a layer of the team, Keras unknown", LOAD, keras("3.4.1", OURS), None, ["ENV004"]),
    (
        "a registered layer of the team",
        LOAD,
        keras("3.4.1", OURS | {"registered_name": "team>Patches"}),
        K341,
        ["ENV004"],
    ),
    (
        "handed over",
        entry(
            'tf.keras.models.load_model(HERE / "m.keras", custom_objects={"Patches": Patches})', "class Patches: pass\n"
        ),
        keras("3.4.1", OURS),
        K341,
        [],
    ),
    (
        "handed over by position",
        entry('tf.keras.models.load_model(HERE / "m.keras", {"Patches": Patches})', "class Patches: pass\n"),
        keras("3.4.1", OURS),
        K341,
        [],
    ),
    (
        "something else handed over",
        entry(
            'tf.keras.models.load_model(HERE / "m.keras", custom_objects={"Other": Patches})', "class Patches: pass\n"
        ),
        keras("3.4.1", OURS),
        K341,
        ["ENV004"],
    ),
    (
        "handed over, nobody knows what",
        entry('tf.keras.models.load_model(HERE / "m.keras", custom_objects=dict(tf.ours))'),
        keras("3.4.1", OURS),
        K341,
        [],
    ),
    (
        "options that nobody knows",
        entry('tf.keras.models.load_model(HERE / "m.keras", **tf.ours)'),
        keras("3.4.1", OURS),
        K341,
        [],
    ),
    (
        "registered by a decorator",
        "from layers import *\n" + LOAD,
        {
            "layers.py": "import keras\n@keras.saving.register_keras_serializable()\nclass Patches: pass\n",
            "m.keras": keras("3.4.1", OURS),
        },
        K341,
        [],
    ),
    (
        "in a scope",
        LOAD.replace("class Model", "tf.keras.utils.get_custom_objects().update(P=1)\nclass Model"),
        keras("3.4.1", OURS),
        K341,
        [],
    ),
    (
        "in a module of its own that the file names",
        LOAD,
        {"layers.py": "class Patches: pass\n", "m.keras": keras("3.4.1", OURS | {"module": "layers"})},
        K341,
        [],
    ),
    ("of another package that may register it", "import keras_cv\n" + LOAD, keras("3.4.1", OURS), K341, []),
    (
        "a function of the team",
        LOAD,
        keras(
            "3.4.1",
            layer(
                "Dense",
                units=1,
                activation={
                    "class_name": "function",
                    "module": "builtins",
                    "config": "swish_of_ours",
                    "registered_name": "function",
                },
            ),
        ),
        K341,
        ["ENV004"],
    ),
    (
        "a loss of the team",
        LOAD,
        keras(
            "3.4.1", compile_config={"loss": {"class_name": "function", "module": "builtins", "config": "loss_of_ours"}}
        ),
        K341,
        ["ENV004"],
    ),
    (
        "a loss of the team, not compiled",
        entry('tf.keras.models.load_model(HERE / "m.keras", compile=False)'),
        keras(
            "3.4.1", compile_config={"loss": {"class_name": "function", "module": "builtins", "config": "loss_of_ours"}}
        ),
        K341,
        [],
    ),
    ("a lambda", LOAD, keras("3.4.1", layer("Lambda", function=LAMBDA)), K341, ["ENV004"]),
    (
        "a lambda, allowed",
        entry('tf.keras.models.load_model(HERE / "m.keras", safe_mode=False)'),
        keras("3.4.1", layer("Lambda", function=LAMBDA)),
        K341,
        [],
    ),
    (
        "a lambda, allowed for all",
        "import keras\nkeras.config.enable_unsafe_deserialization()\n" + LOAD,
        keras("3.4.1", layer("Lambda", function=LAMBDA)),
        K341,
        [],
    ),
    ("a lambda in HDF5", LOAD_H5, h5("3.4.1", layer("Lambda", function=LAMBDA)), K341, []),
    (
        "a lambda in HDF5 under a newer Keras",
        LOAD_H5,
        h5("3.15.1", layer("Lambda", function=LAMBDA)),
        {"keras": "3.15.1"},
        ["ENV004"],
    ),
    ("a layer of the team in HDF5", LOAD_H5, h5("3.4.1", layer("team>Patches")), K341, ["ENV004"]),
    ("a layer that HDF5 cannot name", LOAD_H5, h5("3.4.1", layer("LayerScale")), K341, ["ENV004"]),
    ("the same in a .keras", LOAD, keras("3.4.1", layer("LayerScale", "keras.src.applications.convnext")), K341, []),
    ("a newer operation", GRAPH, EXPORT, K29, ["ENV006"]),
    ("a newer operation under a TensorFlow that has it", GRAPH, EXPORT, K341, []),
    ("a newer operation in what nothing loads", LOAD, EXPORT, K29, []),
    (
        "a frozen graph with it",
        entry('open(HERE / "f.pb", "rb").read()'),
        graph(["DisableCopyOnRead"]),
        K29,
        ["ENV006"],
    ),
    ("a frozen graph without it", entry('open(HERE / "f.pb", "rb").read()'), graph(["Conv2D"]), K29, []),
    (
        "an operation of a library",
        GRAPH,
        saved_model(tensorflow_version="2.9.1", operations=["SentencepieceOp"]),
        K29,
        ["ENV006"],
    ),
    (
        "an operation of a library that is imported",
        "import tensorflow_text as text\n" + GRAPH,
        saved_model(tensorflow_version="2.9.1", operations=["SentencepieceOp"]),
        K29,
        [],
    ),
    ("a TensorFlow that nobody measured", GRAPH, EXPORT, {"tensorflow": "1.14.0"}, []),
    ("weights as a model", LOAD_H5, hdf5_file(attributes={}, weights={"d/kernel": [2]}), K341, ["ENV007"]),
    (
        "weights as weights",
        entry('tf.keras.Sequential().load_weights(HERE / "m.h5")'),
        hdf5_file(attributes={}, weights={"d/kernel": [2]}),
        K341,
        [],
    ),
    ("an optimizer", LOAD, keras("3.4.1", weights=ADAM), K341, ["ARC011"]),
    ("an optimizer, nothing known of the evaluator", LOAD, keras("3.4.1", weights=ADAM), None, ["ARC011"]),
    (
        "an optimizer in HDF5",
        LOAD_H5,
        hdf5_file(attributes={}, weights={"optimizer_weights/m": [200, 200]}),
        None,
        ["ENV007", "ARC011"],
    ),
    ("the step of an optimizer alone", LOAD, keras("3.4.1", weights={"optimizer/vars/0": [1]}), K341, []),
    ("a layer called optimizer", LOAD, keras("3.4.1", weights={"layers/optimizer/vars/0": [200, 200]}), K341, []),
    (
        "a checkpoint and a log",
        GRAPH,
        {"ckpt/w.data-00000-of-00001": BIG, "events.out.tfevents.17.host": BIG},
        K341,
        ["ARC011"],
    ),
    (
        "a checkpoint that is loaded",
        entry('tf.keras.Sequential().load_weights(HERE / "ckpt" / "w")'),
        {"ckpt/w.data-00000-of-00001": BIG, "ckpt/w.index": b"x"},
        K341,
        [],
    ),
    (
        "a checkpoint that may be looked for",
        entry("tf.train.latest_checkpoint(HERE)"),
        {"ckpt/w.data-00000-of-00001": BIG},
        K341,
        [],
    ),
    (
        "the variables of an export",
        GRAPH,
        {"g/saved_model.pb": EXPORT, "g/variables/variables.data-00000-of-00001": BIG},
        K341,
        [],
    ),
    (
        "the variables of an export at the root",
        LOAD,
        {"saved_model.pb": EXPORT, "variables/variables.data-00000-of-00001": BIG},
        K341,
        [],
    ),
    ("a small notebook", GRAPH, {"train.ipynb": bytes(1000)}, K341, []),
    ("a notebook with its pictures", GRAPH, {"train.ipynb": bytes(1_500_000)}, K341, ["ARC011"]),
]


@pytest.mark.parametrize(
    ("source", "model", "versions", "codes"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_a_submission_gives_these_codes(source, model, versions, codes, tmp_path: Path) -> None:
    files = model if isinstance(model, dict) else {next(n for n in NAMES if n.partition("/")[0] in source): model}
    assert sorted(found(tmp_path, {"model.py": source, **files}, versions)) == sorted(codes)


def test_the_evidence_gives_versions_and_reasons(tmp_path: Path) -> None:
    told = found(tmp_path, {"model.py": LOAD, "m.keras": keras("3.15.1", DENSE, layer("AugMix"))}, K341)
    assert "written by Keras 3.15.1, the evaluator's is 3.4.1" in told["ENV002"]
    assert "Dense does not take quantization_config" in told["ENV002"]
    assert "AugMix is not there, it came with 3.9" in told["ENV002"]


def test_a_reason_is_told_once_and_of_many_the_first(tmp_path: Path) -> None:
    layers = [DENSE, DENSE, *(layer(name) for name in ("AugMix", "CutMix", "MixUp", "RandAugment"))]
    told = found(tmp_path, {"model.py": LOAD, "m.keras": keras("3.15.1", *layers)}, K341)["ENV002"]
    assert told.count("Dense") == 1
    assert told.endswith("2 more")


@pytest.mark.parametrize(
    "config",
    [
        "[" * 100_000 + "]" * 100_000,
        '{"class_name": ' * 5_000 + "1" + "}" * 5_000,
        "{",
        "null",
        '"text"',
        json.dumps({"class_name": 3, "config": {"class_name": None, "config": []}}),
        json.dumps({"class_name": "Functional", "config": {"layers": 3}, "compile_config": 7}),
        '{"class_name": "\\ud800", "config": {"\\u0000": NaN}}',
        " " * (33 << 20),
    ],
    ids=["nested lists", "nested objects", "cut off", "null", "text", "no names", "no layers", "odd letters", "long"],
)
def test_configurations_of_strangers(config: str, tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        target.writestr("config.json", config)
    assert "ENV002" not in found(tmp_path, {"model.py": LOAD, "m.keras": path.read_bytes()}, K341)


def test_fields_of_strangers_in_a_graph(tmp_path: Path) -> None:
    deep = b""
    for _ in range(3000):
        deep = field(2, deep)
    assert not found(tmp_path, {"model.py": GRAPH, "g/saved_model.pb": field(2, field(1, deep) + field(2, deep))}, K29)
