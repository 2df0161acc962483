"""What the platform answers, as far as the kit needs it (codabench.md 3; reference answers of the real site).

A key that may be missing in another version has a default. All texts are the server's: whoever prints one makes it
printable first.
"""

from tools.codabench.answers.accounts import Account, DataSet, Permission, Place, Quota
from tools.codabench.answers.answer import AnyAnswer, read, read_list
from tools.codabench.answers.competitions import (
    RULES_TO_ADD,
    RULES_TO_REMOVE,
    Column,
    Competition,
    Leaderboard,
    Listed,
    Phase,
    Question,
    Queue,
    Task,
)
from tools.codabench.answers.submissions import ENDED, Board, Details, Log, RankedScore, Row, Score, Submission, TaskOf

__all__ = [
    "ENDED",
    "RULES_TO_ADD",
    "RULES_TO_REMOVE",
    "Account",
    "AnyAnswer",
    "Board",
    "Column",
    "Competition",
    "DataSet",
    "Details",
    "Leaderboard",
    "Listed",
    "Log",
    "Permission",
    "Phase",
    "Place",
    "Question",
    "Queue",
    "Quota",
    "RankedScore",
    "Row",
    "Score",
    "Submission",
    "Task",
    "TaskOf",
    "read",
    "read_list",
]
