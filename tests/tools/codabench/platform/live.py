"""The platform as tests use it: two servers on 127.0.0.1, a default competition, faults to order."""

from __future__ import annotations

import socket
import threading
from types import TracebackType

from .connection import Connection
from .faults import Fault, Planned, next_fault
from .founding import add_competition
from .listener import Listener
from .plans import by_content
from .records import Competition, RequestRecord, Submission
from .signing import signed
from .site import Site
from .state import State
from .storage import Storage
from .worker import finish


class Platform(State):
    """The site at `url`, the storage host at `storage_url`, and all that they hold.

    One user "participant" (password "participant-pass") is a participant of the default competition unless
    `registered` is false; "participant2" takes part in nothing; "organizer" made it.
    """

    def __init__(self, seed: int = 0, *, port: int = 0, registered: bool = True) -> None:
        super().__init__(seed)
        site, storage = Site(self), Storage(self)
        self._site = Listener(lambda sock, listener: self._serve(sock, listener, site), port)
        self._storage = Listener(lambda sock, listener: self._serve(sock, listener, storage))
        self.requests: list[RequestRecord] = []
        self.planned: list[Planned] = []
        self.worker = by_content()
        self._log_lock = threading.Lock()
        for name in ("organizer", "participant", "participant2"):
            self.add_user(name)
        self.competition = self.add_competition(registered=registered)

    def __enter__(self) -> Platform:
        self._site.open()
        self._storage.open()
        self.storage_url = self._storage.url
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self.close()
        if kind is None and self.errors:
            raise AssertionError("the test platform itself failed") from self.errors[0]

    def close(self) -> None:
        self._site.close()
        self._storage.close()

    @property
    def url(self) -> str:
        return self._site.url

    @property
    def token(self) -> str:
        return self.user("participant").token

    def add_competition(self, **options: object) -> Competition:
        """Another competition; `founding.add_competition` tells the options."""
        return add_competition(self, **options)  # type: ignore[arg-type]

    def fail(self, stage: str, fault: Fault, times: int | None = 1, after: int = 0) -> Planned:
        """Let the fault hit the next `times` requests of a stage ("*": of any), after `after` that pass."""
        planned = Planned(stage, fault, times, after)
        with self._log_lock:
            self.planned.append(planned)
        return planned

    def heal(self) -> None:
        """Forget the faults that are still to come."""
        with self._log_lock:
            self.planned.clear()

    def restart(self, seconds: float = 0.0, server: str = "both") -> None:
        """Let "site", "storage" or "both" go down and come back at their ports."""
        for name, listener in (("site", self._site), ("storage", self._storage)):
            if server in {name, "both"}:
                listener.restart(seconds)

    def finish(self, submission: Submission) -> None:
        """Bring a submission to its plan's end at once."""
        with self.lock:
            finish(self, submission)

    def asked(self, stage: str) -> list[RequestRecord]:
        """The log's requests of one stage."""
        return [record for record in self.requests if record.stage == stage]

    def sign(self, path: str, method: str = "GET") -> str:
        """A signed address of a stored object."""
        return signed(self, path, method)

    def log(self, record: RequestRecord) -> Fault | None:
        """Note a request, and say which fault meets it."""
        with self._log_lock:
            self.requests.append(record)
            return next_fault(self.planned, record.stage)

    def _serve(self, connection: socket.socket, listener: Listener, app: Site | Storage) -> None:
        Connection(connection, listener, self, app)
