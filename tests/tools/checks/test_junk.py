"""ARC006: what nobody needs there, and what looks like it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.tools.archive.zips import add_all
from tools.archive import open_archive
from tools.checks import Level, Stage, run_checks, subject_of

MB = bytes(1_000_000)
OPENS = "import numpy as np\nknown = np.load('x_train.npy')\n"
LISTS = "from pathlib import Path\nfiles = list(Path(__file__).parent.glob('*.npz'))\n"
PHOTOS = {f"photos/{number}.jpg": b"\xff\xd8" for number in range(250)}
JUNK: list[tuple[str, Mapping[str, bytes | str], str | None]] = [
    ("nothing but the entry", {}, None),
    ("dotfiles of a repository", {".gitignore": "x", ".gitattributes": "x", ".github/ci.yml": "x"}, None),
    ("names that only begin alike", {".git_info.txt": "x", "__pycache__.txt": "x", "DS_Store": "x"}, None),
    ("compiled Python that has no source", {"rule.pyc": "x"}, None),
    ("weights by any name", {"model.npz": MB, "weights.npy": MB, "best_val_model.h5": MB, "net_train.npz": MB}, None),
    ("training statistics", {"train_mean.npy": MB, "training_set_stats.npz": MB}, None),
    ("weights that say nothing", {"final.h5": MB, "test2.npz": MB, "run_7.npy": MB, "w.csv": MB}, None),
    ("small data", {"x_train.npy": b"123", "training_set.npz": b"123"}, None),
    ("data that the entry opens", {"x_train.npy": MB, "model.py": OPENS}, None),
    ("data that a setting names", {"x_train.npy": MB, "config.json": '{"support": "x_train.npy"}'}, None),
    ("data where the entry lists its folder", {"training_set.npz": MB, "model.py": LISTS}, None),
    ("a few pictures", dict(list(PHOTOS.items())[:50]), None),
    ("pictures in a folder that is named", PHOTOS | {"model.py": "ROOT = 'photos'"}, None),
    (
        "vendored packages that are put on the path",
        {"lib/python3/site-packages/a.py": "", "model.py": "'site-packages'"},
        None,
    ),
    ("a folder called venv without an environment", {"venv/rule.py": "x"}, None),
    ("what macOS adds", {"__MACOSX/._model.py": "x", "a/.DS_Store": "x"}, "__MACOSX: what macOS adds to a zip (1 file"),
    ("what Windows leaves", {"Thumbs.db": "x"}, "Thumbs.db: what Windows"),
    (
        "caches",
        {"__pycache__/model.cpython-311.pyc": "x", "a/.ipynb_checkpoints/m.py": "x"},
        ".ipynb_checkpoints: copies",
    ),
    ("a repository", {".git/HEAD": "x", ".git/objects/00/1": "x"}, ".git: the history of a Git repository (2 files"),
    (
        "a virtual environment",
        {"venv/pyvenv.cfg": "x", "venv/lib/python3.11/site-packages/numpy/a.py": "", "venv/bin/python": "x"},
        "venv/: a virtual environment; the platform installs nothing from it (3 files",
    ),
    (
        "an environment at the root",
        {"pyvenv.cfg": "x", "Lib/site-packages/a.py": "x", "Scripts/activate": "x"},
        "bin/, lib/: a virtual environment; the platform installs nothing from it (3 files",
    ),
    ("the training set", {"training_set.npz": MB}, "training_set.npz: data, or another zip"),
    ("arrays of the training", {"data/X_train.npy": MB, "data/y_train.npy": b"1"}, "data/X_train.npy: data"),
    ("an older submission", {"submission (1).zip": MB}, "submission (1).zip: data, or another zip"),
    ("a folder of pictures", PHOTOS, "photos/: images that nothing in the submission opens (250 files"),
]


def found(files: Mapping[str, bytes | str], path: Path) -> list[tuple[Level, tuple[str, ...]]]:
    together = {"model.py": "class Model: ..."} | dict(files)
    add_all(path, [(name, text.encode() if isinstance(text, str) else text) for name, text in together.items()])
    result = run_checks(Stage.CHECK, subject_of(open_archive(path), None), None)
    return [(finding.level, finding.evidence) for finding in result.findings if finding.code == "ARC006"]


@pytest.mark.parametrize(("files", "expected"), [row[1:] for row in JUNK], ids=[row[0] for row in JUNK])
def test_junk(files: Mapping[str, bytes | str], expected: str | None, tmp_path: Path) -> None:
    seen = found(files, tmp_path / "x.zip")
    if expected is None:
        assert seen == []
    else:
        assert [level for level, _ in seen] == [Level.WARNING]
        assert any(text.startswith(expected) for text in seen[0][1]), seen


def test_a_heap_is_one_line_with_its_count_and_size(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {f".git/objects/{number}": bytes(1000) for number in range(3000)}
    [(_, evidence)] = found(files, tmp_path / "x.zip")
    assert evidence == (".git: the history of a Git repository (3000 files, 3.0 MB): .git/objects/0",)


def test_of_a_folder_only_what_would_be_packed_is_looked_at(tmp_path: Path, write: Callable[..., Path]) -> None:
    root = write(tmp_path / "s", {"model.py": "x = 1", ".git/HEAD": "x", "training_set.npz": MB})
    result = run_checks(Stage.CHECK, subject_of(open_archive(root), None), None)
    assert [f.evidence for f in result.findings] == [
        ("training_set.npz: data, or another zip, that nothing in the submission opens (1 file, 1.0 MB)",)
    ]


@pytest.fixture
def write() -> Callable[..., Path]:
    def written(root: Path, files: Mapping[str, bytes | str]) -> Path:
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return written
