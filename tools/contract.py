"""What an evaluator asks for and allows, read from the `contract.yaml` beside a bundle's `competition.yaml`.

The bundle says how the programs run; the contract says what the ingestion program will ask of the entry, which is
written nowhere else in a machine's words. Each fact names its source. A fact that nobody knows is left out or null,
and nothing is checked about it. A bundle without a contract is played as it is.
"""

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from tools.errors import BundleError

NAME = "contract.yaml"
FAST_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Facts(BaseModel):
    """Frozen, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Input(_Facts):
    """The array that the method receives: shape, NumPy dtype, and the values' range (null where unknown).

    In the shape null stands for a size that varies, the number of rows first of all; TOML has no null and writes "n".
    """

    shape: tuple[int | None, ...]
    dtype: str
    value_range: tuple[float, float] | None = Field(default=None, alias="range")

    @field_validator("shape", mode="before")
    @classmethod
    def _n_is_null(cls, shape: Any) -> Any:
        return [None if size == "n" else size for size in shape] if isinstance(shape, list) else shape

    def __str__(self) -> str:
        """For messages: `(n, 28, 28) float32, 0..1`."""
        sizes = ["n" if size is None else str(size) for size in self.shape]
        shape = f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"
        limits = f", {self.value_range[0]:g}..{self.value_range[1]:g}" if self.value_range else ""
        return f"{shape} {self.dtype}{limits}"


class Output(_Facts):
    """What the method returns, and the file in the prediction output that holds it (null where unknown).

    `class ids`: one whole number for each row, an index into `classes`. `numbers`: an array with a row for each row.
    `any`: something else, or nobody knows.
    """

    kind: Literal["class ids", "numbers", "any"]
    file: str | None = None


class DataMap(_Facts):
    """Which file of the bundle's data holds which array of an .npz given as `--data`: {file name: array name}."""

    input_data: dict[str, str]
    reference_data: dict[str, str]


class Contract(_Facts):
    """What an evaluator asks for and allows.

    `constructor` and `arguments` name what is passed, by position; `path` to the constructor is the submission's
    folder. `environment` is one that the kit knows; null stands for the kit's own packages. `size_limit_mb` is the
    largest zip that is taken, in megabytes of a million bytes.
    """

    module: str = "model"
    class_name: str = Field(alias="class")
    constructor: tuple[str, ...] = ()
    method: str
    arguments: tuple[str, ...]
    working_directory: Literal["submission", "ingestion_program"]
    input: Input | None = None
    output: Output
    classes: tuple[str, ...] = ()
    environment: str | None = None
    hidden_size: int | None = Field(default=None, gt=0)
    size_limit_mb: int | None = Field(default=None, gt=0)
    data: DataMap | None = None
    sources: dict[str, str]

    @model_validator(mode="after")
    def _class_ids_have_classes(self) -> "Contract":
        if self.output.kind == "class ids" and not self.classes:
            raise ValueError("classes are not named, and output.kind is 'class ids'")
        return self

    @model_validator(mode="after")
    def _each_fact_has_a_source(self) -> "Contract":
        known = {name for name in self.model_fields_set if getattr(self, name) is not None}
        stated = known - {"sources", "data"}
        names = {Contract.model_fields[name].alias or name for name in stated}
        if missing := sorted(names - set(self.sources)):
            raise ValueError(f"no source is given for {', '.join(missing)}")
        return self

    @property
    def entry(self) -> str:
        """The member that must be at the root of the zip."""
        return f"{self.module}.py"

    @property
    def call(self) -> str:
        """How the evaluator calls the entry, for messages."""
        built = f"{self.class_name}({', '.join(self.constructor)})"
        return f"{built}.{self.method}({', '.join(self.arguments)})"


def read_contract(bundle: Path) -> Contract | None:
    """The contract of a bundle's folder; None where it has none. Raises BundleError naming the key that is wrong."""
    path = bundle / NAME
    if not path.is_file():
        return None
    try:
        return Contract.model_validate(yaml.load(path.read_text("utf-8"), FAST_LOADER))  # noqa: S506 - a safe one
    except yaml.YAMLError as error:
        raise BundleError(f"{path} is not YAML: {error}", "mend that line") from error
    except ValidationError as error:
        raise BundleError(f"{path}: {first_complaint(error)}", "mend that key") from error


def first_complaint(error: ValidationError) -> str:
    """The first thing that pydantic found wrong, as `key: what (got value)`."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "[key]") or "the file"
    return f"{where}: {first['msg'].removeprefix('Value error, ')} (got {first['input']!r:.80})"
