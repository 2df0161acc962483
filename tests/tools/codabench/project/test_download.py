"""Parts of a competition are fetched whole or not at all, unpacked as the platform would, and never twice."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from tests.tools.codabench.platform import Fault
from tools.archive import archive as archive_module
from tools.codabench.connect import Platform as Connected
from tools.codabench.connect import connect
from tools.codabench.project import download
from tools.codabench.project.bundle_folder import BundleFolder, Placed
from tools.codabench.project.public_parts import Part, parts_of
from tools.codabench.transport.patience import Patience

pytestmark = pytest.mark.slow  # over sockets, again and again

FILES = {"a.txt": b"one", "folder/b.txt": b"two"}


def zip_of(members: dict[str, bytes], **options: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def line(platform) -> Connected:
    return connect(platform.url, lambda _: None, Patience(attempts=3))


@pytest.fixture
def folder(tmp_path) -> BundleFolder:
    made = BundleFolder(tmp_path / "competition-1")
    made.open()
    return made


@pytest.fixture
def place(platform, line, folder):
    """Offer some bytes as input data, public, and place them."""

    def call(content: bytes | None = None, **changes: object) -> Placed:
        dataset = platform.competition.tasks[0].files["input_data"]
        dataset.is_public = True
        if content is not None:
            dataset.stored.content, dataset.stored.size = content, len(content)
            dataset.file_size = len(content)
        for name, value in changes.items():
            setattr(dataset, name, value)
        return folder.place(line, part_of(line), lambda _: None)

    return call


def part_of(line: Connected, kind: str = "input_data") -> Part:
    return next(part for part in parts_of(line.client.competition(1)) if part.kind == kind)


def names(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.name != ".kit-init.json"}


def test_a_zip_becomes_a_folder_and_nothing_else_is_left(place, folder) -> None:
    placed = place(zip_of(FILES))
    assert (placed.state, placed.place) == ("fetched", "input_data")
    assert names(folder.root) == {"input_data", "input_data/a.txt", "input_data/folder", "input_data/folder/b.txt"}
    assert (folder.root / "input_data" / "a.txt").read_bytes() == b"one"


def test_what_is_there_already_is_not_asked_for_again(place, platform) -> None:
    place(zip_of(FILES))
    platform.requests.clear()
    assert place().state == "there already"
    assert not platform.asked("download")


def test_what_is_not_public_is_not_even_asked_for(line, folder, platform) -> None:
    placed = folder.place(line, part_of(line, "reference_data"), lambda _: None)
    assert placed.state == "kept by the organiser"
    assert not platform.asked("download")
    assert names(folder.root) == set()


def test_the_token_goes_to_the_site_and_never_to_the_storage(place, platform) -> None:
    place(zip_of(FILES))
    assert platform.asked("download")[0].header_map["authorization"] == f"Token {platform.token}"
    (fetched,) = [record for record in platform.requests if record.server == "storage"]
    assert "authorization" not in fetched.header_map


def test_a_broken_connection_is_taken_up_and_leaves_nothing_half_written(place, platform, folder) -> None:
    platform.fail("get", Fault.cut_answer(50))
    assert place(zip_of(FILES | {"big": os.urandom(200_000)})).state == "fetched"
    assert len(platform.asked("get")) == 2
    assert (folder.root / "input_data" / "big").stat().st_size == 200_000


def test_a_connection_that_always_breaks_fails_and_the_next_time_it_goes_on(place, platform, folder) -> None:
    platform.fail("get", Fault.cut_answer(50), times=None)
    placed = place(zip_of(FILES | {"big": os.urandom(200_000)}))
    assert placed.state == "failed"
    assert placed.url.endswith(f"/datasets/download/{placed.part.key}/")
    assert names(folder.root) == set()
    platform.heal()
    assert place().state == "fetched"


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault.html(), "not given"),
        (Fault.redirect("/accounts/login/?next=/datasets/"), "not given"),
        (Fault.redirect("file:///etc/passwd"), "not given"),
        (Fault.status(500), "failed"),
    ],
)
def test_a_website_that_wants_a_browser_or_fails_is_told_with_the_address(place, platform, fault, state) -> None:
    platform.fail("download", fault, times=None)
    placed = place(zip_of(FILES))
    assert placed.state == state
    assert placed.place is None
    assert placed.url.startswith(platform.url)
    assert placed.why


def test_a_file_that_the_platform_gives_to_nobody_is_not_given(place, platform, line) -> None:
    part = part_of(line)
    platform.datasets[:] = [one for one in platform.datasets if one.key != part.key]
    assert "answered 404" in place().why


def test_a_passing_error_of_the_website_is_tried_again(place, platform) -> None:
    platform.fail("download", Fault.unavailable(0))
    assert place(zip_of(FILES)).state == "fetched"


@pytest.mark.parametrize("fault", [Fault.status(502), Fault.cut_answer(50)])
def test_a_storage_host_that_fails_is_asked_as_often_as_patience_says(place, platform, fault) -> None:
    platform.fail("get", fault, times=None)
    assert place(zip_of(FILES)).state == "failed"
    assert len(platform.asked("get")) == 3


def test_a_part_that_is_no_zip_stays_as_it_is(place, folder) -> None:
    placed = place(b"1,2,3\n", file_name="../rows.csv")
    assert (placed.state, placed.place) == ("fetched", "input_data.csv")
    assert (folder.root / "input_data.csv").read_bytes() == b"1,2,3\n"


@pytest.mark.parametrize("file_name", ["", "x", "x.c/sv", "x.\x1b[31m", "x.ünï"])
def test_an_odd_ending_is_not_taken_over(place, file_name) -> None:
    assert place(b"1,2,3\n", file_name=file_name).place == "input_data.bin"


def test_names_that_lead_out_stay_inside(place, folder, tmp_path) -> None:
    place(zip_of({"../../out.txt": b"x", "/etc/out.txt": b"y", "in.txt": b"z"}))
    assert not (tmp_path / "out.txt").exists()
    assert not (tmp_path.parent / "out.txt").exists()
    assert {path for path in names(folder.root) if path.endswith(".txt")} == {
        "input_data/out.txt",
        "input_data/etc/out.txt",
        "input_data/in.txt",
    }


def test_a_link_in_a_zip_is_no_link(place, folder) -> None:
    info = zipfile.ZipInfo("link")
    info.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr(info, "/etc/passwd")
    place(buffer.getvalue())
    assert not (folder.root / "input_data" / "link").is_symlink()


def test_a_bomb_stays_packed(place, monkeypatch) -> None:
    monkeypatch.setattr(archive_module, "DENSE_LIMIT_BYTES", 1000)
    placed = place(zip_of({"zeros": bytes(10_000_000)}, compression=zipfile.ZIP_DEFLATED))
    assert placed.place == "input_data.zip"


def test_a_damaged_zip_stays_packed_and_no_half_of_it_is_unpacked(place, folder) -> None:
    content = bytearray(zip_of({"a.txt": b"first", "b.txt": b"second" * 100}))
    at = content.index(b"secondsecond")
    content[at : at + 6] = b"SECOND"
    assert place(bytes(content)).place == "input_data.zip"
    assert names(folder.root) == {"input_data.zip"}


def test_more_than_the_bound_is_not_fetched(place, monkeypatch, folder) -> None:
    monkeypatch.setattr(download, "MOST_BYTES", 100)
    placed = place(zip_of(FILES | {"big": os.urandom(5000)}))
    assert placed.state == "failed"
    assert names(folder.root) == set()


def test_what_does_not_fit_on_the_disk_is_not_begun(place, monkeypatch) -> None:
    monkeypatch.setattr(download, "SPARE_BYTES", 1 << 60)
    placed = place(zip_of(FILES))
    assert placed.state == "failed"
    assert "of the disk are free" in placed.why


def test_what_was_put_there_by_hand_takes_the_parts_place_and_is_kept(place, folder, platform) -> None:
    (folder.root / "input_data.zip").write_bytes(zip_of({"mine": b""}))
    placed = place(zip_of(FILES))
    assert (placed.state, placed.place, placed.why) == ("there already", "input_data.zip", "put there by hand")
    assert not platform.asked("download")


def test_another_file_of_nearly_the_same_name_is_none_of_it(place, folder) -> None:
    (folder.root / "input_data_notes.txt").write_text("mine")
    assert place(zip_of(FILES)).state == "fetched"


def test_a_file_that_the_organiser_has_replaced_is_told_and_the_old_one_stays(place, folder) -> None:
    place(zip_of(FILES))
    placed = place(key="00000000-0000-4000-8000-000000000099")
    assert placed.state == "in the way"
    assert (folder.root / "input_data" / "a.txt").exists()


def test_a_broken_list_of_what_is_there_is_as_none(place, folder) -> None:
    (folder.root / ".kit-init.json").write_text('{"parts": 3')
    assert place(zip_of(FILES)).state == "fetched"


def test_a_file_that_was_changed_by_hand_is_not_written_over(folder) -> None:
    assert folder.write("competition.yaml", "version: 2\n")
    assert folder.write("competition.yaml", "version: 2 # newer\n")
    (folder.root / "competition.yaml").write_text("version: 2 # mine\n")
    assert not folder.write("competition.yaml", "version: 2\n")
    assert (folder.root / "competition.yaml").read_text() == "version: 2 # mine\n"
