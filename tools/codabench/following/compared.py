"""The platform's scores beside those of the evaluation on this machine, and a forecast where there is one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.codabench.answers import Column

REMARKABLE = 0.02
DECIMALS = 10
"""Those that the platform stores."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One column: what the platform has stored, and what came out here. None where there is no number."""

    key: str
    title: str
    platform: float | None
    local: float | None = None
    forecast: float | None = None
    interval: tuple[float, float] | None = None

    @property
    def difference(self) -> float | None:
        """The platform's less the local one."""
        return None if self.platform is None or self.local is None else self.platform - self.local

    @property
    def is_remarkable(self) -> bool:
        """Whether the two differ by more than chance and rounding mostly make."""
        return self.difference is not None and round(abs(self.difference), DECIMALS) > REMARKABLE


def local_scores(document: Mapping[str, Any], phase: str, task: str) -> dict[str, float]:
    """The numbers of an evaluation's document for one task.

    Where several tasks ran there they are grouped by phase and task; the phase may have another name on the platform.
    """
    scores = document.get("scores")
    if not isinstance(scores, dict):
        return {}
    if scores and all(_is_group(value) for value in scores.values()):
        groups = [scores[phase]] if phase in scores else list(scores.values())
        scores = next((group[task] for group in groups if task in group), {})
    return {str(key): float(value) for key, value in scores.items() if _is_number(value)}


def compare(
    stored: Mapping[str, float],
    local: Mapping[str, float],
    columns: Sequence[Column],
    *,
    primary: str | None = None,
    forecast: Any = None,
) -> tuple[Compared, ...]:
    """A row for each column of the leaderboard in its order, then for what else is stored.

    `forecast` is that of the evaluation's document; it is of the column `primary`.
    """
    ordered = sorted(columns, key=lambda column: column.index)
    titles = {column.key: column.title or column.key for column in ordered if column.key in stored or not column.hidden}
    titles |= {key: key for key in stored if key not in titles}
    expected = dict(_forecast(forecast))
    return tuple(
        Compared(
            key=key,
            title=title,
            platform=stored.get(key),
            local=local.get(key),
            **(expected if key == primary else {}),
        )
        for key, title in titles.items()
    )


def _forecast(forecast: Any) -> Iterator[tuple[str, Any]]:
    """The score and its interval, as far as they are there in a form that is understood."""
    if not isinstance(forecast, dict):
        return
    if _is_number(forecast.get("score")):
        yield "forecast", float(forecast["score"])
    interval = forecast.get("interval")
    if isinstance(interval, list | tuple) and [_is_number(end) for end in interval] == [True, True]:
        yield "interval", (float(interval[0]), float(interval[1]))


def _is_group(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(isinstance(inner, dict) for inner in value.values())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
