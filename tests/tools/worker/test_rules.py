"""`kit evaluate` plays Codabench as it is: each rule, in each engine, looked at in programs that were really run."""

import fcntl
import os
import pickle
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.tools.worker.rules.catalogue import RULES
from tests.tools.worker.rules.page import PAGE, page
from tests.tools.worker.rules.reported import SAME_ZIP
from tests.tools.worker.rules.rule import ENGINES, Rule
from tests.tools.worker.rules.scene import Scene
from tests.tools.worker.rules.seen import Seen, play
from tools.bundle import open_bundle

pytestmark = pytest.mark.slow

Played = Callable[[Scene, str], Mapping[str | None, Seen]]
SCENES = tuple(dict.fromkeys([*(rule.scene for rule in RULES), *SAME_ZIP.values()]))


def case(rule: Rule, engine: str) -> ParameterSet:
    """A rule in an engine. Containers take their time; what is alike in all engines is fast in one."""
    marks = []
    if engine == "container" or (engine == "bubblewrap" and rule.scene.alike):
        marks.append(pytest.mark.slow)
    if engine in rule.broken:
        marks.append(pytest.mark.xfail(strict=True, reason=rule.broken[engine]))
    return pytest.param(rule, engine, id=f"{rule.code}-{engine}", marks=marks)


def together(rule: Rule) -> tuple[int, int]:
    """Rules that look at one scene stand together, the most looked at first: two workers seldom play one twice."""
    return -sum(other.scene is rule.scene for other in RULES), SCENES.index(rule.scene)


CASES = [
    case(rule, engine) for rule in sorted(RULES, key=together) for engine in reversed(ENGINES) if engine in rule.engines
]
CASES.sort(key=lambda one: (together(one.values[0]), ENGINES.index(one.values[1])))


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Plays a scene in an engine once, for all the rules that look at it and for all of pytest's workers."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    seen: dict[tuple[Scene, str], Mapping[str | None, Seen]] = {}

    def played(scene: Scene, engine: str) -> Mapping[str | None, Seen]:
        if engine == "bubblewrap" and shutil.which("bwrap") is None:
            pytest.skip("bubblewrap is not installed")
        if (scene, engine) not in seen:
            place = shared / f"scene-{SCENES.index(scene)}-{engine}"
            place.mkdir(exist_ok=True)
            with (place / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not (place / "seen").exists():
                    told = play(scene, engine, Path(tempfile.mkdtemp(dir=place)))
                    (place / "seen").write_bytes(pickle.dumps(told))
            seen[scene, engine] = pickle.loads((place / "seen").read_bytes())
        return seen[scene, engine]

    return played


@pytest.mark.parametrize(("rule", "engine"), CASES)
def test_the_kit_does_as_the_rule_says(rule: Rule, engine: str, played: Played) -> None:
    seen = played(rule.scene, engine)[rule.task]
    assert rule.look(seen) == rule.expected(engine), rule.rule


def judged(seen: Seen) -> tuple[object, ...]:
    """The verdict, the score, and all that the platform would show beside them."""
    document = seen.document
    found = [(finding["code"], finding["level"]) for finding in document["findings"]]
    return document["verdict"], document["scores"], seen.final, seen.codes, seen.with_text, found


@pytest.mark.parametrize("engine", ["bubblewrap", pytest.param("container", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", SAME_ZIP)
def test_the_same_zip_has_the_same_verdict_and_score_in_all_engines(name: str, engine: str, played: Played) -> None:
    here, there = (played(SAME_ZIP[name], one)[None] for one in ("process", engine))
    assert judged(here) == judged(there)
    assert judged(here)[0] == ("pass" if name == "ok" else "fail")


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m tests.tools.worker.rules.page"


@pytest.mark.parametrize("scene", SCENES, ids=range(len(SCENES)))
def test_a_scene_has_a_bundle_that_the_platform_would_take(scene: Scene, tmp_path: Path) -> None:
    bundle, _ = scene.write(tmp_path)
    assert open_bundle(bundle, tmp_path / "scratch").refusals == ()


def test_each_rule_has_a_code_of_its_own_and_a_sentence() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert [code for code in codes if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", code)] == []
    assert [rule.code for rule in RULES if not rule.rule.endswith((".", "`", "'"))] == []


def test_what_is_said_of_an_engine_is_said_of_one_that_there_is() -> None:
    said = {engine for rule in RULES for engine in (*rule.instead, *rule.broken, *rule.untried)}
    assert said <= set(ENGINES)
