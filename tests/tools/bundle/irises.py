"""A competition.yaml that Codabench would take as it is, and zips of folders."""

import zipfile
from pathlib import Path

GOOD = """\
version: 2
title: Irises
image: logo.png
terms: terms.md
pages:
- title: Overview
  file: overview.md
tasks:
- index: 0
  name: Development
  ingestion_program: ingestion
  scoring_program: scoring
  input_data: data/input
  reference_data: reference.zip
- index: 1
  name: Final
  ingestion_program: ingestion
  scoring_program: scoring
  input_data: data/input
  reference_data: reference.zip
  ingestion_only_during_scoring: true
phases:
- index: 0
  name: Development
  start: 2026-01-01
  end: 1-30-2026
  tasks: [0]
- index: 1
  name: Final
  start: 2-1-2026
  execution_time_limit: 7200
  max_submissions: 0
  tasks: [0, 1]
solutions:
- index: 0
  tasks: [0, 1]
  path: solution
leaderboards:
- title: Results
  key: results
  submission_rule: Force_Best
  columns:
  - title: Mean
    key: mean
    index: 2
    computation: avg
    computation_indexes: [0, 1]
  - {title: Accuracy, key: accuracy, index: 0, precision: 4}
  - {title: Seconds, key: seconds, index: 1, sorting: asc}
"""


def zip_of(folder: Path, target: Path, below: str = "") -> Path:
    """A zip of a folder's contents, or of the folder itself where `below` is its name."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        for path in sorted(folder.rglob("*")):
            opened.write(path, f"{below}{path.relative_to(folder).as_posix()}")
    return target
