"""Everything looked at, engines and interpreters meanwhile in processes of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.doctor import engines, machine, software
from tools.doctor.fact import Examined, Fact, ok, warning
from tools.doctor.project import Project, look_at_project
from tools.doctor.system import System, look_around
from tools.doctor.trials import Trial
from tools.environments.version import dotted
from tools.sandbox.choose import ORDER

PATIENCE_S = 6.0


def examine(start: Path | None = None, *, patience_s: float = PATIENCE_S) -> Examined:
    """Look at this machine for the project in the folder `start` [default: the working directory].

    Takes `patience_s` at most for what is tried, and a second for the rest. Nothing is fetched, pulled or built.
    """
    system = look_around()
    project = look_at_project(start)
    trials = {engine: Trial(engines.task(engine, project.image, project.container)) for engine in ORDER}
    seeking = Trial({"do": "interpreter", "version": project.environment.python}) if project.environment else None
    try:
        facts = [*_at_once(system), *project.facts]
        if seeking:
            facts.append(_interpreter(project, seeking.result(patience_s)))
        tried = {name: engines.engine_fact(name, trial.result(patience_s), system) for name, trial in trials.items()}
    finally:
        for trial in (*trials.values(), *filter(None, [seeking])):
            trial.end()
    engine = engines.chosen(tried)
    return Examined(facts=(*facts, *tried.values(), engines.verdict(engine)), engine=engine)


def _at_once(system: System) -> Iterator[Fact]:
    """What is told without trying anything."""
    yield machine.system_fact(system)
    yield software.python_fact(system)
    yield software.uv_fact()
    yield software.packages_fact()
    yield machine.cpu_fact()
    yield machine.memory_fact()
    yield machine.limits_fact()
    yield from machine.disk_facts()


def _interpreter(project: Project, told: dict[str, Any]) -> Fact:
    """Whether the Python of the evaluator's environment is on this machine."""
    assert project.environment
    version = dotted(project.environment.python)
    if "path" in told:
        return ok("interpreter", f"Python {version} for {project.environment.name}: {told['path']}", path=told["path"])
    fix = told.get("fix", f"kit doctor, when the machine is idle; or: uv python install {version}")
    return warning("interpreter", str(told["complaint"]), str(fix))
