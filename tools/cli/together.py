"""`kit train` in several processes: those of `--processes` on this machine, or one on each host of TF_CONFIG."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.cli.output import current
from tools.errors import UsageError

if TYPE_CHECKING:
    from training.data.load import Dataset
    from training.options import Options
    from training.parallel.cluster import Cluster
    from training.recipes.recipe import Recipe

COMMAND = "KIT_COMMAND"
"""What the user typed, for the processes that are started in its stead."""


def processes_wanted(processes: int) -> "tuple[Cluster | None, bool]":
    """This process' place among those that train together, and whether it is to start and watch others instead."""
    from training.parallel.cluster import from_environment

    cluster = from_environment()
    if processes > 1 and cluster is not None and not cluster.is_supervised:
        raise UsageError(
            f"--processes {processes} and TF_CONFIG, which names {len(cluster.addresses)} processes, cannot both be",
            "leave --processes out to train with those of TF_CONFIG, or unset TF_CONFIG",
        )
    return cluster, processes > 1 and cluster is None


def supervise(path: Path, folder: Path, options: "Options", processes: int) -> int:
    """Run this very command line in so many processes, the data at `path`; print and write what the chief does."""
    from training.parallel.supervisor import Command
    from training.parallel.supervisor import supervise as supervised
    from training.run_folder import refuse_taken

    output = current()
    if not options.resume:
        refuse_taken(folder)
    with tempfile.TemporaryDirectory(prefix="kit-") as exchange:
        document = Path(exchange) / "document.json"
        words = (sys.executable, "-m", "tools.cli", *output.arguments, "--data", str(path), "--format", "text")
        command = Command(
            chief=(*words, "--json", str(document)),
            others=(*words, "--json", os.devnull),
            again=("--resume",),
            environment={COMMAND: options.command},
            stdout=sys.stderr.fileno() if output.format else None,
        )
        code = supervised(command, processes, output)
        output.document(json.loads(document.read_text("utf-8")))
    return code


def train_in(
    cluster: "Cluster", recipe: "Recipe", dataset: "Dataset", folder: Path, options: "Options"
) -> dict[str, Any] | None:
    """Train as one of the cluster; returns the run's card, None where another process has it."""
    from training.parallel.fit import train
    from training.parallel.team import join

    output = current()
    if not cluster.is_supervised:
        others = len(cluster.addresses) - 1
        output.say(f"worker {cluster.index}, {cluster.addresses[cluster.index]}: waiting for {others} more")
    card: dict[str, Any] | None = train(recipe, dataset, folder, options=options, reporter=output, team=join(cluster))
    if card is None:
        output.document({"schema": 1, "worker": cluster.index})
        output.say(f"worker {cluster.index} is done; the run lies with worker 0, {cluster.addresses[0]}")
    return card
