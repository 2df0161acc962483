"""Records the names of packages anew: `python -m tools.environments.api.record`, minutes, and ten gigabytes.

Every locked environment is built, and those of the requirements files beside this module; each is walked, then asked
for the names that others have and it did not list. Kept is only what is not the same in all versions.
"""

import json
import lzma
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.version import Version

from tools.environments.api.names import FILE, KERAS, UNKNOWN
from tools.environments.build import build
from tools.environments.known import environment, names
from tools.environments.requirements import environment_of_file
from tools.files import replacing

HERE = Path(__file__).parent
WALK = HERE / "walk.py"
PACKAGES = ("numpy", "scipy", "sklearn", "pandas", "tensorflow", "keras", "PIL", "matplotlib")
LIMIT_S = 1200
Modules = dict[str, list[str] | None]


def environments() -> Iterator[Path]:
    """The Pythons to ask."""
    known = [environment(name) for name in names()]
    files = [environment_of_file(path) for path in sorted(HERE.glob("seen-*.txt"))]
    for one in [*known, *files]:
        if one.lock or one.requirements:
            yield build(one, say=_say).bin_folder / "python"


def ask(python: Path, packages: tuple[str, ...], wanted: dict[str, list[str]]) -> dict[str, Any]:
    """What the walk says in an environment."""
    _say(f"asking {python}")
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = [str(python), "-I", str(WALK), str(answer)]
        request = json.dumps({"packages": packages, "names": wanted}).encode()
        subprocess.run(command, input=request, check=True, timeout=LIMIT_S, cwd=folder, stderr=subprocess.DEVNULL)  # noqa: S603
        return dict(json.loads(answer.read_text("utf-8")))


def walked(python: Path) -> dict[str, tuple[str, Modules]]:
    """Package -> its version and modules; Keras in TensorFlow has the version of Keras, and is told apart."""
    found: dict[str, tuple[str, Modules]] = {}
    for package, told in ask(python, PACKAGES, {})["packages"].items():
        modules: Modules = told["modules"]
        if package == "tensorflow":
            inner = {path: given for path, given in modules.items() if path == KERAS or path.startswith(f"{KERAS}.")}
            found[KERAS] = (Version(told["keras"].partition("-")[0]).public, inner)
            modules = {path: given for path, given in modules.items() if path not in inner}
        found[package] = (Version(told["version"]).public, modules)
    return found


def differing(seen: list[dict[str, tuple[str, Modules]]]) -> dict[str, dict[str, set[str]]]:
    """Package -> module -> the names that not all list which have the module."""
    found: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for package in {package for one in seen for package in one}:
        every: dict[str, list[set[str]]] = defaultdict(list)
        for one in seen:
            for path, given in one.get(package, ("", {}))[1].items():
                if given is not None:
                    every[path].append(set(given))
        for path, listed in every.items():
            if some := listed[0].union(*listed) - listed[0].intersection(*listed):
                found[package][path] = some
    return found


def patterns(pythons: list[Path]) -> dict[str, Any]:
    """Package -> its versions, and module -> pattern -> names: a pattern has 1, 0 or ? for each of the versions."""
    seen = [walked(python) for python in pythons]
    wanted = differing(seen)
    answers: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for python, one in zip(pythons, seen, strict=True):
        asked = {
            path: sorted(some)
            for package, (_, modules) in one.items()
            for path, some in wanted[package].items()
            if modules.get(path) is not None
        }
        told = ask(python, (), asked)["names"]
        for package, (version, _) in one.items():
            for path in wanted[package]:
                for name, there in told.get(path, {}).items():
                    given = UNKNOWN if there is None else str(int(there))
                    before = answers[package, path, name].get(version, given)
                    answers[package, path, name][version] = given if before == given else UNKNOWN
    return _grouped(seen, answers)


def _grouped(
    seen: list[dict[str, tuple[str, Modules]]], answers: dict[tuple[str, str, str], dict[str, str]]
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for package in sorted({package for one in seen for package in one}):
        versions = sorted({one[package][0] for one in seen if package in one}, key=Version)
        told[package] = {"versions": versions, "modules": defaultdict(lambda: defaultdict(list))}
    for (package, path, name), given in sorted(answers.items()):
        pattern = "".join(given.get(version, UNKNOWN) for version in told[package]["versions"])
        if "0" in pattern and "1" in pattern:
            told[package]["modules"][path][pattern].append(name)
    return told


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main() -> None:
    """Record them."""
    told = patterns(list(environments()))
    for package, one in told.items():
        count = sum(len(some) for grouped in one["modules"].values() for some in grouped.values())
        _say(f"{package} in {', '.join(one['versions'])}: {count} names differ")
    text = json.dumps(told, separators=(",", ":"), sort_keys=True)
    with replacing(FILE) as beside:
        beside.write_bytes(lzma.compress(text.encode(), preset=9))


if __name__ == "__main__":
    main()
