"""What an ingestion program writes, starts and looks for modules in: the calls that do it, with their places."""

import ast
from collections.abc import Iterator

from tools.codabench.ingestion.paths import Paths, Spot

TO_ITS_FIRST = ("to_csv", "to_json", "to_parquet", "to_pickle", "savetxt", "imwrite", "imsave")
NUMPY = ("np", "numpy")
ENDINGS = {"save": ".npy", "savez": ".npz", "savez_compressed": ".npz"}
"""What NumPy adds to a name that does not end so."""
TO_ITS_SECOND = ("torch.save", "joblib.dump")
STARTERS = ("subprocess.", "os.system", "runpy.")


def written(paths: Paths) -> Iterator[tuple[ast.Call, Spot]]:
    """Each call that writes a file, with its place, where one can be told."""
    for node in ast.walk(paths.source.tree):
        if not isinstance(node, ast.Call):
            continue
        place = _opened(node) or _saved(node)
        spot = paths.spot(place) if place is not None else None
        if spot is not None:
            yield node, _with_ending(node, spot)


def started(paths: Paths) -> Iterator[str]:
    """Where another program is started."""
    for node in ast.walk(paths.source.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(STARTERS):
            yield paths.source.at(node)


def looks_in_submission(paths: Paths) -> bool:
    """Whether the submission's folder is put onto `sys.path`."""
    return any(
        isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"sys.path.append", "sys.path.insert", "path.append", "path.insert"}
        and node.args
        and paths.spot(node.args[-1]) == Spot("submission")
        for node in ast.walk(paths.source.tree)
    )


def _opened(node: ast.Call) -> ast.expr | None:
    """The path of what is opened for writing, or written by a method of its path."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    name = ast.unparse(node.func).rpartition(".")[2]
    if name in {"write_text", "write_bytes"}:
        return owner
    if name != "open":
        return None
    place, after = (owner, 0) if owner is not None else (node.args[0] if node.args else None, 1)
    said = [*node.args[after : after + 1], *(word.value for word in node.keywords if word.arg == "mode")]
    mode = said[0].value if said and isinstance(said[0], ast.Constant) else ""
    return place if isinstance(mode, str) and set(mode) & set("wax") else None


def _saved(node: ast.Call) -> ast.expr | None:
    """The path that a package saves to."""
    owner, _, name = ast.unparse(node.func).rpartition(".")
    if (name in TO_ITS_FIRST or (owner in NUMPY and name in ENDINGS)) and node.args:
        return node.args[0]
    if f"{owner}.{name}" in TO_ITS_SECOND and len(node.args) > 1:
        return node.args[1]
    return None


def _with_ending(node: ast.Call, spot: Spot) -> Spot:
    owner, _, name = ast.unparse(node.func).rpartition(".")
    ending = ENDINGS.get(name, "") if owner in NUMPY else ""
    return Spot(spot.folder, spot.rest + ending) if spot.rest and not spot.rest.endswith(ending) else spot
