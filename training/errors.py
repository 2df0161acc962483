"""The errors of this package.

TrainingError        what happened, and the fix
├── InputError       the data, a path or an option is not what was asked for
├── PeerLostError    of several processes that train together another one is gone
└── ExistsError      something is in the way and would be lost
"""


class TrainingError(Exception):
    """The work could not be done; `exit_code` is what the command line ends with."""

    exit_code = 3

    def __init__(self, what: str, fix: str) -> None:
        """Keep the sentence that says what happened (values got and expected) and the one that says what to do."""
        super().__init__(what)
        self.what = what
        self.fix = fix


class InputError(TrainingError):
    """The data, a path or an option is wrong."""

    exit_code = 2


class PeerLostError(TrainingError):
    """Of several processes that train together another one is gone; all start again from the last finished epoch."""

    exit_code = 75  # EX_TEMPFAIL of sysexits.h: the same again may succeed


class ExistsError(InputError):
    """A file or folder that would be overwritten."""
