"""Submissions whose zip itself is unusual, around one plain model.py."""

import zipfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tests.valid.submission import Content, Valid, deflated

PLAIN = """import numpy as np


class Model:
    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
"""


def _by_method(method: int, files: Mapping[str, Content], path: Path) -> None:
    with zipfile.ZipFile(path, "w", method) as target:
        for name, content in files.items():
            target.writestr(name, content)


def _with_folders_of_their_own(files: Mapping[str, Content], path: Path) -> None:
    with zipfile.ZipFile(path, "w") as target:
        target.mkdir("parts")
        target.mkdir("empty")
        for name, content in files.items():
            target.writestr(name, content)


def _with_a_comment(files: Mapping[str, Content], path: Path) -> None:
    deflated(files, path)
    with zipfile.ZipFile(path, "a") as target:
        target.comment = b"our best one, 0.98 at home"


def _as_zip64(files: Mapping[str, Content], path: Path) -> None:
    with zipfile.ZipFile(path, "w") as target:
        for name, content in files.items():
            with target.open(name, "w", force_zip64=True) as member:
                member.write(content.encode() if isinstance(content, str) else content)


def _with_modes(files: Mapping[str, Content], path: Path) -> None:
    with zipfile.ZipFile(path, "w") as target:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (2024, 11, 9, 12, 0, 0))
            info.external_attr = 0o100755 << 16
            target.writestr(info, content)


_FILES = {"model.py": PLAIN, "parts/x.txt": "x"}
_SHARDS = {f"shards/{number:04}.bin": bytes([number % 256]) for number in range(2000)}

ZIPS = (
    Valid(name="stored", files=_FILES, zipped=partial(_by_method, zipfile.ZIP_STORED)),
    Valid(name="by bzip2", files=_FILES, zipped=partial(_by_method, zipfile.ZIP_BZIP2)),
    Valid(name="by lzma", files=_FILES, zipped=partial(_by_method, zipfile.ZIP_LZMA)),
    Valid(name="with folders of their own", files=_FILES, zipped=_with_folders_of_their_own),
    Valid(name="with a comment", files=_FILES, zipped=_with_a_comment),
    Valid(name="as zip64", files=_FILES, zipped=_as_zip64),
    Valid(name="with modes and dates", files=_FILES, zipped=_with_modes),
    Valid(name="two thousand small files", files=_FILES | _SHARDS),
    Valid(name="zeros that compress well", files=_FILES | {"bias.bin": bytes(4 << 20)}),
)
