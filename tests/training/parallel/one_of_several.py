"""What a process of the tests does: steps beside those of one process, or a whole run. argv: what, and a folder.

The first to do a run kills itself in its second epoch where the folder has a file `kill-<index>`.
"""

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

from training import loop, recipes
from training.data.load import open_dataset
from training.options import Options
from training.parallel import fit
from training.parallel.cluster import Cluster, from_environment
from training.parallel.team import Team, join
from training.progress import Silent
from training.run_folder import CHECKPOINT

SIZES = (16, 16, 3, 1)
"""The last, smaller batches do not divide by two, and leave one process without an image of its own."""


def network() -> keras.Model:
    keras.utils.set_random_seed(4)
    penalty = keras.regularizers.L2(0.02)
    layers = [keras.layers.Rescaling(1 / 255), keras.layers.Conv2D(4, 3, activation="relu"), keras.layers.Flatten()]
    layers += [keras.layers.Dense(3, activation="softmax", kernel_regularizer=penalty)]
    return keras.Sequential([keras.Input((8, 8, 3)), *layers])


def compiled(model: keras.Model, *, soft: bool) -> keras.Model:
    smoothed = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    loss = smoothed if soft else "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss, metrics=["accuracy"], jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    return model


def differences(team: Team, *, soft: bool, weighted: bool) -> dict[str, float]:
    """The largest difference between what the team and one process have, after the same steps in 64 bits."""
    random = np.random.default_rng(1)
    alone = compiled(network(), soft=soft)
    with team.scope():
        together = compiled(network(), soft=soft)
    logs = []
    for size in SIZES:
        images = random.integers(0, 256, (size, 8, 8, 3), dtype=np.uint8)
        labels = random.integers(0, 3, size)
        targets: Any = random.dirichlet(np.ones(3), size).astype(np.float32) if soft else labels
        weights = np.float32([0.25, 1, 3])[labels] if weighted else None
        mine = team.share.places(size)
        share = (images[mine], targets[mine], None if weights is None else weights[mine])
        told = team.train_on_batch(together, *share, size), team.test_on_batch(together, *share[:2], size)
        alone.reset_metrics()
        trained = alone.train_on_batch(images, targets, sample_weight=weights, return_dict=True)
        alone.reset_metrics()
        logs += zip(told, (trained, alone.test_on_batch(images, targets, return_dict=True)), strict=True)
    pairs = zip(together.get_weights(), alone.get_weights(), strict=True)
    return {
        "weights": max(float(np.abs(one - other).max()) for one, other in pairs),
        "figures": max(abs(one[name] - float(other[name])) for one, other in logs for name in ("loss", "accuracy")),
    }


def compare(team: Team, folder: Path) -> None:
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    cases = [(soft, weighted) for soft in (False, True) for weighted in (False, True)]
    found = [differences(team, soft=soft, weighted=weighted) for soft, weighted in cases]
    (folder / f"differences-{team.share.process}.json").write_text(json.dumps(found))


def tell(team: Team, folder: Path) -> None:
    """What the chief tells, its files, and the seeds of random layers."""
    name = f"process-{team.share.process}"
    told = team.told(bytes(range(251)) if team.is_chief else b"not this")
    (folder / name).mkdir()
    if team.is_chief:
        (folder / name / "file").write_bytes(b"12345")
    for file in ("file", "none"):
        team.give_file(folder / name / file)
    with team.scope():
        model = keras.Sequential([keras.Input((64,)), keras.layers.Dropout(0.5)])
    team.set_seeds_apart(model)
    seeds = keras.ops.convert_to_numpy(model.variables[0]).tolist()
    facts = {"told": list(told), "files": sorted(path.name for path in (folder / name).iterdir()), "seeds": seeds}
    (folder / f"{name}.json").write_text(json.dumps(facts))
    team.wait()


def run(team: Team, folder: Path) -> None:
    """The run of folder/request.json, to the end of its epochs."""
    request = json.loads((folder / "request.json").read_text())
    changes = {name: tuple(value) if isinstance(value, list) else value for name, value in request["changes"].items()}
    recipe = replace(recipes.get("baseline"), **changes)
    flag, epoch = folder / f"kill-{team.share.process}", loop._epoch

    def killed(work: Any, state: Any) -> None:
        if state.epoch == 1 and flag.exists():
            flag.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        epoch(work, state)

    def stop(job: Any, *_: Any) -> dict[str, Any]:
        assert (job.folder / CHECKPOINT).is_dir()
        return {}

    loop._epoch = killed
    fit.fit.finish = stop
    options = Options(seed=5, resume="--resume" in sys.argv, epochs=request["epochs"])
    fit.train(recipe, open_dataset(request["data"]), folder / "run", options=options, reporter=Silent(), team=team)


def main() -> None:
    what, folder = {"compare": compare, "tell": tell, "run": run}[sys.argv[1]], Path(sys.argv[2])
    cluster = from_environment()
    if cluster is not None:
        what(join(cluster), folder)
        return
    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    what(Team(strategy, Cluster(addresses=("here",), index=0)), folder)


main()
