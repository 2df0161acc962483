"""The jobs with the probe beside them, and how long the probe may take: it never costs the user the score."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace

from tools.worker.jobs import play
from tools.worker.probe import Probe, probe
from tools.worker.probe_report import ProbeReport
from tools.worker.submission import Request, Run

SHARE, GRACE_S = 0.15, 1.5
"""After the jobs' end it may go on for a share of what they took, and a little more.

`kit evaluate` with probes is to take at most 1.3 times what it takes without, plus two seconds: what is missing here
is left for the jobs themselves, which a probe of the lowest priority still slows down a little.
"""


def play_with_probe(
    request: Request, asked: Probe, patience_s: float | None, say: Callable[[str], None]
) -> tuple[Run, ProbeReport | None]:
    """Both jobs, and the probe in a process beside them, which is ended `patience_s` after them (None: by the rule)."""
    call_off = threading.Event()
    pool = ThreadPoolExecutor(max_workers=1)
    started = time.monotonic()
    try:
        probing = pool.submit(probe, replace(asked, call_off=call_off), request.engine)
        run = play(request)
        left_s = allowed_s(time.monotonic() - started) if patience_s is None else patience_s
        return run, _report(probing, left_s, call_off, say)
    except BaseException:
        request.engine.stop()
        raise
    finally:
        call_off.set()
        pool.shutdown()


def allowed_s(jobs_s: float) -> float:
    """How long a probe may still run when the jobs have ended, after so many seconds."""
    return SHARE * jobs_s + GRACE_S


def _report(
    probing: "Future[ProbeReport]", left_s: float, call_off: threading.Event, say: Callable[[str], None]
) -> ProbeReport | None:
    """What the probe saw until its time was over; None where it could not be run at all."""
    wait([probing], timeout=left_s)
    call_off.set()
    try:
        return probing.result()
    except Exception as error:  # whatever it is, the jobs have given their verdict
        say(f"the entry could not be asked step by step: {type(error).__name__}: {error}")
        return None
