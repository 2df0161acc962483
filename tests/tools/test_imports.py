"""The rooms meet in files only, and the kit answers at once: both are rules about imports."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def sources(room: str) -> list[Path]:
    found = sorted((ROOT / room).rglob("*.py"))
    assert found, f"{room}/ holds no Python"
    return [path for path in found if "competitions" not in path.parts]


def imports(path: Path, *, lazy: bool) -> Iterator[str]:
    """The modules that a file imports; with `lazy` False only when it is imported itself."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = {id(n) for block in ast.walk(tree) if _is_deferred(block) for n in ast.walk(block)}
    for node in ast.walk(tree):
        if id(node) in inside and not lazy:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            is_copied = path.parent.name == "probe_child"  # and run elsewhere under that name
            assert not node.level or is_copied, f"{path}: relative imports are not used here"
            yield node.module or ""


def _is_deferred(block: ast.AST) -> bool:
    """Whether importing the module does not run the block: a function, or what only a type checker reads."""
    is_for_types = isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
    return isinstance(block, ast.FunctionDef) or is_for_types


def roots(path: Path, *, lazy: bool = True) -> set[str]:
    return {name.partition(".")[0] for name in imports(path, lazy=lazy)}


@pytest.mark.parametrize("path", sources("training"), ids=str)
def test_training_imports_nothing_of_the_kit(path: Path) -> None:
    assert roots(path).isdisjoint({"tools", "submission"})


@pytest.mark.parametrize("path", sources("tools"), ids=str)
def test_the_kit_imports_no_training_but_inside_of_its_commands(path: Path) -> None:
    in_the_cli = (ROOT / "tools" / "cli") in path.parents
    assert roots(path, lazy=not in_the_cli).isdisjoint({"training", "submission"})


@pytest.mark.parametrize("path", sources("tools"), ids=str)
def test_the_kit_imports_no_framework_anywhere(path: Path) -> None:
    assert roots(path).isdisjoint({"tensorflow", "keras", "torch", "jax"})


@pytest.mark.parametrize("path", sources("submission"), ids=str)
def test_the_entry_stands_alone(path: Path) -> None:
    own = {other.stem for other in sources("submission")}
    assert roots(path) - own <= {"numpy", "tensorflow", *sys.stdlib_module_names}


@pytest.mark.parametrize("path", sources("tools"), ids=str)
def test_inside_the_kit_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(ROOT / "tools").parts[0].removesuffix(".py")
    forbidden = {"cli"} if room != "cli" else set()
    if room in ("archive", "contract"):
        forbidden |= {"checks", "worker", "pack", "report", "sandbox"}
    if room in ("worker", "sandbox", "checks"):
        forbidden |= {"report", "pack", "build"}
    used = {name.split(".")[1] for name in imports(path, lazy=True) if name.startswith("tools.")}
    assert used.isdisjoint(forbidden)


@pytest.mark.parametrize("command", [["--help"], ["check", "--help"], ["check", "{zip}"]])
def test_help_and_check_import_nothing_heavy(command: list[str], write_zip) -> None:
    words = [
        word.format(zip=write_zip({"model.py": "class Model:\n def predict(self, X): return X"})) for word in command
    ]
    code = (
        "import sys; from tools.cli import main; main(sys.argv[1:]); "
        "print(sorted({'tensorflow','keras','numpy','scipy','sklearn','matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip().endswith("[]")
