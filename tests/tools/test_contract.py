"""Contracts: what they must say, and how a wrong one is told."""

from pathlib import Path

import pytest
import yaml

from tools.bundle import open_bundle
from tools.competitions import DEFAULT
from tools.contract import Contract, Input, read_contract
from tools.environments.known import environment
from tools.errors import BundleError


def changed(tmp_path: Path, **facts: object) -> Path:
    content = yaml.safe_load((DEFAULT / "contract.yaml").read_text()) | facts
    (tmp_path / "contract.yaml").write_text(yaml.safe_dump({k: v for k, v in content.items() if v != "absent"}))
    return tmp_path


def test_a_bundle_without_one_has_none(tmp_path: Path) -> None:
    assert read_contract(tmp_path) is None


def test_the_blood_cells_contract_and_bundle_agree(tmp_path: Path) -> None:
    bundle = open_bundle(None, tmp_path)
    assert bundle.contract.call == "Model().predict(X)"
    assert bundle.contract.hidden_size == 3421
    assert next(column.key for column in bundle.columns) == "accuracy"
    assert len(bundle.columns) == 1 + len(bundle.contract.classes)
    assert (bundle.root / "logo.png").is_file()
    wanted = environment(bundle.contract.environment).packages
    assert (wanted["tensorflow"], wanted["keras"]) == ("2.17.0", "3.4.1")


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [
        ({"method": "absent"}, "method: Field required"),
        ({"metod": "predict"}, "metod: Extra inputs are not permitted"),
        ({"hidden_size": 0}, "hidden_size: .*greater than 0"),
        ({"working_directory": "home"}, "working_directory"),
        ({"sources": {}}, "no source is given for arguments, class"),
        ({"classes": "absent"}, "classes are not named, and output.kind is 'class ids'"),
        ({"output": {"kind": "pictures"}}, "output.kind: .*'class ids', 'numbers' or 'any'.*got 'pictures'"),
    ],
)
def test_a_wrong_contract_names_the_key(facts, complaint, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=complaint):
        read_contract(changed(tmp_path, **facts))


def test_yaml_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "contract.yaml").write_text("a: [")
    with pytest.raises(BundleError, match="not YAML"):
        read_contract(tmp_path)


LEAST = {
    "class": "Net",
    "method": "run",
    "arguments": ["X"],
    "working_directory": "ingestion_program",
    "output": {"kind": "any"},
    "sources": dict.fromkeys(("class", "method", "arguments", "working_directory", "output"), "the organiser's page"),
}


@pytest.mark.parametrize("unknown", [{}, dict.fromkeys(("input", "environment", "hidden_size", "data"))])
def test_what_nobody_knows_is_left_out_or_null_and_needs_no_source(unknown, tmp_path: Path) -> None:
    (tmp_path / "contract.yaml").write_text(yaml.safe_dump(LEAST | unknown))
    contract = read_contract(tmp_path)
    assert (contract.input, contract.environment, contract.hidden_size, contract.data) == (None, None, None, None)
    assert (contract.entry, contract.call) == ("model.py", "Net().run(X)")


@pytest.mark.parametrize("fact", [{"environment": "an2dl-2024"}, {"input": {"shape": [None], "dtype": "int8"}}])
def test_what_is_known_needs_a_source(fact, tmp_path: Path) -> None:
    (tmp_path / "contract.yaml").write_text(yaml.safe_dump(LEAST | fact))
    with pytest.raises(BundleError, match=f"no source is given for {next(iter(fact))}"):
        read_contract(tmp_path)


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"shape": [None, 28, 28, 3], "dtype": "uint8", "range": [0, 255]}, "(n, 28, 28, 3) uint8, 0..255"),
        ({"shape": ["n", 4], "dtype": "float32", "range": [-0.5, 1e6]}, "(n, 4) float32, -0.5..1e+06"),
        ({"shape": [None], "dtype": "str"}, "(n,) str"),
    ],
)
def test_an_input_is_told_as_an_array_is_written(facts, text) -> None:
    assert str(Input.model_validate(facts)) == text


def test_numbers_need_no_classes() -> None:
    assert Contract.model_validate(LEAST | {"output": {"kind": "numbers"}}).classes == ()
