"""SRC: what is fetched over the network while the entry runs."""

import re
from collections.abc import Callable, Iterator

from tools.checks.finding import ERROR, WARNING, Evidence
from tools.checks.registry import check
from tools.checks.source import AFTER_PARSING, few
from tools.checks.subject import Subject
from tools.checks.walk.calling import Walker
from tools.checks.walk.events import Call
from tools.checks.walk.values import NONE, Anchor, Constant, Items, Outside, Text, Value
from tools.contract import Contract

APPLICATION = re.compile(r"^keras\.applications\.([a-z]\w*\.)?[A-Z]\w*$")
WEIGHTS_AT = {"MobileNet": 5, "MobileNetV2": 3, "MobileNetV3Small": 4, "MobileNetV3Large": 4}
"""The position of `weights` in the networks where it is not the second parameter."""
VISION = re.compile(r"^torchvision\.models\.([a-z]\w*\.)*[a-z]\w*$")
COMMAND = re.compile(r"\b(pip3?|conda|mamba)\b.*\b(install|download)\b|(^|[\s/;&|])(wget|curl|gdown)\s|\bgit\s+clone\b")
LOCAL = re.compile(r"--no-index|\.whl\b|\.tar\.gz\b|--version")
CACHES = ("KERAS_HOME", "TFHUB_CACHE_DIR", "TORCH_HOME", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "XDG_CACHE_HOME")
"""Where libraries look before they fetch: an entry that sets one has put the files there."""
ADDRESS = re.compile(r"^(https?|ftp|gs|s3|hf)://")
ALWAYS = {
    "keras.utils.get_file",
    "keras.datasets.mnist.load_data",
    "keras.datasets.cifar10.load_data",
    "torch.hub.load_state_dict_from_url",
    "torch.utils.model_zoo.load_url",
    "huggingface_hub.hf_hub_download",
    "huggingface_hub.snapshot_download",
    "kagglehub.model_download",
    "kagglehub.dataset_download",
    "gdown.download",
    "gdown.download_folder",
    "wget.download",
    "urllib.request.urlretrieve",
    "urllib.request.urlopen",
    "requests.get",
    "requests.post",
    "httpx.get",
    "nltk.download",
    "tensorflow_datasets.load",
    "pip.main",
    "pip._internal.main",
    "pip._internal.cli.main.main",
}
RUNS = re.compile(r"^(os\.(system|popen)|subprocess\.(run|call|check_call|check_output|Popen|getoutput))$")
HUBS = re.compile(r"^(tensorflow_hub\.(load|KerasLayer|resolve)|torch\.hub\.load|timm\.create_model)$")
PRETRAINED = re.compile(r"\.from_pre(trained|set)$")


@check(
    "SRC010",
    "something is fetched over the network while the entry runs",
    level=ERROR,
    fix="put the file into the zip and open it from there; build a keras.applications network with weights=None",
    source="codabench.md 1.5: the network is the worker's to switch off; 4, row 43",
    after=AFTER_PARSING,
)
def fetched_at_run_time(subject: Subject, _contract: Contract) -> Iterator[Evidence]:
    """A queue may have no network, and a host that answers today need not tomorrow; it counts in the time limit, too.

    Without it the entry cannot start, so it is an error where it surely runs, and a warning where the code fetches only
    what is not there. Weights that load_weights replaces at once are fetched all the same.
    """
    yield from few(_fetched(subject))


def _fetched(subject: Subject) -> Iterator[Evidence]:
    walker = subject.walk
    has_cache = any(
        name.encode() in (subject.tree.source(module.member) or b"")
        for module in walker.modules.values()
        if module.member.endswith(".py")
        for name in CACHES
    )
    for call in walker.calls:
        if has_cache and not RUNS.match(call.target):
            continue
        told = None if call.site.caught else _fetches(call, subject)
        if told and call.site.sure:
            yield Evidence(told, call.site.where)
        elif told and _asks_first(call, walker):
            yield Evidence(
                f"{told}, where the file is not there, and the zip does not have it", call.site.where, WARNING
            )


def _asks_first(call: Call, walker: Walker) -> bool:
    paths = [walker.resolved(value) for value in call.arguments.all]
    return any(path in walker.tested for path in paths if path)


def _fetches(call: Call, subject: Subject) -> str | None:
    """What a call fetches; None where it does not, or that cannot be told."""
    for applies, judge in JUDGES:
        if applies(call.target):
            return judge(call, subject)
    return None


def _application(call: Call, _subject: Subject) -> str | None:
    name = call.target.rpartition(".")[2]
    weights = call.arguments.get(WEIGHTS_AT.get(name, 1), "weights")
    if weights is None:
        is_default = call.arguments.complete
        return f"{name}() without weights= takes its default, imagenet: a download" if is_default else None
    return f"{name}(weights='imagenet'): a download" if weights == Text("imagenet") else None


def _vision(call: Call, _subject: Subject) -> str | None:
    weights = call.arguments.get(-1, "weights")
    is_named = isinstance(weights, Text) or (isinstance(weights, Outside) and "Weights" in weights.name)
    if call.arguments.get(0, "pretrained") == Constant(value=True) or is_named:
        return f"{call.target} with trained weights: a download"
    return None


def _always(call: Call, _subject: Subject) -> str:
    address = next(
        (value.text for value in call.arguments.all if isinstance(value, Text) and ADDRESS.match(value.text)), ""
    )
    return f"{call.target} {address[:80]}".rstrip()


def _command(call: Call, _subject: Subject) -> str | None:
    line = _words(call.arguments.get(0, "args", "cmd", "command") or NONE)
    return f"{call.target} runs: {line[:80]}" if COMMAND.search(line) and not LOCAL.search(line) else None


def _words(value: Value) -> str:
    if isinstance(value, Items):
        return " ".join(_words(part) for part in value.values)
    return value.text if isinstance(value, Text) else "?"


def _hub(call: Call, _subject: Subject) -> str | None:
    name = call.arguments.get(0, "handle", "repo_or_dir", "model_name")
    if call.target == "timm.create_model":
        is_fetched = call.arguments.get(1, "pretrained") == Constant(value=True)
        return f"{call.target} with pretrained=True: a download" if is_fetched else None
    if call.target == "torch.hub.load":
        is_local = call.arguments.get(-1, "source") is not None
        return None if is_local or not isinstance(name, Text) else f"torch.hub.load {name.text}: a download"
    return f"{call.target} {name.text[:80]}" if isinstance(name, Text) and ADDRESS.match(name.text) else None


def _pretrained(call: Call, subject: Subject) -> str | None:
    """A name of the hub is `owner/model` or one word; a folder of the zip is neither absolute nor anchored."""
    name = call.arguments.get(0, "pretrained_model_name_or_path", "preset")
    is_local = call.arguments.get(-1, "local_files_only") == Constant(value=True) or "cache_dir" in call.arguments.named
    if not isinstance(name, Text) or name.anchor is not Anchor.NONE or is_local:
        return None
    is_path = name.text.startswith(("/", ".", "~")) or name.is_path or not name.text
    folder = name.text.strip("/")
    if is_path or subject.contents.starts(f"{folder}/"):
        return None
    return f"from_pretrained('{name.text[:80]}'): a download" if "/" in name.text or "-" in name.text else None


JUDGES: tuple[tuple[Callable[[str], object], Callable[[Call, Subject], str | None]], ...] = (
    (ALWAYS.__contains__, _always),
    (APPLICATION.match, _application),
    (VISION.match, _vision),
    (RUNS.match, _command),
    (HUBS.match, _hub),
    (PRETRAINED.search, _pretrained),
)
"""By the call's target, the first that applies."""
