"""ENV: the packages that the entry met here against those that it will meet there."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tools.checks.finding import WARNING, Evidence
from tools.checks.registry import Stage, check
from tools.contract import Contract
from tools.environments.known import environment

if TYPE_CHECKING:
    from tools.evaluation import Evaluation


@check(
    "ENV001",
    "the run was not in an environment that matches the evaluator's",
    level=WARNING,
    fix="ship the exported graph (kit build does): it opens across versions where a .keras file does not",
    source="competition.md: TensorFlow 2.17.0 with Keras 3.4.1; a .keras file of Keras 3.15 does not load there",
    stage=Stage.EVALUATE,
)
def other_environment(evaluation: "Evaluation", contract: Contract) -> Iterator[Evidence]:
    """What imports, loads and predicts here may not do so under other versions.

    The verdict holds for the versions that it was reached with; those that differ are named.
    """
    if not contract.environment or not evaluation.probe or not evaluation.probe.versions:
        return
    here, there = evaluation.probe.versions, environment(contract.environment)
    python = ".".join(str(part) for part in there.python)
    if ".".join(here["python"].split(".")[:2]) != python:
        yield Evidence(f"Python {here['python']} here, {python} there")
    for package, version in there.packages.items():
        if here.get(package, version) != version:
            yield Evidence(f"{package} {here[package]} here, {version} there")
