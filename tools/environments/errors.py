"""Why there is no environment to run in; the kit's other errors are in tools/errors.py.

KitError                    exit code 3
├── NoInterpreterError      no Python of the wanted version is on this machine
└── NotBuiltError           an environment could not be built, or its lock not written
"""

from tools.errors import KitError


class NoInterpreterError(KitError):
    """No Python of the wanted version was found."""


class NotBuiltError(KitError):
    """An environment could not be built, or its lock not written."""
