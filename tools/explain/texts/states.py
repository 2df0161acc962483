"""SRV021 to SRV029: a status that stays, or one without a word beside it."""

from tools.explain.platform_text import Place, PlatformText, later, no, nobodys, organisers, platforms, yes, yours
from tools.explain.texts.commands import CHECK, EVALUATE, LOGS, SHOW, WATCH

LONG = r"(?: (?:for|since|after) .{1,60}| forever)?"
STUCK = r"(?:.{0,40}\b(?:stuck|hangs?|hanging|hung|waiting|stays?|blocked)\b.{0,20} |status )?(?:in |on |at |as )?"

BUSY = "(?:running|preparing|scoring)"

TEXTS = (
    PlatformText(
        code="SRV021",
        title="stuck in Submitted: no worker has taken it",
        place=Place.STATE,
        shown=("Submitted",),
        whole=(rf"{STUCK}submitted{LONG}",),
        causes=(
            platforms("the default queue is full, or its workers are down"),
            organisers("the competition's own queue has no live worker"),
        ),
        again=no("it waits in the same queue, and a cancelled submission counts against the limit; wait, then ask"),
        run=(WATCH,),
        source="codabench.md 1.8; 4, row 23",
    ),
    PlatformText(
        code="SRV022",
        title="stuck in Submitting: the site has not queued it",
        place=Place.STATE,
        shown=("Preparing submission... this may take a few moments..", "Submitting"),
        whole=(rf"{STUCK}submitting{LONG}",),
        causes=(
            platforms("the site's own worker or its broker is down"),
            organisers("the competition does not run submissions by itself: the organiser starts each one"),
        ),
        again=no("wait an hour, then ask the organiser whether submissions are started by hand"),
        run=(WATCH,),
        source="codabench.md 1.8; 3.6; 4, row 24",
    ),
    PlatformText(
        code="SRV023",
        title="stuck in Running, Preparing or Scoring, without logs",
        place=Place.STATE,
        shown=("Running", "Preparing", "Scoring"),
        whole=(rf"{STUCK}{BUSY}(?: or {BUSY})?{LONG}(?: without logs| no logs)?",),
        causes=(
            yours("a zip that the worker cannot unpack: encrypted, or an exotic compression", "ARC004"),
            yours("a zip above about 1 GB", "ARC009"),
            yours("memory: the machine killed the worker together with the run", "RUN005"),
            yours("a run that never ends, on a worker that does not keep its limit", "RUN004"),
            platforms("scoring began before the predictions were there, or the worker crashed"),
        ),
        again=yes("once, when kit check and kit evaluate pass; leave the stuck one: a cancelled one counts"),
        run=(CHECK, EVALUATE),
        source="codabench.md 1.8; 4, rows 2, 5, 6, 21, 22 and 25",
    ),
    PlatformText(
        code="SRV024",
        title="Finished without a score",
        place=Place.STATE,
        shown=("Finished, but the score is N/A", "AttributeError: 'str' object has no attribute 'items'"),
        also=("Finished N/A", "score n/a", "score is n/a", "score shows N/A"),
        whole=(
            r"(?:status )?finished(?: (?:without|with no|no|but|and) .{0,60})?",
            r"n/?a",
            r".{0,40}\bno score\b.{0,40}",
        ),
        causes=(
            organisers("a key of the scores is no column of the leaderboard", "SCO004"),
            organisers('scores.txt with "accuracy:0.9": without the space it is one text', "SCO002"),
            yours("the score is NaN or infinite, mostly from NaN in the predictions", "OUT006", "SCO003"),
            platforms("the scores arrive a moment after Finished: load the page again"),
        ),
        again=no("unless kit evaluate shows a score: then load the page again, and tell the organiser"),
        run=(EVALUATE,),
        source="codabench.md 1.8; 1.10; 4, rows 11, 12 and 13",
    ),
    PlatformText(
        code="SRV025",
        title="a submission of several tasks was created without them",
        place=Place.PAGE,
        shown=("ERROR: Submission is a parent, but has no children. There was an error during creation.",),
        causes=(
            platforms("the site failed while it made one submission a task"),
            organisers("the phase has no task any more"),
        ),
        again=yes("once"),
        run=(WATCH,),
        source="codabench.md 4, row 37; 1.8",
    ),
    PlatformText(
        code="SRV026",
        title="Failed without a text and without logs",
        place=Place.STATE,
        shown=("Failed",),
        whole=(
            r"(?:status )?(?:my )?(?:submission )?failed(?: (?:without|with no|no|but|and) .{0,60})?",
            r".{0,40}\blogs? (?:are|is) empty\b.{0,20}",
            r"no logs?",
        ),
        follows=True,
        causes=(
            yours("the zip holds a folder instead of model.py, or nothing", "ARC003", "ARC002"),
            yours(
                "the run was killed by a signal, mostly for memory: exit code 137 is in the output's metadata", "RUN005"
            ),
            organisers("a program of the competition has no metadata file", "SCO005"),
            platforms("the worker failed before it could send a log"),
        ),
        again=no(
            "look first: prediction_ingestion_stderr, prediction_ingestion_stdout, scoring_stderr, scoring_stdout"
        ),
        run=(LOGS, CHECK, EVALUATE),
        source="codabench.md 1.8; 6, findings for the evaluator; 4, rows 1 and 21",
    ),
    PlatformText(
        code="SRV027",
        title="Cancelled, which counts as a submission",
        place=Place.STATE,
        shown=("Cancelled",),
        whole=(r"(?:status )?cancell?ed(?: submissions?)?",),
        causes=(
            yours("somebody pressed Cancel"),
            organisers("the organiser cancelled it, with others of a stuck queue"),
        ),
        again=later("while the limit leaves one: cancelled submissions count, failed ones do not"),
        run=(SHOW,),
        source="codabench.md 3.3; 4, row 32",
    ),
    PlatformText(
        code="SRV028",
        title="the phase hides what the logs would tell",
        place=Place.API,
        shown=("Cannot access submission details while phase marked to hide output.",),
        causes=(organisers("the phase is set to hide its output, as final phases often are"),),
        again=no("play it here instead, where the logs are shown"),
        run=(EVALUATE,),
        source="codabench.md 3.7; 4, row 47",
    ),
    PlatformText(
        code="SRV029",
        title="the site took it out of Running after a day",
        place=Place.STATE,
        shown=("Failed after 24 hours in Running",),
        also=("Running for 24 hours", "Running for more than 24 hours"),
        causes=(
            platforms("the worker died without a word, and the site's hourly clean-up ended the submission"),
            yours("a zip that the worker cannot unpack, or one above about 1 GB", "ARC004", "ARC009"),
            nobodys("it does not count against the limit: failed submissions do not"),
        ),
        again=yes("once, when kit check passes"),
        run=(CHECK, EVALUATE),
        source="codabench.md 1.6; 4, rows 21 and 25",
    ),
)
