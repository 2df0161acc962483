"""Whether a submission may be put on a leaderboard or taken off it (codabench.md 3.7), before the platform is asked."""

from tools.codabench.answers import RULES_TO_ADD, RULES_TO_REMOVE, Submission
from tools.codabench.errors import RejectedError

NOT_YOURS_TO_SAY = 403


def refusal(submission: Submission, rule: str, *, is_added: bool) -> RejectedError | None:
    """Why the platform would say no; None where it would not, or where the rule is not known."""
    if rule.startswith("Force_"):
        return _error(f"the rule is {rule}: nobody puts a submission on this leaderboard or takes it off", "")
    if not is_added and rule and rule not in RULES_TO_REMOVE:
        fix = "put another one in its place: kit leaderboard --add SUBMISSION" if rule in RULES_TO_ADD else ""
        return _error(f"the rule is {rule}: a submission cannot be taken off this leaderboard", fix)
    if submission.parent is not None:
        told = f"submission {submission.id} is the run of one task of submission {submission.parent}"
        return _error(told, f"give the whole one, {submission.parent}")
    if is_added and submission.status != "Finished":
        told = f"submission {submission.id} is {submission.status}, and only a finished one goes on the leaderboard"
        return _error(told, f"kit watch {submission.id}")
    return None


def _error(what: str, fix: str) -> RejectedError:
    return RejectedError(what, fix, status=NOT_YOURS_TO_SAY)
