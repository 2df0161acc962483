"""The processes of a cluster joined by tf.distribute: a batch trained by all of them, and what the chief tells."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from training.errors import InputError, PeerLostError, TrainingError
from training.files import replacing
from training.parallel.cluster import Cluster
from training.parallel.share import Share

_LOST = (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.CancelledError, tf.errors.DeadlineExceededError)
_SEEDS_APART = 1_000_003
"""How far the seeds of random layers lie apart from process to process."""


class Team:
    """A strategy of tf.distribute, and the training that Keras does not offer under it.

    Every process makes the same calls in the same order: each one that adds up or tells waits for all the others.
    """

    def __init__(self, strategy: Any, cluster: Cluster) -> None:
        """Take a strategy whose replicas are the devices of the cluster's processes, as many in each."""
        self.cluster = cluster
        self._strategy = strategy
        devices = strategy.num_replicas_in_sync // len(cluster.addresses)
        self.share = Share(process=cluster.index, processes=len(cluster.addresses), devices=devices)
        self._made_for: Any = None
        self._steps: tuple[Any, Any] = (None, None)

    @property
    def is_chief(self) -> bool:
        """Whether this process writes the run and tells of it."""
        return self.cluster.is_chief

    def scope(self) -> AbstractContextManager[Any]:
        """Within it models and optimizers are made, so that all processes have the same variables."""
        scope: AbstractContextManager[Any] = self._strategy.scope()
        return scope

    def train_on_batch(
        self,
        model: keras.Model,
        images: npt.NDArray[np.uint8],
        targets: npt.NDArray[Any],
        weights: npt.NDArray[np.float32] | None,
        size: int,
    ) -> dict[str, float]:
        """One step of the optimizer on a batch of `size` images; returns loss and accuracy of the whole batch.

        `images`, `targets` and `weights` (what an image counts; None: all the same) are this process' share of it.
        The mean that Keras takes is over a device's images and over the devices; weighed as here,
        their sum is the mean over the batch. Penalties on weights Keras divides by the number of devices itself.
        """
        return self._on_batch(self._made(model)[0], images, targets, weights, size)

    def test_on_batch(
        self, model: keras.Model, images: npt.NDArray[np.uint8], targets: npt.NDArray[Any], size: int
    ) -> dict[str, float]:
        """Loss and accuracy of a batch of `size` images, of which these are this process' share; nothing is trained."""
        return self._on_batch(self._made(model)[1], images, targets, None, size)

    def _on_batch(
        self,
        step: Callable[..., Any],
        images: npt.NDArray[np.uint8],
        targets: npt.NDArray[Any],
        weights: npt.NDArray[np.float32] | None,
        size: int,
    ) -> dict[str, float]:
        counts, each = self.share.counts(size), self.share.each(size)
        scale = each * self._strategy.num_replicas_in_sync / size
        weighed = (counts if weights is None else weights * counts) * np.float32(scale)
        first = self.share.process * self.share.devices

        def of_device(context: Any) -> tuple[Any, ...]:
            begin = (context.replica_id_in_sync_group - first) * each
            part = slice(begin, begin + each)
            return tuple(tf.constant(array[part]) for array in (images, targets, weighed, counts))

        loss, correct = step(self._strategy.experimental_distribute_values_from_function(of_device)).numpy().tolist()
        return {"accuracy": correct / size, "loss": loss}  # in the order that Keras has

    def _made(self, model: keras.Model) -> tuple[Any, Any]:
        """The functions that train and test on a batch, traced anew when the model was compiled anew."""
        if self._made_for is not model.optimizer:
            self._made_for = model.optimizer
            self._steps = self._summed(_training_step(model)), self._summed(_test_step(model))
        return self._steps

    def _summed(self, step: Callable[..., Any]) -> Any:
        """A step on every device, its figures added up over all of them."""
        return tf.function(
            lambda values: self._strategy.reduce("SUM", self._strategy.run(step, args=values), axis=None)
        )

    def set_seeds_apart(self, model: keras.Model) -> None:
        """Let random layers draw otherwise in each process; the chief's are as they would be in one process."""
        for variable in model.variables:
            if variable.path.endswith("seed_generator_state"):
                value = keras.ops.convert_to_numpy(variable).copy()
                value[0] += value.dtype.type(_SEEDS_APART * self.cluster.index)
                variable.assign(value)

    def told(self, message: bytes) -> bytes:
        """The chief's message, on every process; what the others give is not looked at."""
        mine = message if self.is_chief else b""
        size = int(self._sum(np.array([len(mine)], np.int64))[0])
        numbers = np.zeros(-(-size // 4), np.int32)
        if self.is_chief:
            numbers = np.frombuffer(mine.ljust(4 * len(numbers), b"\0"), np.int32)
        return self._sum(numbers).tobytes()[:size] if size else b""

    def give_file(self, path: Path) -> None:
        """Put the chief's file at the same relative place of the others; where the chief has none nothing is put."""
        content = self.told(path.read_bytes() if self.is_chief and path.is_file() else b"")
        if content and not self.is_chief:
            with replacing(path) as beside:
                beside.write_bytes(content)

    def wait(self) -> None:
        """Go on when every process has come here."""
        self.told(b"")

    def _sum(self, numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """An integer array, the same shape everywhere, added up over the processes."""
        first = self.share.process * self.share.devices

        def of_device(context: Any) -> Any:
            return tf.constant(numbers if context.replica_id_in_sync_group == first else np.zeros_like(numbers))

        values = self._strategy.experimental_distribute_values_from_function(of_device)
        total: npt.NDArray[Any] = self._strategy.reduce("SUM", values, axis=None).numpy()
        return total

    @contextmanager
    def losses_told(self) -> Iterator[None]:
        """Turn what TensorFlow raises when another process is gone into one error that says how to go on."""
        try:
            yield
        except _LOST as error:
            others = ", ".join(a for i, a in enumerate(self.cluster.addresses) if i != self.cluster.index)
            raise PeerLostError(
                f"worker {self.cluster.index} has lost the others ({others}): one of them ended, or cannot be reached",
                "see what it said; the finished epochs are saved: start all of them again with --resume",
            ) from error


def join(cluster: Cluster) -> Team:
    """Wait for the other processes and become one team with them; each takes its devices.

    Processes that share a machine divide its GPUs; a process alone on its host takes all of them. Raises InputError
    where Keras has another backend, PeerLostError where this process' port is taken.
    """
    if keras.backend.backend() != "tensorflow":
        raise InputError(
            f"several processes train together on TensorFlow only, Keras' backend is {keras.backend.backend()}",
            "unset KERAS_BACKEND, or set it to tensorflow",
        )
    if cluster.is_supervised:
        _end_with_the_supervisor()
        _take_own_gpus(cluster)
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)  # TensorFlow waits without looking at Python's handlers
    try:
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
    except tf.errors.OpError as error:
        raise PeerLostError(
            f"worker {cluster.index} cannot listen at {cluster.addresses[cluster.index]}: {error.message}",
            "name a free port of this host in TF_CONFIG, the same on all hosts",
        ) from error
    finally:
        signal.signal(signal.SIGINT, before)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # TensorFlow has put a handler there that only takes a note
    return Team(strategy, cluster)


def _take_own_gpus(cluster: Cluster) -> None:
    """Each process of a machine its GPUs, in turn. Raises TrainingError where some would have one and others none."""
    gpus = tf.config.list_physical_devices("GPU")
    if gpus and len(gpus) % cluster.local:
        raise TrainingError(
            f"{len(gpus)} GPUs cannot be divided among {cluster.local} processes", "let --processes divide their number"
        )
    if gpus:
        tf.config.set_visible_devices(gpus[cluster.index :: cluster.local], "GPU")


def _end_with_the_supervisor() -> None:
    """Kill this process and its children when the supervisor is gone: it holds the other end of our input."""

    def watch() -> None:
        os.read(0, 1)  # not sys.stdin, whose lock would abort the end of the interpreter
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def _training_step(model: keras.Model) -> Callable[..., Any]:
    """A device's part of a step; it returns, to be added up, its part of the loss and how many images were right."""

    def step(images: Any, targets: Any, weights: Any, counts: Any) -> Any:
        with tf.GradientTape() as tape:
            answers = model(images, training=True)
            loss = model.compute_loss(x=images, y=targets, y_pred=answers, sample_weight=weights, training=True)
            scaled = model.optimizer.scale_loss(loss)
        gradients = tape.gradient(scaled, model.trainable_weights)
        model.optimizer.apply_gradients(zip(gradients, model.trainable_weights, strict=True))
        return _figures(loss, answers, targets, counts)

    return step


def _test_step(model: keras.Model) -> Callable[..., Any]:
    """The same without training."""

    def step(images: Any, targets: Any, weights: Any, counts: Any) -> Any:
        answers = model(images, training=False)
        loss = model.compute_loss(x=images, y=targets, y_pred=answers, sample_weight=weights, training=False)
        return _figures(loss, answers, targets, counts)

    return step


def _figures(loss: Any, answers: Any, targets: Any, counts: Any) -> Any:
    """(2,) floats: the loss, and how many of the images that count have their own class on top."""
    wanted = targets if targets.shape.rank == 1 else tf.argmax(targets, axis=-1)
    right = tf.cast(tf.argmax(answers, axis=-1) == tf.cast(wanted, tf.int64), loss.dtype)
    return tf.stack([loss, tf.reduce_sum(right * tf.cast(counts, loss.dtype))])
