"""The zips that the worker leaves: prediction_result.zip and scoring_result.zip."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .records import Dataset
    from .worker import Result


def prediction_zip(result: Result, copied: Dataset | None) -> bytes:
    """The prediction job's output; the submission's own files come first where this worker copies them."""
    files: dict[str, str | bytes] = {}
    if copied is not None and copied.is_zip and copied.body is not None:
        with zipfile.ZipFile(BytesIO(copied.body)) as archive:
            names = [item.filename for item in archive.infolist() if not item.is_dir()]
            if not {"metadata", "metadata.yaml"} & set(names):
                files |= {name: archive.read(name) for name in names}
    return _zip({**files, "metadata": _metadata(result), **result.files})


def scoring_zip(result: Result, scores: Mapping[str, float | str]) -> bytes:
    """The scoring job's output; scores.json is there when there are scores."""
    written = {"scores.json": json.dumps(dict(scores))} if scores else {}
    return _zip({"metadata": _metadata(result), **written, **result.files})


def _metadata(result: Result) -> str:
    """The YAML that the worker adds; a program that did not run has null."""
    program = (result.exit_code, result.elapsed_s if result.exit_code is not None else None)
    ingestion = (result.ingestion_exit_code, result.elapsed_s if result.ingestion_exit_code is not None else None)
    elapsed = program[1] if program[1] is not None else ingestion[1]
    values = {"elapsedTime": elapsed, "exitCode": program[0]}
    values |= {"ingestionElapsedTime": ingestion[1], "ingestionExitCode": ingestion[0]}
    return "".join(f"{key}: {'null' if value is None else value}\n" for key, value in values.items())


def _zip(files: Mapping[str, str | bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
