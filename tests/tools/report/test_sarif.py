"""SARIF 2.1.0: held against the parts of the standard that are used, and what they say of each other."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tools.checks import CATALOGUE, Level, Stage
from tools.checks.result import Ignored
from tools.report.document import failure
from tools.report.sarif import as_sarif

PARTS = Draft202012Validator(json.loads(Path(__file__).with_name("sarif_parts.json").read_text("utf-8")))
ARGUMENTS = ("check", "submission.zip", "--format", "sarif")
SEVERAL = {"evidence": ("a", "b", "c"), "places": ("model.py:3", "sub dir/ä,b.py:1", "the probe")}


def run_of(document: dict[str, Any], arguments: tuple[str, ...] = ARGUMENTS) -> dict[str, Any]:
    """The one run of a log that is valid, and whose parts agree."""
    log = json.loads(as_sarif(document, arguments))
    assert [error.message for error in PARTS.iter_errors(log)] == []
    (run,) = log["runs"]
    rules, artifacts = run["tool"]["driver"]["rules"], run.get("artifacts", [])
    assert all(artifact.get("parentIndex", -1) < index for index, artifact in enumerate(artifacts))
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for location in result["locations"]:
            place = location["physicalLocation"]["artifactLocation"]
            assert artifacts[place["index"]]["location"]["uri"] == place["uri"]
    return run


def places(result: dict[str, Any]) -> list[tuple[str, int]]:
    found = [location["physicalLocation"] for location in result["locations"]]
    return [(place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in found]


def test_every_rule_is_declared_with_its_level_and_help(document_of) -> None:
    rules = run_of(document_of())["tool"]["driver"]["rules"]
    of_a_zip = [entry for entry in CATALOGUE.values() if entry.stage is not Stage.UPLOAD]
    assert [rule["id"] for rule in rules] == [entry.code for entry in of_a_zip]
    assert len({rule["name"] for rule in rules}) == len(rules)
    for rule, entry in zip(rules, of_a_zip, strict=True):
        assert rule["defaultConfiguration"]["level"] == entry.level.value
        assert entry.fix in rule["help"]["text"]
        assert entry.source in rule["help"]["text"]


@pytest.mark.parametrize("level", list(Level))
def test_a_finding_is_a_result_at_its_line(level, document_of, finding) -> None:
    run = run_of(document_of(finding(level=level, reproduce="kit check submission.zip --select SRC002")))
    (result,) = run["results"]
    assert (result["ruleId"], result["level"], places(result)) == ("SRC002", level.value, [("model.py", 3)])
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region["snippet"]["text"] == "class model:"
    assert "wanted class Model, got model" in result["message"]["text"]
    assert result["properties"]["reproduce"].endswith("--select SRC002")
    assert run["artifacts"][1] == {"location": {"uri": "model.py"}, "parentIndex": 0}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"where": None, "excerpt": None}, [("submission.zip", 1)]),
        ({"where": "the probe", "excerpt": None}, [("submission.zip", 1)]),
        ({"where": "model.py", "excerpt": None}, [("model.py", 1)]),
        (SEVERAL, [("model.py", 3), ("sub%20dir/%C3%A4%2Cb.py", 1)]),
    ],
)
def test_a_result_always_has_a_place(facts, expected, document_of, finding) -> None:
    (result,) = run_of(document_of(finding(**facts)))["results"]
    assert places(result) == expected


def test_a_file_of_a_folder_is_named_with_the_folder(document_of, finding, tmp_path: Path) -> None:
    (tmp_path / "entry").mkdir()
    (tmp_path / "entry" / "model.py").write_text("x\n")
    for path in (Path("entry"), tmp_path / "entry"):
        run = run_of(document_of(finding(), path=path))
        uri = places(run["results"][0])[0][0]
        assert uri == (f"file://{tmp_path}/entry/model.py" if path.is_absolute() else "entry/model.py")
        assert not any("parentIndex" in artifact for artifact in run["artifacts"])


def test_an_ignored_finding_is_suppressed_with_its_reason_and_the_others_are_not(document_of, finding) -> None:
    document = document_of(finding(), ignored=(Ignored(finding("SRC003"), "it is called with a path"),))
    by_code = {result["ruleId"]: result["suppressions"] for result in run_of(document)["results"]}
    assert by_code["SRC002"] == []
    assert by_code["SRC003"][0]["justification"] == "it is called with a path"
    assert by_code["SRC003"][0]["kind"] == "external"


def test_a_fingerprint_outlives_a_shift_of_lines_and_tells_two_from_each_other(document_of, finding) -> None:
    def fingerprints(*findings) -> list[str]:
        results = run_of(document_of(*findings))["results"]
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]

    (first,) = fingerprints(finding())
    assert fingerprints(finding(where="model.py:30", evidence=("something else",))) == [first]
    changed = [finding("SRC003"), finding(where="sub dir/ä,b.py:3"), finding(excerpt="class MODEL:")]
    assert len({first, *fingerprints(*changed)}) == 4
    assert len(set(fingerprints(finding(), finding()))) == 2


def test_the_invocation_has_command_and_exit_code(document_of, finding) -> None:
    (passed,), (failed,) = (run_of(document)["invocations"] for document in (document_of(), document_of(finding())))
    assert (passed["exitCode"], failed["exitCode"]) == (0, 1)
    assert passed["executionSuccessful"] is failed["executionSuccessful"] is True
    assert failed["commandLine"] == "kit check submission.zip --format sarif"


@pytest.mark.parametrize("arguments", [ARGUMENTS, ("evaluate",), ()])
def test_a_command_that_failed_is_a_run_without_results(arguments) -> None:
    run = run_of(failure("there is no x.zip", "give the path", 2), arguments)
    (invocation,) = run["invocations"]
    assert (run["results"], invocation["exitCode"], invocation["executionSuccessful"]) == ([], 2, False)
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "there is no x.zip\nfix: give the path"


@pytest.mark.parametrize("member", ["\udc80.py", "a:b.py", "../up.py", "/abs.py", "new\nline.py", "100%.py"])
def test_any_name_of_a_member_becomes_a_uri(member, document_of, finding) -> None:
    document = document_of(finding())
    document["findings"][0]["locations"] = [{"member": member, "line": 1}]
    (result,) = run_of(document)["results"]
    assert not places(result)[0][0].startswith("/")
