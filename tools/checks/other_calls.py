"""OUT008 to OUT011: what the method does when it is called otherwise than once on all rows. Seen by the probe.

Two answers to the same rows are compared class id by class id, numbers with a tolerance of 0.1 %. Arithmetic in
another order (a batch of another size) can turn the id of a row whose two best classes are a tie, so a single row
accuses nobody. The same call again is the same arithmetic: two rows suffice there, and a single one is asked for once
more. Elsewhere it takes two rows and 4 % of them; what really depends on the batch turns far more.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from tools.checks.finding import ERROR, WARNING, Evidence, Finding, Level
from tools.checks.output import ANY, SHAPED
from tools.checks.raised import first_line
from tools.checks.registry import Stage, check, unseen
from tools.contract import Contract

if TYPE_CHECKING:
    from tools.evaluation import Evaluation
    from tools.worker.probe_report import Call, ProbeReport

TWO_ROWS = 2
SHARE, QUARTER = 0.04, 0.25
ORDERS = {"one row": "alone", "a part": "in a batch of {}", "another order": "in another order"}
BREAKS = {
    "one row": ("called with one row", ERROR),
    "a part": ("called with {} of the rows, an odd batch", ERROR),
    "as floats": ("called with floats (the hidden rows' type is not published)", WARNING),
    "no rows": ("called with no rows", WARNING),
}
PROBE = "probe"


def _calls(evaluation: "Evaluation", *names: str) -> list["Call"]:
    return [call for call in evaluation.probe.calls if call.name in names] if evaluation.probe else []


def _needed(rows: int) -> int:
    """How many rows must get another answer before anything is accused of depending on its neighbours."""
    return max(TWO_ROWS, math.ceil(SHARE * rows))


def _died(report: "ProbeReport | None", name: str) -> str | None:
    """How the process ended in a call; None where it did not."""
    if report is None or report.died_in != name:
        return None
    signal = report.outcome.signal
    return f"the process ended by signal {signal}" if signal else f"it left with exit code {report.outcome.exit_code}"


def _unlike(calls: Sequence["Call"]) -> set[int]:
    return {row for call in calls for row in call.differ or ()}


def _reached(*names: str) -> Callable[["Evaluation"], bool]:
    def is_reached(evaluation: "Evaluation") -> bool:
        report = evaluation.probe
        made = {call.name for call in report.calls if call.error or call.answer} if report else set()
        return all(name in made or _died(report, name) for name in names)

    return is_reached


def _repeats(evaluation: "Evaluation") -> Iterator[Evidence]:
    """What the same call gave the second time, and in the other process."""
    calls = _calls(evaluation, "again")
    for call in calls:
        if call.error:
            yield Evidence(f"the second call with the same rows raised {first_line(call.error.text)}", call.error.where)
            return
    if told := _died(evaluation.probe, "again"):
        yield Evidence(f"in the second call with the same rows {told}", PROBE)
        return
    rows = _unlike(calls)
    if len(rows) >= TWO_ROWS:
        count = max(call.rows for call in calls)
        examples = "; ".join(next((call.shown for call in calls if call.shown), ()))
        yield Evidence(f"{len(rows)} of {count} rows got another answer the second time ({examples})", PROBE)
    elif calls and _reached("a part", "another order")(evaluation) and not list(_neighbours(evaluation)):
        yield from _runs_differ(evaluation)


def _runs_differ(evaluation: "Evaluation") -> Iterator[Evidence]:
    """Weights that are drawn anew at each start turn most rows; the job's larger batch may turn a few."""
    count = evaluation.unlike_the_probe or 0
    rows = evaluation.probe.images if evaluation.probe else 0
    if count >= max(TWO_ROWS, QUARTER * rows):
        told = "in two processes the same rows got different answers"
        yield Evidence(f"{told}: {count} of {rows} in the prediction job and in the probe", PROBE)


def _neighbours(evaluation: "Evaluation") -> Iterator[Evidence]:
    """The rows whose answer changed with those around them."""
    calls = _calls(evaluation, *ORDERS)
    changed = [call for call in calls if call.differ]
    if changed and len(_unlike(changed)) >= _needed(max(call.rows for call in changed)):
        for call in changed:
            examples = f" ({'; '.join(call.shown)})" if call.shown else ""
            how = ORDERS[call.name].format(call.rows)
            yield Evidence(f"{len(call.differ or ())} of {call.rows} got another answer {how}{examples}", PROBE)
    for call in calls:
        if call.error and call.name == "another order":
            yield Evidence(f"the same rows in another order raised {first_line(call.error.text)}", call.error.where)
    if told := _died(evaluation.probe, "another order"):
        yield Evidence(f"called with the same rows in another order {told}", PROBE)


def _breaks(evaluation: "Evaluation") -> Iterator[Evidence]:
    """The calls that raised, ended the process, or gave another number of answers than rows."""
    is_any = evaluation.contract is not None and evaluation.contract.output.kind == ANY
    for name, (how, level) in BREAKS.items():
        for call in _calls(evaluation, name):
            yield from _broken(call, how.format(call.rows), level, is_any=is_any)
        if told := _died(evaluation.probe, name):
            yield Evidence(f"{how.format('a part')}: {told}", PROBE, level)


def _broken(call: "Call", how: str, level: Level, *, is_any: bool) -> Iterator[Evidence]:
    if call.error:
        is_the_frameworks = call.name == "no rows" and call.error.raised_by not in (None, "numpy")
        if "MemoryError" not in call.error.kinds and not is_the_frameworks:  # beside the jobs there is less memory
            yield Evidence(f"{how} it raised {first_line(call.error.text)}", call.error.where, level)
            yield from (Evidence(frame, None, level) for frame in call.error.frames)
        return
    shape = (call.answer or {}).get("shape")
    if is_any or (shape and shape[0] == call.rows):
        return
    got = f"{shape[0]} answers" if shape else "a single value" if shape == [] else "nothing array-like"
    yield Evidence(f"{how} it gave {got}, wanted {call.rows}", PROBE, level)


def _order_unknown(evaluation: "Evaluation", findings: Sequence[Finding]) -> bool:
    """Whether two equal calls differ already, or too few calls were made."""
    reached = _reached("one row", "a part", "another order")
    return any(_repeats(evaluation)) or unseen(reached, _neighbours)(evaluation, findings)


@check(
    "OUT008",
    "not deterministic: two runs differ",
    level=WARNING,
    fix="switch dropout and random augmentation off (model(X, training=False)), and seed what must be random",
    source="competition.md, Failures that teams reported: random layers left active",
    stage=Stage.EVALUATE,
    after=SHAPED,
    explained=unseen(_reached("again"), _repeats),
)
def not_deterministic(evaluation: "Evaluation", _contract: Contract) -> Iterator[Evidence]:
    """The score of one upload is then partly luck, and mostly lower: random layers are for training.

    Dropout that stayed active, weights that are drawn anew at each start, and random test-time augmentation do this.
    """
    yield from _repeats(evaluation)


@check(
    "OUT009",
    "a row's answer depends on its neighbours, on the order, or on the batch size",
    level=WARNING,
    fix="normalise by constants of the training data, and call layers with training=False",
    source="competition.md, The interface: one class id for each image; the hidden set comes in an order of its own",
    stage=Stage.EVALUATE,
    after=SHAPED,
    explained=_order_unknown,
)
def depends_on_neighbours(evaluation: "Evaluation", _contract: Contract) -> Iterator[Evidence]:
    """Batch normalisation in training mode, or a mean over X, uses the other rows of the call.

    The hidden rows are others, in another number, so the accuracy there is not the one measured at home.
    """
    yield from _neighbours(evaluation)


@check(
    "OUT010",
    "breaks on one row, a last partial batch, float input, or no rows",
    level=ERROR,
    fix="keep the batch axis: squeeze(axis=-1), not squeeze(); predict the last batch as well: no drop_remainder",
    source="competition.md, The interface: X is (n, 96, 96, 3) for any n, and its hidden dtype is not published",
    stage=Stage.EVALUATE,
    after=SHAPED,
    explained=unseen(_reached(*BREAKS), _breaks),
)
def breaks_on_other_sizes(evaluation: "Evaluation", _contract: Contract) -> Iterator[Evidence]:
    """The number of hidden rows is not yours to choose, and its last batch is rarely a full one.

    A squeeze() that removes the batch axis of a single row, or a loop that forgets the rest, fails only there. Float
    input and no rows at all are a matter of care: nobody has said that they come. A framework's own refusal of no rows
    (Keras's predict, scikit-learn) is not meant.
    """
    yield from _breaks(evaluation)


def _rows_unseen(evaluation: "Evaluation", _findings: Sequence[Finding]) -> bool:
    return evaluation.probe is None or evaluation.probe.seen.changed_rows is None


@check(
    "OUT011",
    "changes X in place",
    level=WARNING,
    fix="work on a copy: X = X.astype(np.float32) / 255 instead of X /= 255 or X[:] = ...",
    source="codabench.md 6: the ingestion program is the organiser's, and may use X again after the call",
    stage=Stage.EVALUATE,
    after=("RUN001", "RUN002", "RUN003"),
    explained=_rows_unseen,
)
def changes_its_input(evaluation: "Evaluation", _contract: Contract) -> Iterator[Evidence]:
    """What the evaluator does with X afterwards meets other values: a second call, a comparison, a log.

    A second call on the same array then answers for pictures that are scaled twice.
    """
    report = evaluation.probe
    if report and report.seen.changed_rows:
        yield Evidence(f"X, {report.images} rows, was not the same after the call as before it", PROBE)
