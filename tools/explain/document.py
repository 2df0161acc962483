"""Explanations as JSON documents; their keys stay what they are."""

from collections.abc import Sequence
from typing import Any

from tools.checks import CATALOGUE, Check, Stage
from tools.explain.diagnosis import Diagnosis
from tools.explain.lookup import texts_of
from tools.explain.platform_text import PlatformText
from tools.explain.texts import TEXTS

COMMANDS = {
    Stage.CHECK: ["kit check", "kit evaluate"],
    Stage.EVALUATE: ["kit evaluate"],
    Stage.UPLOAD: ["kit upload"],
}


def codes_document(codes: Sequence[str]) -> dict[str, Any]:
    """One code or several, each with its whole page."""
    return {"schema": 1, "kind": "codes", "codes": [_page(code) for code in codes]}


def diagnoses_document(found: Sequence[Diagnosis]) -> dict[str, Any]:
    """What a text or a log means, most likely first."""
    return {"schema": 1, "kind": "diagnosis", "diagnoses": [_diagnosis(one) for one in found]}


def _page(code: str) -> dict[str, Any]:
    return _check(CATALOGUE[code]) if code in CATALOGUE else _text(TEXTS[code])


def _check(entry: Check) -> dict[str, Any]:
    return {
        "code": entry.code,
        "title": entry.title,
        "level": entry.level.value,
        "found_by": COMMANDS[entry.stage],
        "why": entry.why,
        "fix": entry.fix,
        "source": entry.source,
        "platform_texts": [text.code for text in texts_of(entry.code)],
    }


def _text(text: PlatformText) -> dict[str, Any]:
    return {
        "code": text.code,
        "title": text.title,
        "place": text.place.value,
        "shown": list(text.shown),
        "causes": [
            {
                "text": cause.text,
                "whose": cause.whose.value,
                "codes": [{"code": code, "title": CATALOGUE[code].title} for code in cause.codes if code in CATALOGUE],
            }
            for cause in text.causes
        ],
        "send_again": {"helps": text.again.helps.value, "note": text.again.note},
        "run": list(text.run),
        "source": text.source,
    }


def _diagnosis(one: Diagnosis) -> dict[str, Any]:
    return {
        **_text(one.text),
        "matched": one.matched,
        "parts": one.parts,
        "is_guess": one.is_guess,
        "likeness": one.likeness,
        "where": one.where,
        "line": one.code,
    }
