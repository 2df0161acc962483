"""`[tool.kit]` is written so that comments, order and every other key stay, and read back as the commands read it."""

import tomllib
from pathlib import Path

import pytest

from tools.codabench.project.settings_file import plan, project_file, write
from tools.errors import KitError, UsageError

WANTED = {"host": "https://example.org", "competition": 7, "phase": None}


def changed(path: Path, before: str | None) -> str:
    if before is not None:
        path.write_bytes(before.encode())
    change = plan(path, WANTED)
    write(change, path.parent)
    return path.read_bytes().decode()


def test_a_file_that_is_missing_is_made(tmp_path) -> None:
    text = changed(tmp_path / "pyproject.toml", None)
    assert text.startswith("# ")
    assert tomllib.loads(text) == {"tool": {"kit": {"host": "https://example.org", "competition": 7}}}


def test_a_file_of_something_else_gets_a_table_at_its_end_and_nothing_else_moves(tmp_path) -> None:
    before = '[project]  # mine\nname = "x"\n\n[tool.ruff]\nline-length = 100\n'
    text = changed(tmp_path / "pyproject.toml", before)
    assert text.startswith(before)
    assert tomllib.loads(text)["tool"]["ruff"] == {"line-length": 100}


def test_comments_order_and_other_keys_of_the_table_stay(tmp_path) -> None:
    before = (
        "# the top\n[tool.kit]\n# about the bundle\nbundle = 'b'  # where\nhost = \"https://old\"  # the host\n"
        'phase = 3\n\n[tool.kit.ignore]\nSRC012 = "known"\n\n[project]\nname = "x"\n'
    )
    text = changed(tmp_path / "pyproject.toml", before)
    assert text == before.replace("https://old", "https://example.org").replace("phase = 3\n", "competition = 7\n")


@pytest.mark.parametrize(
    "before",
    [
        '[tool]\nkit.bundle = "b"\nruff.x = 1\n',
        'tool = {kit = {bundle = "b"}, ruff = {x = 1}}\n',
        '[tool.kit.ignore]\nSRC012 = "a"\n[project]\nname = "n"\n[tool.kit]\ncompetition = 1\n',
        '[tool.a]\nx = 1\n[project]\nname = "n"\n[tool.kit]\nbundle = "b"\n[other]\nz = 1\n[tool.b]\ny = 2',
        "[tool.kit]",
    ],
)
def test_every_form_of_toml_keeps_its_other_values(tmp_path, before) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(before)
    after = tomllib.loads(plan(path, WANTED).after)
    expected = tomllib.loads(before)
    expected["tool"]["kit"] |= {"host": "https://example.org", "competition": 7}
    assert after == expected


def test_lines_that_end_as_on_windows_go_on_so(tmp_path) -> None:
    text = changed(tmp_path / "pyproject.toml", '[tool.kit]\r\nbundle = "b"\r\n\r\n[project]\r\nname = "x"\r\n')
    assert "\n" not in text.replace("\r\n", "")
    assert "competition = 7\r\n" in text


def test_the_same_again_changes_nothing(tmp_path) -> None:
    path = tmp_path / "pyproject.toml"
    changed(path, None)
    change = plan(path, WANTED)
    assert change.is_none
    assert change.replaced == {}


def test_what_would_be_lost_is_told_with_its_value(tmp_path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.kit]\nhost = "https://example.org"\ncompetition = 1\nphase = "Final"\n')
    change = plan(path, WANTED)
    assert change.replaced == {"competition": 1, "phase": "Final"}
    assert "-competition = 1" in change.diff
    assert "+competition = 7" in change.diff


@pytest.mark.parametrize(
    "content", [b"[tool.kit\n", b'[tool.kit]\nhost = "\xff"\n', b"a = 1\na = 2\n", b"[tool]\nkit = 3\n"]
)
def test_a_broken_file_is_left_as_it_is(tmp_path, content) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(content)
    with pytest.raises(UsageError) as raised:
        plan(path, WANTED)
    assert str(path) in raised.value.what
    assert path.read_bytes() == content


def test_a_file_that_cannot_take_a_table_is_refused_with_the_lines_to_write(tmp_path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("tool = {ruff = {x = 1}}\n")
    with pytest.raises(UsageError) as raised:
        plan(path, WANTED)
    assert "competition = 7" in raised.value.fix


def test_the_nearest_file_with_the_table_is_the_one_and_others_stay(tmp_path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert project_file(inner) == inner / "pyproject.toml"
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "somebody else\'s"\n')
    assert project_file(inner) == inner / "pyproject.toml"
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.kit]\n")
    assert project_file(inner) == tmp_path / "a" / "pyproject.toml"
    (inner / "pyproject.toml").write_text('[project]\nname = "mine"\n')
    assert project_file(inner) == tmp_path / "a" / "pyproject.toml"


def test_a_link_stays_a_link_and_its_file_is_written(tmp_path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "real.toml").write_text("[tool.kit]\n")
    (tmp_path / "pyproject.toml").symlink_to(tmp_path / "kept" / "real.toml")
    write(plan(tmp_path / "pyproject.toml", {"competition": 7}), tmp_path)
    assert (tmp_path / "pyproject.toml").is_symlink()
    assert "competition = 7" in (tmp_path / "kept" / "real.toml").read_text()


def test_where_another_file_holds_it_is_said_that_the_value_does_not(tmp_path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[tool.kit]\ncompetition = 3\n")
    with pytest.raises(KitError, match="competition = 7"):
        write(plan(tmp_path / "pyproject.toml", {"competition": 7}), inner)


def test_a_bundle_is_read_back_beside_its_file(tmp_path) -> None:
    write(plan(tmp_path / "pyproject.toml", {"bundle": "competition-7"}), tmp_path)
    assert 'bundle = "competition-7"' in (tmp_path / "pyproject.toml").read_text()
