"""What the kit raises when it could not do its work. A failed check is a finding, never an exception.

KitError              what happened, and the fix              exit code 3
├── RefusedError      it would have been done, and is not wanted   exit code 1
├── UsageError        a wrong option, path or data            exit code 2
│   ├── BundleError   a competition bundle that is broken
│   └── ExistsError   something is in the way
└── SandboxError      a program could not be started
"""


class KitError(Exception):
    """The kit or the machine could not do it."""

    exit_code = 3

    def __init__(self, what: str, fix: str) -> None:
        """Keep the sentence that says what happened (values got and expected) and the one that says what to do."""
        super().__init__(what)
        self.what = what
        self.fix = fix


class UsageError(KitError):
    """A wrong option, path or data."""

    exit_code = 2


class BundleError(UsageError):
    """A competition bundle or a contract that cannot be read as one."""


class ExistsError(UsageError):
    """A file or folder is in the way and would be lost."""


class RefusedError(KitError):
    """It could have been done, and somebody said no."""

    exit_code = 1


class SandboxError(KitError):
    """A program could not be started at all."""
