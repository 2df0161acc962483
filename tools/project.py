"""A project's own settings: `[tool.kit]` in its pyproject.toml, over the user's own in `config.toml`.

The project's file is the nearest pyproject.toml with a `[tool.kit]`, in the working directory or above it. The user's
has the same keys at its top level, and `[container]`, which a project cannot set; it lies in the folder of user
settings, and `KIT_CONFIG_DIR` puts it elsewhere. Nothing is written here.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
    ValidationInfo,
)

from tools.contract import Contract, first_complaint
from tools.errors import UsageError

PROJECT_FILE = "pyproject.toml"
USER_FILE = "config.toml"


def _beside_the_file(path: Path, info: ValidationInfo) -> Path:
    """A path as the file that holds it means it: relative to its folder."""
    return (info.context or Path()) / path.expanduser()


def _program_beside_the_file(program: str, info: ValidationInfo) -> str:
    """A bare name is looked up on the PATH; one with a slash is a path relative to the file that holds it."""
    return str(_beside_the_file(Path(program), info)) if Path(program).name != program else program


def _number_or_name(phase: Any) -> Any:
    if isinstance(phase, bool) or not isinstance(phase, int | str):
        raise ValueError("a phase's number or its name is wanted")
    return phase


def _known_code(pattern: str) -> str:
    """A code of the catalogue or a prefix, in capitals."""
    from tools.checks.selection import require_of_a_zip  # noqa: PLC0415 - only where a project ignores something

    try:
        return require_of_a_zip([pattern])[0]
    except UsageError as error:
        raise ValueError(error.what) from error


def _table_of_reasons(ignore: Any) -> Any:
    if not isinstance(ignore, Mapping):
        raise ValueError("a table is wanted, each code with its reason")
    return ignore


def _given_reason(reason: Any) -> str:
    if not isinstance(reason, str) or not reason.strip():
        raise ValueError("a reason is wanted, in words")
    return " ".join(reason.split())


Code = Annotated[str, AfterValidator(_known_code)]
Reason = Annotated[str, BeforeValidator(_given_reason)]


class _Settings(BaseModel):
    """Frozen, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Container(_Settings):
    """How containers are started: `PROGRAM OPTIONS... run RUN_OPTIONS... IMAGE`. `program` None takes what is there."""

    program: Annotated[StrictStr, Field(min_length=1), AfterValidator(_program_beside_the_file)] | None = None
    options: tuple[StrictStr, ...] = ()
    run_options: tuple[StrictStr, ...] = ()


class ProjectSettings(_Settings):
    """What a project, or its user, has settled. Paths are absolute. None, and an empty Container, were not said.

    `contract` stands in for the contract.yaml that a bundle has not. `ignore` holds codes of the catalogue, or
    prefixes of codes, and why their findings are known.
    """

    bundle: Annotated[Path, AfterValidator(_beside_the_file)] | None = None
    contract: Contract | None = None
    container: Container = Container()
    host: StrictStr | None = None
    competition: StrictInt | None = None
    ignore: Annotated[dict[Code, Reason], BeforeValidator(_table_of_reasons)] = {}
    phase: Annotated[int | str, BeforeValidator(_number_or_name)] | None = None


def read_settings(start: Path | None = None) -> ProjectSettings:
    """The settings that hold in the folder `start` [default: the working directory]: the project's over the user's.

    Raises UsageError naming the file, the key and the value that is wrong.
    """
    user, project = _user_settings(), _project_settings((start or Path.cwd()).resolve())
    facts = _said(user) | _said(project)
    return ProjectSettings.model_construct(**facts)


def _said(settings: _Settings) -> dict[str, Any]:
    """The keys that a file holds, with their values."""
    return {name: getattr(settings, name) for name in settings.model_fields_set}


def _user_settings() -> ProjectSettings:
    path = user_folder() / USER_FILE
    return _validated(path, _loaded(path), "") if path.is_file() else ProjectSettings()


def _project_settings(start: Path) -> ProjectSettings:
    """Those of the nearest file with a `[tool.kit]`.

    A broken file is told where it is the nearest, or speaks of the kit; one farther up that does not is no matter.
    """
    found = [folder / PROJECT_FILE for folder in (start, *start.parents) if (folder / PROJECT_FILE).is_file()]
    for path in found:
        try:
            content = _loaded(path)
        except UsageError:
            if path == found[0] or _mentions_the_kit(path):
                raise
            continue
        tool = content.get("tool")
        if isinstance(tool, dict) and "kit" in tool:
            settings = _validated(path, tool["kit"], "tool.kit")
            _refuse_container(path, settings)
            return settings
    return ProjectSettings()


def _refuse_container(path: Path, settings: ProjectSettings) -> None:
    """Raise UsageError where a project, which may be somebody else's, chooses what is started on this machine."""
    if "container" in settings.model_fields_set:
        raise UsageError(
            f"{path}: tool.kit.container is taken from your own settings only",
            f"move it to [container] in {user_folder() / USER_FILE}",
        )


def user_folder() -> Path:
    """Where the user's own settings are; KIT_CONFIG_DIR puts them elsewhere."""
    folder = os.environ.get("KIT_CONFIG_DIR") or platformdirs.user_config_dir("codabench-kit", appauthor=False)
    return Path(folder).resolve()


def _mentions_the_kit(path: Path) -> bool:
    try:
        return b"tool.kit" in path.read_bytes()
    except OSError:
        return False


def _loaded(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}", "mend that line") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}", "save it as UTF-8") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}", "check its permissions") from error


def _validated(path: Path, table: Any, place: str) -> ProjectSettings:
    """The settings of one file. `place` is the table in it that holds them."""
    if not isinstance(table, Mapping):
        raise UsageError(f"{path}: {place} is {table!r:.80}, a table is wanted", f"write [{place}] and its keys below")
    try:
        return ProjectSettings.model_validate(table, context=path.parent)
    except ValidationError as error:
        prefix = f"{place}." if place else ""
        raise UsageError(f"{path}: {prefix}{first_complaint(error)}", _fix(error)) from error


def _fix(error: ValidationError) -> str:
    first = error.errors()[0]
    key, known = first["loc"][0], ProjectSettings.model_fields
    if key == "container":
        return 'program is a name or path, options and run_options are lists: options = ["--log-level", "error"]'
    if key == "contract":
        return "mend that key; it is written as in a contract.yaml"
    cause = getattr(first.get("ctx", {}).get("error"), "__cause__", None)
    if isinstance(cause, UsageError):
        return cause.fix
    if key == "ignore":
        return 'write the reason to each code: ignore = {SRC012 = "the demo trains at import, and we know"}'
    return "mend that value" if key in known else f"the keys are {', '.join(known)}"
