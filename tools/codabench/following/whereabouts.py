"""Where a submission runs: its competition, phase and leaderboard, which its own answer does not name.

The journal knows the competition of what was uploaded from here; of another submission the project's settings may.
"""

from dataclasses import dataclass

from tools.codabench.answers import Competition, Leaderboard, Phase, Submission
from tools.codabench.client import Client
from tools.codabench.competition.limits import Left, left
from tools.codabench.errors import PlatformError, SignedOutError
from tools.codabench.journal import Upload


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """What could be found out; None for what could not."""

    competition: Competition | None = None
    phase: Phase | None = None
    leaderboard: Leaderboard | None = None

    @property
    def hides_logs(self) -> bool:
        """Whether the organiser hides logs and results from participants."""
        return self.phase is not None and self.phase.hide_output

    @property
    def hides_scores(self) -> bool:
        """Whether the organiser hides the scoring's output."""
        return self.phase is not None and (self.phase.hide_score_output or self.phase.hide_output)

    @property
    def left(self) -> Left | None:
        """How many submissions the phase still takes from the user; None where it is not known."""
        return left(self.phase) if self.phase else None


def whereabouts(
    client: Client, submission: Submission, upload: Upload | None, settled: int | None = None
) -> Whereabouts:
    """Look a submission's surroundings up, as far as that goes; only SignedOutError is raised.

    `upload` is its own in the journal, `settled` the competition of the project's settings. Without either the
    leaderboard may be known only once there are scores.
    """
    for number in dict.fromkeys([upload.competition if upload else None, settled]):
        if number is None:
            continue
        try:
            competition = client.competition(number)
        except SignedOutError:
            raise
        except PlatformError:
            continue
        phase = next((one for one in competition.phases if one.id == submission.phase), None)
        if phase is not None:
            return Whereabouts(competition=competition, phase=phase, leaderboard=competition.leaderboard)
    return Whereabouts(phase=_phase(client, submission), leaderboard=_leaderboard(client, submission))


def _phase(client: Client, submission: Submission) -> Phase | None:
    try:
        return client.phase(submission.phase) if submission.phase is not None else None
    except SignedOutError:
        raise
    except PlatformError:
        return None


def _leaderboard(client: Client, submission: Submission) -> Leaderboard | None:
    """The one that the submission's details name, where these are not hidden."""
    try:
        if boards := client.details(submission.id).leaderboards:
            return boards[0]
    except SignedOutError:
        raise
    except PlatformError:
        pass
    return _of_board(client, submission)


def _of_board(client: Client, submission: Submission) -> Leaderboard | None:
    """What the public table tells: the columns, but not the rule."""
    try:
        board = client.board(submission.phase) if submission.phase is not None else None
    except PlatformError:
        return None
    if board is None or not board.tasks:
        return None
    return Leaderboard(id=0, title=board.title, primary_index=board.primary_index, columns=board.tasks[0].columns)
