"""What an upload goes through in one run of the campaign, drawn from a seed: faults, kills, and what else happens."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tests.tools.codabench.platform import Fault
from tests.tools.codabench.platform.bodies import page_not_found, proxy_error
from tests.tools.codabench.platform.messages import Answer

QUESTIONS = ("whoami", "competition", "list_submissions", "can", "quota")
WRITES = ("create_dataset", "put", "completed", "create_submission")
CLEANING = ("list_datasets", "delete_dataset")
STAGES = (*QUESTIONS, *WRITES, *CLEANING)
MOST_FAULTS, MOST_KILLS = 4, 3
LONG = 12  # more often than one command tries again
HOLD_S = 20.0
LATEST_KILL_S = 0.15
LEFT_BEHIND, LATE, HALF_DONE = 0.4, 0.4, 0.3

FAULTS: Mapping[str, Fault] = {
    "reset before": Fault.cut_before(),
    "closed before": Fault.cut_before(reset=False),
    "cut at 1 %": Fault.cut_body(1),
    "cut at 50 %": Fault.cut_body(50, reset=False),
    "cut at 99 %": Fault.cut_body(99),
    "reset when received": Fault.cut_received(),
    "reset when done": Fault.cut_processed(),
    "closed when done": Fault.cut_processed(reset=False),
    "cut in the answer": Fault.cut_answer(50),
    "500": Fault.status(500),
    "500 when done": Fault.status(500, processed=True),
    "502": Fault.status(502),
    "502 when done": Fault.status(502, processed=True),
    "503": Fault.unavailable(),
    "503, later": Fault.unavailable(1),
    "503, at a date": Fault.unavailable("Wed, 21 Oct 2015 07:28:00 GMT"),
    "503, at once": Fault.unavailable().before_the_body(),
    "504 when done": Fault.status(504, processed=True),
    "429": Fault.too_many(1),
    "403 page": Fault(name="403", answer=proxy_error(403, "Forbidden")),
    "404 page": Fault(name="404", answer=page_not_found()),
    "404 page when done": Fault(name="404", answer=page_not_found(), processed=True),
    "a page": Fault.html(),
    "a page when done": Fault.html(processed=True),
    "half the JSON": Fault.truncated(),
    "another JSON": Fault.mutated(lambda _: {"hello": 1}),
    "nothing": Fault(name="nothing", answer=Answer(200, b"", "text/plain")),
    "nothing when done": Fault(name="nothing", answer=Answer(200, b"", "text/plain"), processed=True),
    "slow": Fault.slow(0.05),
    "dribbled": Fault.dribble(0.0002),
    "restart": Fault.refuse(0.03),
    "expired": Fault.expired(),
}
DONE = tuple(name for name in FAULTS if "when done" in name or name in {"cut in the answer", "half the JSON"})
NOT_YET = "not there yet"
UNSEEN = Fault.mutated(lambda _: [])
"""A submission comes to light later, for the server is still at it when it is asked; not later than the kit looks."""
ONLY_IN_STORAGE = ("expired",)
NOT_IN_STORAGE = ("half the JSON", "another JSON")  # it answers no JSON

Moment = Literal["received", "done", "body"]
HOLDS: Mapping[Moment, Fault] = {
    "received": Fault.cut_received().held(HOLD_S),
    "done": Fault.cut_processed().held(HOLD_S),
    "body": Fault.cut_body(50).held(HOLD_S),
}
Event = Literal["deleted", "finished"]


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A fault at `times` requests of a stage, once so many have passed."""

    stage: str
    name: str
    times: int = 1
    after: int = 0


@dataclass(frozen=True, kw_only=True)
class Kill:
    """A SIGKILL: while a request of a stage is at this moment, or so long after the first request of all."""

    stage: str | None = None
    moment: Moment = "received"
    after: int = 0
    after_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One command, or two at once, the second so many seconds later.

    `event` comes before it: somebody deletes the unused data sets, or the submission comes to its end.
    """

    faults: tuple[Planned, ...] = ()
    kill: Kill | None = None
    second_after_s: float | None = None
    event: Event | None = None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """One run. `others` are submissions of other zips that are in the phase before."""

    seed: int
    run: int
    size_bytes: int
    limit_behaviour: Literal["500 HTML", "400 JSON"]
    list_form: Literal["list", "pages"]
    worker_profile: Literal["2026-03", "2026-05"]
    most_a_day: int
    others: int
    attempts: tuple[Attempt, ...]


def draw(seed: int, run: int) -> Schedule:
    """The schedule of a run; the same for the same numbers."""
    dice = random.Random(f"{seed}/{run}")
    most_a_day = dice.choice([1, 5, 5, 5])
    return Schedule(
        seed=seed,
        run=run,
        size_bytes=dice.choice([200, 5_000, 300_000, 3_000_000]),
        limit_behaviour=dice.choice(["500 HTML", "400 JSON"]),
        list_form=dice.choice(["list", "pages"]),
        worker_profile=dice.choice(["2026-03", "2026-05"]),
        most_a_day=most_a_day,
        others=dice.choice([0, 1, 2]) if most_a_day > 1 else 0,
        attempts=tuple(_attempts(dice)),
    )


def _attempts(dice: random.Random) -> list[Attempt]:
    """As many as there are kills, and up to two more; the faults go where the dice puts them."""
    kills: list[Kill | None] = [_kill(dice) for _ in range(dice.choice([0, 1, 1, 2, 2, MOST_KILLS]))]
    if kills and dice.random() < LEFT_BEHIND:
        kills[0] = Kill(stage=dice.choice(["create_dataset", "put"]), moment="done")  # then there is what to delete
    kills += [None] * dice.choice([1, 1, 2])
    faults: list[list[Planned]] = [[] for _ in kills]
    is_late = dice.random() < LATE
    for _ in range(min(dice.choice([0, 1, 2, 2, 3, MOST_FAULTS]), MOST_FAULTS - is_late)):
        dice.choice(faults).append(_fault(dice))
    if is_late:
        late = Planned(stage="list_submissions", name=NOT_YET, times=dice.choice([1, 2, 3]))
        faults[dice.randint(min(1, len(faults) - 1), len(faults) - 1)].append(late)
    return [
        Attempt(
            faults=tuple(planned),
            kill=kill,
            second_after_s=dice.uniform(0, 0.1) if kill is None and dice.random() < 0.15 else None,
            event=dice.choice(["deleted", "finished", "finished"]) if dice.random() < 0.25 else None,
        )
        for kill, planned in zip(kills, faults, strict=True)
    ]


def _fault(dice: random.Random) -> Planned:
    stage = dice.choice([*STAGES, *WRITES, *WRITES, *CLEANING, *["create_submission"] * 4])  # what hurts most
    barred = NOT_IN_STORAGE if stage == "put" else ONLY_IN_STORAGE
    names = DONE if dice.random() < HALF_DONE else FAULTS
    name = dice.choice([name for name in names if name not in barred])
    return Planned(stage=stage, name=name, times=dice.choice([1, 1, 1, 2, LONG]), after=dice.choice([0, 0, 0, 1]))


def _kill(dice: random.Random) -> Kill:
    if dice.random() < 0.3:
        return Kill(after_s=dice.uniform(0, LATEST_KILL_S))
    stages = [*WRITES, "put", "put", *CLEANING, *["create_submission"] * 5, "list_submissions", "can", "whoami"]
    stage = dice.choice(stages)
    moment: Moment = dice.choice(["received", "done", "body"] if stage == "put" else ["received", "done"])
    return Kill(stage=stage, moment=moment, after=dice.choice([0, 1, 2]) if stage in {"list_submissions", "can"} else 0)
