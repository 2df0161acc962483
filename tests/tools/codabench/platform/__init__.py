"""A loopback server that answers as Codabench does, over real sockets.

Written from recorded answers of the real site of March 2026, with what later versions changed as settings:

    with Platform() as platform:
        platform.fail("create_submission", Fault.cut_processed())
        platform.worker = plans.predict_raises()
        ...  # a client against platform.url

    bodies      HTML and XML           <- messages (Request, Answer)
    faults      what goes wrong        <- connection (one socket's requests) <- listener (a port)
    site        the API's paths        <- accounts, competitions, phases, datasets, submissions
    storage     signed PUT and GET     <- signing
    worker      how a submission goes  <- plans (ready-made), texts, results, ranking
    state       all that is known      <- records, founding (a competition); live.Platform is all of it

It does not do TLS, sessions, multipart forms, an organizer's calls, or computed columns.
"""

from . import plans
from .faults import Fault
from .live import Platform
from .records import Column, Competition, Dataset, Phase, RequestRecord, Settings, Submission, Task, User
from .worker import Plan, Result, Step

__all__ = [
    "Column",
    "Competition",
    "Dataset",
    "Fault",
    "Phase",
    "Plan",
    "Platform",
    "RequestRecord",
    "Result",
    "Settings",
    "Step",
    "Submission",
    "Task",
    "User",
    "plans",
]
