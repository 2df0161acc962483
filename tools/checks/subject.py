"""What the static checks read: the archive, and the evaluator that it will meet. Each part is read once, when asked."""

from dataclasses import dataclass
from functools import cached_property

from tools.archive import Archive
from tools.checks.python_source import SourceTree
from tools.contract import Contract
from tools.environments.known import Environment, environment


@dataclass(frozen=True, kw_only=True, eq=False)
class Subject:
    """A submission as it is, with what is known of its evaluator.

    `contract` and `environment` are None where they are not known; `organiser` are the names of the modules that lie
    beside the ingestion program.
    """

    archive: Archive
    contract: Contract | None = None
    environment: Environment | None = None
    organiser: frozenset[str] = frozenset()

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


def subject_of(archive: Archive, contract: Contract | None, *, environment_name: str | None = None) -> Subject:
    """The subject of an archive, by the contract's environment or the one that was asked for instead.

    Raises UsageError for an environment that is not known.
    """
    name = environment_name or (contract.environment if contract else None)
    return Subject(archive=archive, contract=contract, environment=environment(name) if name else None)
