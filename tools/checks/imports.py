"""SRC: the modules that surely are imported, and which of two of one name an import finds."""

import re
from collections.abc import Iterator

from tools.checks.finding import ERROR, WARNING, Evidence
from tools.checks.machines import machine_of
from tools.checks.registry import check
from tools.checks.shadow import Clash
from tools.checks.source import AFTER_PARSING, few
from tools.checks.stdlib import USED_BY_LIBRARIES, public_names, standard, why_not_standard
from tools.checks.subject import Subject
from tools.checks.walk.calling import Walker
from tools.checks.walk.events import Import
from tools.contract import Contract

NOTEBOOKS = {"google.colab": "Colab", "kaggle_secrets": "Kaggle", "kaggle_datasets": "Kaggle"}
DISTRIBUTIONS = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dotenv": "python-dotenv",
    "efficientnet": "efficientnet",
    "imblearn": "imbalanced-learn",
    "keras_cv": "keras-cv",
    "keras_hub": "keras-hub",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "tensorflow_addons": "tensorflow-addons",
    "tensorflow_hub": "tensorflow-hub",
    "tensorflow_probability": "tensorflow-probability",
    "tf_keras": "tf-keras",
    "tflite_runtime": "tflite-runtime",
    "vit_keras": "vit-keras",
    "yaml": "pyyaml",
}
"""Modules whose package has another name, or that the platform's users often have and the evaluator has not."""
OFTEN_THERE = frozenset(("__main__", "pip", "setuptools", "pkg_resources", "wheel", "_distutils_hack"))
"""What an image of Python has besides its packages, or may have."""
KNOWN_PACKAGES = frozenset(
    ("numpy", "tensorflow", "keras", "torch", "torchvision", "sklearn", "scipy", "pandas", "cv2", "PIL", "matplotlib")
)
"""Packages that are folders of many modules: a single file of that name is no copy of one."""
COPY = 0.5
INSTALLS = re.compile(r"(^|\W)(pip3?|conda|mamba)\W+(\w+\W+)*?install\b")


def not_found(subject: Subject) -> Iterator[tuple[Import, str | None]]:
    """The imports that surely run and surely find nothing, once for each module, with a level's reason.

    The reason is the evaluator's image where the module may yet be in it.
    """
    walker, seen = subject.walk, set[str]()
    for one in walker.imports:
        if one.absent is None or not one.site.sure or one.absent in seen:
            continue
        if one.reason or _is_nowhere(one, subject):
            seen.add(one.absent)
            perhaps = subject.environment.perhaps if subject.environment else frozenset()
            yield one, "perhaps" if one.absent in perhaps and not one.reason else None


def _is_nowhere(one: Import, subject: Subject) -> bool:
    environment, organiser, walker = subject.environment, subject.organiser, subject.walk
    top = one.module.partition(".")[0]
    if any(one.module == name or one.module.startswith(f"{name}.") for name in NOTEBOOKS):
        return True
    if one.absent != top:
        return walker.is_path_known
    if environment is None or environment.modules is None or not _path_is_known(walker, subject) or _installs(walker):
        return False
    if top in standard(environment.python) or top in environment.modules or top in OFTEN_THERE:
        return False
    if organiser is None and not (top in DISTRIBUTIONS or subject.contents.module(top)):
        return False
    return not (organiser and top in organiser.modules)


def _path_is_known(walker: Walker, subject: Subject) -> bool:
    """Whether every change of sys.path in the modules that were read has been followed."""
    if not walker.is_path_known or walker.is_cut:
        return False
    return subject.tree.path_uses(module.member for module in walker.modules.values()) <= walker.path_uses


def _installs(walker: Walker) -> bool:
    """Whether the code may install packages while it runs, which is another defect."""
    return any(call.target.startswith(("subprocess.", "os.system", "pip.")) for call in walker.calls)


def _hint(one: Import, subject: Subject) -> str:
    """What else is known of a module that is not found."""
    top, environment = one.module.partition(".")[0], subject.environment
    notebook = next((told for name, told in NOTEBOOKS.items() if one.module.startswith(name)), None)
    if notebook:
        return f"only {notebook} has that module"
    if one.absent != top:
        return f"the zip has {(one.absent or '').rpartition('.')[0]}, and in it nothing of that name"
    if member := subject.contents.module(top):
        is_deeper = "/" in member.removesuffix("/__init__.py")
        return f"{member} is in the zip: " + (
            "its folder is not on sys.path" if is_deeper else "the case of letters counts"
        )
    assert environment
    if told := why_not_standard(top, environment.python):
        return f"{told}, and {environment.name} has Python {environment.python[0]}.{environment.python[1]}"
    package = DISTRIBUTIONS.get(top)
    named = f"it comes from {package}, which is not" if package and package != top else "it is not"
    if top in environment.perhaps:
        return f"{environment.name} may have it: it is not among the packages that are known to be there"
    return f"{named} in the zip and not among the packages of {environment.name}"


@check(
    "SRC005",
    "imports a module that is neither in the zip nor in the evaluator's environment",
    level=ERROR,
    fix="put the module beside model.py in the zip, or do without it: the evaluator installs nothing",
    source="codabench.md 6, case import_error; 4, row 17; competition.md: config.py not in the zip",
    after=AFTER_PARSING,
)
def missing_module(subject: Subject, _contract: Contract) -> Iterator[Evidence]:
    """The import raises ModuleNotFoundError, and the entry is never built.

    A module of the team's project that was not zipped, or a package that the evaluator's image does not have, works at
    home. What is imported inside of try, in a branch, or in a function that is not called is not meant.
    """
    if any(True for _ in _foreign_entries(subject)):
        return
    yield from few(_lost(subject))


def _lost(subject: Subject) -> Iterator[Evidence]:
    for one, perhaps in not_found(subject):
        if one.reason:
            told = f"from {one.module} import {', '.join(one.names)}: {one.reason}; write it without the dot"
        else:
            told = f"import {one.module}: {_hint(one, subject)}"
        yield Evidence(told, one.site.where, WARNING if perhaps else None)


def _foreign_entries(subject: Subject) -> Iterator[object]:
    """Folders of other machines on sys.path: then it is the path that is wrong."""
    yield from (entry for entry, _ in subject.walk.path_entries if machine_of(entry))


@check(
    "SRC006",
    "a module of the zip has the name of another one, and one of the two is not found",
    level=ERROR,
    fix="give the zip's module a name of its own, and import it by that",
    source="codabench.md 6: sys.path[0] is /app/program, the ingestion program's folder",
    after=AFTER_PARSING,
)
def shadowed_module(subject: Subject, _contract: Contract) -> Iterator[Evidence]:
    """An import takes the first module of its name along sys.path, or the one that is loaded already.

    The other one is hidden from everybody: from model.py, which misses its own names, or from a library, which gets
    the team's file in place of its own.
    """
    for clash in subject.clashes:
        own = _own_names(clash, subject)
        if own is None or _is_copy(clash, own):
            continue
        wants_own = sorted(_wanted(clash, subject.walk) & own - _others(clash, subject))
        lacks = [one for one in subject.walk.missing if one.module == clash.name and one.site.sure]
        others_lose = _others_lose(clash, subject)
        if clash.found == "other" and wants_own:
            yield _own_is_hidden(clash, wants_own, subject.walk)
        elif clash.found == "zip" and (lacks or others_lose):
            yield _other_is_hidden(clash, lacks[0].name if lacks else None)
        elif clash.found is None and wants_own and others_lose:
            told = f"{clash.member} and the {clash.kind} module {clash.name}: {wants_own[0]} is only in the first"
            yield Evidence(f"{told}, and libraries need the other", clash.member)


def _own_names(clash: Clash, subject: Subject) -> frozenset[str] | None:
    return subject.tree.bound_names(clash.member)


def _is_copy(clash: Clash, own: frozenset[str]) -> bool:
    """Whether the zip's module stands for the other one: a backport, or a library that was put into the zip."""
    if clash.kind == "standard":
        public = public_names(clash.name)
        return public is None or len(own & public) > COPY * len(public)
    return clash.kind == "installed" and (clash.name not in KNOWN_PACKAGES or clash.member.endswith("/__init__.py"))


def _wanted(clash: Clash, walker: Walker) -> set[str]:
    """The names that the code takes out of a module of that name, wherever the import finds it."""
    names = {name for one in walker.imports if one.module == clash.name and one.site.sure for name in one.names}
    return names | walker.wanted.get(clash.name, set())


def _others(clash: Clash, subject: Subject) -> frozenset[str]:
    """The names that the other module has."""
    if clash.kind == "standard":
        return public_names(clash.name) or frozenset()
    if clash.kind == "organiser's" and subject.organiser:
        return subject.organiser.modules[clash.name] or frozenset()
    return frozenset()


def _others_lose(clash: Clash, subject: Subject) -> bool:
    """Whether an installed library that the code imports needs the module that the zip's hides."""
    if clash.kind == "standard" and clash.name not in USED_BY_LIBRARIES:
        return False
    installed = (subject.environment.modules or {}) if subject.environment else {}
    tops = {one.module.partition(".")[0] for one in subject.walk.imports if one.site.sure and one.absent}
    needed = tops & installed.keys() - {clash.name}
    return bool(needed & KNOWN_PACKAGES) if clash.kind == "standard" else clash.name == "numpy" and bool(needed)


def _own_is_hidden(clash: Clash, wanted: list[str], walker: Walker) -> Evidence:
    where = next((one.site.where for one in walker.imports if one.module == clash.name), clash.member)
    told = f"import {clash.name} finds the {clash.kind} module, not {clash.member}, and it has no {', '.join(wanted)}"
    return Evidence(told, where)


def _other_is_hidden(clash: Clash, lacks: str | None) -> Evidence:
    told = f"{clash.member} is found in place of the {clash.kind} module {clash.name}"
    return Evidence(f"{told}, and has no {lacks}" if lacks else f"{told}, which libraries need", clash.member)
