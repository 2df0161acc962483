"""ENV: the packages that the entry met here against those that it will meet there."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tools.checks.finding import WARNING, Evidence
from tools.checks.registry import Stage, check
from tools.contract import Contract
from tools.environments.known import Environment, environment
from tools.environments.own import NAME as KIT
from tools.environments.version import dotted

if TYPE_CHECKING:
    from tools.evaluation import Evaluation

DISTRIBUTIONS = {"sklearn": "scikit-learn", "PIL": "pillow"}
FRAMEWORKS = ("tensorflow", "keras", "torch")


@check(
    "ENV001",
    "the run was not in an environment that matches the evaluator's",
    level=WARNING,
    fix="kit environments build NAME, once, with the evaluator's name from above; kit evaluate then takes it by itself",
    source="competition.md: TensorFlow 2.17.0 with Keras 3.4.1; a .keras file of Keras 3.15 does not load there",
    stage=Stage.EVALUATE,
    needs_contract=False,
)
def other_environment(evaluation: "Evaluation", _contract: Contract | None) -> Iterator[Evidence]:
    """What imports, loads and predicts here may not do so under other versions.

    The verdict holds for the versions that it was reached with. Those that differ are named, of the packages that the
    entry loaded. Where the evaluator's environment cannot be built here, ship a form of the model that opens across
    versions: the graph that kit build exports does, a .keras file does not.
    """
    if evaluation.environment is None:
        return
    there = environment(evaluation.environment)
    here = evaluation.probe.versions if evaluation.probe else {}
    told = list(_unstated(here, there))
    if evaluation.ran_in != there.name:
        told = [*_differing(here, there), *told] if here else list(_unseen(evaluation))
    if told and evaluation.ran_in not in (None, there.name):
        ran_in = "the kit's own packages" if evaluation.ran_in == KIT else evaluation.ran_in
        yield Evidence(f"the run had {ran_in}, the evaluator has {there.name}")
    yield from map(Evidence, told)


def _differing(here: dict[str, str], there: Environment) -> Iterator[str]:
    """What is another version for sure."""
    python = dotted(there.python)
    if ".".join(here["python"].split(".")[:2]) != python:
        yield f"Python {here['python']} here, {python} there"
    for module, version in here.items():
        package = DISTRIBUTIONS.get(module, module)
        wanted = there.stated.get(package, version)
        if wanted != version:
            yield f"{package} {version} here, {wanted} there"


def _unseen(evaluation: "Evaluation") -> Iterator[str]:
    """Without a probe it is only known where the run was; that matters where it went well."""
    if evaluation.ran_in and evaluation.run.status == "Finished":
        yield "which versions the entry loads was not seen"


def _unstated(here: dict[str, str], there: Environment) -> Iterator[str]:
    """What a model depends on, and the evaluator has in a version that nobody states."""
    for package in FRAMEWORKS:
        if package in here and package in there.unpinned:
            yield f"{package} {here[package]} here, and nobody states which version is there"
