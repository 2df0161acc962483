"""1.3: what is run, in which order, what is copied, and whose failure counts."""

from tests.tools.worker.rules.programs import INGESTION, PREDICT, SCORE, SCORING, WAIT, command, looking, running
from tests.tools.worker.rules.rule import Rule
from tests.tools.worker.rules.scene import Files, Scene, Task, zip_of
from tests.tools.worker.rules.scenes import DURING, MODEL, OWN, PLAIN, RESULT, SUBMISSION

LISTING = {**SCORING, **command("sh -c 'ls $1; cp scores.json $2' sh $predictions $output")}
"""A scoring program that tells what the prediction put out."""
INTO_OUTPUT = {**INGESTION, **command("sh -c 'ls $1; cp prediction $1' sh $output")}
"""An ingestion program that tells what lies in the output before it writes its own."""


def submitted(files: Files) -> Scene:
    """A submission of some files."""
    return Scene(submission=zip_of(files), alike=True, tasks={"task": Task(ingestion=INTO_OUTPUT, scoring=LISTING)})


def with_metadata(text: str, name: str = "metadata.yaml") -> Files:
    """An ingestion program with another metadata file."""
    return {"prediction": "1", name: text}


NO_COMMAND = submitted({"model.py": "", "metadata": "description: mine"})
BROKEN = submitted({"model.py": "", "metadata.yaml": "command: [unclosed"})
BELOW = submitted({"model.py": "", "below/metadata.yaml": "command: python3 model.py"})
EMPTY = Scene(alike=True, submission=zip_of({}), tasks={"empty": Task(ingestion=looking(PREDICT), scoring=LISTING)})
RUNS = "command: cp prediction $output"
FAILING = Scene(
    alike=True,
    submission=SUBMISSION,
    tasks={
        "no metadata": Task(ingestion=with_metadata("", "other.yaml"), scoring=LISTING),
        "no command": Task(ingestion=with_metadata("description: nothing to run"), scoring=SCORING),
        "no YAML": Task(ingestion=with_metadata("command: [unclosed"), scoring=SCORING),
        "a list": Task(ingestion=with_metadata("- command: python3 main.py"), scoring=SCORING),
        "below": Task(ingestion=with_metadata(RUNS, "below/metadata.yaml"), scoring=SCORING),
        "no extension": Task(ingestion=with_metadata(RUNS, "metadata"), scoring=SCORING),
        "both": Task(ingestion=with_metadata(RUNS) | command("no-such-program"), scoring=SCORING),
        "tag": Task(ingestion=with_metadata("command: !!python/str 'cp prediction $output'"), scoring=SCORING),
        "exits": Task(ingestion=command("sh -c 'exit 3'"), scoring=SCORING),
        "raises": Task(ingestion=running("raise ValueError('bad')"), scoring=SCORING),
        "scoring exits": Task(
            ingestion=INGESTION, scoring=SCORING | command("sh -c 'cp scores.json $1; exit 2' sh $output")
        ),
        "copied": Task(scoring={"scores.json": '{"accuracy": 0.25}'}),
        "scoring without command": Task(scoring={"metadata": "", "scores.json": "{}"}),
    },
)
"""Programs that cannot be run or that fail, one a task."""
MEETING = Scene(
    alike=True,
    submission=zip_of(running(WAIT + '(output / "of the submission").touch()\nwait_for(output / "of ingestion")\n')),
    tasks={
        "side by side": Task(
            ingestion=running(WAIT + '(output / "of ingestion").touch()\nwait_for(output / "of the submission")\n'),
            scoring=running(SCORE),
        ),
    },
)
"""Two programs that each wait for a file of the other."""
MEETING_DURING = Scene(
    alike=True,
    submission=SUBMISSION,
    tasks={
        "side by side": Task(
            ingestion=running(WAIT + '(source / "1").touch()\nwait_for(source / "2")\n', "$shared $output"),
            scoring=running(SCORE + WAIT + '(source / "2").touch()\nwait_for(source / "1")\n', "$shared $output"),
            during_scoring=True,
        ),
    },
)
UNCLOSED = command("sh -c 'exit 0")
UNCLOSED_QUOTE = Scene(
    alike=True,
    submission=SUBMISSION,
    tasks={
        "ingestion": Task(ingestion=UNCLOSED, scoring=SCORING),
        "scoring": Task(ingestion=INGESTION, scoring=UNCLOSED),
    },
)
"""Commands with a quote that is never closed, which `shlex.split` refuses."""
NOT_RUN = (["scoring"], "Finished", None)
DOUBTED = "yes; whether they really overlap there is in doubt"


def swallowed(code: str, task: str, what: str) -> Rule:
    """An ingestion program that cannot be run: the job goes on as if there were none."""
    return Rule(
        code=code,
        source="1.3",
        rule=f"An ingestion program {what} is not run, nothing is said of it, and scoring goes on.",
        scene=FAILING,
        task=task,
        look=lambda seen: (list(seen.codes), seen.run.status, seen.result_metadata["ingestionExitCode"]),
        expect=NOT_RUN,
    )


RULES = (
    swallowed("order-ingestion-no-metadata", "no metadata", "without a metadata file"),
    swallowed("order-ingestion-no-command", "no command", "whose metadata names no command"),
    swallowed("order-ingestion-no-yaml", "no YAML", "whose metadata is no YAML"),
    swallowed("order-ingestion-list", "a list", "whose metadata is no mapping"),
    swallowed("order-ingestion-below", "below", "whose metadata lies in a folder below its root"),
    Rule(
        code="order-metadata-no-extension",
        source="1.3",
        rule="The metadata may be a file `metadata`, without an extension.",
        scene=FAILING,
        task="no extension",
        look=lambda seen: seen.codes,
        expect={"ingestion": 0, "scoring": 0},
    ),
    Rule(
        code="order-metadata-first",
        source="1.3",
        rule="Of `metadata.yaml` and `metadata` the first counts.",
        scene=FAILING,
        task="both",
        look=lambda seen: seen.codes,
        expect={"ingestion": 0, "scoring": 0},
    ),
    Rule(
        code="order-metadata-loader",
        source="1.3",
        rule="The metadata is read with YAML's full loader, which knows Python's tags (`!!python/str`).",
        kit="read with the safe loader: such metadata counts as without a command",
        scene=FAILING,
        task="tag",
        look=lambda seen: seen.codes,
        expect={"scoring": 0},
    ),
    Rule(
        code="order-ingestion-unclosed-quote",
        source="1.3 and 1.5",
        rule="An ingestion program whose command cannot be split, for a quote that is never closed, is not run, and scoring goes on.",
        scene=UNCLOSED_QUOTE,
        task="ingestion",
        look=lambda seen: (list(seen.codes), seen.run.status),
        expect=(["scoring"], "Finished"),
    ),
    Rule(
        code="order-scoring-unclosed-quote",
        source="1.3 and 1.9, 10",
        rule="A scoring program whose command cannot be split raises before it is run: Failed, `Child task failed or non-zero return code`.",
        scene=UNCLOSED_QUOTE,
        task="scoring",
        look=lambda seen: (list(seen.codes), seen.final),
        expect=(["ingestion"], ("Failed", "Child task failed or non-zero return code")),
    ),
    Rule(
        code="order-copied",
        source="1.3",
        rule="A submission without metadata is copied into the output before ingestion starts, which finds it there.",
        scene=PLAIN,
        look=lambda seen: seen.ingestion["places"]["output"]["files"],
        expect=sorted({*MODEL, "weights/"}),
    ),
    Rule(
        code="order-copied-on",
        source="1.3",
        rule="Those files come to the scoring program with the predictions; what ingestion writes replaces them.",
        scene=PLAIN,
        look=lambda seen: {
            name: text
            for name, text in seen.scoring["places"]["input"]["texts"].items()
            if name.startswith("res/") and name != "res/metadata"
        },
        expect={"res/model.py": MODEL["model.py"], "res/weights/w.bin": "w", "res/prediction": "1"},
    ),
    Rule(
        code="order-copied-result",
        source="1.3",
        rule="A result submission reaches the scoring program in the same way, without any program being run.",
        scene=RESULT,
        look=lambda seen: [file for file in seen.scoring["places"]["input"]["files"] if file.startswith("res/")],
        expect=["res/", "res/metadata", "res/more/", "res/more/x", "res/prediction"],
    ),
    Rule(
        code="order-copied-below",
        source="1.3",
        rule="Metadata in a folder of the submission, not at its root, counts as none: all is copied.",
        scene=BELOW,
        look=lambda seen: (seen.words("prediction_ingestion_stdout"), list(seen.codes)),
        expect=(["below", "model.py"], ["ingestion", "scoring"]),
    ),
    Rule(
        code="order-no-command",
        source="1.3",
        rule="A submission whose metadata names no command is neither copied nor run.",
        scene=NO_COMMAND,
        look=lambda seen: (seen.words("prediction_ingestion_stdout"), seen.words("scoring_stdout"), list(seen.codes)),
        expect=([], ["metadata", "prediction"], ["ingestion", "scoring"]),
    ),
    Rule(
        code="order-no-yaml",
        source="1.3",
        rule="A submission whose metadata is no YAML is neither copied nor run.",
        scene=BROKEN,
        look=lambda seen: (seen.words("prediction_ingestion_stdout"), list(seen.codes)),
        expect=([], ["ingestion", "scoring"]),
    ),
    Rule(
        code="order-own",
        source="1.3",
        rule="A submission whose metadata names a command is run as a program of its own, and is not copied.",
        scene=OWN,
        look=lambda seen: (
            sorted(seen.codes),
            [file for file in seen.scoring["places"]["input"]["files"] if file.startswith("res/")],
        ),
        expect=(
            ["ingestion", "scoring", "submission"],
            ["res/", "res/metadata", "res/of the submission", "res/prediction"],
        ),
    ),
    Rule(
        code="order-own-exit-code",
        source="1.3",
        rule="The exit code of such a submission decides nothing.",
        scene=OWN,
        look=lambda seen: (seen.codes["submission"], seen.run.status),
        expect=(5, "Finished"),
    ),
    Rule(
        code="order-side-by-side",
        source="1.3",
        rule="A submission of its own and the ingestion program are started side by side.",
        kit=DOUBTED,
        scene=MEETING,
        look=lambda seen: (seen.submission, seen.ingestion),
        expect=(True, True),
    ),
    Rule(
        code="order-side-by-side-during",
        source="1.3",
        rule="With ingestion_only_during_scoring both programs of the scoring job are started side by side, and meet in "
        "/app/shared.",
        kit=DOUBTED,
        scene=MEETING_DURING,
        look=lambda seen: (seen.scoring, seen.scoring_ingestion),
        expect=(True, True),
    ),
    Rule(
        code="order-empty-zip",
        source="1.3",
        rule="An empty zip makes no folder: nothing is copied or run, and /app/ingested_program is empty.",
        scene=EMPTY,
        look=lambda seen: (
            seen.ingestion["places"]["output"]["files"],
            seen.ingestion["places"]["ingested_program"]["files"],
            seen.words("scoring_stdout"),
        ),
        expect=([], [], ["metadata", "prediction"]),
    ),
    Rule(
        code="order-ingestion-exits",
        source="1.3",
        rule="An ingestion program that ends with another code than 0 stops nothing: scoring runs and decides.",
        scene=FAILING,
        task="exits",
        look=lambda seen: (seen.codes, seen.run.status, seen.statuses[4]),
        expect=({"ingestion": 3, "scoring": 0}, "Finished", "Scoring"),
    ),
    Rule(
        code="order-ingestion-raises",
        source="1.3",
        rule="An ingestion program that ends with a traceback does not stop scoring either.",
        scene=FAILING,
        task="raises",
        look=lambda seen: (seen.codes, seen.run.status),
        expect=({"ingestion": 1, "scoring": 0}, "Finished"),
    ),
    Rule(
        code="order-ingestion-during-exits",
        source="1.3",
        rule="In the scoring job, too, the exit code of an ingestion program is ignored.",
        scene=DURING,
        task="exits",
        look=lambda seen: (seen.codes["scoring_ingestion"], seen.run.status),
        expect=(4, "Finished"),
    ),
    Rule(
        code="order-scoring-decides",
        source="1.3",
        rule="The exit code of the scoring program decides, even when it has written scores.",
        scene=FAILING,
        task="scoring exits",
        look=lambda seen: (seen.codes, seen.run.status, seen.run.stored.scores),
        expect=({"ingestion": 0, "scoring": 2}, "Failed", {}),
    ),
    Rule(
        code="order-scoring-copied",
        source="1.3",
        rule="A scoring program without metadata is copied into its output and not run: a scores.json in it counts.",
        scene=FAILING,
        task="copied",
        look=lambda seen: (list(seen.codes), seen.run.status, seen.run.scores),
        expect=([], "Finished", {"accuracy": 0.25}),
    ),
    Rule(
        code="order-scoring-no-command",
        source="1.3",
        rule="A scoring program whose metadata names no command is neither run nor copied: there are no scores.",
        scene=FAILING,
        task="scoring without command",
        look=lambda seen: (list(seen.codes), seen.run.status, seen.run.scores),
        expect=([], "Failed", None),
    ),
)
