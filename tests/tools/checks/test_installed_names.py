"""ENV005: names that the evaluator's version of a package does not have, or has no more; and what is not accused."""

import textwrap

import pytest

from tools.archive import open_archive
from tools.checks import CATALOGUE, subject_of
from tools.competitions import DEFAULT
from tools.contract import read_contract

PY37, PY39, PY312 = "codalab-legacy-py37", "codalab-legacy-py39", "codalab-legacy-py312"
ENTRY = """
class Model:
    def __init__(self):
        {constructor}
    def predict(self, X):
        {method}
"""


@pytest.fixture
def accused(write_zip):
    def told(
        environment: str, top: str = "", constructor: str = "pass", method: str = "return X", **members: str
    ) -> list[str]:
        text = textwrap.dedent(top) + ENTRY.format(constructor=constructor, method=method)
        archive = open_archive(write_zip({"model.py": text, **members}))
        contract = read_contract(DEFAULT)
        subject = subject_of(archive, contract, environment_name=environment)
        return [one.text for one in CATALOGUE["ENV005"].function(subject, contract)]

    return told


@pytest.mark.parametrize(
    ("environment", "line", "told"),
    [
        (
            PY37,
            "from sklearn.metrics import det_curve",
            "scikit-learn 0.21.3 there has no sklearn.metrics.det_curve, first seen in 0.24.2",
        ),
        (
            PY312,
            "from sklearn.metrics import plot_confusion_matrix",
            "scikit-learn 1.5.1 there has no sklearn.metrics.plot_confusion_matrix, last seen in 1.1.1",
        ),
        (
            PY312,
            "from sklearn.externals import joblib",
            "scikit-learn 1.5.1 there has no sklearn.externals.joblib, last seen in 0.21.3",
        ),
        (
            PY312,
            "import sklearn.externals.joblib as joblib",
            "scikit-learn 1.5.1 there has no sklearn.externals.joblib, last seen in 0.21.3",
        ),
        (PY39, "from keras import ops", "keras 2.9.0 there has no keras.ops, first seen in 3.4.1"),
        (
            "tf-2.15",
            "from tensorflow.keras import ops",
            "keras 2.15.0 there has no tensorflow.keras.ops, first seen in 3.4.1",
        ),
        (
            PY39,
            "from keras.saving import register_keras_serializable",
            "keras 2.9.0 there has no keras.saving.register_keras_serializable, first seen in 2.15.0",
        ),
        (
            "an2dl-2024",
            "from tensorflow.keras.layers.experimental import preprocessing",
            "keras 3.4.1 there has no tensorflow.keras.layers.experimental, last seen in 2.15.0",
        ),
        (
            "an2dl-2024",
            "from keras.utils import np_utils",
            "keras 3.4.1 there has no keras.utils.np_utils, last seen in 2.12.0",
        ),
        (
            "an2dl-2024",
            "import keras.utils.np_utils",
            "keras 3.4.1 there has no keras.utils.np_utils, last seen in 2.12.0",
        ),
        (
            "an2dl-2024",
            "from keras.preprocessing.image import ImageDataGenerator",
            "keras 3.4.1 there has no keras.preprocessing.image.ImageDataGenerator, last seen in 2.15.0",
        ),
        (
            "tf-2.12",
            "from tensorflow import Session",
            "tensorflow 2.12.1 there has no tensorflow.Session, last seen in 1.14.0",
        ),
        ("newest", "import numpy as np\nKIND = np.float", "numpy 2.5.5 there has no numpy.float, last seen in 1.23.5"),
        (PY312, "import numpy\nTWO = numpy.product([2])", ""),
        (
            "newest",
            "import numpy\nTWO = numpy.product([2])",
            "numpy 2.5.5 there has no numpy.product, last seen in 1.26.4",
        ),
        (
            PY312,
            "import numpy as np\nAREA = np.trapezoid([1, 2])",
            "numpy 1.26.4 there has no numpy.trapezoid, first seen in 2.0.2",
        ),
    ],
)
def test_a_name_of_another_version_is_told_with_the_version_that_had_it(environment, line, told, accused) -> None:
    assert accused(environment, line) == ([told] if told else [])


@pytest.mark.parametrize(
    ("environment", "line", "told"),
    [
        ("tf-2.15", "import tensorflow as tf\nSUM = tf.keras.ops.sum", "keras.ops"),
        (
            "an2dl-2024",
            "import tensorflow as tf\nE = tf.keras.layers.experimental.preprocessing",
            "keras.layers.experimental",
        ),
        ("an2dl-2024", "import tensorflow as tf\nS = tf.placeholder", "tensorflow.placeholder"),
        (PY39, "import keras\nx = keras.ops.sum", "keras.ops"),
    ],
)
def test_an_attribute_of_keras_is_followed_whichever_way_it_is_reached(environment, line, told, accused) -> None:
    [found] = accused(environment, line)
    assert f"there has no {told}," in found


def test_an_import_that_names_keras_itself_is_told_beside_one_of_a_copy(accused) -> None:
    top = "import tensorflow.compat.v1 as tf\nfrom keras import ops\n"
    assert accused("tf-2.15", top) == ["keras 2.15.0 there has no keras.ops, first seen in 3.4.1"]


def test_a_name_is_told_once_with_the_first_line_that_takes_it(accused) -> None:
    top = "import numpy as np\nA = np.float(1)\nB = np.float(2)\n"
    assert len(accused("newest", top, "self.x = np.float(3)")) == 1


def test_what_the_constructor_and_the_method_do_is_followed(accused) -> None:
    assert len(accused("newest", "import numpy as np\n", "self.kind = np.float", "return np.product(X)")) == 2


def test_a_helper_module_of_the_zip_is_followed(accused) -> None:
    helper = "from sklearn.metrics import det_curve\n"
    assert len(accused(PY37, "import helper\n", **{"helper.py": helper})) == 1


NOT_ACCUSED = [
    (PY37, "from sklearn.metrics import accuracy_score"),
    (PY37, "from sklearn.metrics import no_such_name_in_any_version"),
    (PY37, "try:\n    from sklearn.metrics import det_curve\nexcept ImportError:\n    det_curve = None"),
    (PY37, "import sklearn.metrics\nif hasattr(sklearn.metrics, 'det_curve'):\n    C = sklearn.metrics.det_curve"),
    (PY37, "import sklearn.metrics\nC = getattr(sklearn.metrics, 'det_curve', None)"),
    (PY37, "def later():\n    from sklearn.metrics import det_curve"),
    (PY37, "import tensorflow as tf\nF = tf.function"),
    (PY37, "from keras import ops"),
    (PY37, "import scipy.misc\nI = scipy.misc.imread"),
    ("newest", "import numpy as np\nif not hasattr(np, 'float'):\n    np.float = float\nA = np.float(1)"),
    ("newest", "import numpy as np\nnp.float = float\nA = np.float(1)"),
    ("newest", "import numpy as np\nsetattr(np, 'float', float)\nA = np.float(1)"),
    ("newest", "import numpy as np\nA = np.array([1]).product"),
    (
        "newest",
        "import numpy as np\nfrom packaging.version import Version\n"
        "A = np.float if Version(np.__version__) < Version('1.24') else float",
    ),
    ("newest", "from __future__ import annotations\nimport numpy as np\ndef f(x: np.float) -> np.float: return x"),
    ("an2dl-2024", "from tensorflow.keras.preprocessing.image import ImageDataGenerator"),
    ("an2dl-2024", "import tensorflow as tf\nI = tf.keras.preprocessing.image.ImageDataGenerator"),
    ("an2dl-2024", "import tensorflow.compat.v1 as tf\nS = tf.Session"),
    ("an2dl-2024", "import tensorflow.compat.v1 as tf\nS = tf.keras.backend.get_session"),
    ("an2dl-2024", "from tensorflow.compat.v1 import keras\nS = keras.backend.get_session"),
    ("an2dl-2024", "import tf_keras as keras\nE = keras.layers.experimental"),
    (
        "an2dl-2024",
        "import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\n"
        "from tensorflow.keras.layers.experimental import preprocessing",
    ),
    (
        "an2dl-2024",
        "import sys, types\nsys.modules['keras.utils.np_utils'] = types.ModuleType('x')\nimport keras.utils.np_utils",
    ),
    ("an2dl-2024", "from sklearn.externals import joblib"),
    ("an2dl-2024", "from PIL import Image\nA = Image.ANTIALIAS"),
]


@pytest.mark.parametrize(("environment", "top"), NOT_ACCUSED)
def test_what_is_guarded_unknown_or_the_entrys_own_is_not_accused(environment, top, accused) -> None:
    assert accused(environment, f"{top}\n") == []


def test_a_package_of_the_zip_is_not_taken_for_the_installed_one(accused) -> None:
    own = {"sklearn/__init__.py": "", "sklearn/metrics.py": "def det_curve(): pass\n"}
    assert accused(PY37, "from sklearn.metrics import det_curve\n", **own) == []


@pytest.mark.parametrize(
    ("pins", "count"),
    [
        ("# python 3.9\nscikit-learn==0.21.3\n", 1),
        ("# python 3.9\nscikit-learn==0.22\n", 0),
        ("# python 3.9\nscikit-learn==0.21.1\n", 1),
        ("# python 3.9\nscikit-learn==99\n", 0),
        ("# python 3.9\nscikit-learn\n", 0),
        ("# python 3.9\n", 0),
    ],
)
def test_a_requirements_file_decides_as_far_as_it_pins(pins, count, accused, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("KIT_CACHE_DIR", str(tmp_path))
    (tmp_path / "pins.txt").write_text(pins)
    assert len(accused(str(tmp_path / "pins.txt"), "from sklearn.metrics import det_curve\n")) == count
