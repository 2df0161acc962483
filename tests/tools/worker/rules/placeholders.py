"""1.4: the placeholders of a command."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.tools.worker.rules.programs import PLACEHOLDERS, PREDICT, SCORE, SCORING, running
from tests.tools.worker.rules.rule import Instead, Rule
from tests.tools.worker.rules.scene import Scene, Task
from tests.tools.worker.rules.scenes import DURING, OWN, PLAIN, SUBMISSION
from tests.tools.worker.rules.seen import Seen

PLACES: Mapping[str, tuple[str, str, str]] = {
    "$input": ("/app/input_data", "/app/input", "/app/input"),
    "$output": ("/app/output", "/app/output", "/app/output"),
    "$program": ("/app/program", "/app/program", "/app/program"),
    "$ingestion_program": ("/app/program", "/app/program", "/app/program"),
    "$hidden": ("/app/input/ref", "/app/input/ref", "/app/input/ref"),
    "$shared": ("/app/shared", "/app/shared", "/app/shared"),
    "$submission_program": ("/app/ingested_program", "/app/ingested_program", "/app/ingested_program"),
    "$tmp": ("/app/output", "/app/output", "/app/output"),
    "$predictions": ("/app/output", "/app/output", "/app/input/res"),
}
"""What each becomes for ingestion, for a submission with a command (both in prediction), and for scoring."""
DURING_SCORING = {
    "$input": ("/app/input_data", "/app/input"),
    "$program": ("/app/ingestion_program", "/app/ingestion_program"),
    "$ingestion_program": ("/app/program", "/app/program"),
    "$predictions": ("/app/input/res", "/app/input/res"),
}
"""What they become for ingestion and for scoring where both run in the scoring job."""
TELLING = "print(json.dumps(sys.argv))\n"
WORDS = Scene(
    alike=True,
    submission=SUBMISSION,
    tasks={
        "the platform's": Task(
            ingestion={
                "metadata": "command: python3 $ingestion_program/ingestion.py $input $output $ingestion_program "
                "$submission_program\n",
                "ingestion.py": "import json, sys\n" + TELLING,
            },
            scoring={
                "metadata": "command: python3 $program/score.py $input $output\n",
                "score.py": running(TELLING + SCORE)["main.py"],
            },
            input_data={"x": "x"},
        ),
        "inside words": Task(
            ingestion=running(PREDICT + TELLING, "$input $output --to=$output/x:$output $outputs '$predictions' $HOME"),
            scoring=SCORING,
        ),
    },
)
"""The two commands of the platform's own test of this, and one with placeholders inside of words."""


def word(told: Any, placeholder: str) -> str:
    """What a placeholder has become."""
    found: str = told["words"][PLACEHOLDERS.index(placeholder)]
    return found


def becomes(placeholder: str) -> str:
    """The sentence for one placeholder."""
    ingestion, own, scoring = PLACES[placeholder]
    if ingestion == own == scoring:
        return f"`{placeholder}` becomes {ingestion}."
    if own == scoring:
        return f"`{placeholder}` becomes {ingestion} for an ingestion program and {own} for any other."
    return f"`{placeholder}` becomes {ingestion} in the prediction job and {scoring} in the scoring job."


def looked(placeholder: str) -> Callable[[Seen], Any]:
    """A look at what it has become in the three programs of a scene."""
    return lambda seen: tuple(word(told, placeholder) for told in (seen.ingestion, seen.submission, seen.scoring))


RULES = (
    *(
        Rule(
            code=f"placeholder-{placeholder[1:].replace('_', '-')}",
            source="1.4",
            rule=becomes(placeholder),
            scene=OWN,
            look=looked(placeholder),
            expect=PLACES[placeholder],
        )
        for placeholder in PLACEHOLDERS
    ),
    Rule(
        code="placeholder-during-scoring",
        source="1.4",
        rule="With ingestion_only_during_scoring, in the scoring job, `$program` becomes /app/ingestion_program, which "
        "is not there, and `$predictions` /app/input/res, for ingestion as well.",
        scene=DURING,
        look=lambda seen: {
            name: (word(seen.scoring_ingestion, name), word(seen.scoring, name)) for name in DURING_SCORING
        },
        expect=DURING_SCORING,
        instead={
            "process": Instead(
                "yes; the log calls it /app/ingested_program, which is the same folder",
                DURING_SCORING | {"$predictions": ("/app/ingested_program", "/app/input/res")},
            )
        },
    ),
    Rule(
        code="placeholder-during-prediction",
        source="1.4",
        rule="In the prediction job of the same task `$program` stays /app/program.",
        scene=DURING,
        look=lambda seen: word(seen.submission, "$program"),
        expect="/app/program",
    ),
    Rule(
        code="placeholder-input-data",
        source="1.4",
        rule="There is no `$input_data`: for an ingestion program it becomes /app/input_data_data.",
        scene=PLAIN,
        look=lambda seen: seen.ingestion["words"][len(PLACEHOLDERS)],
        expect="/app/input_data_data",
    ),
    Rule(
        code="placeholder-inside",
        source="1.4",
        rule="They are replaced as plain text, anywhere in a word, in quotes and in longer names; `$HOME` stays.",
        scene=WORDS,
        task="inside words",
        look=lambda seen: seen.ingestion[3:],
        expect=["--to=/app/output/x:/app/output", "/app/outputs", "/app/output", "$HOME"],
    ),
    Rule(
        code="placeholder-ingestion-command",
        source="1.4",
        rule="`python $ingestion_program/ingestion.py $input $output $ingestion_program $submission_program` becomes "
        "`python /app/program/ingestion.py /app/input_data /app/output /app/program /app/ingested_program`.",
        scene=WORDS,
        look=lambda seen: " ".join(seen.ingestion),
        expect="/app/program/ingestion.py /app/input_data /app/output /app/program /app/ingested_program",
    ),
    Rule(
        code="placeholder-scoring-command",
        source="1.4",
        rule="`python $program/score.py $input $output` becomes `python /app/program/score.py /app/input /app/output`.",
        scene=WORDS,
        look=lambda seen: " ".join(seen.scoring),
        expect="/app/program/score.py /app/input /app/output",
    ),
)
