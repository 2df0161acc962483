"""A zip on its way in a test: who sends it, and what must be there in the end."""

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path

import httpx

from tests.tools.codabench.platform import Dataset, Platform, RequestRecord
from tools.codabench import journal
from tools.codabench.client import Client
from tools.codabench.host import Host
from tools.codabench.journal import Parcel, Stage, Upload
from tools.codabench.sending.upload import Sender, clean, unfinished
from tools.codabench.token import Token
from tools.codabench.transport.patience import Patience
from tools.codabench.transport.storage import Storage
from tools.codabench.transport.wire import Wire

SENT_WITH = {"host", "accept", "accept-encoding", "connection", "user-agent", "content-type", "content-length"}


def parcel_of(platform: Platform, path: Path, *, size_bytes: int = 0, phase: int = 0) -> Parcel:
    """A zip that is written for it, to a phase of the default competition; stored bytes of this size, if one is given.

    Without a size it is a small one.
    """
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("model.py", "class Model:\n    def predict(self, X):\n        return X\n" * 2000)
        if size_bytes:
            target.writestr("weights.bin", bytes(range(250)) * (size_bytes // 250))
    return Parcel(
        host=platform.url,
        competition=platform.competition.id,
        phase=platform.competition.phases[phase].id,
        zip_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        zip_path=path,
        size_bytes=path.stat().st_size,
    )


def sender_of(platform: Platform, patience: Patience | None = None) -> Sender:
    """Who sends as the platform's participant; in clear, for certificates take a while to read."""
    patience, http = patience or Patience(), httpx.Client(verify=False)
    client = Client(Wire(host=Host(platform.url), token=Token(platform.token), patience=patience, http=http))
    return Sender(client=client, storage=Storage(patience=patience, http=http), say=lambda _text: None)


def kept(platform: Platform) -> list[Dataset]:
    """The data sets of submissions that were not deleted."""
    return [one for one in platform.datasets if one.type == "submission" and not one.deleted]


def require_one(platform: Platform, parcel: Parcel, sent: Upload) -> None:
    """One submission, one data set of exactly the zip's bytes, and a journal that knows both."""
    clean(sender_of(platform).client, parcel, lambda _text: None)
    assert [one.id for one in platform.submissions] == [sent.submission]
    assert [(one.key, one.sha256, one.completed) for one in kept(platform)] == [
        (sent.data_key, parcel.zip_sha256, True)
    ]
    assert journal.uploads(submission=sent.submission)[0].stage is Stage.SUBMISSION
    assert unfinished(parcel) is None
    require_signed_headers(platform.asked("put"))


def require_signed_headers(puts: Iterable[RequestRecord]) -> None:
    """The storage host got what its addresses are signed for, a length, and nothing that it does not need."""
    for put in puts:
        headers = put.header_map
        assert set(headers) <= SENT_WITH
        assert headers["content-type"] == "application/zip"
        assert headers["content-length"].isdecimal()
