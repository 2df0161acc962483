"""1.11: detailed results, and what unzipping does to a submission."""

import zipfile
from collections.abc import Iterable

from tests.tools.worker.rules.programs import LOOK_AROUND, SCORING, command, running
from tests.tools.worker.rules.rule import Rule
from tests.tools.worker.rules.scene import Files, Scene, Task, zip_of
from tests.tools.worker.rules.scenes import SUBMISSION
from tests.tools.worker.rules.texts import BAD_SCORES

TELL = """
import look_around, stat
root = pathlib.Path(sys.argv[1])
told = look_around.place(str(root))
told["modes"] = {str(path.relative_to(root)): stat.filemode(path.lstat().st_mode) for path in root.rglob("*")}
told["owned"] = all((path.lstat().st_uid, path.lstat().st_gid) == (os.getuid(), os.getgid()) for path in root.rglob("*"))
print(json.dumps(told))
"""
TELLING = {**running(TELL, "$submission_program $output"), "look_around.py": LOOK_AROUND}


def member(name: str, mode: int = 0o100644, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """An entry with a mode, as a zip made under Unix has it."""
    info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    info.create_system, info.external_attr, info.compress_type = 3, mode << 16, method
    return info


def submitted(members: Files | Iterable[tuple[str | zipfile.ZipInfo, str | bytes]], *, alike: bool = False) -> Scene:
    """A submission of some members, an ingestion program that tells what it finds of it."""
    return Scene(submission=zip_of(members), alike=alike, tasks={"task": Task(ingestion=TELLING, scoring=SCORING)})


def damaged(submission: bytes) -> Scene:
    """A submission of some bytes, which the worker cannot unpack."""
    return Scene(submission=submission, alike=True, tasks={"task": Task(ingestion=TELLING, scoring=SCORING)})


def with_flag(data: bytes, offset_local: int, offset_central: int, value: int) -> bytes:
    """A zip of one member with a byte changed in both of its headers."""
    changed = bytearray(data)
    changed[data.index(b"PK\x03\x04") + offset_local] = value
    changed[data.index(b"PK\x01\x02") + offset_central] = value
    return bytes(changed)


ONE = zip_of({"model.py": "class Model: ...\n"})
STORED = zip_of([(member("model.py", method=zipfile.ZIP_STORED), "class Model: ...\n")])
ODD_NAMES = submitted(
    [
        (member("model.py"), "first"),
        (member("run.sh", 0o100755), "#!/bin/sh\n"),
        (member("link", 0o120777), "model.py"),
        (member("folder/", 0o040700), ""),
        (member("folder/private", 0o100600), "x"),
        (member("../above"), "x"),
        (member("a/../b"), "x"),
        (member("/absolute/name"), "x"),
        (member("win\\p.txt"), "x"),
        (member("__MACOSX/._model.py"), "x"),
        (member(".DS_Store"), "x"),
        (member("model.py"), "second"),
    ]
)
TOP_FOLDER = submitted({"mine/model.py": "class Model: ...\n"}, alike=True)
SCRIPT = Scene(
    submission=zip_of(
        [(member("metadata"), "command: ./run.sh"), (member("run.sh", 0o100755), "#!/bin/sh\necho up\n")]
    ),
    tasks={"script": Task(scoring=SCORING)},
)
NOT_A_ZIP = damaged(b"this is text\n")
NO_BYTES = damaged(b"")
TRUNCATED = damaged(ONE[: len(ONE) // 2])
BAD_SUM = damaged(STORED.replace(b"class Model: ...\n", b"class Model: ..!\n"))
ENCRYPTED = damaged(with_flag(ONE, 6, 8, 1))
UNKNOWN_METHOD = damaged(with_flag(ONE, 8, 10, 9))
PAGES = {**command("cp -r results/. $output"), "results/a.html": "a", "results/b.html": "b"}
NAMED = SCORING | PAGES | {"results/detailed_results.html": "detailed", "results/scores.json": "{}"}
DETAILED = Scene(
    alike=True,
    submission=SUBMISSION,
    tasks={
        "named": Task(scoring=NAMED),
        "first": Task(scoring=SCORING | PAGES | {"results/scores.json": "{}"}),
        "none": Task(scoring=SCORING),
        "not run": Task(scoring={"scores.json": '{"accuracy": 1}'}),
    },
    keys={"enable_detailed_results": True},
)
BAD = ("Failed", "Bad or empty zip file")
AT_ONCE = "yes, at once"

RULES = (
    Rule(
        code="zip-top-folder",
        source="1.11",
        rule="Nothing is stripped: a zip of a folder gives /app/ingested_program/FOLDER/model.py.",
        scene=TOP_FOLDER,
        look=lambda seen: seen.ingestion["files"],
        expect=["mine/", "mine/model.py"],
    ),
    Rule(
        code="zip-junk",
        source="1.11",
        rule="`__MACOSX` and `.DS_Store` are files like any others, and come to the scoring program too.",
        scene=ODD_NAMES,
        look=lambda seen: [
            {".DS_Store", "__MACOSX/._model.py"} <= set(names)
            for names in (seen.ingestion["files"], seen.zipped("prediction_result"))
        ],
        expect=[True, True],
    ),
    Rule(
        code="zip-names",
        source="1.11",
        rule="`../` and a leading slash are taken out of names, and a backslash stays in one.",
        scene=ODD_NAMES,
        look=lambda seen: [
            name for name in seen.ingestion["files"] if name in ("above", "a/b", "b", "absolute/name", "win\\p.txt")
        ],
        expect=["a/b", "above", "absolute/name", "win\\p.txt"],
    ),
    Rule(
        code="zip-twice",
        source="1.11",
        rule="Of two members with one name the last counts.",
        scene=ODD_NAMES,
        look=lambda seen: seen.ingestion["texts"]["model.py"],
        expect="second",
    ),
    Rule(
        code="zip-modes",
        source="1.11",
        rule="Modes are lost: files are 0644 and folders 0755, whatever the zip says.",
        scene=ODD_NAMES,
        look=lambda seen: {name: seen.ingestion["modes"][name] for name in ("run.sh", "folder", "folder/private")},
        expect={"run.sh": "-rw-r--r--", "folder": "drwxr-xr-x", "folder/private": "-rw-r--r--"},
    ),
    Rule(
        code="zip-links",
        source="1.11",
        rule="A symbolic link becomes a text file that holds the target's path.",
        scene=ODD_NAMES,
        look=lambda seen: (seen.ingestion["modes"]["link"], seen.ingestion["texts"]["link"]),
        expect=("-rw-r--r--", "model.py"),
    ),
    Rule(
        code="zip-owner",
        source="6",
        rule="The files belong to the user and the group that the program is run as.",
        scene=ODD_NAMES,
        look=lambda seen: seen.ingestion["owned"],
        expect=True,
    ),
    Rule(
        code="zip-script",
        source="1.11",
        rule="`command: ./run.sh` ends with 'Permission denied', since its exec bit is lost.",
        scene=SCRIPT,
        look=lambda seen: (
            seen.codes["submission"] in (126, 127),
            "ermission denied" in seen.run.logs["prediction_stderr"],
            seen.run.logs["prediction_stdout"],
        ),
        expect=(True, True, ""),
    ),
    Rule(
        code="zip-text",
        source="1.11",
        rule="What is no zip is tried ten times, 20 seconds apart: Failed, 'Bad or empty zip file'.",
        kit=AT_ONCE,
        scene=NOT_A_ZIP,
        look=lambda seen: seen.final,
        expect=BAD,
    ),
    Rule(
        code="zip-no-bytes",
        source="1.11",
        rule="A file of no bytes fails in the same way.",
        kit=AT_ONCE,
        scene=NO_BYTES,
        look=lambda seen: seen.final,
        expect=BAD,
    ),
    Rule(
        code="zip-truncated",
        source="1.11",
        rule="A zip whose upload broke off fails in the same way.",
        kit=AT_ONCE,
        scene=TRUNCATED,
        look=lambda seen: seen.final,
        expect=BAD,
    ),
    Rule(
        code="zip-bad-sum",
        source="1.11",
        rule="A zip with a member whose checksum is wrong fails in the same way.",
        kit=AT_ONCE,
        scene=BAD_SUM,
        look=lambda seen: seen.final,
        expect=BAD,
    ),
    Rule(
        code="zip-encrypted",
        source="1.11",
        rule="An encrypted zip raises what the worker of 2026-03 does not catch: it is stuck in Preparing.",
        scene=ENCRYPTED,
        look=lambda seen: (seen.run.status, (seen.run.unsent or "").split(":")[0]),
        expect=("Preparing", "RuntimeError"),
    ),
    Rule(
        code="zip-unknown-method",
        source="1.11",
        rule="A compression that Python does not know (deflate64) leaves it stuck in the same way.",
        scene=UNKNOWN_METHOD,
        look=lambda seen: (seen.run.status, (seen.run.unsent or "").split(":")[0]),
        expect=("Preparing", "NotImplementedError"),
    ),
    Rule(
        code="detailed-named",
        source="1.11",
        rule="With enable_detailed_results the page is detailed_results.html.",
        scene=DETAILED,
        task="named",
        look=lambda seen: seen.kept_text("detailed_results.html"),
        expect="detailed",
    ),
    Rule(
        code="detailed-first",
        source="1.11",
        rule="Without a file of that name it is the first `*.html`, in the order of the folder.",
        kit="yes, in the order of the names",
        scene=DETAILED,
        task="first",
        look=lambda seen: seen.kept_text("detailed_results.html"),
        expect="a",
    ),
    Rule(
        code="detailed-none",
        source="1.11",
        rule="A scoring program that writes no page goes well all the same.",
        scene=DETAILED,
        task="none",
        look=lambda seen: (seen.run.status, seen.run.detailed_results),
        expect=("Finished", None),
    ),
    Rule(
        code="detailed-off",
        source="1.11",
        rule="Without enable_detailed_results, which is the default, there is no page.",
        scene=BAD_SCORES,
        task="page",
        look=lambda seen: (seen.run.status, seen.run.detailed_results, [name for name in seen.kept if "html" in name]),
        expect=("Finished", None, []),
    ),
    Rule(
        code="detailed-hangs",
        source="1.11",
        rule="The worker of 2026-03 watches for the page of a scoring program without a command until the time is over.",
        kit="Failed with that text, at once",
        scene=DETAILED,
        task="not run",
        look=lambda seen: seen.final,
        expect=("Failed", "Execution Time Limit exceeded. Limit was 600 seconds"),
    ),
)
