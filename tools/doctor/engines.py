"""The engines, each tried: what it was seen to enforce, or why it was passed over and how to mend it."""

from collections.abc import Mapping
from typing import Any

from tools.doctor.advice import image, mend
from tools.doctor.fact import Fact, error, ok, warning
from tools.doctor.system import System
from tools.project import Container
from tools.sandbox.choose import ORDER, Name

KEPT = {
    "labels": "labels hidden",
    "files": "your files hidden",
    "system": "system read-only",
    "network": "no network",
    "processes": "other processes hidden",
}


def task(engine: str, image_name: str, container: Container) -> dict[str, Any]:
    """What a trial is to do for an engine."""
    return {"do": "engine", "engine": engine, "image": image_name, "container": container.model_dump(mode="json")}


def engine_fact(engine: str, told: Mapping[str, Any], system: System) -> Fact:
    """What came of an engine's trial."""
    key = f"engine.{engine}"
    if "missing" in told:
        text = f"{told['client']} answers; not tried, for the image {told['missing']} is not here"
        return warning(key, text, *image(told["client"], told["missing"]), client=told["client"])
    if "complaint" in told:
        complaint = str(told["complaint"]).removeprefix(f"{engine}: ")
        lines = () if told.get("hangs") else mend(engine, complaint, system)
        fallback = f"kit evaluate submission.zip --engine {engine}  # waits longer"
        return warning(key, f"passed over: {complaint}", *(lines or (fallback,)))
    enforced = dict(told["enforced"])
    kept = [words for name, words in KEPT.items() if enforced[name]]
    missing = [words for name, words in KEPT.items() if enforced[name] is False]
    text = f"works: {', '.join(kept) or 'without isolation'}{_limits(enforced['kept_by'])}"
    if missing and kept:
        text += f"; not: {', '.join(missing)}"
    return ok(key, text, enforced={name: enforced[name] for name in KEPT}, kept_by=enforced["kept_by"], **told["about"])


def chosen(facts: Mapping[Name, Fact]) -> str | None:
    """The engine that `kit evaluate` takes by itself: the first that passed its trial, None where none did."""
    return next((engine for engine in ORDER if "enforced" in facts[engine].details), None)


def verdict(engine: str | None) -> Fact:
    """Whether anything can be evaluated here."""
    if engine is None:
        return error("evaluate", "no engine works here", "mend one of the engines above, then: kit doctor")
    if engine == "process":
        told = "submissions are evaluated by the process engine: without isolation, and /app is not real"
        return warning("evaluate", told)
    return ok("evaluate", f"submissions are evaluated by the {engine} engine")


def _limits(kept_by: Mapping[str, str]) -> str:
    told = [f"{limit} by {keeper}" for limit, keeper in kept_by.items()]
    return f"; limits kept: {', '.join(told)}" if told else "; no limit of memory is kept"
