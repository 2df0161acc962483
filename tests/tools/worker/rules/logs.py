"""1.7: logs, exit codes, and what is handed from one job to the next."""

from tests.tools.worker.rules.programs import INGESTION, LOOK_AROUND, SCORE, SCORING, command, running
from tests.tools.worker.rules.rule import Rule
from tests.tools.worker.rules.scene import Scene, Task
from tests.tools.worker.rules.scenes import DURING, OWN, PLAIN, SUBMISSION

FLOOD_BYTES = 300_000
SHOWN_BYTES = 200_000
TREE = """
import look_around
print(json.dumps(look_around.place(str(source / "res"))["files"]))
print(json.dumps([(source / "res" / "run.sh").stat().st_mode & 0o777, os.path.islink(source / "res" / "inside")]))
"""
LINKS = """
(output / "folder" / "below").mkdir(parents=True)
(output / "folder" / "empty").mkdir()
(output / "run.sh").write_text("x")
(output / "run.sh").chmod(0o755)
(output / "inside").symlink_to("run.sh")
(output / "outside").symlink_to("/etc/hostname")
(output / "to a folder").symlink_to("folder")
os.mkfifo(output / "pipe")
"""
LOOKING_AT_TREE = {**running(TREE + SCORE), "look_around.py": LOOK_AROUND}
ENDINGS = Scene(
    submission=SUBMISSION,
    tasks={
        "both streams": Task(
            ingestion=command("sh -c 'echo out; printf err >&2'"),
            scoring=SCORING | command("cp --verbose scores.json $output"),
        ),
        "flood": Task(ingestion=running(f"print('x' * {FLOOD_BYTES - 1})"), scoring=SCORING),
        "bytes": Task(ingestion=command(r"printf '\377\n'"), scoring=SCORING),
        "killed": Task(ingestion=command("sh -c 'kill -9 $$'"), scoring=SCORING),
        "crashes": Task(ingestion=command("sh -c 'kill -11 $$'"), scoring=SCORING),
        "leaves": Task(ingestion=command("sh -c 'exit 0'"), scoring=SCORING),
        "not there": Task(ingestion=command("no-such-program"), scoring=SCORING),
        "links": Task(ingestion=running(LINKS), scoring=LOOKING_AT_TREE),
    },
)
"""Programs that print, end and write in many ways, one a task."""
HANDED_ON = Scene(
    alike=True,
    submission=SUBMISSION,
    tasks={
        "silent": Task(ingestion=INGESTION, scoring=SCORING),
        "metadata": Task(ingestion=command("touch $output/metadata"), scoring=SCORING),
        "metadata.json": Task(ingestion=command("touch $output/metadata.json $output/metadata.yaml"), scoring=SCORING),
        "scoring metadata": Task(scoring=SCORING | {"metadata.yaml": "command: cp scores.json metadata $output"}),
    },
)
"""Outputs that are handed on, one a task."""


RULES = (
    Rule(
        code="logs-streams",
        source="1.7",
        rule="Standard output and error are kept apart, for each program of each job.",
        scene=ENDINGS,
        task="both streams",
        look=lambda seen: seen.run.logs,
        expect={
            "prediction_ingestion_stdout": "out\n",
            "prediction_ingestion_stderr": "err",
            "scoring_stdout": "'scores.json' -> '/app/output/scores.json'\n",
            "scoring_stderr": "",
        },
    ),
    Rule(
        code="logs-own",
        source="1.7",
        rule="The logs of a submission of its own are prediction_stdout and prediction_stderr.",
        scene=OWN,
        look=lambda seen: (seen.submission["words"][1], seen.run.logs["prediction_stderr"]),
        expect=("/app/output", "of the submission"),
    ),
    Rule(
        code="logs-during",
        source="1.7",
        rule="Those of an ingestion program in the scoring job are scoring_ingestion_stdout and -stderr.",
        scene=DURING,
        look=lambda seen: sorted(seen.run.logs),
        expect=[
            "prediction_stderr",
            "prediction_stdout",
            "scoring_ingestion_stderr",
            "scoring_ingestion_stdout",
            "scoring_stderr",
            "scoring_stdout",
        ],
    ),
    Rule(
        code="logs-empty",
        source="1.7",
        rule="A stream without text is not uploaded.",
        scene=ENDINGS,
        task="both streams",
        look=lambda seen: [name for name in seen.kept if name.endswith(".txt")],
        expect=["prediction_ingestion_stderr.txt", "prediction_ingestion_stdout.txt", "scoring_stdout.txt"],
    ),
    Rule(
        code="logs-silent",
        source="1.7",
        rule="A program that says nothing leaves no log at all.",
        scene=HANDED_ON,
        task="silent",
        look=lambda seen: (seen.with_text, seen.kept),
        expect=(set(), ["prediction_result.zip", "scoring_result.zip"]),
    ),
    Rule(
        code="logs-size",
        source="1.7",
        rule="Logs are kept whole, however long.",
        kit=f"the last {SHOWN_BYTES:,} bytes of each are shown; of more than 8 MB only beginning and end are kept",
        scene=ENDINGS,
        task="flood",
        look=lambda seen: (
            seen.run.logs["prediction_ingestion_stdout"].splitlines()[0],
            len(seen.run.logs["prediction_ingestion_stdout"].splitlines()[1]) + 1,
        ),
        expect=(f"[{FLOOD_BYTES - SHOWN_BYTES} bytes left out]", SHOWN_BYTES),
    ),
    Rule(
        code="logs-bytes",
        source="1.7",
        rule="Logs are raw bytes.",
        kit="what is no UTF-8 is shown as U+FFFD",
        scene=ENDINGS,
        task="bytes",
        look=lambda seen: seen.run.logs["prediction_ingestion_stdout"],
        expect="\ufffd\n",
    ),
    Rule(
        code="logs-killed",
        source="1.7",
        rule="A program that is killed ends with 137; nothing but ingestionExitCode in the output's metadata tells.",
        scene=ENDINGS,
        task="killed",
        look=lambda seen: (seen.result_metadata["ingestionExitCode"], seen.with_text, seen.run.status),
        expect=(137, set(), "Finished"),
    ),
    Rule(
        code="logs-crash",
        source="1.7",
        rule="A program that dies by another signal ends with 128 and its number: 139 for a bad address.",
        scene=ENDINGS,
        task="crashes",
        look=lambda seen: seen.result_metadata["ingestionExitCode"],
        expect=139,
    ),
    Rule(
        code="logs-leaves",
        source="1.7",
        rule="A program that leaves with 0 before it has written anything looks like one that went well.",
        scene=ENDINGS,
        task="leaves",
        look=lambda seen: (seen.result_metadata["ingestionExitCode"], seen.with_text),
        expect=(0, set()),
    ),
    Rule(
        code="logs-not-there",
        source="4, row 18",
        rule="A command that the image has not (`python`, say) fails with 127, and its name is in the log.",
        scene=ENDINGS,
        task="not there",
        look=lambda seen: (
            seen.result_metadata["ingestionExitCode"],
            "no-such-program" in seen.run.logs["prediction_ingestion_stderr"],
        ),
        expect=(127, True),
    ),
    Rule(
        code="logs-metadata",
        source="1.7",
        rule="The worker leaves `metadata` in the output, YAML with exitCode, elapsedTime, ingestionExitCode and "
        "ingestionElapsedTime; without a program of its own the first is null and both times are ingestion's.",
        scene=HANDED_ON,
        task="silent",
        look=lambda seen: (
            sorted(seen.result_metadata),
            seen.result_metadata["exitCode"],
            seen.result_metadata["ingestionExitCode"],
            seen.result_metadata["elapsedTime"] == seen.result_metadata["ingestionElapsedTime"] > 0,
        ),
        expect=(["elapsedTime", "exitCode", "ingestionElapsedTime", "ingestionExitCode"], None, 0, True),
    ),
    Rule(
        code="logs-metadata-own",
        source="1.7",
        rule="With a submission of its own exitCode and elapsedTime are that program's.",
        scene=OWN,
        look=lambda seen: (
            seen.result_metadata["exitCode"],
            seen.result_metadata["ingestionExitCode"],
            seen.result_metadata["elapsedTime"] == seen.run.outcomes["submission"].seconds,
            seen.result_metadata["ingestionElapsedTime"] == seen.run.outcomes["ingestion"].seconds,
        ),
        expect=(5, 0, True, True),
    ),
    Rule(
        code="logs-metadata-read",
        source="1.7",
        rule="The scoring program finds it at /app/input/res/metadata.",
        scene=PLAIN,
        look=lambda seen: "res/metadata" in seen.scoring["places"]["input"]["files"],
        expect=True,
    ),
    Rule(
        code="logs-metadata-scoring",
        source="1.7",
        rule="The scoring job's output gets one too, with the scoring program's exit code.",
        scene=HANDED_ON,
        task="silent",
        look=lambda seen: sorted(seen.zipped("scoring_result")),
        expect=["metadata", "scores.json"],
    ),
    Rule(
        code="logs-metadata-there",
        source="1.7",
        rule="An output that has a file `metadata` already ends the submission as Failed.",
        scene=HANDED_ON,
        task="metadata",
        look=lambda seen: (seen.run.status, seen.statuses[-2:], "scoring" in seen.codes),
        expect=("Failed", ["Scoring", "Failed"], False),
    ),
    Rule(
        code="logs-metadata-there-scoring",
        source="1.7",
        rule="A scoring program that writes a file `metadata` is Failed as well, after its scores have been stored.",
        scene=HANDED_ON,
        task="scoring metadata",
        look=lambda seen: (seen.statuses[-2:], seen.run.stored.scores["accuracy"]),
        expect=(["Finished", "Failed"], "0.5000000000"),
    ),
    Rule(
        code="logs-metadata-other-names",
        source="1.7",
        rule="`metadata.json` and `metadata.yaml` in the output are files like any others.",
        scene=HANDED_ON,
        task="metadata.json",
        look=lambda seen: (
            seen.run.status,
            {name for name in seen.zipped("prediction_result") if name.startswith("metadata")},
        ),
        expect=("Finished", {"metadata", "metadata.json", "metadata.yaml"}),
    ),
    Rule(
        code="logs-zip",
        source="1.7",
        rule="The whole output is zipped and unzipped for the next job: folders with it, also empty ones; a link to a "
        "folder becomes an empty folder; what is neither file nor folder is left out.",
        scene=ENDINGS,
        task="links",
        look=lambda seen: [name for name in seen.scoring if name.startswith(("folder", "to a", "pipe"))],
        expect=["folder/", "folder/below/", "folder/empty/", "to a folder/"],
    ),
    Rule(
        code="logs-zip-modes",
        source="1.7",
        rule="Files lose their exec bit on the way, and a link to a file becomes that file.",
        scene=ENDINGS,
        task="links",
        look=lambda seen: seen.run.logs["scoring_stdout"].splitlines()[1],
        expect="[420, false]",
    ),
    Rule(
        code="logs-zip-outside",
        source="1.7",
        rule="A link that leads out of the output is read on the worker's machine, where it is another file, or none.",
        kit="dropped",
        scene=ENDINGS,
        task="links",
        look=lambda seen: ("inside" in seen.scoring, "outside" in seen.scoring),
        expect=(True, False),
    ),
)
