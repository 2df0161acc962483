"""Reads what an environment holds from the records that installers leave in its site-packages.

By the kit's own Python: the environment's is not started.
"""

from collections import Counter
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath

from tools.environments.contents import LIGHT, Contents
from tools.environments.pins import normalised

SUFFIXES = (".py", ".so", ".pyd")
SITE_PACKAGES = ("lib/python*/site-packages", "Lib/site-packages")
HOOKS = {"distutils-precedence.pth": "distutils"}
"""Modules that no file of their name brings: setuptools puts its own in the place of the one that Python 3.12 lost."""


def contents_of(folder: Path, *, lock: str) -> Contents:
    """The contents of the environment in a folder, which was built from the lock of that digest."""
    places = [str(path) for pattern in SITE_PACKAGES for path in folder.glob(pattern)]
    found = sorted(distributions(path=places), key=lambda one: one.name)
    versions = {_name(one): one.version for one in found}
    counts = {_name(one): modules_of(one) for one in found}
    modules: dict[str, str] = {}
    for name, counted in counts.items():
        for module, count in counted.items():
            if count > counts.get(modules.get(module, ""), Counter())[module]:
                modules[module] = name
    return Contents(lock=lock, versions=versions, modules={name: LIGHT.get(by, by) for name, by in modules.items()})


def modules_of(one: Distribution) -> Counter[str]:
    """The top-level modules of a distribution, with the number of files of each."""
    return Counter(_modules(PurePosixPath(str(path)) for path in one.files or ()))


def _modules(paths: Iterable[PurePosixPath]) -> Iterable[str]:
    for path in paths:
        first = path.parts[0]
        if first in HOOKS:
            yield HOOKS[first]
        module = first.partition(".")[0] if len(path.parts) == 1 else first
        if path.name.endswith(SUFFIXES) and module.isidentifier():
            yield module


def _name(one: Distribution) -> str:
    return normalised(one.name)
