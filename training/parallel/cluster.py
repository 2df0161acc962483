"""Who trains together: the addresses of all processes and which of them this one is. Nothing here needs TensorFlow.

tf.distribute's own setting says it, the environment variable TF_CONFIG, the same on all hosts but for the index:
{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}
https://www.tensorflow.org/guide/distributed_training#setting_up_the_tf_config_environment_variable
"""

import json
import os
import socket
from dataclasses import dataclass

from training.errors import InputError

TF_CONFIG = "TF_CONFIG"
LOCAL = "KIT_LOCAL_WORKERS"
"""Set by the supervisor in the processes that it starts: how many they are."""
_FIX = 'set it to {"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}'
KINDS = ("chief", "worker")


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The processes that train one model; the first of them is the chief, who alone writes and tells."""

    addresses: tuple[str, ...]
    """host:port of each."""
    index: int
    """Which of them this process is."""
    local: int = 1
    """How many of them a supervisor has started on this machine; 1: none has."""

    @property
    def is_chief(self) -> bool:
        """Whether this process writes the run and tells of it."""
        return self.index == 0

    @property
    def is_supervised(self) -> bool:
        """Whether a supervisor has started it."""
        return self.local > 1

    @property
    def environment(self) -> dict[str, str]:
        """What a process of a supervisor needs to find its place."""
        task = {"type": "worker", "index": self.index}
        config = {"cluster": {"worker": list(self.addresses)}, "task": task}
        return {TF_CONFIG: json.dumps(config), LOCAL: str(self.local)}


def from_environment() -> Cluster | None:
    """What TF_CONFIG says; None where it is not set or names one process only. Raises InputError where it is wrong."""
    text = os.environ.get(TF_CONFIG)
    if not text:
        return None
    try:
        config = json.loads(text)
        jobs, task = config.get("cluster", {}), config.get("task", {})
        lists = {kind: tuple(map(str, jobs[kind])) for kind in KINDS if kind in jobs}
        addresses = sum(lists.values(), ())
        kind, index = task.get("type", "worker"), int(task.get("index", 0))
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{TF_CONFIG} cannot be read: {error}; got {text}", _FIX) from error
    if len(addresses) < 2:  # noqa: PLR2004 - one process trains alone
        return None
    if foreign := sorted(set(jobs) - set(KINDS)):
        raise InputError(f"{TF_CONFIG} names {', '.join(foreign)}; only {' and '.join(KINDS)} train here", _FIX)
    if index not in range(len(lists.get(kind, ()))):
        raise InputError(f"{TF_CONFIG} says that this is {kind} {index}, and names no such one: {jobs}", _FIX)
    before = len(lists.get("chief", ())) if kind == "worker" else 0
    return Cluster(addresses=addresses, index=before + index, local=int(os.environ.get(LOCAL, "1")))


def on_this_machine(count: int) -> tuple[Cluster, ...]:
    """So many processes on loopback, each with a port that is free now (another program may still take it)."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        addresses = tuple(f"127.0.0.1:{one.getsockname()[1]}" for one in sockets)
    finally:
        for one in sockets:
            one.close()
    return tuple(Cluster(addresses=addresses, index=index, local=count) for index in range(count))
