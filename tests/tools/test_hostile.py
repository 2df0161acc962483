"""What a hostile program, zip or bundle can do to the kit itself, from where the kit reads what they left."""

import errno
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.tools.sandbox.desk import living, wait_until
from tools.archive import Archive, open_archive
from tools.checks import Level
from tools.cli import main
from tools.engines import Wish
from tools.errors import SandboxError
from tools.evaluate import Settings, evaluate
from tools.files import replacing
from tools.sandbox.program import Limits
from tools.sandbox.trial import _last_object

SCORES = 'echo \'{"s": 1}\' > "$3/scores.json"'
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="the programs are shell scripts"),
]


@pytest.fixture
def play(tmp_path: Path):
    """Evaluate a shell script as the ingestion program, with another as scoring, in plain processes."""

    def evaluated(ingestion: str, scoring: str = SCORES, *, keys: dict[str, object] | None = None, **settings):
        root = tmp_path / "bundle"
        task = {"index": 0, "name": "t", "ingestion_program": "i", "scoring_program": "s"}
        column = {"title": "A\x1b[31mb", "key": "s", "index": 0}
        competition = {
            "version": 2,
            "title": "t",
            "tasks": [task],
            "phases": [{"index": 0, "name": "p", "start": "2026-01-01", "tasks": [0]}],
            "leaderboards": [{"title": "l", "key": "l", "columns": [column]}],
        }
        for name, script in (("i", ingestion), ("s", scoring)):
            (root / name).mkdir(parents=True, exist_ok=True)
            (root / name / "main.sh").write_text(script)
            (root / name / "metadata.yaml").write_text("command: sh main.sh $input $submission_program $output\n")
        (root / "competition.yaml").write_text(yaml.safe_dump(competition | (keys or {})))
        with zipfile.ZipFile(tmp_path / "z.zip", "w") as target:
            target.writestr("model.py", "")
        chosen = {"wish": Wish(engine="process")} | settings
        return evaluate(open_archive(tmp_path / "z.zip"), Settings(bundle=root, **chosen))

    return evaluated


def test_a_page_that_is_a_link_to_the_users_file_is_not_kept(play, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    script = f'ln -s {secret} "$3/detailed_results.html"; sleep 30'
    keep = tmp_path / "kept"
    limits = Limits(wall_s=1)
    found = play("true", script, keys={"enable_detailed_results": True}, keep=keep, limits=limits)
    assert found.first.run.status == "Failed"
    assert "secret" not in "".join(path.read_text() for path in keep.rglob("*.html"))


@pytest.mark.parametrize("text", ["s: &a [*a]", "a: &a {s: *a}"])
def test_scores_that_contain_themselves_end_as_those_that_cannot_be_sent(text, play) -> None:
    found = play("true", f"echo '{text}' > \"$3/scores.txt\"")
    assert found.first.run.status == "Finished"
    assert "Circular reference" in found.first.run.unsent


def test_scores_that_grow_without_end_are_not_unfolded(play) -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    script = "cat > \"$3/scores.txt\" <<'END'\n" + "\n".join(lines) + "\nEND\n"
    assert "more than 1000000 values" in play("true", script).first.run.unsent


def test_a_folder_put_in_the_place_of_the_output_is_refused_and_left_alone(play, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "secret").write_text("x")
    (victim / "secret").chmod(0o600)
    (victim / "link").symlink_to("/tmp")
    with pytest.raises(SandboxError, match="in the place of its folder output"):
        play(f'rm -rf "$3"; ln -s {victim} "$3"')
    assert stat.S_IMODE((victim / "secret").stat().st_mode) == 0o600
    assert sorted(path.name for path in victim.iterdir()) == ["link", "secret"]
    assert (victim / "link").is_symlink()


def test_links_in_a_circle_and_many_to_one_file_take_no_room(play, tmp_path: Path) -> None:
    script = 'cd "$3"; ln -s a b; ln -s b a; head -c 1000000 /dev/zero > big; for n in 1 2 3; do ln -s big l$n; done'
    measure = f'ls "$2" > {tmp_path}/names; du -s "$2" | cut -f1 > {tmp_path}/kilobytes; {SCORES}'
    command = "command: sh main.sh $input $predictions $output\n"
    play("true")
    (tmp_path / "bundle" / "s" / "metadata.yaml").write_text(command)
    found = play(script, measure.replace('"$2"', '"$(dirname "$3")/input/res"'))
    assert found.first.run.status == "Finished"
    assert (tmp_path / "names").read_text().split() == ["big", "l1", "l2", "l3", "metadata", "model.py"]
    assert int((tmp_path / "kilobytes").read_text()) < 1500


def test_a_closed_output_and_submission_give_a_verdict(play) -> None:
    assert play('chmod 000 "$2"; chmod 000 "$3"').first.run.status == "Finished"


@pytest.mark.parametrize(
    "metadata", ["command: x\ndate: 2024-13-45\n", 'command: "sh a\\0b"\n', 'command: "sh \\ud800"\n']
)
def test_metadata_that_cannot_be_used_ends_no_kit(metadata, play, tmp_path: Path) -> None:
    play("true")
    bundle = tmp_path / "bundle"
    (bundle / "i" / "metadata.yaml").write_text(metadata)
    seen = evaluate(open_archive(tmp_path / "z.zip"), Settings(bundle=bundle, wish=Wish(engine="process")))
    assert seen.first.run.status == "Finished"


def test_a_full_disk_is_not_the_platforms_verdict(play, monkeypatch) -> None:
    def full(_archive: Archive, _into: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Archive, "extract", full)
    with pytest.raises(OSError, match="No space left"):
        play("true")


def test_a_part_that_is_killed_for_memory_is_a_warning_where_the_whole_goes_on(play) -> None:
    hog = f"{sys.executable} -c \"x = bytearray(b'1') * 400000000\" ; {SCORES}"
    found = play("true", hog, limits=Limits(memory_mb=150))
    if found.choice.enforced.kept_by["memory"] == "watcher":
        pytest.skip("without control groups the watcher ends the whole program")
    assert found.first.run.status == "Finished"
    told = [(finding.code, finding.level) for finding in found.result.findings if finding.code != "ENV001"]
    assert told == [("RUN005", Level.WARNING)]


def test_an_engine_that_was_stopped_starts_nothing_more(scratch_engine) -> None:
    engine, program = scratch_engine
    engine.stop()
    found = []
    thread = threading.Thread(target=lambda: found.append(engine.run(program)))
    thread.start()
    thread.join(20)
    assert found[0].stopped == "interrupt"
    assert found[0].seconds < 1


@pytest.fixture
def scratch_engine():
    from tests.tools.sandbox.desk import Desk, make_engine
    from tools.sandbox.scratch import scratch_folder

    with scratch_folder() as scratch:
        yield make_engine("process", scratch), Desk(scratch).program(("sleep", "30"), wall_s=60)


def test_a_banner_before_the_trials_answer_is_passed_over() -> None:
    assert _last_object('Welcome\n{"network": false}\n') == {"network": False}
    with pytest.raises(SandboxError, match="not what it saw"):
        _last_object("Welcome\n")


def test_a_pipe_is_written_to_and_a_link_keeps_its_link(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    read: list[str] = []
    thread = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text()))
    thread.start()
    with replacing(tmp_path / "pipe") as beside:
        beside.write_text("text")
    thread.join(10)
    assert read == ["text"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    (tmp_path / "link").symlink_to("real")
    with replacing(tmp_path / "link") as beside:
        beside.write_text("text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "text"


def test_two_errors_at_once_are_both_told(tmp_path: Path, capsys) -> None:
    (tmp_path / "file").touch()
    assert main(["evaluate", str(tmp_path / "none.zip"), "--json", str(tmp_path / "file" / "x.json")]) == 2
    err = " ".join(capsys.readouterr().err.split())
    assert "there is no file or folder" in err
    assert "--json" in err


def test_an_endless_time_limit_is_refused(write_zip, capsys) -> None:
    path = write_zip({"model.py": "class Model: ..."})
    assert main(["evaluate", str(path), "--time-limit", "inf"]) == 2
    assert "--time-limit is inf" in " ".join(capsys.readouterr().err.split())


def test_a_name_that_is_no_utf8_is_remembered(write_zip, images_npz, tmp_path: Path) -> None:
    good = "import numpy as np\nclass Model:\n    def predict(self, X):\n        return np.zeros(len(X), int)\n"
    path = tmp_path / os.fsdecode(b"\xff.zip")
    write_zip({"model.py": good}).rename(path)
    words = ["evaluate", str(path), "--data", str(images_npz), "--engine", "process", "--no-probes"]
    assert main([*words, "--json", str(tmp_path / "o.json")]) == 0
    assert json.loads((tmp_path / "o.json").read_text())["verdict"] == "pass"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_command_that_is_killed_leaves_no_file(number, write_zip, tmp_path: Path) -> None:
    mark = f"46.{os.getpid()}{int(number)}"
    text = f"import subprocess\nsubprocess.run(['sleep', '{mark}'])\nclass Model: ...\n"
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    code = "import sys; from tools.cli import main; sys.exit(main(sys.argv[1:]))"
    words = [sys.executable, "-c", code, "evaluate", str(write_zip({"model.py": text})), "--engine", "process"]
    kit = subprocess.Popen(words, cwd=tmp_path, env=os.environ | {"TMPDIR": str(temporary)}, stdout=subprocess.DEVNULL)
    assert wait_until(lambda: bool(living(mark)), 60)
    kit.send_signal(number)
    kit.wait()
    assert wait_until(lambda: not living(mark))
    assert wait_until(lambda: list(temporary.iterdir()) == [])
