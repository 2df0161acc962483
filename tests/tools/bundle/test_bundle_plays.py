"""What is to be played: phases and tasks by number and name, time limits, and tasks that the bundle does not hold."""

from pathlib import Path

import pytest

from tools.bundle import open_bundle
from tools.bundle.errors import PartError, PlatformOnlyError
from tools.errors import BundleError, UsageError

KEY = "12345678-1234-5678-1234-567812345678"


def names(plays) -> list[tuple[str, int | str]]:
    return [(play.phase.name, play.task.index) for play in plays]


DEVELOPMENT, FINAL = [("Development", 0)], [("Final", 0), ("Final", 1)]


@pytest.mark.parametrize(
    ("phase", "task", "played"),
    [
        (None, None, DEVELOPMENT),
        ("0", None, DEVELOPMENT),
        ("1", None, FINAL),
        (1, None, FINAL),
        ("Final", None, FINAL),
        (" final ", None, FINAL),
        ("all", None, DEVELOPMENT + FINAL),
        ("ALL", None, DEVELOPMENT + FINAL),
        ("1", "1", FINAL[1:]),
        ("1", 1, FINAL[1:]),
        ("1", "final", FINAL[1:]),
        ("all", "0", [("Development", 0), ("Final", 0)]),
        ("all", "Development", [("Development", 0), ("Final", 0)]),
    ],
)
def test_phases_and_tasks_are_known_by_number_and_name(phase, task, played, spoil, tmp_path: Path) -> None:
    assert names(open_bundle(spoil(), tmp_path).plays(phase, task)) == played


@pytest.mark.parametrize(
    ("phase", "task", "words", "fix"),
    [
        ("2", None, "--phase 2: there is none", "give one of: 0 (Development), 1 (Final), or all"),
        ("Semi", None, "--phase Semi: there is none", "give one of: 0 (Development), 1 (Final), or all"),
        ("", None, "--phase : there is none", "give one of: 0 (Development), 1 (Final), or all"),
        (None, "1", "--task 1: there is none", "give one of: 0 (Development)"),
        ("all", "2", "--task 2: there is none", "give one of: 0 (Development), 1 (Final)"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(phase, task, words, fix, spoil, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=words) as got:
        open_bundle(spoil(), tmp_path).plays(phase, task)
    assert got.value.fix == fix
    assert not isinstance(got.value, BundleError)


def test_two_phases_of_one_name_are_known_by_number_only(spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil(("name: Final\n  start", "name: Development\n  start")), tmp_path)
    with pytest.raises(UsageError, match="--phase development: 2 have that name"):
        bundle.plays("development")
    assert [play.task.index for play in bundle.plays("1")] == [0, 1]


def test_names_that_differ_in_case_only_are_told_apart(spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil(("name: Final\n  start", "name: development\n  start")), tmp_path)
    assert len(bundle.plays("Development")) == 1
    assert len(bundle.plays("development")) == 2


def test_phases_are_in_the_order_of_their_indexes_and_keep_them(spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil(("phases:\n- index: 0", "phases:\n- index: 9"), ("- index: 1\n  name: Final\n  start",
                                "- index: 3\n  name: Final\n  start")), tmp_path)  # fmt: skip
    assert [(number, phase.name) for number, phase in bundle.phases] == [(3, "Final"), (9, "Development")]
    assert names(bundle.plays()) == FINAL
    assert names(bundle.plays("9")) == DEVELOPMENT


@pytest.mark.parametrize("second", ["- index: 0\n  name: Final\n  start", "- name: Final\n  start"])
def test_phases_without_indexes_of_their_own_are_counted(second: str, spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil(("- index: 1\n  name: Final\n  start", second)), tmp_path)
    assert [(number, phase.name) for number, phase in bundle.phases] == [(0, "Development"), (1, "Final")]
    assert names(bundle.plays("1")) == FINAL


def test_a_task_that_a_phase_names_twice_is_played_once(spoil, tmp_path: Path) -> None:
    assert names(open_bundle(spoil(("tasks: [0]\n", "tasks: [0, 0]\n")), tmp_path).plays()) == DEVELOPMENT


def test_tasks_may_be_known_by_texts(spoil, tmp_path: Path) -> None:
    root = spoil(("tasks:\n- index: 0", "tasks:\n- index: dev"), ("tasks: [0]\n", "tasks: [dev]\n"),
                 ("tasks: [0, 1]\nsol", "tasks: [dev, 1]\nsol"))  # fmt: skip
    bundle = open_bundle(root, tmp_path)
    assert names(bundle.plays("all", "dev")) == [("Development", "dev"), ("Final", "dev")]


def with_key(spoil) -> Path:
    return spoil(("- index: 1\n  name: Final\n  ingestion_program", f"- index: 1\n  key: {KEY}\n  ingestion_program"))


def test_a_task_that_is_only_a_key_is_not_played(spoil, tmp_path: Path) -> None:
    bundle = open_bundle(with_key(spoil), tmp_path)
    assert names(bundle.plays()) == DEVELOPMENT
    assert names(bundle.plays("1", "0")) == FINAL[:1]
    assert bundle.refusals == ()
    with pytest.raises(PlatformOnlyError, match=rf"^competition\.yaml:16: tasks\[1\]\.key is {KEY}: .* platform only"):
        bundle.plays("1")


def test_a_key_that_can_be_none_is_refused(spoil, tmp_path: Path) -> None:
    root = with_key(spoil)
    (root / "competition.yaml").write_text((root / "competition.yaml").read_text().replace(KEY, "mine"))
    assert open_bundle(root, tmp_path).refusals == (
        "competition.yaml:16: tasks[1].key: Task with key mine does not exist",
    )


def test_data_that_is_only_a_key_is_named_when_it_is_wanted(spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil(("input_data: data/input", f"input_data: {KEY}")), tmp_path)
    (play,) = bundle.plays()
    assert bundle.refusals == ()
    bundle.require(play, data=False)
    for step in (lambda: bundle.require(play), lambda: bundle.place(KEY, tmp_path / "placed")):
        with pytest.raises(
            PlatformOnlyError, match=r"^competition\.yaml:13: tasks\[0\]\.input_data is .* platform only"
        ):
            step()


@pytest.mark.parametrize(
    ("key", "old", "new", "words"),
    [
        ("scoring_program", "scoring", "gone", "12: tasks[0].scoring_program is 'gone', which is not in the bundle"),
        (
            "scoring_program",
            "scoring",
            "terms.md",
            "12: tasks[0].scoring_program is 'terms.md', which is neither a fold",
        ),
        (
            "scoring_program",
            "scoring",
            "../x",
            "12: tasks[0].scoring_program is '../x', which is no path in the bundle",
        ),
        ("scoring_program", "scoring", "''", "12: tasks[0].scoring_program is '', which is no path in the bundle"),
        ("input_data", "data/input", "data/none", "13: tasks[0].input_data is 'data/none', which is not in the bundle"),
    ],
)
def test_what_a_task_needs_and_the_bundle_lacks_is_named(key, old, new, words, spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil((f"{key}: {old}", f"{key}: {new}")), tmp_path)
    (play,) = bundle.plays()
    for step in (lambda: bundle.require(play), lambda: bundle.place(getattr(play.task, key), tmp_path / "placed")):
        with pytest.raises(PartError) as got:
            step()
        assert got.value.what.startswith(f"competition.yaml:{words}")


@pytest.mark.parametrize(
    ("queue", "limit_s", "capped"), [("", 600, True), ("queue: null\n", 600, True), (f"queue: {KEY}\n", 7200, False)]
)
def test_the_default_queue_caps_the_time(queue: str, limit_s: float, capped: bool, spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil(("tasks:\n", f"{queue}tasks:\n")), tmp_path)
    (_, short), (_, long) = bundle.phases
    assert (bundle.limit_s(short), bundle.is_capped(short)) == (600, False)
    assert (bundle.limit_s(long), bundle.is_capped(long)) == (limit_s, capped)


@pytest.mark.parametrize("nothing", ["0", "null", "''"])
def test_a_limit_of_nothing_is_the_default(nothing: str, spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil(("execution_time_limit: 7200", f"execution_time_limit: {nothing}")), tmp_path)
    assert bundle.phases[1][1].execution_time_limit == 600
    assert bundle.refusals == ()


def test_plays_have_names_for_folders_and_reports(spoil, tmp_path: Path) -> None:
    assert [play.name for play in open_bundle(spoil(), tmp_path).plays("1")] == ["Final-Development", "Final-Final"]
    bare = open_bundle(
        spoil(("  name: Development\n  ingestion", "  ingestion"), ("  name: Development\n", "")), tmp_path
    )
    assert bare.plays()[0].name == "phase 0-0"
