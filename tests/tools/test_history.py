"""Verdicts are kept by the zip's sha256."""

from pathlib import Path

from tools.history import last_verdict, record_evaluation


def record(sha: str, verdict: str) -> None:
    record_evaluation({"zip_sha256": sha, "verdict": verdict}, zip_path=Path("x.zip"), competition="c")


def test_the_latest_verdict_of_exactly_that_zip_counts() -> None:
    assert last_verdict("a") is None
    record("a", "fail")
    record("b", "pass")
    assert last_verdict("a") == "fail"
    record("a", "pass")
    assert last_verdict("a") == "pass"
