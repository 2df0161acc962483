"""What surely runs of an entry, as tables: a submission's files, and what it gives (`CODE`, `CODE:W` for a warning)."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.archive import open_archive
from tools.checks import Level, Stage, run_checks, subject_of
from tools.checks.organiser import Organiser, read_organiser
from tools.checks.stdlib import standard, why_not_standard
from tools.competitions import DEFAULT
from tools.contract import Contract, read_contract

CONTRACT = read_contract(DEFAULT)
assert CONTRACT
ELSEWHERE = CONTRACT.model_copy(update={"working_directory": "ingestion_program"})
ORGANISER = read_organiser(DEFAULT / "ingestion_program")
CODES = tuple(f"SRC{number:03}" for number in range(1, 13))


def judge(
    path: Path, contract: Contract = CONTRACT, organiser: Organiser | None = ORGANISER, environment: str | None = None
) -> list[str]:
    subject = subject_of(open_archive(path), contract, organiser=organiser, environment_name=environment)
    result = run_checks(Stage.CHECK, subject, contract)
    found = [finding for finding in result.findings if finding.code in CODES]
    assert all(finding.where and finding.evidence for finding in found)
    return [f"{one.code}:W" if one.level is Level.WARNING else one.code for one in found]


def entry(init: str = "pass", predict: str = "return X", top: str = "") -> str:
    """A model.py of these statements; the constructor's and the method's are indented here."""
    indented = {name: text.replace("\n", "\n        ") for name, text in (("init", init), ("predict", predict))}
    return (
        f"{top}\nclass Model:\n    def __init__(self):\n        {indented['init']}\n"
        f"    def predict(self, X):\n        {indented['predict']}\n"
    )


HERE = "import os\nfrom pathlib import Path\nHERE = Path(__file__).resolve().parent\n"
NP = "import numpy as np\n"
W = {"w.npy": "x"}

IMPORTS = [
    ("a module that was not zipped", {"model.py": entry(top="from config import SIZE")}, ["SRC005"]),
    ("one that was", {"model.py": entry(top="from config import SIZE"), "config.py": "SIZE = 96"}, []),
    ("one in a folder", {"model.py": entry(top="import config"), "src/config.py": ""}, ["SRC005"]),
    ("one in another case", {"model.py": entry(top="import config"), "Config.py": ""}, ["SRC005"]),
    ("the folder on sys.path", {"model.py": entry(top="import sys\n" + HERE + "sys.path.insert(0, str(HERE / 'src'))\nimport config"), "src/config.py": ""}, []),
    ("by os.path", {"model.py": entry(top="import os, sys\nsys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'src'))\nimport config"), "src/config.py": ""}, []),
    ("sys.path by +=", {"model.py": entry(top="import sys\n" + HERE + "sys.path += [str(HERE / 'src')]\nimport config"), "src/config.py": ""}, []),
    ("sys.path anew", {"model.py": entry(top="import sys\n" + HERE + "sys.path = [str(HERE / 'src')] + sys.path\nimport config"), "src/config.py": ""}, []),
    ("sys.path by slices", {"model.py": entry(top="import sys\nsys.path[:0] = [x for x in ('a',)]\nimport config")}, []),
    ("sys.path in a function", {"model.py": entry(top="import sys\ndef later(): sys.path.append('/opt/x')\nimport config")}, []),
    ("a folder that is not known", {"model.py": entry(top="import sys, os\nsys.path.append(os.environ['X'])\nimport config")}, []),
    ("in try", {"model.py": entry(top="try:\n    import wandb\nexcept ImportError:\n    wandb = None")}, []),
    ("in try, raised again", {"model.py": entry(top="try:\n    import wandb_x\nexcept ImportError as e:\n    raise RuntimeError from e")}, ["SRC005"]),
    ("in suppress", {"model.py": entry(top="import contextlib\nwith contextlib.suppress(ImportError):\n    import wandb_x")}, []),
    ("for type checkers", {"model.py": entry(top="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import mymodels")}, []),
    ("under a condition", {"model.py": entry(top="import os\nif os.environ.get('DEBUG'):\n    import ipdb_x")}, []),
    ("in a function that is not called", {"model.py": entry(top="def plot():\n    import seaborn_x")}, []),
    ("in a function that is called", {"model.py": entry("build()", top="def build():\n    import seaborn_x")}, ["SRC005"]),
    ("in predict", {"model.py": entry(predict="import seaborn_x\nreturn X")}, ["SRC005"]),
    ("in a method that predict calls", {"model.py": entry(predict="return self.prepare(X)") + "    def prepare(self, X):\n        import seaborn_x\n        return X\n"}, ["SRC005"]),
    ("after an early return", {"model.py": entry(predict="if len(X) == 0:\n    return X\nimport seaborn_x\nreturn X")}, []),
    ("only in the program's own run", {"model.py": entry() + "if __name__ == '__main__':\n    import seaborn_x\n"}, []),
    ("a namespace package", {"model.py": entry(top="from lib.net import f"), "lib/net.py": "def f(): pass"}, []),
    ("a package's missing module", {"model.py": entry(top="from lib import net"), "lib/__init__.py": ""}, ["SRC011"]),
    ("a module below a package that lacks it", {"model.py": entry(top="import lib.net"), "lib/__init__.py": ""}, ["SRC005"]),
    ("a package's own imports", {"model.py": entry(top="from lib import f"), "lib/__init__.py": "from .net import f", "lib/net.py": "from . import parts\ndef f(): return parts.x", "lib/parts.py": "x = 1"}, []),
    ("relative in the entry", {"model.py": entry(top="from .config import SIZE"), "config.py": "SIZE = 1"}, ["SRC005"]),
    ("relative in try", {"model.py": entry(top="try:\n    from .config import SIZE\nexcept ImportError:\n    from config import SIZE"), "config.py": "SIZE = 1"}, []),
    ("the entry a package", {"model/__init__.py": "from .config import SIZE\n" + entry(), "model/config.py": "SIZE = 1"}, []),
    ("a compiled module", {"model.py": entry(top="import fast"), "fast.cpython-311-x86_64-linux-gnu.so": b"\x7fELF"}, []),
    ("a helper's import", {"model.py": entry(top="import helper"), "helper.py": "import nowhere_x"}, ["SRC005"]),
    ("import_module", {"model.py": entry(top="import importlib\nh = importlib.import_module('nowhere_x')")}, ["SRC005"]),
    ("import_module of a name that is not known", {"model.py": entry(top="import importlib\ndef load(n): return importlib.import_module(n)\n[load(n) for n in open(__file__)]")}, []),
    ("what Colab has", {"model.py": entry(top="from google.colab import drive")}, ["SRC005"]),
    ("what was installed before it", {"model.py": entry(top="import subprocess, sys\nsubprocess.check_call([sys.executable, '-m', 'pip', 'install', 'nowhere_x'])\nimport nowhere_x")}, ["SRC010"]),
    ("the organiser's module", {"model.py": entry(top="import ingestion")}, []),
    ("a plug-in loader that hooks imports", {"model.py": entry(top="import sys\nclass F: pass\nsys.meta_path.append(F())\nimport virtual")}, []),
    ("exec of its own file", {"model.py": entry(top=HERE + "exec(open(HERE / 'parts.py').read())"), "parts.py": "x = 1"}, []),
    ("an exit before it", {"model.py": entry() + "def f():\n    raise SystemExit\n    import nowhere_x\n"}, []),
    ("a zip on sys.path", {"model.py": entry(top="import sys\n" + HERE + "sys.path.insert(0, str(HERE / 'deps.zip'))\nimport deps_x"), "deps.zip": "x"}, []),
    ("a module made at run time", {"model.py": entry(top="import sys, types\nsys.modules['virtual'] = types.ModuleType('virtual')\nimport virtual")}, []),
    ("a folder that is unpacked first", {"model.py": entry(top="import sys, zipfile\n" + HERE + "zipfile.ZipFile(HERE / 'l.zip').extractall(HERE / 'lib')\nsys.path.append(str(HERE / 'lib'))\nimport inner_x"), "l.zip": "x"}, []),
    ("what an image has besides", {"model.py": entry(top="import pkg_resources, setuptools")}, []),
    ("by the version", {"model.py": entry(top="import sys\nif sys.version_info >= (3, 8):\n    import json\nelse:\n    import simplejson_x")}, []),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), [row[1:] for row in IMPORTS], ids=[row[0] for row in IMPORTS])
def test_imports(files: Mapping[str, str], expected, write_zip) -> None:
    assert judge(write_zip(files)) == expected


VERSIONS = [
    ("import tomllib", "an2dl-2024", []),
    ("import tomllib", "codalab-legacy-py39", ["SRC005"]),
    ("import asyncore, imp", "an2dl-2024", []),
    ("import asyncore", "codalab-legacy-py312", ["SRC005"]),
    ("import sklearn", "codalab-legacy-py312", []),
    ("import tensorflow", "codalab-legacy-py312", ["SRC005"]),
    ("import torch", "an2dl-2024", ["SRC005:W"]),
    ("import torchx", "an2dl-2024", ["SRC005"]),
]


@pytest.mark.parametrize(("line", "environment", "expected"), VERSIONS)
def test_an_import_is_looked_up_in_the_evaluators_environment(line, environment, expected, write_zip) -> None:
    assert judge(write_zip({"model.py": entry(top=line)}), environment=environment) == expected


def test_a_standard_module_says_which_version_has_it() -> None:
    assert "tomllib" not in standard((3, 10))
    assert "tomllib" in standard((3, 11))
    assert {"imp", "distutils"} <= standard((3, 11))
    assert not {"imp", "distutils"} & standard((3, 12))
    assert why_not_standard("imp", (3, 12)) == "Python 3.12 has removed it"


def test_without_known_contents_of_the_environment_no_package_is_accused(write_zip) -> None:
    contract = CONTRACT.model_copy(update={"environment": None})
    assert judge(write_zip({"model.py": entry(top="import nowhere_x")}), contract) == []


def test_what_may_lie_beside_an_unknown_ingestion_program_is_not_accused(write_zip) -> None:
    assert judge(write_zip({"model.py": entry(top="import nowhere_x")}), organiser=None) == []
    assert judge(write_zip({"model.py": entry(top="import config"), "src/config.py": ""}), organiser=None) == ["SRC005"]


FILES = [
    # SRC009
    ("weights of another name", {"model.py": entry("np.load(HERE / 'weights.npy')", top=NP + HERE), **W}, ["SRC009"]),
    ("of the same", {"model.py": entry("np.load(HERE / 'w.npy')", top=NP + HERE), **W}, []),
    ("in another case", {"model.py": entry("np.load(HERE / 'W.npy')", top=NP + HERE), **W}, ["SRC009"]),
    ("a folder", {"model.py": entry("import tensorflow as tf\ntf.saved_model.load(str(HERE / 'sm'))", top=HERE), "sm/saved_model.pb": "x"}, []),
    ("a folder that is not there", {"model.py": entry("import tensorflow as tf\ntf.saved_model.load(str(HERE / 'sm'))", top=HERE), "saved_model/saved_model.pb": "x"}, ["SRC009"]),
    ("a checkpoint's prefix", {"model.py": entry("import keras\nm = keras.Sequential([])\nm.load_weights(str(HERE / 'ck'))", top=HERE), "ck.index": "x"}, []),
    ("by os.path.join", {"model.py": entry("np.load(os.path.join(os.path.dirname(__file__), 'no.npy'))", top=NP + HERE), **W}, ["SRC009"]),
    ("by an f-string", {"model.py": entry("np.load(f'{HERE}/no.npy')", top=NP + HERE), **W}, ["SRC009"]),
    ("by +", {"model.py": entry("np.load(os.path.dirname(__file__) + '/w.npy')", top=NP + HERE), **W}, []),
    ("by format", {"model.py": entry("np.load('{}/{}.npy'.format(HERE, 'no'))", top=NP + HERE), **W}, ["SRC009"]),
    ("by %", {"model.py": entry("np.load('%s/no_%d.npy' % (HERE, 3))", top=NP + HERE), **W}, ["SRC009"]),
    ("by with_suffix", {"model.py": entry("np.load(Path(__file__).with_suffix('.npy'))", top=NP + HERE), "model.npy": "x"}, []),
    ("by with_name", {"model.py": entry("np.load(Path(__file__).with_name('no.npy'))", top=NP + HERE), **W}, ["SRC009"]),
    ("by parents", {"model.py": entry("np.load(Path(__file__).parents[0] / 'no.npy')", top=NP + HERE), **W}, ["SRC009"]),
    ("by __file__.replace", {"model.py": entry("np.load(__file__.replace('model.py', 'w.npy'))", top=NP + HERE), **W}, []),
    ("from a class attribute", {"model.py": entry("np.load(HERE / self.NAME)", top=NP + HERE) + "    NAME = 'no.npy'\n", **W}, ["SRC009"]),
    ("from an attribute of the object", {"model.py": entry("self.path = HERE / 'no.npy'", "return np.load(self.path)", top=NP + HERE), **W}, ["SRC009"]),
    ("from a default", {"model.py": entry("self.load()", top=NP + HERE) + "    def load(self, name='no.npy'):\n        return np.load(HERE / name)\n", **W}, ["SRC009"]),
    ("from a dict", {"model.py": entry("np.load(HERE / CFG['w'])", top=NP + HERE + "CFG = {'w': 'no.npy'}"), **W}, ["SRC009"]),
    ("from another module", {"model.py": entry("np.load(HERE / config.W)", top=NP + HERE + "import config"), "config.py": "W = 'no.npy'", **W}, ["SRC009"]),
    ("from a helper's folder", {"model.py": entry("load()", top="from lib.io import load"), "lib/io.py": NP + HERE + "def load(): return np.load(HERE / 'w.npy')", "lib/w.npy": "x"}, []),
    ("from a helper's folder, where it is not", {"model.py": entry("load()", top="from lib.io import load"), "lib/io.py": NP + HERE + "def load(): return np.load(HERE / 'w.npy')", **W}, ["SRC009"]),
    ("several in a loop", {"model.py": entry("for n in ('a', 'b'):\n    np.load(HERE / f'{n}.npy')", top=NP + HERE), "a.npy": "x"}, ["SRC009"]),
    ("several in a comprehension", {"model.py": entry("[np.load(HERE / f'{i}.npy') for i in range(2)]", top=NP + HERE), "0.npy": "x", "1.npy": "x"}, []),
    ("lazily", {"model.py": entry("self.w = None", "if self.w is None:\n    self.w = np.load(HERE / 'no.npy')\nreturn X", top=NP + HERE), **W}, ["SRC009"]),
    ("lazily, in a global", {"model.py": entry(predict="return get()", top=NP + HERE + "_W = None\ndef get():\n    global _W\n    if _W is None:\n        _W = np.load(HERE / 'no.npy')\n    return _W"), **W}, ["SRC009"]),
    ("by json.load", {"model.py": entry("with open(HERE / 'no.json') as f:\n    json.load(f)", top="import json\n" + HERE), **W}, ["SRC009"]),
    ("by read_text", {"model.py": entry("(HERE / 'no.json').read_text()", top=HERE), **W}, ["SRC009"]),
    ("by a keyword", {"model.py": entry("import tensorflow as tf\ntf.lite.Interpreter(model_path=str(HERE / 'no.tflite'))", top=HERE), **W}, ["SRC009"]),
    ("a property", {"model.py": entry("np.load(self.path)", top=NP + HERE) + "    @property\n    def path(self):\n        return HERE / 'no.npy'\n", **W}, ["SRC009"]),
    ("a base class", {"model.py": NP + HERE + "class Base:\n    NAME = 'w.npy'\n    def __init__(self):\n        self.w = np.load(HERE / self.NAME)\nclass Model(Base):\n    NAME = 'no.npy'\n    def __init__(self):\n        super().__init__()\n    def predict(self, X): return X\n", **W}, ["SRC009"]),
    ("a dataclass", {"model.py": NP + HERE + "from dataclasses import dataclass\n@dataclass\nclass Model:\n    name: str = 'no.npy'\n    def __post_init__(self):\n        self.w = np.load(HERE / self.name)\n    def predict(self, X): return X\n", **W}, ["SRC009"]),
    ("exists asked", {"model.py": entry("p = HERE / 'no.npy'\nif p.exists():\n    np.load(p)", top=NP + HERE), **W}, []),
    ("exists demanded", {"model.py": entry("p = HERE / 'no.npy'\nif not p.exists():\n    raise FileNotFoundError(p)\nnp.load(p)", top=NP + HERE), **W}, ["SRC009"]),
    ("made if not there", {"model.py": entry("p = HERE / 'no.npy'\nif not p.exists():\n    make(p)\nnp.load(p)", top=NP + HERE + "def make(p): np.save(p, 1)"), **W}, []),
    ("try", {"model.py": entry("try:\n    np.load(HERE / 'no.npy')\nexcept OSError:\n    pass", top=NP + HERE), **W}, []),
    ("try with finally only", {"model.py": entry("try:\n    np.load(HERE / 'no.npy')\nfinally:\n    pass", top=NP + HERE), **W}, ["SRC009"]),
    ("in a branch", {"model.py": entry("if os.environ.get('X'):\n    np.load(HERE / 'no.npy')", top=NP + HERE), **W}, []),
    ("written", {"model.py": entry("open(HERE / 'log.txt', 'w')", top=HERE), **W}, []),
    ("written, then read", {"model.py": entry("np.save(HERE / 'c.npy', 1)\nnp.load(HERE / 'c.npy')", top=NP + HERE), **W}, []),
    ("unpacked, then read", {"model.py": entry("zipfile.ZipFile(HERE / 'w.zip').extractall(HERE)\nnp.load(HERE / 'inner.npy')", top=NP + HERE + "import zipfile"), "w.zip": "x"}, []),
    ("a temporary file", {"model.py": entry("p = os.path.join(tempfile.gettempdir(), 'x.npy')\nnp.load(p)", top=NP + HERE + "import tempfile"), **W}, []),
    ("a mode that is not known", {"model.py": entry("open(HERE / 'no.npy', MODE)", top=HERE + "MODE = os.environ.get('M')"), **W}, []),
    ("in a method that nobody calls", {"model.py": entry(top=NP + HERE) + "    def retrain(self):\n        np.load(HERE / 'train.npy')\n", **W}, []),
    ("__file__ in a notebook's way", {"model.py": entry("np.load(ROOT / 'w.npy')", top=NP + "from pathlib import Path\ntry:\n    ROOT = Path(__file__).parent\nexcept NameError:\n    ROOT = Path('.')"), **W}, []),
    ("beside the zip", {"model.py": entry("np.load(HERE.parent / 'x.npy')", top=NP + HERE), **W}, []),
    ("the platform's own path", {"model.py": entry("np.load('/app/ingested_program/w.npy')", top=NP), **W}, []),
    ("the platform's own path, wrongly", {"model.py": entry("np.load('/app/ingested_program/no.npy')", top=NP), **W}, ["SRC009"]),
    ("an iterator in a generator", {"model.py": entry("self.g = self.files()", top=NP + HERE) + "    def files(self):\n        yield np.load(HERE / 'no.npy')\n", **W}, []),
    ("backslashes", {"model.py": entry("np.load(HERE / 'a\\\\w.npy')", top=NP + HERE), "a/w.npy": "x"}, ["SRC009"]),
    ("a property with a setter", {"model.py": entry("self.path = 'w.npy'\nnp.load(self.path)", top=NP + HERE) + "    @property\n    def path(self):\n        return self._path\n    @path.setter\n    def path(self, name):\n        self._path = HERE / 'sub' / name\n", "sub/w.npy": "x"}, []),
    ("a named tuple", {"model.py": entry("np.load(HERE / Config(name='w.npy').name)", top=NP + HERE + "from typing import NamedTuple\nclass Config(NamedTuple):\n    name: str = 'no.npy'"), **W}, []),
    ("a dataclass of a dataclass", {"model.py": entry("np.load(HERE / B('w.npy', 1).name)", top=NP + HERE + "from dataclasses import dataclass\n@dataclass\nclass A:\n    name: str = 'no.npy'\n@dataclass\nclass B(A):\n    size: int = 1"), **W}, []),
    ("load_model of a library", {"model.py": entry("self.zoo.load_model('resnet')") + "    zoo = open\n"}, []),
    ("text in place of a path", {"model.py": entry("pd.read_csv('a\\n1')", top="import pandas as pd")}, ["SRC005:W"]),
    ("an own function called open", {"model.py": entry("open('no.npy')", top="def open(name): return name")}, []),
    # SRC008
    ("relative, in the zip", {"model.py": entry("np.load('w.npy')", top=NP), **W}, ["SRC008:W"]),
    ("relative, not in the zip", {"model.py": entry("np.load('no.npy')", top=NP), **W}, ["SRC009"]),
    ("relative by ./", {"model.py": entry("np.load('./w.npy')", top=NP), **W}, ["SRC008:W"]),
    ("relative by getcwd", {"model.py": entry("np.load(os.path.join(os.getcwd(), 'w.npy'))", top=NP + HERE), **W}, ["SRC008:W"]),
    ("relative by abspath", {"model.py": entry("np.load(os.path.abspath('w.npy'))", top=NP + HERE), **W}, ["SRC008:W"]),
    ("after chdir", {"model.py": entry("np.load('w.npy')", top=NP + HERE + "os.chdir(HERE)"), **W}, []),
    ("after a chdir in a branch", {"model.py": entry("np.load('no.npy')", top=NP + HERE + "if os.environ.get('X'): os.chdir('/tmp')"), **W}, []),
    ("a name of the net", {"model.py": entry("pd.read_csv('s3://bucket/x.csv')", top="import pandas as pd")}, ["SRC005:W"]),
    ("written, relative", {"model.py": entry("open('log.txt', 'a')"), **W}, []),
    # SRC007
    ("Drive", {"model.py": entry("np.load('/content/drive/MyDrive/w.npy')", top=NP), **W}, ["SRC007"]),
    ("Kaggle, joined", {"model.py": entry("np.load(os.path.join(BASE, 'w.npy'))", top=NP + "import os\nBASE = '/kaggle/input/cells'"), **W}, ["SRC007"]),
    ("Windows", {"model.py": entry("np.load(r'C:\\Users\\me\\w.npy')", top=NP), **W}, ["SRC007"]),
    ("a default argument", {"model.py": "import numpy as np\nclass Model:\n    def __init__(self, path='/home/me/w.npy'):\n        self.w = np.load(path)\n    def predict(self, X): return X\n", **W}, ["SRC007"]),
    ("in a docstring and a comment", {"model.py": entry("'''Trained from /content/drive/x.npy'''  # /home/me/y", top="print('/content/drive')"), **W}, []),
    ("tried first", {"model.py": entry("base = Path('/content/drive')\nbase = base if base.exists() else HERE\nnp.load(base / 'w.npy')", top=NP + HERE), **W}, []),
    ("tried first, by os.path", {"model.py": entry("if os.path.isdir('/kaggle/input'):\n    np.load('/kaggle/input/w.npy')\nelse:\n    np.load(HERE / 'w.npy')", top=NP + HERE), **W}, []),
    ("tried in a loop", {"model.py": entry("for p in ('/content/w.npy', str(HERE / 'w.npy')):\n    if os.path.exists(p):\n        np.load(p)\n        break", top=NP + HERE), **W}, []),
    ("the platform's folders", {"model.py": entry("os.listdir('/app/input_data')\nopen('/tmp/x', 'w')\nopen('/proc/cpuinfo')", top=HERE), **W}, []),
    ("on sys.path for nothing", {"model.py": entry(top="import sys\nsys.path.append('/content/drive/MyDrive')\nimport helper"), "helper.py": ""}, []),
    ("on sys.path for a module", {"model.py": entry(top="import sys\nsys.path.append('/content/drive/MyDrive')\nimport helper")}, ["SRC007"]),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_files(files: Mapping[str, str], expected, write_zip) -> None:
    assert judge(write_zip(files)) == expected


INGESTION_FOLDER = [
    ("relative, in the zip", {"model.py": entry("np.load('w.npy')", top=NP), **W}, ["SRC008"]),
    ("relative, in a folder of the zip", {"model.py": entry("np.load('w.npy')", top=NP), "model/w.npy": "x"}, ["SRC008"]),
    ("relative, perhaps the organiser's", {"model.py": entry("open('settings.json')"), **W}, []),
    ("beside model.py", {"model.py": entry("np.load(HERE / 'w.npy')", top=NP + HERE), **W}, []),
    ("after chdir", {"model.py": entry("np.load('w.npy')", top=NP + HERE + "os.chdir(os.path.dirname(__file__))"), **W}, []),
    ("inside of contextlib.chdir", {"model.py": entry("with contextlib.chdir(HERE):\n    np.load('w.npy')", top=NP + HERE + "import contextlib"), **W}, []),
    ("a relative folder on sys.path", {"model.py": entry(top="import sys\nsys.path.append('src')\nimport parts"), "src/parts.py": ""}, ["SRC005"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "expected"), [row[1:] for row in INGESTION_FOLDER], ids=[row[0] for row in INGESTION_FOLDER]
)
def test_files_where_the_working_directory_is_the_ingestion_programs(files, expected, write_zip) -> None:
    assert judge(write_zip(files), ELSEWHERE) == expected


def test_the_folder_that_the_evaluator_passes_is_the_submissions(write_zip) -> None:
    contract = ELSEWHERE.model_copy(update={"class_name": "model", "constructor": ("path",)})
    text = (
        NP
        + "import os\nclass model:\n    def __init__(self, path):\n        np.load(os.path.join(path, '{}'))\n    def predict(self, X): return X\n"
    )
    assert judge(write_zip({"model.py": text.format("w.npy"), **W}), contract) == []
    assert judge(write_zip({"model.py": text.format("no.npy"), **W}), contract) == ["SRC009"]


TF = "import tensorflow as tf\n"
FETCHED = [
    ("imagenet", entry("tf.keras.applications.ResNet50(weights='imagenet')", top=TF), ["SRC010"]),
    ("the default", entry("tf.keras.applications.ResNet50(include_top=False)", top=TF), ["SRC010"]),
    ("by another name", entry("ResNet50()", top="from tensorflow.keras.applications.resnet50 import ResNet50"), ["SRC010"]),
    ("none, by position", entry("tf.keras.applications.MobileNetV2((96, 96, 3), 1.0, False, None)", top=TF), []),
    ("a position before the weights'", entry("tf.keras.applications.MobileNetV2((96, 96, 3), 1.0)", top=TF), ["SRC010"]),
    ("none", entry("tf.keras.applications.ResNet50(weights=None)", top=TF), []),
    ("a file", entry("tf.keras.applications.ResNet50(weights=str(HERE / 'w.npy'))", top=TF + HERE), []),
    ("preprocess_input", entry(predict="return tf.keras.applications.resnet50.preprocess_input(X)", top=TF), []),
    ("keywords that are not known", entry("tf.keras.applications.ResNet50(**self.k)", top=TF) + "    k = {}\n", []),
    ("in a function that is not called", entry(top=TF + "def build(): return tf.keras.applications.ResNet50()"), []),
    ("for training only", entry(top=TF) + "if __name__ == '__main__':\n    tf.keras.applications.ResNet50()\n", []),
    ("pip", entry(top="import os\nos.system('pip install x')"), ["SRC010"]),
    ("wheels of the zip", entry(top="import subprocess, sys\n" + HERE + "subprocess.run([sys.executable, '-m', 'pip', 'install', '--no-index', str(HERE / 'x.whl')])"), []),
    ("pip's list", entry(top="import os\nos.system('pip list')"), []),
    ("a cache in the zip", entry("tf.keras.applications.ResNet50()", top="import os\n" + HERE + "os.environ['KERAS_HOME'] = str(HERE)\n" + TF), []),
    ("another command", entry(top="import subprocess\nsubprocess.run(['nvidia-smi'])"), []),
    ("pip in try", entry(top="import os\ntry:\n    os.system('pip install x')\nexcept Exception:\n    pass"), []),
    ("a URL", entry("urllib.request.urlretrieve('https://x.org/w', '/tmp/w')", top="import urllib.request"), ["SRC010"]),
    ("a URL if not there", entry("p = HERE / 'no.npy'\nif not p.exists():\n    urllib.request.urlretrieve('https://x.org/w', p)\nopen(p)", top="import urllib.request\n" + HERE), ["SRC010:W"]),
    ("a URL if not there, and it is", entry("p = HERE / 'w.npy'\nif not p.exists():\n    urllib.request.urlretrieve('https://x.org/w', p)\nopen(p)", top="import urllib.request\n" + HERE), []),
    ("get_file", entry("tf.keras.utils.get_file('w.h5', 'https://x.org/w.h5')", top=TF), ["SRC010"]),
    ("urllib's parser", entry(top="from urllib.parse import quote\nquote('https://x.org')"), []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in FETCHED], ids=[row[0] for row in FETCHED])
def test_what_is_fetched(text: str, expected, write_zip) -> None:
    assert judge(write_zip({"model.py": text, **W})) == expected


NAMES = [
    ("in predict", {"model.py": entry(predict="return np.argmax(X)")}, ["SRC011"]),
    ("at the top", {"model.py": entry(top="SIZE = IMAGE_SIZE * 2")}, ["SRC011"]),
    ("in a loop", {"model.py": entry(predict="for x in X:\n    prepare(x)\nreturn X")}, ["SRC011:W"]),
    ("in a function that is not called", {"model.py": entry(top="def train(): model.fit(x_train)")}, []),
    ("behind a star", {"model.py": entry(predict="return argmax(X)", top="from numpy import *")}, []),
    ("behind a star of the zip", {"model.py": entry(predict="return f(X)", top="from parts import *"), "parts.py": "def f(x): return x"}, []),
    ("by globals()", {"model.py": entry(predict="return f(X)", top="globals()['f'] = len")}, []),
    ("by exec", {"model.py": entry(predict="return f(X)", top="exec('f = len')")}, []),
    ("under a condition", {"model.py": entry(predict="return f(X)", top="import os\nif os.environ.get('X'):\n    f = len")}, []),
    ("in an annotation that is a text", {"model.py": entry(top="def f(x: 'Tensor') -> 'Array': return x\nf(1)")}, []),
    ("in an annotation that is put off", {"model.py": "from __future__ import annotations\n" + entry(top="def f(x: Tensor): return x")}, []),
    ("in an annotation", {"model.py": entry(top="def f(x: np.ndarray): return x")}, ["SRC011"]),
    ("builtins", {"model.py": entry(predict="print(__file__, __name__, __doc__, len(X))\nreturn X")}, []),
    ("caught", {"model.py": entry(top="try:\n    get_ipython()\nexcept NameError:\n    pass")}, []),
    ("of a notebook", {"model.py": entry(top="display(1)")}, ["SRC011"]),
    ("deleted", {"model.py": entry(top="x = 1\ndel x\ny = x")}, ["SRC011"]),
    ("a helper's", {"model.py": entry(predict="return f(X)", top="from parts import f"), "parts.py": "def f(x): return np.sum(x)"}, ["SRC011"]),
    ("that a module lacks", {"model.py": entry(top="from config import SIZE"), "config.py": "WIDTH = 1"}, ["SRC011"]),
    ("that a module may get otherwise", {"model.py": entry(top="from config import SIZE"), "config.py": "def __getattr__(n): return 1"}, []),
    ("an attribute that a module lacks", {"model.py": entry(predict="return config.SIZE", top="import config"), "config.py": "WIDTH = 1"}, ["SRC011"]),
    ("of modules in a circle", {"model.py": entry(top="from a import f"), "a.py": "import b\ndef f(): return b.g", "b.py": "from a import f\ndef g(): return f"}, []),
    ("put among the builtins", {"model.py": entry(predict="return size", top="import builtins\nbuiltins.size = 1")}, []),
    ("by a walrus", {"model.py": entry(predict="if (n := len(X)) > 1:\n    print(n)\nreturn n")}, []),
    ("in a comprehension", {"model.py": entry(predict="return [y for y in X if y]")}, []),
    ("in an async helper", {"model.py": entry(predict="import asyncio\nreturn asyncio.run(f(X))", top="async def f(x): return x")}, []),
    ("first in a function that is not called", {"model.py": entry(predict="return np.sum(X)", top="def train(): return np.load('x')")}, ["SRC011"]),
    ("a builtin of a later Python", {"model.py": entry(top="PythonFinalizationError")}, ["SRC011"]),
    ("a builtin of a later Python, defined", {"model.py": entry(top="class PythonFinalizationError(Exception): pass\nPythonFinalizationError()")}, []),
    ("defined by a function with global", {"model.py": entry(predict="start()\nreturn size", top="def start():\n    global size\n    size = 1")}, []),
    ("of Python 2, under a condition", {"model.py": entry(top="import sys\nif sys.version_info[0] < 3:\n    range = xrange")}, []),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES])
def test_names(files: Mapping[str, str], expected, write_zip) -> None:
    assert judge(write_zip(files)) == expected


PYPLOT = "import matplotlib.pyplot as plt\n"
AT_IMPORT = [
    ("training", "import keras\nm = keras.Sequential([])\nm.fit([1], [2], epochs=3)\n" + entry(), ["SRC012:W"]),
    ("training in main", entry() + "if __name__ == '__main__':\n    import keras\n    keras.Sequential([]).fit([1], epochs=3)\n", []),
    ("fitting a scaler", "from keras import layers\nn = layers.Normalization()\nn.fit([1.0])\n" + entry(), []),
    ("arguments", "import argparse\np = argparse.ArgumentParser()\np.add_argument('--x')\nargs = p.parse_args()\n" + entry(), ["SRC012:W"]),
    ("arguments in a function", "import argparse\ndef main():\n    argparse.ArgumentParser().parse_args()\n" + entry(), []),
    ("arguments of its own", "import argparse\nargs = argparse.ArgumentParser().parse_args([])\n" + entry(), []),
    ("known arguments", "import argparse\nargs, _ = argparse.ArgumentParser().parse_known_args()\n" + entry(), []),
    ("input", "name = input('name')\n" + entry(), ["SRC012:W"]),
    ("in the constructor", entry("self.m = keras.Sequential([])\nself.m.fit([1], epochs=1)", top="import keras"), []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in AT_IMPORT], ids=[row[0] for row in AT_IMPORT])
def test_what_runs_at_import(text: str, expected, write_zip) -> None:
    assert judge(write_zip({"model.py": text})) == expected


LAST = Organiser(modules={"ingestion": frozenset(), "utils": frozenset({"save"})}, submission="last")
FIRST = Organiser(modules={"ingestion": frozenset(), "utils": frozenset({"save"})}, submission="first")
UTILS = {"model.py": entry(top="from utils import crop"), "utils.py": "def crop(x): return x"}
RANDOM = {"model.py": entry(top="import keras\nfrom random import crop"), "random.py": "def crop(x): return x"}
SHADOWS = [
    ("the organiser's utils first", UTILS, LAST, ["SRC006"]),
    ("the submission's first", UTILS, FIRST, []),
    ("no utils beside the ingestion program", UTILS, ORGANISER, []),
    ("a standard module's name, found last", RANDOM, LAST, ["SRC006"]),
    ("a standard module's name, hiding it from libraries", RANDOM, FIRST, ["SRC006"]),
    ("a standard module's name, for nobody", {"model.py": entry(), "random.py": "x = 1"}, LAST, []),
    ("a standard module that is wanted itself", {"model.py": entry(top="import random\nrandom.seed(0)"), "random.py": "x = 1"}, LAST, []),
    ("a standard module that is wanted, and hidden", {"model.py": entry(top="import random\nrandom.seed(0)"), "random.py": "x = 1"}, FIRST, ["SRC006"]),
    ("a backport", {"model.py": entry(top="from tomllib import loads"), "tomllib/__init__.py": "def load(f): pass\ndef loads(s): pass\nTOMLDecodeError = ValueError"}, LAST, []),
    ("numpy.py", {"model.py": entry(top="import tensorflow\nfrom numpy import crop"), "numpy.py": "def crop(): pass"}, FIRST, ["SRC006"]),
    ("a library in the zip", {"model.py": entry(top="import yaml"), "yaml/__init__.py": "def load(): pass"}, LAST, []),
    ("a folder of a library's name", {"model.py": entry(top="import tensorflow as tf\nprint(tf.constant(1))"), "tensorflow/saved_model.pb": "x"}, LAST, []),
    ("harmless folders", {"model.py": entry(), "tests/__init__.py": "", "data/x.csv": "x", "utils/__init__.py": ""}, ORGANISER, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "organiser", "expected"), [row[1:] for row in SHADOWS], ids=[row[0] for row in SHADOWS]
)
def test_modules_of_one_name(files, organiser, expected, write_zip) -> None:
    assert judge(write_zip(files), organiser=organiser) == expected


HOSTILE = {
    "calls that double": "".join(f"def f{n}(x): return f{n + 1}(x) + f{n + 1}(x)\n" for n in range(60))
    + "def f60(x): return x\nf0(1)\n",
    "a function of itself": "def f(x): return f(f(x))\nf(1)\n",
    "loops in loops": "".join("    " * n + f"for i{n} in range(60):\n" for n in range(15)) + "    " * 15 + "pass\n",
    "a text that doubles": "b = 'abc'\n" + "b = b + b\n" * 3000,
    "a list that doubles": "b = (1, 2)\n" + "b = b + b\n" * 3000,
    "tuples of tuples": "import os\nx = y = 1\n"
    + "x = (x, x)\ny = (y, y)\n" * 60
    + "z = x if os.environ.get('Z') else y\n",
    "a chain of dots": "a = b" + ".c" * 50_000 + "\n",
    "ten thousand files": "import numpy as np\n" + "".join(f"np.load('w{n}.npy')\n" for n in range(10_000)),
    "classes of classes": "class C0: pass\n"
    + "".join(f"class C{n + 1}(C{n}): pass\n" for n in range(2000))
    + "C2000().x\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("top", HOSTILE.values(), ids=HOSTILE)
def test_the_walk_ends(top: str, write_zip) -> None:
    begin = time.perf_counter()
    judge(write_zip({"model.py": entry(top=top)}))
    assert time.perf_counter() - begin < 30


@pytest.mark.slow
def test_ten_thousand_modules_are_bounded(write_zip) -> None:
    chain = {f"m{number}.py": f"import m{number + 1}\n" for number in range(10_000)}
    begin = time.perf_counter()
    assert judge(write_zip({"model.py": entry(top="import m0"), **chain})) == []
    assert time.perf_counter() - begin < 60


def test_many_defects_of_one_kind_are_told_by_the_first(write_zip) -> None:
    path = write_zip({"model.py": entry(top=NP + "".join(f"np.load('w{number}.npy')\n" for number in range(50)))})
    subject = subject_of(open_archive(path), CONTRACT, organiser=ORGANISER)
    finding = next(one for one in run_checks(Stage.CHECK, subject, CONTRACT).findings if one.code == "SRC009")
    assert len(finding.evidence) == 10


PROGRAMS = [
    ("sys.path.insert(0, x)", "first"),
    ("sys.path.append(x)", "last"),
    ("sys.path.insert(1, x)", None),
    ("sys.path.append(x)\nsys.path.insert(0, y)", None),
    ("print()", None),
]


@pytest.mark.parametrize(("line", "expected"), PROGRAMS)
def test_where_the_ingestion_program_puts_the_submission_is_read_from_it(line, expected, tmp_path: Path) -> None:
    (tmp_path / "metadata.yaml").write_text("command: python3 $program/run.py $input $output")
    (tmp_path / "run.py").write_text(f"import sys\nimport numpy as np\n{line}\n")
    (tmp_path / "utils.py").write_text("def crop(): pass\n")
    found = read_organiser(tmp_path)
    assert found.submission == expected
    assert set(found.modules) == {"run", "utils"}
    assert found.modules["utils"] == {"crop"}
    assert found.loaded == {"sys", "numpy"}
