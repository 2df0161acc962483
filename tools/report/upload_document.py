"""An upload as a JSON document: what was found before it, and what became of it."""

from typing import TYPE_CHECKING, Any

from tools.archive import Archive
from tools.checks import Result
from tools.report.document import SCHEMA, finding_document

if TYPE_CHECKING:
    from tools.codabench.journal import Upload
    from tools.codabench.sending.preflight import Asked


def upload_document(
    archive: Archive, asked: "Asked", result: Result, *, exit_code: int, sent: "Upload | None" = None
) -> dict[str, Any]:
    """The document of `kit upload`. `local_verdict` is that of `kit evaluate` for this zip, "unknown" without one.

    `phase` and `phase_name` are None where it did not come to ask for them; `sent` says whether this very run has
    created the submission, or found that it had been created.
    """
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "kind": "upload",
        "path": str(archive.path),
        "zip_sha256": archive.sha256,
        "size_bytes": archive.size_bytes,
        "local_verdict": asked.verdict or "unknown",
        "exit_code": exit_code,
        "host": asked.host,
        "competition": asked.wanted.competition,
        "phase": asked.phase.id if asked.phase else None,
        "phase_name": asked.phase.name if asked.phase else None,
        "findings": [finding_document(archive, finding) for finding in result.findings],
        "checks": {"passed": list(result.passed), "not_reached": list(result.not_reached)},
        "sent": sent is not None,
    }
    if sent is not None:
        document["submission"] = {"id": sent.submission, "file_name": sent.file_name, "data_key": sent.data_key}
    return document
