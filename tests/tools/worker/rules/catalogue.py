"""All the rules, by the sections of codabench.md."""

from tests.tools.worker.rules import (
    bundle,
    container,
    jobs,
    layout,
    limit,
    logs,
    order,
    placeholders,
    profile,
    reported,
    scores,
    status,
    texts,
    unpacking,
)
from tests.tools.worker.rules.rule import Rule

SECTIONS: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    ("1.1 Two jobs", jobs.RULES),
    ("1.2 Folders", layout.RULES),
    ("1.3 What runs, and in which order", order.RULES),
    ("1.4 Placeholders of a command", placeholders.RULES),
    ("1.5 The container", container.RULES),
    ("1.6 The time limit", limit.RULES),
    ("1.7 Logs, exit codes, and what is handed on", logs.RULES),
    ("1.8 Statuses", status.RULES),
    ("1.9 Texts", texts.RULES),
    ("1.10 Scores", scores.RULES),
    ("1.11 Unzipping, and detailed results", unpacking.RULES),
    ("1.12 Workers since May 2026", profile.RULES),
    ("2 The bundle", bundle.RULES),
    ("6 What the platform reported for real submissions", reported.RULES),
)
RULES: tuple[Rule, ...] = tuple(rule for _, rules in SECTIONS for rule in rules)
