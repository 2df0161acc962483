"""What the static checks read: the archive, and the evaluator that it will meet. Each part is read once, when asked."""

from dataclasses import dataclass
from functools import cached_property

from tools.archive import Archive
from tools.checks.contents import Contents
from tools.checks.organiser import Organiser
from tools.checks.python_source import SourceTree
from tools.checks.shadow import Clash, clashes, outranked_folders
from tools.checks.walk.calling import Walker
from tools.checks.walk.entry import follow
from tools.contract import Contract
from tools.environments.known import Environment, environment, names
from tools.models.found import Model, models_in


@dataclass(frozen=True, kw_only=True, eq=False)
class Subject:
    """A submission as it is, with what is known of its evaluator.

    `contract`, `environment` and `organiser` are None where they are not known.
    """

    archive: Archive
    contract: Contract | None = None
    environment: Environment | None = None
    organiser: Organiser | None = None

    @cached_property
    def tree(self) -> SourceTree:
        """The archive's Python, by the grammar of the evaluator's version."""
        return SourceTree(self.archive, self.environment.python if self.environment else None)

    @cached_property
    def entry(self) -> str | None:
        """The member that the evaluator imports; None without a contract."""
        if self.contract is None:
            return None
        return self.tree.member_of(self.contract.module) or self.contract.entry

    @cached_property
    def contents(self) -> Contents:
        """The names of the archive's files."""
        return Contents(member.name for member in self.archive.members if not member.is_folder)

    @cached_property
    def clashes(self) -> tuple[Clash, ...]:
        """The archive's modules that share their name with another one."""
        return tuple(clashes(self.archive, self.environment, self.organiser))

    @cached_property
    def models(self) -> tuple[Model, ...]:
        """The model files of the archive that can be read."""
        return models_in(self.archive)

    @cached_property
    def walk(self) -> Walker:
        """What surely runs of the entry, as far as reading can follow. Needs a contract."""
        if self.contract is None:
            raise ValueError("without a contract nobody knows what runs")
        hidden = {clash.name for clash in self.clashes if clash.found == "other"}
        hidden |= outranked_folders(self.archive, self.environment)
        python = self.environment.python if self.environment else None
        return follow(self.tree, self.contract, python=python, hidden=frozenset(hidden - {self.contract.module}))


def subject_of(
    archive: Archive,
    contract: Contract | None,
    *,
    environment_name: str | None = None,
    organiser: Organiser | None = None,
) -> Subject:
    """The subject of an archive, by the contract's environment or the one that was asked for instead.

    That is one which the kit knows, or a requirements file. `organiser` is what `organiser_of` reads of a bundle.
    Raises UsageError for an environment that is neither.
    """
    name = environment_name or (contract.environment if contract else None)
    known = _environment(name) if name else None
    return Subject(archive=archive, contract=contract, environment=known, organiser=organiser)


def _environment(name: str) -> Environment:
    if name in names():
        return environment(name)
    from tools.environments.requirements import chosen_environment  # noqa: PLC0415 - slow, and seldom needed

    return chosen_environment(name)
