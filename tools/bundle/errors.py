"""What is raised about a bundle that cannot be used; each text names the line of competition.yaml, where there is one.

BundleError (tools.errors)
├── MisplacedError      competition.yaml is not where the platform looks for it, or has another name
├── FormatError         competition.yaml is not YAML, or not of format 2
├── DefinitionError     a key of competition.yaml is missing or wrong, or contradicts another one
├── PartError           a program or data set is not in the bundle, or cannot be put in its place
├── DamagedError        a zip, the bundle itself or one in it, that cannot be opened or unpacked
└── PlatformOnlyError   a task, program or data set that exists on the platform only
"""

from tools.errors import BundleError


class MisplacedError(BundleError):
    """competition.yaml is not at the root of the bundle, or has a name that the platform does not read."""


class FormatError(BundleError):
    """competition.yaml cannot be read, is not YAML, or is written in another format than 2."""


class DefinitionError(BundleError):
    """competition.yaml says something that cannot be played."""


class PartError(BundleError):
    """A program or data set that competition.yaml names is not there, or cannot be put in its place."""


class PlatformOnlyError(BundleError):
    """competition.yaml names something by its key on the platform; the bundle does not hold it."""


class DamagedError(BundleError):
    """A zip, the bundle itself or one in it, that cannot be opened or unpacked."""
