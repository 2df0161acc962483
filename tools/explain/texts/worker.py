"""SRV001 to SRV020: what the compute worker writes into `status_details`, in the order of codabench.md 1.9."""

from tools.explain.platform_text import Place, PlatformText, later, no, organisers, platforms, yes, yours

CHECK = "kit check submission.zip"
EVALUATE = "kit evaluate submission.zip"
DOWN = "the site was down, restarted or overloaded while the worker reported to it"
WAIT = "in an hour; if it stays so, tell the organiser, with the submission's number"

TEXTS = (
    PlatformText(
        code="SRV001",
        title="the worker reported a status that the site does not know",
        place=Place.STATUS,
        shown=("Status '{status}' is not in available statuses: {statuses}",),
        causes=(platforms("the worker of the queue is of another version than the site"),),
        again=later("when the queue's worker has been updated; tell the organiser which queue it was"),
        run=(EVALUATE,),
        source="codabench.md 1.9, 1",
    ),
    PlatformText(
        code="SRV002",
        title="detailed results could not be sent while the scoring ran",
        place=Place.STATUS,
        shown=("Could not connect to instance to update detailed result",),
        also=("This error might result in a Execution Time Exceeded error",),
        causes=(
            platforms("the websocket to the site broke, so the page of detailed results is missing or late"),
            platforms("the worker waits for the page until the time limit ends the run", "RUN004"),
        ),
        again=yes("once: the fault lies on the way between worker and site"),
        run=(EVALUATE,),
        source="codabench.md 1.9, 2; 4, row 44",
    ),
    PlatformText(
        code="SRV003",
        title="the site refused the worker's report",
        place=Place.STATUS,
        shown=("Failure updating submission data.",),
        causes=(platforms(DOWN),),
        again=later(WAIT),
        run=(EVALUATE,),
        source="codabench.md 1.9, 3; 4, row 26",
    ),
    PlatformText(
        code="SRV004",
        title="the worker could not fetch a file of the run",
        place=Place.STATUS,
        shown=("Problem fetching {url} to put in {destination}",),
        causes=(
            platforms("the storage host did not answer, or the link of five days ran out in the queue"),
            organisers("a data set or program of the task was deleted after the competition was made"),
            yours("the zip was deleted from the Resources page while the submission waited"),
        ),
        again=yes("once; if every submission fails so, it is the organiser's or the platform's"),
        run=(CHECK,),
        source="codabench.md 1.9, 4; 3.5",
    ),
    PlatformText(
        code="SRV005",
        title="what the worker got is no zip that it can read",
        place=Place.STATUS,
        shown=("Bad or empty zip file", "zipfile.BadZipFile: File is not a zip file"),
        also=("BadZipFile: {why}", "File is not a zip file", "Bad CRC-32 for file {member}"),
        causes=(
            yours("the file is not a zip, is cut off or empty, or a member is damaged", "ARC001"),
            yours("the upload broke off: the site takes a file of no bytes without complaint", "ARC009"),
            platforms("scoring began before the predictions were uploaded, mostly where they are large"),
        ),
        again=yes("once, if kit check passes: the upload or the platform had failed; else not before it is mended"),
        run=(CHECK,),
        source="codabench.md 1.9, 5; 1.11; 4, rows 4 and 5; 6, case not_a_zip",
    ),
    PlatformText(
        code="SRV006",
        title="a program of the competition has no metadata file",
        place=Place.STATUS,
        shown=("Program directory missing 'metadata.yaml/metadata'",),
        causes=(
            organisers(
                "the ingestion or scoring program was zipped as a folder, so its metadata.yaml is not at the root"
            ),
            organisers("the program has no metadata.yaml at all"),
        ),
        again=no("the organiser must mend the program"),
        run=("kit evaluate submission.zip --bundle BUNDLE",),
        source="codabench.md 1.9, 6; 4, row 3",
    ),
    PlatformText(
        code="SRV007",
        title="a program of the competition names no command",
        place=Place.STATUS,
        shown=("Program directory missing 'command' in metadata",),
        causes=(organisers("metadata.yaml of the ingestion program has no `command`, or is not YAML"),),
        again=no("the organiser must mend the program"),
        run=("kit evaluate submission.zip --bundle BUNDLE",),
        source="codabench.md 1.9, 7; 1.3",
    ),
    PlatformText(
        code="SRV008",
        title="the worker had nothing to send",
        place=Place.STATUS,
        shown=("Must provide data, both file and raw_data cannot be empty",),
        causes=(platforms("a log or an output was empty where the worker did not expect it"),),
        again=yes("once"),
        run=(EVALUATE,),
        source="codabench.md 1.9, 8",
    ),
    PlatformText(
        code="SRV009",
        title="over the time limit",
        place=Place.STATUS,
        shown=("Execution Time Limit exceeded. Limit was {limit} seconds", "Execution_Time_Limit_Exceeded"),
        also=("Execution Time Limit exceeded",),
        causes=(
            yours("predict is too slow for the hidden set: one image a call, or a large model", "RUN004"),
            yours("the run waited for a network that is not there, or for itself", "RUN006", "SRC010"),
            yours("training, or other work that takes minutes, at import", "SRC012"),
            organisers("the default queue caps the limit at 600 or 1200 s, whatever the phase says"),
            platforms("the worker was busy with others, or waited for detailed results"),
        ),
        again=no("unless kit evaluate shows that it takes less than half of the limit"),
        run=(f"{EVALUATE} --time-limit 600",),
        source="codabench.md 1.6; 1.9, 9; 4, rows 2, 14, 15 and 44",
    ),
    PlatformText(
        code="SRV010",
        title="the scoring program failed; the cause mostly lies before it",
        place=Place.STATUS,
        shown=("Child task failed or non-zero return code", "program_rc={code}, async={results}"),
        follows=True,
        causes=(
            yours(
                "predict or the import of model.py raised, so there were no predictions to score: the traceback is in "
                "prediction_ingestion_stderr",
                "RUN001",
                "RUN002",
                "RUN003",
            ),
            yours("model.py was not found: the folder was zipped, or it has another name", "ARC002", "ARC003"),
            yours("the predictions have the wrong number of rows, shape or type", "OUT002", "OUT003", "OUT004"),
            yours("the run was killed for its memory, which leaves no traceback", "RUN005", "RUN008"),
            organisers("the scoring program fails by itself: then it fails for everybody", "SCO005"),
        ),
        again=no("the same zip fails in the same way; read prediction_ingestion_stderr first, then scoring_stderr"),
        run=(EVALUATE, "kit explain prediction_ingestion_stderr.txt"),
        source="codabench.md 1.9, 10; 4, rows 7 and 8; 6, what the platform reported",
    ),
    PlatformText(
        code="SRV011",
        title="the scores are not JSON",
        place=Place.STATUS,
        shown=("Could not decode scores json properly, it contains an error. {why}",),
        causes=(
            organisers("the scoring program writes a scores.json that is not JSON, or empty", "SCO002"),
            yours(
                "predictions that the scoring program did not expect, so that it wrote half a file", "OUT003", "OUT006"
            ),
        ),
        again=no("tell the organiser if kit evaluate finds nothing in the submission"),
        run=(EVALUATE,),
        source="codabench.md 1.9, 11; 1.10; 4, row 10",
    ),
    PlatformText(
        code="SRV012",
        title="the scoring program left no scores",
        place=Place.STATUS,
        shown=("Could not find scores file, did the scoring program output it?",),
        follows=True,
        causes=(
            yours(
                "no or unreadable predictions, and a scoring program that ends without a word then", "RUN003", "RUN009"
            ),
            organisers("the scoring program writes its scores elsewhere, or under another name", "SCO001"),
            organisers("the scoring program has no metadata file, so nothing was run"),
        ),
        again=no("read prediction_ingestion_stderr, then scoring_stdout and scoring_stderr"),
        run=(EVALUATE,),
        source="codabench.md 1.9, 12; 4, row 9",
    ),
    PlatformText(
        code="SRV013",
        title="a file named metadata was written into the output",
        place=Place.STATUS,
        shown=(
            "Error, the output directory already contains a metadata file. This file is used to store exitCode and "
            "other data, do not write to this file manually.",
        ),
        causes=(
            yours("the submission, or a `metadata` file in its zip, put one into /app/output", "RUN010", "ARC008"),
            organisers("the ingestion or scoring program writes one"),
        ),
        again=no("write it under another name, metadata.json for instance"),
        run=(EVALUATE,),
        source="codabench.md 1.9, 13; 1.7; 4, row 38",
    ),
    PlatformText(
        code="SRV014",
        title="the worker could not write the run's metadata",
        place=Place.STATUS,
        shown=("Metadata file not found",),
        causes=(
            platforms("the worker's disk was full, or its folder of the run was gone"),
            yours("the submission removed or locked the output folder", "RUN007"),
        ),
        again=yes("once"),
        run=(EVALUATE,),
        source="codabench.md 1.9, 14",
    ),
    PlatformText(
        code="SRV015",
        title="the competition's image could not be pulled",
        place=Place.STATUS,
        shown=(
            "Pull for {image} failed! Check the logs for more information",
            "Pull for image: {image} returned a non-zero exit code! Check if the docker image exists on docker hub.",
            "Docker image pull failed: {why}",
        ),
        also=(
            "pull access denied for {image}",
            "manifest for {image} not found",
            "Error response from daemon: Get https://registry-1.docker.io",
            "toomanyrequests: You have reached your pull rate limit",
        ),
        causes=(
            organisers("the image's name is wrong, or the image is private or was removed"),
            platforms("Docker Hub did not answer, or the worker has pulled too often"),
            platforms("the worker's disk is full of images"),
        ),
        again=later("in an hour; if it fails for everybody, the organiser must mend the image's name"),
        run=(EVALUATE, "kit doctor"),
        source="codabench.md 1.9, 15; 4, rows 19 and 20",
    ),
    PlatformText(
        code="SRV016",
        title="the worker hung past the time limit",
        place=Place.STATUS,
        shown=("Soft time limit exceeded!", "Execution time limit exceeded."),
        also=("SoftTimeLimitExceeded",),
        causes=(
            yours("the submission never ended, and this worker does not keep its own limit", "RUN004", "RUN012"),
            platforms("the worker itself hung: while it pulled the image, or while it fetched a large file"),
        ),
        again=yes("once, if kit evaluate ends well within the limit"),
        run=(EVALUATE,),
        source="codabench.md 1.9, 16; 1.6; 4, row 16",
    ),
    PlatformText(
        code="SRV017",
        title="the worker's own zip was damaged on the way",
        place=Place.STATUS,
        shown=("ZIP file is corrupted or incomplete.",),
        causes=(
            platforms("an output was packed or uploaded while the disk was full or the network broke"),
            yours("the output holds very many or very large files", "RUN014", "ARC009"),
        ),
        again=yes("once"),
        run=(EVALUATE,),
        source="codabench.md 1.9, the exceptions after 16",
    ),
    PlatformText(
        code="SRV018",
        title="the worker mixed up what it had to send",
        place=Place.STATUS,
        shown=("Cannot put both a file and raw_data",),
        causes=(platforms("a defect of the worker's version"),),
        again=later("when the queue's worker has been updated; tell the organiser which queue it was"),
        run=(EVALUATE,),
        source="codabench.md 1.9, the exceptions after 16",
    ),
    PlatformText(
        code="SRV019",
        title="the worker itself crashed, and shows its own traceback",
        place=Place.STATUS,
        only_in="worker",
        general=True,
        causes=(
            yours("a zip that its Python cannot unpack: encrypted, or an exotic compression", "ARC004"),
            yours("a score that is not finite, which it cannot send", "SCO003", "OUT006"),
            platforms("anything else in it: disk, network, its engine of containers"),
        ),
        again=yes("once, if kit check and kit evaluate pass"),
        run=(CHECK, EVALUATE),
        source="codabench.md 1.9, what PR #2223 changed; 1.11",
    ),
    PlatformText(
        code="SRV020",
        title="no message at all: only the name of the worker's machine",
        place=Place.STATUS,
        shown=("scoring_hostname-{host}", "ingestion_hostname-{host}"),
        follows=True,
        causes=(
            platforms("the status was set without a text, so that the last machine's name stayed: the logs tell more"),
            yours(
                "the run failed as in SRV010: see prediction_ingestion_stderr, then scoring_stderr", "RUN001", "RUN003"
            ),
            platforms("the worker died in the middle, by a full disk or for memory"),
        ),
        again=no("beside the status Finished it is no failure; beside Failed read the logs first"),
        run=(EVALUATE,),
        source="codabench.md 1.8; 4, rows 20 and 27",
    ),
)
