"""Bundles that are zips: read without being unpacked, and safe against what a zip may hold."""

import os
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from tests.tools.bundle.irises import zip_of
from tools.bundle import open_bundle
from tools.bundle.errors import DamagedError, MisplacedError, PartError
from tools.competitions import DEFAULT
from tools.errors import BundleError, UsageError


def held(folder: Path) -> dict[str, bytes | None]:
    """Each path below a folder: the content of a file, None for a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def test_a_zip_says_what_its_folder_says(bundle_folder: Path, bundle_zip: Path, tmp_path: Path) -> None:
    zipped, folder = open_bundle(bundle_zip, tmp_path / "scratch"), open_bundle(bundle_folder, tmp_path)
    assert zipped.competition == folder.competition
    assert zipped.refusals == zipped.remarks == ()
    assert zipped.root == bundle_zip


def test_nothing_is_unpacked_by_opening(bundle_zip: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    open_bundle(bundle_zip, scratch)
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    "value", ["ingestion", "ingestion/", "./ingestion", "data/../ingestion", "reference.zip", "data"]
)
def test_programs_and_data_are_the_same_from_a_zip(value: str, bundle_folder: Path, tmp_path: Path) -> None:
    (bundle_folder / "data" / "empty").mkdir()
    for name, root in (("folder", bundle_folder), ("zip", zip_of(bundle_folder, tmp_path / "again.zip"))):
        assert open_bundle(root, tmp_path / "scratch").place(value, tmp_path / name)
    assert held(tmp_path / "zip") == held(tmp_path / "folder") != {}


def test_a_zip_in_the_zip_is_taken_out_once(bundle_zip: Path, tmp_path: Path) -> None:
    bundle = open_bundle(bundle_zip, tmp_path / "scratch")
    for place in ("one", "two"):
        bundle.place("reference.zip", tmp_path / place)
        assert held(tmp_path / place) == {"labels": None, "labels/y.csv": b"0"}
    assert [path.name for path in (tmp_path / "scratch").rglob("*.zip")] == ["nested-0.zip"]


def test_the_contract_comes_out_of_the_zip(tmp_path: Path) -> None:
    bundle = open_bundle(zip_of(DEFAULT, tmp_path / "cells.zip"), tmp_path / "scratch")
    assert bundle.contract == open_bundle(None, tmp_path).contract


def test_a_wrong_contract_in_a_zip_is_told_by_the_zips_name(bundle_folder: Path, tmp_path: Path) -> None:
    (bundle_folder / "contract.yaml").write_text("a: [")
    path = zip_of(bundle_folder, tmp_path / "irises.zip")
    with pytest.raises(BundleError, match=r"irises\.zip.contract\.yaml is not YAML"):
        open_bundle(path, tmp_path / "scratch")


def test_a_zip_of_the_folder_is_told_what_to_zip(bundle_folder: Path, tmp_path: Path) -> None:
    (bundle_folder / "backup").mkdir()
    shutil.copy(bundle_folder / "competition.yaml", bundle_folder / "backup")
    path = zip_of(bundle_folder, tmp_path / "outer.zip", below="irises/")
    with pytest.raises(
        MisplacedError, match=r"competition\.yaml lies in irises/, the platform wants it at the root"
    ) as got:
        open_bundle(path, tmp_path)
    assert got.value.fix.endswith("cd irises && zip -r ../outer.zip .")


def test_a_folder_above_the_bundle_is_told_which_one_to_give(bundle_folder: Path) -> None:
    with pytest.raises(MisplacedError, match=r"competition\.yaml lies in bundle/") as got:
        open_bundle(bundle_folder.parent, bundle_folder.parent)
    assert got.value.fix == f"give that folder: --bundle {bundle_folder}"


@pytest.mark.parametrize("as_zip", [False, True])
def test_competition_yml_is_not_read(as_zip: bool, bundle_folder: Path, tmp_path: Path) -> None:
    (bundle_folder / "competition.yaml").rename(bundle_folder / "competition.yml")
    root = zip_of(bundle_folder, tmp_path / "b.zip") if as_zip else bundle_folder
    with pytest.raises(MisplacedError, match=r"holds competition\.yml, the platform reads competition\.yaml only"):
        open_bundle(root, tmp_path)


def test_a_file_that_is_no_zip_is_named(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_text("version: 2")
    with pytest.raises(DamagedError, match=r"b\.zip is no zip that can be unpacked: File is not a zip file"):
        open_bundle(tmp_path / "b.zip", tmp_path)


@pytest.mark.parametrize("kept", [0, 1, 100, 0.5, 0.9])
def test_a_truncated_zip_is_a_bundle_error(kept: float, bundle_zip: Path, tmp_path: Path) -> None:
    data = bundle_zip.read_bytes()
    bundle_zip.write_bytes(data[: kept if isinstance(kept, int) else int(len(data) * kept)])
    with pytest.raises(DamagedError):
        open_bundle(bundle_zip, tmp_path)


def test_a_damaged_member_is_named_with_the_line_that_names_it(bundle_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as target:  # stored, so that the text can be found
        for file in bundle_folder.rglob("*.*"):
            target.write(file, file.relative_to(bundle_folder).as_posix())
        target.writestr("scoring/metadata", "command: true")
    path.write_bytes(path.read_bytes().replace(b"1,2", b"1,3", 1))
    bundle = open_bundle(path, tmp_path / "scratch")
    with pytest.raises(
        DamagedError, match=r"^competition\.yaml:13: tasks\[0\]\.input_data: data/input is no zip .*CRC"
    ):
        bundle.place("data/input", tmp_path / "placed")


@pytest.mark.parametrize("as_zip", [False, True])
def test_a_damaged_zip_in_the_bundle_is_named(as_zip: bool, bundle_folder: Path, tmp_path: Path) -> None:
    nested = bundle_folder / "reference.zip"
    nested.write_bytes(nested.read_bytes().replace(b"y.csv0", b"y.csv1", 1))
    root = zip_of(bundle_folder, tmp_path / "b.zip") if as_zip else bundle_folder
    with pytest.raises(
        DamagedError, match=r"^competition\.yaml:14: tasks\[0\]\.reference_data: reference\.zip is no zip"
    ):
        open_bundle(root, tmp_path / "scratch").place("reference.zip", tmp_path / "placed")


def test_an_encrypted_member_is_named(bundle_zip: Path, tmp_path: Path) -> None:
    data = bytearray(bundle_zip.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    bundle_zip.write_bytes(data)
    with pytest.raises(DamagedError, match="encrypted"):
        open_bundle(bundle_zip, tmp_path)


HOSTILE = ["../evil", "/evil", "ingestion/../../../evil", "ingestion//../evil", "./ingestion/./../evil", "C:/evil"]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_member_leaves_its_place(name: str, bundle_zip: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle_zip, "a") as target:
        target.writestr(name, "evil")
    deep = tmp_path / "a" / "b" / "c"
    bundle = open_bundle(bundle_zip, tmp_path / "scratch")
    bundle.place("ingestion", deep / "program")
    bundle.place(".", deep / "all")
    assert {path.relative_to(deep).parts[0] for path in (tmp_path / "a").rglob("*evil")} <= {"program", "all"}
    assert not list(tmp_path.glob("*evil"))
    with zipfile.ZipFile(bundle_zip) as opened:
        opened.extractall(tmp_path / "wanted")
    assert held(deep / "all") == held(tmp_path / "wanted")
    assert held(deep / "program") == held(tmp_path / "wanted" / "ingestion")
    for path, content in held(tmp_path / "wanted").items():
        assert bundle.parts.read(path, 10_000) == content


@pytest.mark.parametrize("value", ["../bundle/ingestion", "/etc", "ingestion/../../x", ".."])
@pytest.mark.parametrize("as_zip", [False, True])
def test_no_path_leaves_the_bundle(value: str, as_zip: bool, spoil, tmp_path: Path) -> None:
    root = spoil(("input_data: data/input", f"input_data: {value}"))
    bundle = open_bundle(zip_of(root, tmp_path / "b.zip") if as_zip else root, tmp_path / "scratch")
    with pytest.raises(PartError, match=r"^competition\.yaml:13: tasks\[0\]\.input_data is .* no path in the bundle"):
        bundle.place(value, tmp_path / "placed")
    assert not (tmp_path / "placed").exists()


def test_a_link_in_a_zip_becomes_a_small_text(bundle_zip: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle_zip, "a") as target:
        link = zipfile.ZipInfo("ingestion/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        target.writestr(link, "/etc/passwd")
    open_bundle(bundle_zip, tmp_path / "scratch").place("ingestion", tmp_path / "placed")
    assert not (tmp_path / "placed" / "link").is_symlink()
    assert (tmp_path / "placed" / "link").read_text() == "/etc/passwd"


def test_of_two_members_of_one_name_the_later_counts(bundle_zip: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle_zip, "a") as target, pytest.warns(UserWarning, match="Duplicate name"):
        target.writestr("ingestion/ingestion.py", "later")
    bundle = open_bundle(bundle_zip, tmp_path / "scratch")
    bundle.place("ingestion", tmp_path / "placed")
    assert (tmp_path / "placed" / "ingestion.py").read_text() == "later"
    assert bundle.parts.read("ingestion/ingestion.py", 100) == b"later"


def test_exec_bits_in_a_zip_are_lost(bundle_folder: Path, tmp_path: Path) -> None:
    (bundle_folder / "ingestion" / "ingestion.py").chmod(0o755)
    root = zip_of(bundle_folder, tmp_path / "b.zip")
    open_bundle(root, tmp_path / "scratch").place("ingestion", tmp_path / "placed")
    assert not (tmp_path / "placed" / "ingestion.py").stat().st_mode & 0o111


def test_a_zip_that_cannot_be_written_is_told(bundle_zip: Path, tmp_path: Path) -> None:
    (tmp_path / "placed").mkdir()
    (tmp_path / "placed" / "ingestion.py").mkdir()
    with pytest.raises(PartError, match=r"^competition\.yaml:11: tasks\[0\]\.ingestion_program: ingestion cannot be"):
        open_bundle(bundle_zip, tmp_path / "scratch").place("ingestion", tmp_path / "placed")


def test_a_zip_without_a_competition_is_a_usage_error(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as target:
        target.writestr("model.py", "")
    with pytest.raises(UsageError, match=r"there is no competition\.yaml in"):
        open_bundle(tmp_path / "b.zip", tmp_path)


def test_sizes_are_told_without_unpacking(bundle_folder: Path, bundle_zip: Path, tmp_path: Path) -> None:
    zipped, folder = open_bundle(bundle_zip, tmp_path), open_bundle(bundle_folder, tmp_path)
    assert zipped.parts.size("ingestion") == folder.parts.size("ingestion")
    assert folder.parts.size("ingestion").files == 2
    assert folder.parts.size("reference.zip").files == 1
    assert zipped.parts.size("reference.zip").files is None
    assert zipped.parts.size("reference.zip").size_bytes == os.path.getsize(bundle_folder / "reference.zip")  # noqa: PTH202
