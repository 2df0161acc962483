"""An installed environment shows a sandbox what it needs and no more."""

from pathlib import Path

import pytest

from tools.environments.installed import Installed, outermost


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (["a", "b"], ["a", "b"]),
        (["b", "a", "b"], ["a", "b"]),
        (["a", "a/lib/site-packages"], ["a"]),
        (["a/lib/site-packages", "a"], ["a"]),
        (["a/lib", "a/lib-dynload"], ["a/lib", "a/lib-dynload"]),
        (["link", "a"], ["a"]),
        (["link/lib"], ["a/lib"]),
        (["/usr", "a"], ["a"]),
        (["/usr/lib/python3.12", "/usr/local"], []),
        (["/usrlocal"], ["/usrlocal"]),
    ],
)
def test_folders_are_real_and_not_inside_each_other(given: list[str], shown: list[str], tmp_path: Path) -> None:
    (tmp_path / "a" / "lib").mkdir(parents=True)
    (tmp_path / "link").symlink_to("a")
    assert outermost(tmp_path / path for path in given) == tuple(tmp_path / path for path in shown)


def test_an_environment_keeps_only_what_must_be_shown(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    folders = (tmp_path / "link" / "lib", tmp_path / "link", Path("/usr"))
    installed = Installed(name="x", bin_folder=tmp_path / "link" / "bin", folders=folders)
    assert installed.folders == (tmp_path / "real",)
    assert installed.bin_folder == tmp_path / "real" / "bin"
