"""What an upload comes to before and beside the sending: its refusals with the command to type next, and its plan."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tools.cli.consent import last_one
from tools.cli.onward import is_unknown, onward
from tools.cli.output import current
from tools.cli.platform import shown

if TYPE_CHECKING:
    from tools.archive import Archive
    from tools.checks import Result
    from tools.codabench.client import Client
    from tools.codabench.sending.preflight import Asked

Document = dict[str, Any]


def judged(archive: "Archive", client: "Client", asked: "Asked") -> tuple[Document, int]:
    """Print what was found; gives the document, and 0 where the zip may be sent."""
    from tools.checks import Stage, run_checks
    from tools.report.text import print_findings
    from tools.report.upload_document import upload_document

    if asked.trouble is not None and asked.trouble.code is None:
        raise asked.trouble
    result = _with_fix(run_checks(Stage.UPLOAD, asked, None), asked)
    code = (asked.trouble.exit_code if asked.trouble else 1) if result.failed() else 0
    document = upload_document(archive, asked, result, exit_code=code)
    if result.findings:
        print_findings(current().console, result)
    if code:
        step = onward(client, asked, (finding.code for finding in result.findings))
        told = "whether it was submitted is not known" if is_unknown(asked) else "nothing was submitted"
        current().say(f"{told}; next: {step}" if step else told)
        document["next"] = step.command if step else None
    return document, code


def _with_fix(result: "Result", asked: "Asked") -> "Result":
    """The findings, that of an error with the error's own fix, which knows more of it than the catalogue."""
    from tools.codabench.errors import RejectedError

    trouble = asked.trouble
    if trouble is None or isinstance(trouble, RejectedError) or not trouble.fix:
        return result
    found = (replace(one, fix=trouble.fix) if one.code == trouble.code else one for one in result.findings)
    return replace(result, findings=tuple(found))


def print_plan(asked: "Asked") -> None:
    """What would be sent where, for --dry-run."""
    from rich.filesize import decimal

    from tools.codabench.competition.limits import left

    assert asked.phase is not None
    assert asked.competition is not None
    counts, wanted, output = left(asked.phase).in_words, asked.wanted, current()
    output.say(f"{shown(wanted.zip_path.name)}, {decimal(wanted.size_bytes)}, would go to {asked.host}")
    output.say(f"  competition {asked.competition.id}: {shown(asked.competition.title)}")
    limit = f"{counts} left before it" if counts else "without a limit"
    output.say(f"  phase {asked.phase.id}: {shown(asked.phase.name)}, {limit}")
    if asked.found:
        status = shown(asked.found.status)
        output.say(f"  it is there already, as submission {asked.found.id}, {status}: nothing more would be sent")
    elif asked.stopped:
        output.say(f"  going on with the upload that stopped at the {asked.stopped.stage}")
    if told := last_one(asked):
        output.say(f"  {told}, so it would ask first, or want --yes")
    output.say("nothing was sent")
