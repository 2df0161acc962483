"""The graph that is shipped: a SavedModel with the weights once, raw pixels in, probabilities out.

Run as `python -m training.export FOLDER` in a process of its own (training.conversion says why).
"""

import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from training.averaging import over_views
from training.conversion import (
    IMAGES,
    RESCALINGS,
    Halving,
    Probabilities,
    Request,
    complaints_left,
    read_request,
    write_answers,
)
from training.errors import InputError, TrainingError
from training.half_precision import halved
from training.portable import write_graph
from training.run_folder import SAVED_MODEL

BATCH = 64
HALVED = "halved"
"""The folder of the graph with halved weights, until it is known which is shipped."""
OWN_ENTRY = "bring your own model.py: kit build --model FILE --entry model.py"
RESCALE: dict[str | None, Callable[[Any], Any]] = {
    None: lambda images: images,
    "0..1": lambda images: images / 255.0,
    "-1..1": lambda images: images / 127.5 - 1.0,
}
Shape = tuple[int | None, ...]


@dataclass(frozen=True, kw_only=True)
class Network:
    """A model that was loaded: `call` takes float32 images as a tensor."""

    call: Callable[[Any], Any]
    inputs: Shape
    outputs: Shape
    parameters: int
    loaded: Any
    """The object that owns the weights; they go when it goes."""


def convert(request: Request, images: npt.NDArray[np.uint8], exchange: Path) -> None:
    """Write SAVED_MODEL and the answers into the exchange folder.

    Raises InputError where the model's input or output has the wrong shape, TrainingError where it does not load.
    """
    network = load(Path(request.source))
    check_shapes(network, request.image_shape)
    had_logits = not are_probabilities(answers(_rescaled(network, request.rescale), images[:BATCH]))
    classes = network.outputs[1]
    assert classes is not None, "the shapes are checked"
    served = over_views(_rescaled(network, request.rescale, softmax=had_logits), request.views, classes)
    arrays, form = ship(served, images, exchange)
    if request.own_answers:
        arrays["own"] = answers(served, images)
    if request.trial_rows:
        trial = images[list(request.trial_rows)]
        for place, rescale in enumerate(RESCALINGS):
            arrays[f"trial_{place}"] = answers(_rescaled(network, rescale), trial).argmax(axis=1)
    write_answers(exchange, arrays, form | {"parameters": network.parameters, "had_logits": had_logits})


def ship(
    network: Callable[[Any], Any], images: npt.NDArray[np.uint8], exchange: Path
) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Write SAVED_MODEL with the weights in 16 bits where that is harmless, else in 32; what both forms answer.

    Returns the arrays shipped and full and the facts precision, halving and tensorflow, as in conversion.Converted.
    """
    place, shape = exchange / SAVED_MODEL, images.shape[1:]
    write_graph(network, shape, place)
    full = _answers_of(place, images)
    form = {"precision": "float32", "halving": None, "tensorflow": tf.__version__}
    light = exchange / HALVED
    if not _write_halved(network, shape, light):
        return {"shipped": full, "full": full}, form
    half = _answers_of(light, images)
    halving = Halving.between(full, half)
    form["halving"] = asdict(halving)
    if not halving.is_harmless:
        shutil.rmtree(light)
        return {"shipped": full, "full": full}, form
    shutil.rmtree(place)
    light.rename(place)
    return {"shipped": half, "full": full}, form | {"precision": "float16"}


def _answers_of(folder: Path, images: npt.NDArray[np.uint8]) -> Probabilities:
    """What a written graph says."""
    loaded = tf.saved_model.load(str(folder))  # kept while it is asked: it owns the weights
    return answers(loaded.serve, images)


def _write_halved(network: Callable[[Any], Any], shape: tuple[int, ...], folder: Path) -> bool:
    """Whether the network with its large weights in 16 bits is written, or there is no such form of it."""
    try:
        if (light := halved(network, shape)) is None:
            return False
        write_graph(light, shape, folder)
    except Exception:  # TensorFlow raises nearly anything of what cannot be taken apart; the other form stands
        shutil.rmtree(folder, ignore_errors=True)
        return False
    return True


def answers(network: Callable[[Any], Any], images: npt.NDArray[np.uint8]) -> Probabilities:
    """What a network says of images (n, H, W, C), in batches: (n, classes) float32."""
    batches = [
        np.asarray(network(tf.constant(images[start : start + BATCH].astype(np.float32))), dtype=np.float32)
        for start in range(0, len(images), BATCH)
    ]
    return np.concatenate(batches)


def are_probabilities(outputs: Probabilities) -> bool:
    """Whether every row is at least 0 and sums to 1, within what 16-bit floats allow."""
    return bool((outputs >= 0).all() and np.allclose(outputs.sum(axis=1), 1, atol=0.01))


def check_shapes(network: Network, image_shape: tuple[int, ...]) -> None:
    """Raise InputError where the network does not take (n, *image_shape) or does not give (n, classes)."""
    wanted: Shape = (None, *image_shape)
    got = network.inputs
    if len(got) != len(wanted) or any(side not in (None, want) for side, want in zip(got, wanted, strict=True)):
        raise InputError(
            f"the model takes {got}, expected {wanted}",
            f"put the resizing inside of the model (keras.layers.Resizing, any batch size), or {OWN_ENTRY}",
        )
    if len(network.outputs) != 2 or (network.outputs[1] or 0) < 2:  # noqa: PLR2004 - (n, classes), two classes at least
        raise InputError(
            f"the model gives {network.outputs}, expected (None, classes): one probability or logit a class",
            f"end it with a layer of one unit a class, or {OWN_ENTRY}",
        )


def load(source: Path) -> Network:
    """A .keras or .h5 file or a SavedModel folder. Raises TrainingError or InputError with the fix where it is none."""
    if source.is_dir():
        return _from_saved_model(source)
    if source.suffix in (".h5", ".hdf5"):
        _refuse_weights_only(source)
    elif not zipfile.is_zipfile(source):
        raise InputError(
            f"{source.name} is no .keras file, which is a zip archive",
            "copy it again, whole; an HDF5 file has to be renamed to .h5",
        )
    try:
        model = keras.models.load_model(source, compile=False)
    except Exception as error:  # Keras raises nearly anything here
        raise TrainingError(
            f"{source.name} does not load under Keras {keras.__version__}: {_first_line(error)}",
            f"custom layers and lambdas cannot be rebuilt from a file: run model.export('saved_model') where the model "
            f"was trained and give that folder, or {OWN_ENTRY}",
        ) from error
    _demand_one_each(source, len(model.inputs or ()), len(model.outputs or ()))
    return Network(
        call=lambda images: tf.cast(model(images, training=False), tf.float32),
        inputs=tuple(model.inputs[0].shape),
        outputs=tuple(model.outputs[0].shape),
        parameters=model.count_params(),
        loaded=model,
    )


def _refuse_weights_only(source: Path) -> None:
    try:
        with h5py.File(source, "r") as file:
            whole = "model_config" in file.attrs
    except OSError as error:
        raise InputError(f"{source.name} is not an HDF5 file: {_first_line(error)}", "copy it again, whole") from error
    if not whole:
        raise InputError(
            f"{source.name} holds weights only, no network",
            "where it was trained: build the model, model.load_weights(FILE), model.save('model.keras'); give that one",
        )


def _from_saved_model(source: Path) -> Network:
    try:
        loaded = tf.saved_model.load(str(source))
    except Exception as error:  # so does TensorFlow
        raise TrainingError(f"{source.name} does not load as a SavedModel: {_first_line(error)}", OWN_ENTRY) from error
    names = [name for name in ("serve", "serving_default") if name in loaded.signatures]
    if not names:
        raise InputError(
            f"{source.name} has no signature serve or serving_default, it has {sorted(loaded.signatures)}", OWN_ENTRY
        )
    signature = loaded.signatures[names[0]]
    specs, results = signature.structured_input_signature[1], signature.structured_outputs
    _demand_one_each(source, len(specs), len(results))
    ((key, spec),) = specs.items()
    ((result, output),) = results.items()
    if spec.shape.rank is None or output.shape.rank is None:
        raise InputError(
            f"{source.name} does not tell the shape of its {'input' if spec.shape.rank is None else 'output'}",
            f"save it with a signature of known shapes, such as tf.TensorSpec((None, 96, 96, 3)), or {OWN_ENTRY}",
        )
    return Network(
        call=lambda images: tf.cast(signature(**{key: tf.cast(images, spec.dtype)})[result], tf.float32),
        inputs=tuple(spec.shape),
        outputs=tuple(output.shape),
        parameters=sum(int(np.prod(variable.shape)) for variable in signature.variables),
        loaded=loaded,
    )


def _demand_one_each(source: Path, inputs: int, outputs: int) -> None:
    if (inputs, outputs) != (1, 1):
        raise InputError(f"{source.name} has {inputs} inputs and {outputs} outputs, expected one each", OWN_ENTRY)


def _rescaled(network: Network, rescale: str | None, *, softmax: bool = False) -> Callable[[Any], Any]:
    def call(images: Any) -> Any:
        outputs = network.call(RESCALE[rescale](images))
        return tf.nn.softmax(outputs) if softmax else outputs

    return call


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def main(folder: str) -> int:
    """Do what the exchange folder asks for; a TrainingError is left there for the parent."""
    exchange = Path(folder)
    with complaints_left(exchange):
        convert(read_request(exchange), np.load(exchange / IMAGES, mmap_mode="r"), exchange)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
