"""What an environment holds, read from the records of its packages."""

from pathlib import Path

import pytest

from tools.environments.site_packages import contents_of


def installed(folder: Path, name: str, version: str, *files: str) -> None:
    place = folder / "lib" / "python3.7" / "site-packages"
    info = place / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in (*files, f"{info.name}/RECORD")))
    for file in files:  # later versions of the reader leave out what is not there
        path = place / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.mark.parametrize(
    ("files", "modules"),
    [
        (["six.py"], ["six"]),
        (["yaml/__init__.py", "_yaml/__init__.py"], ["_yaml", "yaml"]),
        (["contourpy/x.cpython-37m-x86_64-linux-gnu.so"], ["contourpy"]),
        (["_cffi_backend.cpython-37m-x86_64-linux-gnu.so"], ["_cffi_backend"]),
        (["win32.pyd"], ["win32"]),
        (["numpy.libs/libopenblas.so", "numpy/__init__.py"], ["numpy"]),
        (["../../../bin/f2py", "../../../share/man.py"], []),
        (["data/table.csv", "readme.txt", "x.pth"], []),
        (["distutils-precedence.pth", "setuptools/__init__.py"], ["distutils", "setuptools"]),
        (["__pycache__/six.cpython-37.pyc", "six.py"], ["six"]),
    ],
)
def test_modules_are_what_can_be_imported_by_name(files: list[str], modules: list[str], tmp_path: Path) -> None:
    installed(tmp_path, "Some_Package", "1.0", *files)
    found = contents_of(tmp_path, lock="x")
    assert sorted(found.modules) == modules
    assert set(found.modules.values()) <= {"some-package"}
    assert found.versions == {"some-package": "1.0"}


def test_of_several_in_one_namespace_the_one_with_most_files_is_named(tmp_path: Path) -> None:
    installed(tmp_path, "small", "1", "google/small/__init__.py")
    installed(tmp_path, "protobuf", "4", "google/protobuf/__init__.py", "google/protobuf/message.py")
    installed(tmp_path, "tiny", "1", "google/tiny/__init__.py")
    assert contents_of(tmp_path, lock="x").modules == {"google": "protobuf"}


def test_what_is_installed_in_anothers_stead_has_its_name(tmp_path: Path) -> None:
    installed(tmp_path, "tensorflow_cpu", "2.17.0", "tensorflow/__init__.py")
    found = contents_of(tmp_path, lock="x")
    assert found.modules == {"tensorflow": "tensorflow"}
    assert found.versions == {"tensorflow-cpu": "2.17.0"}
