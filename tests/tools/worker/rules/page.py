"""The rules as a page, docs/fidelity.md. Run `python -m tests.tools.worker.rules.page` to write it anew."""

from pathlib import Path

from tests.tools.worker.rules.catalogue import RULES, SECTIONS
from tests.tools.worker.rules.rule import ENGINES, Rule

PAGE = Path(__file__).resolve().parents[4] / "docs" / "fidelity.md"
HEAD = """# How far `kit evaluate` is Codabench

What Codabench's compute worker and server do with a submission, rule by rule, and what `kit evaluate` does in each of
its engines: {count} rules, {cases} cases. Written by `python -m tests.tools.worker.rules.page` from the rules in
[tests/tools/worker/rules](../tests/tools/worker/rules); do not edit. Each cell is a test of
[test_rules.py](../tests/tools/worker/test_rules.py): a bundle and a submission are written, evaluated, and looked at,
where that is possible by the programs themselves from inside. "yes" is what the platform does; any other cell says what
is different there, and the test asserts that difference.

The facts come from the platform's own source (`codalab/codabench`, March 2026), from its issue threads for what was
changed later, and from the site and the worker run whole on one machine. The numbers in the column "source" are the
sections of that record. `--worker-profile 2026-03` is the default, `2026-05` plays later workers.

**Where this was tried:** Debian 12 with podman 4.3.1 and bubblewrap 0.8.0. Docker itself, macOS and Windows were not
tried; on the latter two there is no bubblewrap, and the process engine is the one without a container engine.

## Different on purpose

- **The network is off** unless `--network` is given, in the engines that can switch it off. On the site it is mostly on.
- **The time limit is kept**, always. The worker of 2026-03 did not always keep it.
- **YAML is read with the safe loader.** The platform's full loader runs what Python tags in a file ask for.
- **Links that lead out of the output are dropped.** On the worker's machine they are other files, or none.
- **No empty volumes below /codabench.** In the platform's container the job's host paths show up as empty folders.
- **Limits protect your machine**: the size of a file, all that is written, the number of processes, the length of a log,
  and with `--memory-limit` memory. The worker sets none; its machine has some.
- **A bad zip fails at once.** The worker tries ten times, 20 seconds apart, and says the same then.

## Not played

What happens between the parts of the platform cannot happen on one machine without them:

- 1.5: pulling the image before each job, GPUs, the names of containers.
- 1.6: the queue's own limit (`Soft time limit exceeded!`, 20 minutes past the phase's) and the site's hourly clean-up
  of submissions that have been Running for a day. Neither downloading nor unzipping counts against the time limit, here
  as there.
- 1.7: live logs over websockets, and a good run that becomes Failed because the websocket could not be opened; uploads
  that are tried three times.
- 1.8: a scoring job that starts before the predictions are uploaded; a submission that waits for a worker.
- 1.9: the texts about the server and the storage: `Status '...' is not in available statuses`, `Could not connect to
  instance to update detailed result`, `Failure updating submission data.`, `Problem fetching ...`, `Must provide data
  ...`, `Metadata file not found`.
- 1.10: the order of a leaderboard, and what its submission rule puts there.
- 1.11: the md5 sum that is sent to the server, and detailed results that are shown while scoring still runs.
- 1.12: what was still open in August 2026 (a folder of reference data on the worker's own disk).
"""
COLUMNS = ("rule", "source", "what the platform does", *ENGINES)


def page() -> str:
    """The whole page as Markdown."""
    head = HEAD.format(count=len(RULES), cases=sum(len(rule.engines) for rule in RULES))
    return "\n".join([head, *(f"## {title}\n\n{_table(rules)}" for title, rules in SECTIONS)])


def _table(rules: tuple[Rule, ...]) -> str:
    """One row a rule."""
    rows = [COLUMNS, ("---",) * len(COLUMNS), *map(_row, rules)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(rule: Rule) -> tuple[str, ...]:
    """The cells of a rule; a bar would end one."""
    cells = (f"`{rule.code}`", rule.source, rule.rule, *(rule.cell(engine) for engine in ENGINES))
    return tuple(cell.replace("|", r"\|") for cell in cells)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8")
