"""What `--list` tells of a bundle, as a document and as text."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from tools.bundle import open_bundle
from tools.report.bundle import bundle_document, print_bundle

KEY = "12345678-1234-5678-1234-567812345678"
FACTS = """\
fact_sheet:
  method: {key: method, type: text, title: Method used, selection: "", is_required: "true", is_on_leaderboard: "false"}
"""


def printed(root: Path | None, scratch: Path, width: int = 80) -> list[str]:
    stream = io.StringIO()
    print_bundle(Console(file=stream, width=width), open_bundle(root, scratch))
    return stream.getvalue().splitlines()


def words(lines: list[str]) -> str:
    """The text without its breaks and columns."""
    return " ".join(" ".join(lines).split())


def test_the_document_is_json_and_tells_all(spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil(("tasks:\n", FACTS + "tasks:\n")), tmp_path)
    told = json.loads(json.dumps(bundle_document(bundle)))
    assert told["schema"] == 1
    assert told["bundle"]["title"] == "Irises"
    assert told["bundle"]["docker_image"] == "codalab/codalab-legacy:py37"
    assert told["bundle"]["contract"] is None
    assert [(phase["number"], phase["limit_s"], phase["is_capped"]) for phase in told["phases"]] == [
        (0, 600, False),
        (1, 600, True),
    ]
    assert told["phases"][0]["start"] == "2026-01-01T00:00:00Z"
    assert told["tasks"][0]["scoring_program"] == {"path": "scoring", "where": "folder", "files": 2, "size_bytes": 41}
    assert told["tasks"][1]["ingestion_only_during_scoring"] is True
    assert told["solutions"][0]["holds"]["files"] == 1
    assert [column["key"] for column in told["leaderboard"]["columns"]] == ["accuracy", "seconds", "mean"]
    assert told["leaderboard"]["submission_rule"] == "Force_Best"
    assert told["fact_sheet"]["method"]["title"] == "Method used"
    assert told["refusals"] == told["remarks"] == []


def test_the_text_tells_what_matters(spoil, tmp_path: Path) -> None:
    root = spoil(("tasks:\n", FACTS + "tasks:\n"), ("image: logo.png", "image: lego.png"),
                 ("start: 2026-01-01", "start: 2026-01-01 12:00:00"), ("sorting: asc", "hidden: true"))  # fmt: skip
    lines = printed(root, tmp_path)
    assert lines[0] == "Irises"
    assert "  when                 2026-01-01 to 2026-01-30, UTC" in lines
    for told in (
        "time 600 s for each job; 7200 s are written, the default queue caps them",
        "uploads 5 a day, any number in all",
        "task 1: Final ingestion program ingestion (folder, 2 files,",
        "reference data reference.zip (zip, 1 file, 1 byte)",
        "ingestion runs during scoring only",
        "solution 0 solution (folder, 1 file, 16 bytes) for task 0, 1",
        "leaderboard: Results (Force_Best) accuracy Accuracy, desc, 4 decimals",
        "seconds Seconds, desc, 2 decimals, hidden",
        "mean Mean, desc, 2 decimals, avg of columns 0, 1",
        "method Method used, text, required",
        "would refuse this bundle competition.yaml:3: image: Unable to find image: lego.png",
        "remarks competition.yaml:27: phases[0].start is read as midnight of 2026-01-01",
    ):
        assert told in words(lines)


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(width: int, spoil, tmp_path: Path) -> None:
    root = spoil(("name: Final\n  start", f"name: {'Final ' * 40}\n  start"), ("image: logo.png", "image: lego.png"))
    lines = printed(root, tmp_path, width)
    assert max(len(line) for line in lines if len(line.split()) > 1) <= width
    assert len([line for line in lines if "Final Final" in line]) > 1


def test_the_kits_own_bundle_has_a_contract(tmp_path: Path) -> None:
    line = "  contract             Model().predict(X), class ids of 8 classes, an2dl-2024"
    assert line in printed(None, tmp_path)


def test_what_exists_on_the_platform_only_or_not_at_all_is_told(spoil, tmp_path: Path) -> None:
    root = spoil(
        ("input_data: data/input", f"input_data: {KEY}"),
        ("scoring_program: scoring", "scoring_program: gone"),
        ("index: 1\n  name: Final\n  ingestion", f"index: 1\n  key: {KEY}\n  ingestion"),
        ("path: solution", f"key: {KEY}"),
    )
    told = words(printed(root, tmp_path))
    assert f"input data {KEY} (on the platform only)" in told
    assert "scoring program gone (not there)" in told
    assert f"task 1: (no name) key {KEY}, on the platform only" in told
    assert f"solution 0 {KEY}, on the platform only for task 0, 1" in told


def test_markup_and_control_characters_in_names_are_text(spoil, tmp_path: Path) -> None:
    lines = printed(spoil(("title: Irises", r'title: "[bold]Irises[/bold] \e[31m\u202e"')), tmp_path)
    assert lines[0] == r"[bold]Irises[/bold] \x1b[31m\u202e"
