"""What competition.yaml says: the good one, each way of breaking it with its line, and what is only refused."""

import datetime
from pathlib import Path

import pytest

from tools.bundle import open_bundle
from tools.bundle.errors import DefinitionError, FormatError
from tools.competitions import DEFAULT
from tools.errors import BundleError, UsageError

KEY = "12345678-1234-5678-1234-567812345678"


def at(day: int, month: int = 1) -> datetime.datetime:
    return datetime.datetime(2026, month, day, tzinfo=datetime.UTC)


def test_a_good_bundle_has_neither_refusals_nor_remarks(bundle_folder: Path, tmp_path: Path) -> None:
    bundle = open_bundle(bundle_folder, tmp_path)
    assert bundle.refusals == bundle.remarks == ()
    assert bundle.root == bundle_folder
    assert bundle.contract is None
    assert [column.key for column in bundle.columns] == ["accuracy", "seconds", "mean"]
    assert bundle.columns[2].computation == "avg"
    assert bundle.columns[2].computation_indexes == (0, 1)
    assert [phase.start for _, phase in bundle.phases] == [at(1), at(1, 2)]
    assert [phase.end for _, phase in bundle.phases] == [at(30), None]
    assert [solution.path for solution in bundle.list_solutions()] == ["solution"]


def test_what_is_not_written_has_the_platforms_default(spoil, tmp_path: Path) -> None:
    competition = open_bundle(spoil(), tmp_path).competition
    phase = competition.phases[0]
    assert competition.docker_image == "codalab/codalab-legacy:py37"
    assert (competition.enable_detailed_results, competition.queue, competition.fact_sheet) == (False, None, None)
    assert (phase.max_submissions_per_day, phase.max_submissions, phase.execution_time_limit) == (5, 100, 600)
    assert competition.phases[1].max_submissions == 0
    column = competition.leaderboards[0].columns[2]
    assert (column.precision, column.hidden, column.computation, column.sorting) == (2, False, None, "asc")


def test_the_bundle_of_the_kit_can_be_played(tmp_path: Path) -> None:
    bundle = open_bundle(None, tmp_path)
    assert bundle.root == DEFAULT
    assert bundle.contract is not None
    bundle.require(bundle.plays()[0])


BROKEN = [
    # (what is replaced, by what, the line, the words)
    ("title: Irises", "title: [", 4, "not YAML: while parsing a flow sequence that begins in line 2, expected"),
    ("title: Irises", "title: \x07", 2, r"not YAML: the character U\+0007 is not allowed"),
    ("start: 2026-01-01", "start: 2026-13-01", 25, "not YAML: '2026-13-01' cannot be read as a value: month must be"),
    ("title: Irises", "title: !!python/name:os.system x", 2, "not YAML: could not determine a constructor"),
    ("version: 2", "version: 1.5", 1, r"version is 1\.5: that is a CodaLab bundle of version 1\.5"),
    ("version: 2", "version: 1", 1, "version is 1: that is a CodaLab bundle"),
    ("version: 2\n", "", 1, "version is missing: that is a CodaLab bundle"),
    ("version: 2", "version: 3", 1, "version is 3, 2 is wanted"),
    ("version: 2", "version: 2.0", 1, r"version is 2\.0, 2 is wanted"),
    ("tasks:\n- index: 0\n", "tasks:\n-\n", 10, r"tasks\[0\]\.index is missing"),
    ("- index: 0\n  name: Development\n  ing", "- index: 1\n  name: Development\n  ing", 15, "Duplicate task indexes"),
    (
        "  scoring_program: scoring\n  input_data: data/input\n  reference_data: reference.zip\n- index: 1",
        "- index: 1",
        9,
        r"tasks\[0\]\.scoring_program is missing: ERROR: Task \"Development\" does not have a scoring program",
    ),
    (
        "  scoring_program: scoring",
        "  scoring_program: [scoring]",
        12,
        r"tasks\[0\]\.scoring_program is \['scoring'\], a text is wanted",
    ),
    ("input_data: data/input", "input_data: true", 13, r"tasks\[0\]\.input_data is True, a text is wanted"),
    (
        "  ingestion_only_during_scoring: true",
        "  ingestion_only_during_scoring: maybe",
        21,
        r"tasks\[1\]\.ingestion_only_during_scoring is 'maybe', true or false is wanted",
    ),
    ("phases:", "phase:", 1, "phases is missing: Unable to find any phases for this competition"),
    ("tasks:\n", "task:\n", 1, "tasks is missing: No tasks listed in this competition"),
    ("leaderboards:", "leaderboard:", 1, "leaderboards is missing: Could not find leaderboards"),
    (
        "  tasks: [0]\n- index: 1\n  name: Final\n  start",
        "- index: 1\n  name: Final\n  start",
        23,
        r"phases\[0\]\.tasks is missing: Phases must contain at least one task to be valid",
    ),
    ("  tasks: [0]\n", "  tasks: []\n", 27, r"phases\[0\]\.tasks is \[\], a list of at least one is wanted"),
    ("  tasks: [0]\n", "  tasks: 0\n", 27, r"phases\[0\]\.tasks is 0, a list is wanted"),
    (
        "  tasks: [0, 1]\nsol",
        "  tasks: [0, 7]\nsol",
        33,
        r"phases\[1\]\.tasks\[1\] is 7, the indexes of tasks are 0, 1",
    ),
    (
        "execution_time_limit: 7200",
        "execution_time_limit: long",
        31,
        r"phases\[1\]\.execution_time_limit is 'long', a number is wanted",
    ),
    ("execution_time_limit: 7200", "execution_time_limit: 1\n  execution_time_limit: x", 32, "limit is 'x', a number"),
    ("execution_time_limit: 7200", "execution_time_limit: -1", 31, "execution_time_limit is -1, more than 0 is wanted"),
    ("execution_time_limit: 7200", "execution_time_limit: .inf", 31, "is inf, a finite number is wanted"),
    (
        "key: seconds",
        "key: accuracy",
        49,
        r"leaderboards\[0\]\.columns\[2\]\.key is 'accuracy', as that of columns\[1\]: Columns must have unique keys!",
    ),
    ("key: seconds, index: 1", "key: seconds, index: 0", 49, "Columns must have unique indexes!"),
    ("key: seconds, ", "", 49, r"leaderboards\[0\]\.columns\[2\]\.key is missing"),
]


@pytest.mark.parametrize(("old", "new", "line", "words"), BROKEN)
def test_what_cannot_be_played_is_an_error_with_its_line(old, new, line, words, spoil, tmp_path: Path) -> None:
    with pytest.raises(
        BundleError, match=rf"^competition\.yaml:{line}: {words}|^competition\.yaml:{line}: .*{words}"
    ) as got:
        open_bundle(spoil((old, new)), tmp_path)
    assert got.value.fix
    assert isinstance(got.value, FormatError | DefinitionError)


@pytest.mark.parametrize("text", ["", "# nothing\n", "[1, 2]", "just a text", "- a\n- b"])
def test_a_file_without_keys_is_named(text: str, write_yaml, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"^competition\.yaml:1: it is .*, a mapping of keys is wanted"):
        open_bundle(write_yaml(text), tmp_path)


def test_a_file_that_is_not_utf_8_is_named_with_its_line(bundle_folder: Path, tmp_path: Path) -> None:
    (bundle_folder / "competition.yaml").write_bytes(b"version: 2\ntitle: caf\xe9\n")
    with pytest.raises(FormatError, match=r"^competition\.yaml:2: not YAML: .*UTF-8 is wanted"):
        open_bundle(bundle_folder, tmp_path)


def test_a_file_of_any_size_is_not_read_whole(bundle_folder: Path, tmp_path: Path) -> None:
    with (bundle_folder / "competition.yaml").open("r+b") as stream:
        stream.truncate(1 << 30)
    with pytest.raises(FormatError, match=r"^competition\.yaml:1: more than 4 MiB"):
        open_bundle(bundle_folder, tmp_path)


def test_the_first_of_several_errors_is_told(spoil, tmp_path: Path) -> None:
    root = spoil(("execution_time_limit: 7200", "execution_time_limit: long"), ("tasks: [0]", "tasks: none"))
    with pytest.raises(DefinitionError, match=r"^competition\.yaml:27: phases\[0\]\.tasks"):
        open_bundle(root, tmp_path)


REFUSED = [
    ("title: Irises\n", "", 1, "title is missing"),
    ("title: Irises", "title: [Irises]", 2, "title is ['Irises'], a text is wanted"),
    ("image: logo.png\n", "", 1, "image is missing: An image for this competition could not be found in the yaml"),
    ("image: logo.png", "image: lego.png", 3, "image: Unable to find image: lego.png"),
    (
        "terms: terms.md\n",
        "",
        1,
        "terms is missing: A file containing the terms of this competition has not been "
        "supplied in the required location",
    ),
    ("terms: terms.md", "terms: ../terms.md", 4, "terms: Unable to find page: ../terms.md"),
    ("terms: terms.md", "terms: empty.md", 4, "terms: empty.md is empty, it must contain content."),
    (
        "pages:\n- title: Overview\n  file: overview.md\n",
        "",
        1,
        "pages is missing: a list of at least one page, its title and its file, is wanted",
    ),
    ("file: overview.md", "file: gone.md", 7, "pages[0].file: Unable to find page: gone.md"),
    ("file: overview.md", "file: empty.md", 7, "pages[0].file: Page 'empty.md' is empty, it must contain content."),
    (
        "pages:\n- title: Overview\n  file: overview.md\n",
        "pages: [3]\n",
        5,
        "pages[0] is 3, a mapping of keys is wanted",
    ),
    ("  name: Development\n  ingestion", "  ingestion", 9, "tasks[0].name is missing"),
    (
        "reference_data: reference.zip\n- index: 1",
        "reference_data: gone\n- index: 1",
        14,
        "tasks[0].reference_data is 'gone', which is not in the bundle: Cannot find dataset: \"gone\"",
    ),
    (
        "reference_data: reference.zip\n- index: 1",
        "reference_data: ../x\n- index: 1",
        14,
        "tasks[0].reference_data is '../x', which is no path in the bundle: Cannot find dataset: \"../x\"",
    ),
    (
        "reference_data: reference.zip\n- index: 1",
        "reference_data: terms.md\n- index: 1",
        14,
        "tasks[0].reference_data is 'terms.md', which is neither a folder nor a zip: Bad or empty zip file",
    ),
    ("  start: 2026-01-01\n", "", 23, "phases[0].start is missing"),
    (
        "start: 2026-01-01",
        "start: soon",
        25,
        "phases[0].start is 'soon', a date is wanted, as 2026-01-30 or 1-30-2026 (month first)",
    ),
    (
        "  end: 1-30-2026\n",
        "",
        23,
        "phases[0].end: Phase: Development must have an end time because it has a phase after it.",
    ),
    (
        "start: 2-1-2026",
        "start: 1-29-2026",
        30,
        "phases[1].start: Phases must be sequential. Phase: Finalstarts before Phase: Development has ended",
    ),
    (
        "start: 2-1-2026",
        "start: 1-30-2026",
        30,
        "phases[1].start: Phases dates conflict. Phase: Final should start after Phase: Development has ended",
    ),
    (
        "  tasks: [0]\n",
        "  tasks: [0]\n  auto_migrate_to_this_phase: true\n",
        28,
        "phases[0].auto_migrate_to_this_phase: You cannot auto migrate to the first phase of a competition",
    ),
    (
        "max_submissions: 0",
        "max_submissions: many",
        32,
        "phases[1].max_submissions is 'many', a whole number is wanted",
    ),
    (
        "execution_time_limit: 7200",
        "execution_time_limit: 0.5",
        31,
        "phases[1].execution_time_limit is 0.5, a whole number of seconds is wanted",
    ),
    (
        "solutions:\n- index: 0\n",
        "solutions:\n- name: base\n",
        35,
        "solutions[0].index is missing: ERROR: No index for solution: base",
    ),
    (
        "tasks: [0, 1]\n  path",
        "tasks: [0, 9]\n  path",
        36,
        "solutions[0].tasks holds 9: ERROR: Solution: None missing task index pointers",
    ),
    ("  path: solution\n", "", 35, 'solutions[0].path is missing: Solution None missing "path"'),
    (
        "path: solution",
        "path: gone",
        37,
        "solutions[0].path is 'gone', which is not in the bundle: Cannot find dataset: \"gone\"",
    ),
    (
        "submission_rule: Force_Best",
        "submission_rule: Best",
        41,
        "leaderboards[0].submission_rule is 'Best', 'Add', "
        "'Add_And_Delete', 'Add_And_Delete_Multiple', 'Force_Last', 'Force_Latest_Multiple' or 'Force_Best' is wanted",
    ),
    (
        "title: Accuracy",
        f"title: {'A' * 37}",
        48,
        "leaderboards[0].columns[1].title has 37 characters: Ensure this field has no more than 36 characters.",
    ),
    ("sorting: asc", "sorting: up", 49, "leaderboards[0].columns[2].sorting is 'up', 'desc' or 'asc' is wanted"),
    (
        "computation: avg\n",
        "computation: rank\n",
        46,
        "leaderboards[0].columns[0].computation is 'rank', 'avg', 'sum', 'min' or 'max' is wanted",
    ),
    (
        "    computation_indexes: [0, 1]\n",
        "",
        46,
        "leaderboards[0].columns[0].computation: Column with computation must "
        "have at least 1 column selected for the computation to act upon",
    ),
    (
        "computation_indexes: [0, 1]",
        "computation_indexes: []",
        47,
        "leaderboards[0].columns[0].computation_indexes is empty, the indexes of other columns are wanted",
    ),
    (
        "computation_indexes: [0, 1]",
        "computation_indexes: [0, 5]",
        47,
        "leaderboards[0].columns[0].computation_indexes: Column index 5 does not exist in available indexes [2, 0, 1]",
    ),
    (
        "computation_indexes: [0, 1]",
        "computation_indexes: [0, 2]",
        47,
        "leaderboards[0].columns[0].computation_indexes: "
        "Column with index 2 referencing itself. Cannot self-reference, must be other columns.",
    ),
    (
        "    computation: avg\n",
        "",
        43,
        "leaderboards[0].columns[0].computation is missing: Cannot add computation "
        "columns without a computation function set",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "words"), REFUSED)
def test_what_only_the_upload_would_refuse_is_told_and_played(old, new, line, words, spoil, tmp_path: Path) -> None:
    root = spoil((old, new))
    (root / "empty.md").touch()
    bundle = open_bundle(root, tmp_path)
    assert bundle.refusals == (f"competition.yaml:{line}: {words}",)
    assert bundle.plays()


def test_refusals_are_in_the_order_of_their_lines(spoil, tmp_path: Path) -> None:
    root = spoil(("start: 2-1-2026", "start: never"), ("image: logo.png", "image: lego.png"), ("Force_Best", "Best"))
    assert [told.split(":")[1] for told in open_bundle(root, tmp_path).refusals] == ["3", "30", "41"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("computation_indexes: [0, 1]", "computation_indexes: [0, 5]", "computation_indexes: Column index 5 does not"),
        ("computation_indexes: [0, 1]", "computation_indexes: many", "computation_indexes is 'many', a list is wanted"),
        (
            "computation_indexes: [0, 1]",
            "computation_indexes: [one]",
            "computation_indexes[0] is 'one', a whole number",
        ),
        ("computation: avg\n", "computation: rank\n", "computation is 'rank'"),
    ],
)
def test_a_column_that_cannot_be_computed_is_one_like_any_other(old, new, words, spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil((old, new)), tmp_path)
    assert (bundle.columns[2].computation, bundle.columns[2].computation_indexes) == (None, ())
    (told,) = bundle.refusals
    assert f": leaderboards[0].columns[0].{words}" in told


FACTS = """\
fact_sheet:
  method: {key: method, type: text, title: Method, selection: "", is_required: "true", is_on_leaderboard: "false"}
"""


def test_a_fact_sheet_is_read(spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil(("tasks:\n", FACTS + "tasks:\n")), tmp_path)
    entry = bundle.competition.fact_sheet["method"]
    assert (entry.title, entry.is_required, entry.is_on_leaderboard) == ("Method", True, False)
    assert bundle.refusals == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("key: method, ", "", "9: fact_sheet.method: Missing key values for method"),
        ("key: method", "key: other", "9: fact_sheet.method.key: key:other  does not match JSON key:method"),
        ("type: text", "type: number", "9: fact_sheet.method.type: number is not a valid question type"),
        ("  method: {", "  null: 1\n  method: 2\n  other: {", "8: fact_sheet has the key None, a text is wanted"),
        ('"true"', "perhaps", "9: fact_sheet.method.is_required is 'perhaps', true or false is wanted"),
    ],
)
def test_what_is_wrong_in_a_fact_sheet_is_told(old, new, words, spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil(("tasks:\n", FACTS.replace(old, new) + "tasks:\n")), tmp_path)
    assert bundle.refusals == (f"competition.yaml:{words}",)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("title: Irises\n", "title: Irises\ntitle: Roses\n", "3: title is written twice there, the later one counts"),
        ("precision: 4", "precision: 4, index: 0", "48: index is written twice there, the later one counts"),
        ("start: 2026-01-01", "start: 2026-01-01 12:30:00",
         "25: phases[0].start is read as midnight of 2026-01-01; put it in quotes, and its time counts"),
    ],
)  # fmt: skip
def test_what_the_platform_reads_otherwise_is_a_remark(old, new, told, spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil((old, new)), tmp_path)
    assert bundle.remarks == (f"competition.yaml:{told}",)
    assert bundle.refusals == ()


def test_one_key_in_two_mappings_is_not_written_twice(spoil, tmp_path: Path) -> None:
    merged = "- &one\n  index: 0\n  tasks: [0]\n  path: solution\n- <<: *one\n  index: 1\n"
    bundle = open_bundle(spoil(("- index: 0\n  tasks: [0, 1]\n  path: solution\n", merged)), tmp_path)
    assert bundle.remarks == ()
    assert [solution.path for solution in bundle.competition.solutions] == ["solution", "solution"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-01-05", at(5)),
        ("1-5-2026", at(5)),
        ("'2026-01-05 12:30:00'", at(5).replace(hour=12, minute=30)),
        ("2026-01-05 12:30:00", at(5)),
        ("'2026-01-05T12:30:00+02:00'", at(5).replace(hour=12, minute=30)),
        ("January 5, 2026", at(5)),
    ],
)
def test_dates_are_read_as_the_platform_reads_them(written: str, read, spoil, tmp_path: Path) -> None:
    bundle = open_bundle(spoil(("start: 2026-01-01", f"start: {written}")), tmp_path)
    assert bundle.competition.phases[0].start == read


def test_lines_are_those_of_a_file_with_windows_line_ends(spoil, tmp_path: Path) -> None:
    root = spoil(("execution_time_limit: 7200", "execution_time_limit: long"))
    text = (root / "competition.yaml").read_text()
    (root / "competition.yaml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    with pytest.raises(DefinitionError, match=r"^competition\.yaml:31:"):
        open_bundle(root, tmp_path)


def test_a_name_with_control_characters_does_not_reach_the_terminal(spoil, tmp_path: Path) -> None:
    told = open_bundle(spoil(("path: solution", r'path: "\e[31mred\n"')), tmp_path).refusals
    assert r"\x1b[31mred\n" in told[0]
    assert all(text.isprintable() for text in told)


@pytest.mark.parametrize("missing", ["no-such-folder", "x" * 300, "a\0b"])
def test_a_bundle_that_is_not_there_is_a_usage_error(missing: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no bundle|cannot be read"):
        open_bundle(tmp_path / missing, tmp_path)


def test_a_folder_without_a_competition_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no competition\.yaml in"):
        open_bundle(tmp_path, tmp_path)
