"""What an ingestion program asks of an entry, read from its text: the facts of a contract, each with its line.

The program is never run. What its text does not tell is left out and named, and where a contract could not say what
the program does (a second method that is called before, a constructor with arguments of its own) there is none.
"""

import ast
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tools.codabench.ingestion.calls import Calls, MethodCall
from tools.codabench.ingestion.files import looks_in_submission, started, written
from tools.codabench.ingestion.paths import Paths, Spot
from tools.codabench.ingestion.program import IngestionProgram, read_ingestion_program
from tools.contract import Contract, first_complaint
from tools.environments.known import environment, environment_of_image, names

STARTED = "codabench.md 1.5: programs are started in their own folder, and no line of this one leaves it"
COMMON = ("torch", "torchvision", "lightgbm", "xgboost", "catboost", "transformers", "cv2", "PIL", "tqdm", "polars")
UNKNOWN_INPUT = "the input's shape and dtype (input)"
UNKNOWN_SIZE = "how many rows are hidden (hidden_size)"
UNKNOWN_OUTPUT = "what the answers must be, and the classes (output.kind is `any`)"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is known of a contract, in its own keys, with the source of each.

    `unknown` says in plain words what a contract may hold and nobody has told; `missing` what hinders that there is
    one at all, none where there is one.
    """

    facts: dict[str, Any]
    sources: dict[str, str]
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def contract(self) -> dict[str, Any] | None:
        """The content of a contract.yaml; None where too little is known."""
        return None if self.missing else {**self.facts, "sources": self.sources}


def read_from(folder: Path, image: str | None) -> Reading:
    """Read the folder of an ingestion program, for a competition with a container image."""
    program = read_ingestion_program(folder)
    if program.problem is not None:
        return Reading(facts={}, sources={}, missing=(f"how the entry is called: {program.problem}",))
    try:
        reader = _Reader(program)
        reader.read()
    except RecursionError:
        return Reading(facts={}, sources={}, missing=("how the entry is called: the program is nested too deeply",))
    reader.read_environment(image)
    return reader.reading()


@cache
def _packages() -> frozenset[str]:
    """The modules that any of the known evaluators' environments may have."""
    found = set(COMMON)
    for name in names():
        known = environment(name)
        found |= set(known.modules or ()) | known.perhaps
    return frozenset(found)


class _Reader:
    """Gathers the facts of one program."""

    def __init__(self, program: IngestionProgram) -> None:
        paths = [Paths(source) for source in program.sources]
        foreign = program.beside | _packages() if any(map(looks_in_submission, paths)) else None
        self.calls = [Calls(one, foreign) for one in paths]
        self.program = program
        self.facts: dict[str, Any] = {}
        self.sources: dict[str, str] = {}
        self.unknown: list[str] = []
        self.missing: list[str] = []

    def read(self) -> None:
        """Read all that the program's text tells."""
        found = next((calls for calls in self.calls if calls.constructions), None)
        if found is None:
            self.missing.append(self._why_no_class())
        else:
            self._read_class(found)
            self._read_method(found)
        self._read_folder()
        self._read_output()

    def reading(self) -> Reading:
        """All of it; a contract that the kit itself would refuse is none."""
        unknown = [UNKNOWN_INPUT, UNKNOWN_OUTPUT, UNKNOWN_SIZE, *self.unknown]
        reading = Reading(
            facts=self.facts, sources=self.sources, unknown=tuple(unknown), missing=tuple(dict.fromkeys(self.missing))
        )
        if reading.contract is not None:
            try:
                Contract.model_validate(reading.contract)
            except ValidationError as error:
                return replace(reading, missing=(f"a contract that the kit takes: {first_complaint(error)}",))
        return reading

    def read_environment(self, image: str | None) -> None:
        """The evaluator's packages, where the kit knows the competition's image."""
        known = environment_of_image(image) if image else None
        if known is None:
            told = f"which packages the evaluator has (environment): the image is {image}" if image else "environment"
            self.unknown.append(told)
            return
        self._state("environment", known.name, f"the competition's image, {image}")

    def _state(self, name: str, value: Any, source: str) -> None:
        self.facts[name], self.sources[name] = value, source

    def _why_no_class(self) -> str:
        """Why no class of the entry was found, in plain words."""
        for calls in self.calls:
            for node in calls.chosen_at_run_time:
                return f"the class: it is chosen when the program runs ({_at(calls, node)})"
        for calls in self.calls:
            for one, call in calls.functions:
                told = f"a function {one.name}() of the module {one.module} is called ({_at(calls, call)})"
                return f"a class: {told}, and a contract names a class with a method"
        for calls in self.calls:
            for module, node in calls.imports.items():
                return f"the class: the module {module} is imported ({_at(calls, node)}), and no class of it is built"
        program = next((found for calls in self.calls for found in started(calls.paths)), None)
        if program:
            return f"a class: a program is started instead ({program})"
        return "the class: no line imports a module of the entry, so perhaps results are submitted, not code"

    def _read_class(self, calls: Calls) -> None:
        classes = {one for one, _ in calls.constructions}
        if len(classes) > 1:
            told = ", ".join(sorted(f"{one.module}.{one.name}" for one in classes))
            self.missing.append(f"which class is meant: the program builds {told}")
            return
        one, call = calls.constructions[0]
        at = _at(calls, call)
        if "." in one.module:
            self.missing.append(f"a module at the root of the zip: {one.module} is imported ({at})")
        self._state("module", one.module, _at(calls, calls.imports.get(one.module, call)))
        self._state("class", one.name, at)
        passed = [calls.paths.spot(argument) for argument in call.args]
        if call.keywords or any(spot != Spot("submission") for spot in passed):
            given = ast.unparse(call)
            self.missing.append(f"how the class is built: {given:.80} ({at}) passes more than the submission's folder")
            return
        self._state("constructor", ["path"] * len(passed), at)

    def _read_method(self, calls: Calls) -> None:
        answering = [one for one in calls.methods if one.is_used and (one.call.args or one.call.keywords)]
        chosen = _chosen(answering)
        if chosen is None:
            told = ", ".join(f"{one.method}()" for one in calls.methods) or "none"
            self.missing.append(f"which method predicts: those that are called are {told}")
            return
        at = _at(calls, chosen.call)
        for other in calls.methods:
            if other.method != chosen.method:
                told = f"{other.method}() is called as well ({_at(calls, other.call)})"
                self.missing.append(f"a single call: {told}, and a contract describes {chosen.method}() alone")
                break
        if chosen.call.keywords or any(isinstance(argument, ast.Starred) for argument in chosen.call.args):
            self.missing.append(f"arguments by position: {ast.unparse(chosen.call):.80} ({at})")
        self._state("method", chosen.method, at)
        named = [_name_of(argument, number) for number, argument in enumerate(chosen.call.args)]
        self._state("arguments", named, at)

    def _read_folder(self) -> None:
        """Where the program stands when it calls the entry."""
        moves = [
            (calls, node)
            for calls in self.calls
            for node in ast.walk(calls.paths.source.tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"os.chdir", "chdir", "contextlib.chdir"}
        ]
        if not moves:
            self._state("working_directory", "ingestion_program", STARTED)
            return
        spots = {calls.paths.spot(node.args[0]) if node.args else None for calls, node in moves}
        at = _at(*moves[0])
        if spots == {Spot("submission")}:
            self._state("working_directory", "submission", at)
        elif spots == {Spot("program")}:
            self._state("working_directory", "ingestion_program", at)
        else:
            self.missing.append(f"the working directory: it is changed ({at}) to what only a run would tell")

    def _read_output(self) -> None:
        """The file of the answers, if one is written into the output folder under a name that stands there."""
        places = [
            (spot.rest, _at(calls, node))
            for calls in self.calls
            for node, spot in written(calls.paths)
            if spot.folder == "output"
        ]
        by_name = {name: at for name, at in places if name}
        likely = {name: at for name, at in by_name.items() if "predict" in name.lower()}
        found = likely if len(likely) == 1 else by_name
        output: dict[str, Any] = {"kind": "any"}
        if len(found) == 1 and (likely or all(name for name, _ in places)):
            name, at = next(iter(found.items()))
            output["file"] = name
            self._state("output", output, f"{at} (the file; what the answers must be is not known)")
            return
        several = f": {', '.join(sorted(by_name))} are written" if len(by_name) > 1 else ""
        self.unknown.append(f"the file that holds the answers (output.file){several}")
        self._state("output", output, "not known: no line says what the answers must be")


def _chosen(answering: list[MethodCall]) -> MethodCall | None:
    """The last call of the method that predicts: the only one whose answer is used, else the only `predict...`."""
    predicting = [one for one in answering if one.method.startswith("predict")]
    for group in (answering, predicting, [one for one in predicting if one.method == "predict"]):
        if len({one.method for one in group}) == 1:
            return group[-1]
    return None


def _name_of(argument: ast.expr, number: int) -> str:
    """What to call an argument: the name that is passed, or `X`, `X_2`."""
    match argument:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return f"X_{number + 1}" if number else "X"


def _at(calls: Calls, node: ast.AST) -> str:
    return calls.paths.source.at(node)
