"""Opens one form of a network as an evaluator would: `open.py FORM IMAGES ANSWERS` prints one line of JSON.

Runs in the Python of each environment, 3.7 and later, and knows nothing of the kit. ANSWERS is written: an .npy of
probabilities. The line: seconds to import TensorFlow, and from then to the first answer (wall and processor), images
answered in a second, the peak of memory in MB, the version; or the error.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
BEGUN = time.perf_counter()
import numpy as np  # noqa: E402 - its import is timed
import tensorflow as tf  # noqa: E402

IMPORT_S = time.perf_counter() - BEGUN
BATCH = 64


def opened(path):
    """The network as a function of float32 images; the form shows by the name."""
    if path.suffix == ".keras":
        model = tf.keras.models.load_model(str(path), compile=False)
        return lambda images: model(images, training=False)
    if path.suffix == ".tflite":
        return lite(path)
    if path.name == "frozen":
        graph = graph_of(path)
        imported = tf.compat.v1.wrap_function(lambda: tf.graph_util.import_graph_def(graph, name=""), [])
        return imported.prune("images:0", "Identity:0")
    if path.name == "apart":
        return apart(path)
    loaded = tf.saved_model.load(str(path))

    def serve(images):
        return loaded.serve(images)  # keeps `loaded`, which owns the weights

    return serve


def graph_of(path):
    """The graph in a folder."""
    graph = tf.compat.v1.GraphDef()
    graph.ParseFromString((path / "graph.pb").read_bytes())
    return graph


def apart(path):
    """A graph that takes its weights as arguments."""
    graph = graph_of(path)
    with np.load(str(path / "weights.npz")) as stored:
        names = stored["names"].tolist()
        weights = [tf.constant(stored[str(place)]) for place in range(len(names))]
    imported = tf.compat.v1.wrap_function(lambda: tf.graph_util.import_graph_def(graph, name=""), [])
    pruned = imported.prune(["images:0"] + [name + ":0" for name in names], "Identity:0")
    return lambda images: pruned(images, *weights)


def lite(path):
    """TensorFlow Lite with as many threads as there are cores."""
    interpreter = tf.lite.Interpreter(str(path), num_threads=os.cpu_count())
    given, answer = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]

    def call(images):
        interpreter.resize_tensor_input(given, images.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(given, images.numpy())
        interpreter.invoke()
        return interpreter.get_tensor(answer)

    return call


def answers(network, images):
    """(n, classes) float32, in batches."""
    starts = range(0, len(images), BATCH)
    batches = [np.asarray(network(tf.constant(images[k : k + BATCH].astype(np.float32)))) for k in starts]
    return np.concatenate(batches)


def measured(path, images, answers_file):
    """Open, answer once, answer all."""
    wall, processor = time.perf_counter(), time.process_time()
    network = opened(path)
    answers(network, images[:BATCH])
    told = {"start_s": time.perf_counter() - wall, "start_cpu_s": time.process_time() - processor}
    wall = time.perf_counter()
    np.save(answers_file, answers(network, images))
    told["images_s"] = len(images) / (time.perf_counter() - wall)
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return told


def main(form, images_file, answers_file):
    """Print the line."""
    told = {"tensorflow": tf.__version__, "import_s": IMPORT_S}
    try:
        told.update(measured(Path(form), np.load(images_file), answers_file))
    except Exception as error:  # whatever a form raises is what is measured
        told["error"] = "{}: {}".format(type(error).__name__, " ".join(str(error).split()))
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
