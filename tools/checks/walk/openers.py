"""The calls that open a file or folder by its path: which argument it is, and how the call opens it."""

from dataclasses import dataclass

from tools.checks.walk.events import Call
from tools.checks.walk.texts import as_path
from tools.checks.walk.values import Text

WRITING = frozenset("wax")


@dataclass(frozen=True)
class Opener:
    """Where a call has its path (a position and names), and its mode, where it has one.

    `prefix` is true for what adds a suffix of its own to the path, as a checkpoint of TensorFlow has.
    """

    position: int = 0
    names: tuple[str, ...] = ("path", "file", "filename", "fname", "filepath", "f", "fp", "name")
    mode_at: int | None = None
    prefix: bool = False
    is_writing: bool = False


_PLAIN = Opener()
_WITH_MODE = Opener(mode_at=1)
OPENERS: dict[str, Opener] = {
    "open": _WITH_MODE,
    "gzip.open": _WITH_MODE,
    "bz2.open": _WITH_MODE,
    "lzma.open": _WITH_MODE,
    "zipfile.ZipFile": _WITH_MODE,
    "tarfile.open": _WITH_MODE,
    "h5py.File": _WITH_MODE,
    "numpy.load": _PLAIN,
    "numpy.loadtxt": _PLAIN,
    "numpy.genfromtxt": _PLAIN,
    "numpy.fromfile": _PLAIN,
    "numpy.save": Opener(is_writing=True),
    "numpy.savez": Opener(is_writing=True),
    "joblib.load": _PLAIN,
    "pandas.read_csv": Opener(names=("filepath_or_buffer",)),
    "pandas.read_pickle": Opener(names=("filepath_or_buffer",)),
    "pandas.read_parquet": _PLAIN,
    "pandas.read_excel": Opener(names=("io",)),
    "pandas.read_hdf": Opener(names=("path_or_buf",)),
    "scipy.io.loadmat": Opener(names=("file_name",)),
    "scipy.sparse.load_npz": _PLAIN,
    "keras.models.load_model": _PLAIN,
    "keras.saving.load_model": _PLAIN,
    "keras.layers.TFSMLayer": _PLAIN,
    "tensorflow.saved_model.load": Opener(names=("export_dir",)),
    "tensorflow.io.read_file": _PLAIN,
    "tensorflow.io.gfile.GFile": _WITH_MODE,
    "tensorflow.lite.Interpreter": Opener(names=("model_path",)),
    "tflite_runtime.interpreter.Interpreter": Opener(names=("model_path",)),
    "ai_edge_litert.interpreter.Interpreter": Opener(names=("model_path",)),
    "tensorflow.train.load_checkpoint": Opener(names=("ckpt_dir_or_file",), prefix=True),
    "torch.load": _PLAIN,
    "torch.jit.load": _PLAIN,
    "safetensors.torch.load_file": _PLAIN,
    "safetensors.numpy.load_file": _PLAIN,
    "onnx.load": _PLAIN,
    "onnxruntime.InferenceSession": Opener(names=("path_or_bytes",)),
    "xgboost.Booster().load_model": _PLAIN,
    "xgboost.XGBClassifier().load_model": _PLAIN,
    "lightgbm.Booster": Opener(position=-1, names=("model_file",)),
    "PIL.Image.open": _PLAIN,
    "imageio.imread": Opener(names=("uri",)),
    "skimage.io.imread": _PLAIN,
    "ctypes.CDLL": _PLAIN,
    "ctypes.cdll.LoadLibrary": _PLAIN,
    "os.listdir": _PLAIN,
    "os.scandir": _PLAIN,
    "os.chdir": _PLAIN,
    "runpy.run_path": _PLAIN,
    "importlib.util.spec_from_file_location": Opener(position=1, names=("location",)),
    "Path.open": Opener(position=-1, mode_at=0),
    "Path.read_text": Opener(position=-1),
    "Path.read_bytes": Opener(position=-1),
    "Path.iterdir": Opener(position=-1),
}
"""By canonical name. They fail where the file is not there; `cv2.imread`, which gives None, is not one of them."""
METHODS: dict[str, Opener] = {
    "load_weights": Opener(prefix=True),
}
"""By the name of a method, of whatever it is called; what has no suffix and no folder may be something else's name."""


@dataclass(frozen=True)
class Opened:
    """A path that a call opens, as it is written."""

    path: Text
    call: Call
    opener: Opener


def opened(call: Call) -> Opened | None:
    """What a call opens by a path that is known, with the mode that is known; None for any other call."""
    opener = OPENERS.get(call.target) or METHODS.get(call.target.rpartition(".")[2])
    if opener is None or (opener.position >= 0 and not call.arguments.complete and not call.arguments.positional):
        return None
    is_of_path = call.target.startswith("Path.") and call.target in OPENERS
    value = call.receiver if is_of_path else call.arguments.get(opener.position, *opener.names)
    path = as_path(value) if value is not None else None
    if path and call.target not in OPENERS and not {".", "/"} & set(path.text):
        return None
    return Opened(path, call, opener) if path and (opener.is_writing or _reads(call, opener)) else None


def reads(call: Call) -> bool:
    """Whether a call opens a file that must be there."""
    found = opened(call)
    return found is not None and not found.opener.is_writing


def _reads(call: Call, opener: Opener) -> bool:
    if opener.mode_at is None:
        return True
    mode = call.arguments.get(opener.mode_at, "mode")
    return mode is None or (isinstance(mode, Text) and WRITING.isdisjoint(mode.text))
