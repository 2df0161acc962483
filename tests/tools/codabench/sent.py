"""A submission that was sent to a platform on this machine, with or without a word of it in the journal."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from tests.tools.codabench.platform import Competition, Plan, Platform, Submission
from tools import history
from tools.codabench import journal
from tools.codabench.client import Client
from tools.codabench.host import Host
from tools.codabench.journal import Parcel, Stage
from tools.codabench.token import Token
from tools.codabench.transport.patience import Patience
from tools.codabench.transport.storage import Storage
from tools.codabench.transport.wire import Wire


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


ZIP = zipped({"model.py": "class Model:\n    def predict(self, X):\n        return X\n"})
HTTP = httpx.Client(verify=False)
"""One for all, for a client with certificates takes a while to make."""
SHA = hashlib.sha256(ZIP).hexdigest()


def client_of(platform: Platform) -> Client:
    """The platform's interface, as its participant."""
    return Client(Wire(host=Host(platform.url), token=Token(platform.token), http=HTTP))


def storage_of() -> Storage:
    """The storage host."""
    return Storage(patience=Patience(attempts=3), http=HTTP)


def submit(
    platform: Platform, plan: Plan | Callable[[Submission], Plan], *, competition: Competition | None = None
) -> int:
    """Send a zip that will go by a plan; gives the submission's number."""
    chosen = competition or platform.competition
    platform.worker = plan
    client = client_of(platform)
    place = client.new_data_set("x.zip", len(ZIP), chosen.id)
    HTTP.put(place.sassy_url, content=ZIP, headers={"Content-Type": "application/zip"}).raise_for_status()
    client.complete(place.key)
    return client.new_submission(place.key, chosen.phases[0].id).id


def note_upload(platform: Platform, number: int, *, competition: Competition | None = None) -> None:
    """Write into the journal that a submission was sent from here."""
    chosen = competition or platform.competition
    parcel = Parcel(
        host=platform.url,
        competition=chosen.id,
        phase=chosen.phases[0].id,
        zip_sha256=SHA,
        zip_path=Path("x.zip"),
        size_bytes=len(ZIP),
    )
    upload = journal.begin_upload(parcel, "x.zip")
    journal.end(upload, Stage.SUBMISSION, submission=number)


def note_evaluation(scores: Mapping[str, Any], verdict: str = "pass", **more: Any) -> None:
    """Write into the history that the zip was evaluated here."""
    document = {"zip_sha256": SHA, "verdict": verdict, "scores": dict(scores)} | more
    history.record_evaluation(json.loads(json.dumps(document)), zip_path=Path("x.zip"), competition="wheat")


def of(platform: Platform, number: int) -> Submission:
    """The platform's own record of a submission."""
    return next(one for one in platform.submissions if one.id == number)
