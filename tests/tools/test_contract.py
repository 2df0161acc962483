"""Contracts: what they must say, and how a wrong one is told."""

from pathlib import Path

import pytest
import yaml

from tools.competitions import DEFAULT
from tools.contract import read_contract
from tools.environments.known import environment
from tools.errors import BundleError
from tools.worker.bundle import open_bundle


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
    assert environment(bundle.contract.environment).packages == {"tensorflow": "2.17.0", "keras": "3.4.1"}


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [
        ({"method": "absent"}, "method: Field required"),
        ({"metod": "predict"}, "metod: Extra inputs are not permitted"),
        ({"hidden_size": 0}, "hidden_size: .*greater than 0"),
        ({"working_directory": "home"}, "working_directory"),
        ({"sources": {}}, "no source is given for arguments, class"),
    ],
)
def test_a_wrong_contract_names_the_key(facts, complaint, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=complaint):
        read_contract(changed(tmp_path, **facts))


def test_yaml_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "contract.yaml").write_text("a: [")
    with pytest.raises(BundleError, match="not YAML"):
        read_contract(tmp_path)
