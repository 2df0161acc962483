"""All that the platform knows at one moment, with its clock and its source of chance. Guarded by one lock."""

from __future__ import annotations

import hashlib
import itertools
import random
import re
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from .records import Competition, Dataset, Phase, Settings, StoredObject, Submission, User
from .worker import Plan

STEM_CHARACTERS = 35


class State:
    """Users, competitions, data sets, submissions and stored objects."""

    def __init__(self, seed: int = 0) -> None:
        self.random = random.Random(seed)
        self.settings = Settings()
        self.users: list[User] = []
        self.competitions: list[Competition] = []
        self.datasets: list[Dataset] = []
        self.submissions: list[Submission] = []
        self.objects: dict[str, StoredObject] = {}
        self.no_plan = Plan("none", ())
        self.worker: Plan | Callable[[Submission], Plan] = self.no_plan
        self.storage_url = ""
        self.errors: list[Exception] = []  # of the platform itself
        self.lock = threading.RLock()
        self._counters: dict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the platform's clock: for the day of a limit, a phase's end, an address's last second."""
        self._ahead += timedelta(seconds=seconds)

    def next_id(self, kind: str) -> int:
        return next(self._counters[kind])

    def hex(self, digits: int) -> str:
        return f"{self.random.getrandbits(digits * 4):0{digits}x}"

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def plan_for(self, submission: Submission) -> Plan:
        return self.worker if isinstance(self.worker, Plan) else self.worker(submission)

    def user(self, name: str) -> User:
        return next(user for user in self.users if user.username == name)

    def phase(self, pk: int) -> tuple[Competition, Phase] | None:
        found = ((competition, phase) for competition in self.competitions for phase in competition.phases)
        return next((pair for pair in found if pair[1].id == pk), None)

    def dataset(self, key: str) -> Dataset | None:
        return next((dataset for dataset in self.datasets if dataset.key == key and not dataset.deleted), None)

    def store(
        self, folder: str, name: str, content: bytes = b"", *, content_type: str, bucket: str = "private"
    ) -> StoredObject:
        """Put an object below a folder, under the name that the site would give it."""
        return self.put_object(f"/{bucket}/{self.stored_name(folder, name)}", content, content_type)

    def stored_name(self, folder: str, name: str) -> str:
        """`<folder>/<day and second>/<12 hex>/<the stem's first 35 characters><extension>`."""
        now = self.now()
        clean = re.sub(r"[^-\w.]", "", PurePosixPath(name).name.strip().replace(" ", "_"))
        path = PurePosixPath(clean or "file")
        return (
            f"{folder}/{now:%Y-%m-%d}-{int(now.timestamp())}/{self.hex(12)}/{path.stem[:STEM_CHARACTERS]}{path.suffix}"
        )

    def put_object(self, path: str, content: bytes, content_type: str) -> StoredObject:
        md5, sha256 = hashlib.md5(content, usedforsecurity=False).hexdigest(), hashlib.sha256(content).hexdigest()
        stored = StoredObject(path, content, len(content), sha256, md5, content_type)
        self.objects[path] = stored
        return stored

    def add_user(self, name: str, password: str | None = None) -> User:
        """A user whose password is `<name>-pass` unless said."""
        email = f"{name}@example.com"
        user = User(self.next_id("user"), name, password or f"{name}-pass", email, self.hex(40))
        self.users.append(user)
        return user

    def add_dataset(self, owner: str, kind: str, file_name: str, content: bytes | None = None) -> Dataset:
        """With content: complete; without: a placeholder of no bytes that waits for its PUT."""
        stored = self.store("dataset", file_name, content or b"", content_type="application/zip")
        pk, key, name = self.next_id("dataset"), self.uuid(), f"{owner} - {kind}"
        dataset = Dataset(pk, key, kind, owner, stored, self.now(), name, file_name=file_name)
        dataset.stored_name = stored.path.removeprefix("/private/")
        if content is not None:
            dataset.completed = stored.uploaded = True
            dataset.announced_bytes = dataset.file_size = len(content)
        self.datasets.append(dataset)
        return dataset
