"""What uv says when it fails, as one sentence and what to do."""

from pathlib import Path

import pytest

from tools.environments.errors import NotBuiltError
from tools.environments.uv_program import complaint, run_uv, uv_variables

FETCH = "error: Failed to fetch: https://index.invalid/simple/six/\n  cause: error sending request for url (...)\n"
COPY = "error: Failed to install: pytz-2025.2.whl (pytz==2025.2)\n  cause: failed to copy file: No space left on device"
HASH = "error: Failed to download `six==1.17.0`\n  cause: Hash mismatch for `six==1.17.0`\n\n  Expected:\n  sha256:00"
BUILD = (
    "   Building imutils==0.5.4\nerror: Failed to build `imutils==0.5.4`\n  cause: The build backend returned an error"
)
NONE = "Using Python 3.12.1\nerror: No solution found when resolving dependencies\n  cause: Because there is no version"


@pytest.mark.parametrize(
    ("output", "what", "fix"),
    [
        (f"{FETCH}  cause: dns error", "the package index cannot be reached", "network or proxy"),
        ("hint: Packages were unavailable because the network was disabled.", "cannot be reached", "network"),
        (f"{BUILD}\n  cause: {FETCH}", "the package index cannot be reached", "network or proxy"),
        (COPY, "the disk is full", "KIT_CACHE_DIR and UV_CACHE_DIR"),
        ("error: x\n  cause: Disk quota exceeded (os error 122)", "the disk is full", "free some space"),
        (HASH, "another file for six==1.17.0 than the lock names", "another index"),
        (BUILD, "imutils==0.5.4 has no wheel for this Python and system, and does not build here", "another Python"),
        (NONE, "the requirements cannot be met: Because there is no version", "pin versions that go together"),
        ("error: broken", "uv failed: broken", "uv's output"),
        ("thread 'main' panicked\n", "uv failed: thread 'main' panicked", "uv's output"),
        ("", "uv failed: it said nothing", "uv's output"),
    ],
)
def test_a_failure_is_one_sentence_and_a_fix(output: str, what: str, fix: str) -> None:
    told = complaint(output)
    assert what in told[0]
    assert fix in told[1]
    assert "\n" not in "".join(told)


def test_a_failure_names_the_log_that_holds_its_output_alone(tmp_path: Path) -> None:
    log = tmp_path / "uv.log"
    log.write_text("$ uv\ndns error, of an earlier run\n")
    with pytest.raises(NotBuiltError, match=r"uv failed: .*no-such-command") as error:
        run_uv(["no-such-command"], log=log, folder=tmp_path)
    assert str(log) in error.value.fix
    assert log.read_text().startswith("$ uv\ndns error, of an earlier run\n$ ")


def test_variables_that_change_what_is_built_are_kept_from_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_CONSTRAINT", "other.txt")
    monkeypatch.setenv("VIRTUAL_ENV", "/somewhere")
    monkeypatch.setenv("UV_INDEX_URL", "https://mirror.invalid/simple")
    kept = uv_variables()
    assert "UV_CONSTRAINT" not in kept
    assert "VIRTUAL_ENV" not in kept
    assert kept["UV_INDEX_URL"] == "https://mirror.invalid/simple"
