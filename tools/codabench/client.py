"""The platform's interface, one method a request (codabench.md 3).

What it answers is validated; nothing is decided here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tools.codabench.answers import (
    Account,
    AnyAnswer,
    Board,
    Competition,
    DataSet,
    Details,
    Listed,
    Permission,
    Phase,
    Place,
    Quota,
    Submission,
    read,
    read_list,
)
from tools.codabench.errors import UnexpectedAnswerError
from tools.codabench.host import Host
from tools.codabench.token import Token
from tools.codabench.transport.wire import Wire

MOST_PAGES = 200


@dataclass(frozen=True)
class Client:
    """What can be asked of an instance. All methods raise PlatformError."""

    wire: Wire

    @property
    def host(self) -> Host:
        """The instance."""
        return self.wire.host

    def new_token(self, user_name: str, password: str) -> Token:
        """The token for a user name or e-mail address and the password. Raises RejectedError where they are wrong."""
        answer = self.wire.post("api-token-auth/", {"username": user_name, "password": password}, may_repeat=True)
        secret = answer.get("token") if isinstance(answer, dict) else None
        if not isinstance(secret, str) or not secret:
            raise UnexpectedAnswerError("POST api-token-auth/ answered no token", "check --host")
        return Token(secret)

    def account(self) -> Account:
        """Who the token belongs to."""
        return read(Account, self.wire.get("my_profile/"), "my_profile/")

    def competitions(self, **filters: str) -> Iterator[Listed]:
        """Competitions: `participating_in="true"`, `mine="true"`, `search=...`."""
        return self._list(Listed, "competitions/", filters)

    def public_competitions(self, **filters: str) -> Iterator[Listed]:
        """Those that everybody sees."""
        return self._list(Listed, "competitions/public/", filters)

    def competition(self, number: int, secret_key: str | None = None) -> Competition:
        """One competition. A private one needs its secret key, or that the user takes part."""
        params = {"secret_key": secret_key} if secret_key else {}
        return read(Competition, self.wire.get(f"competitions/{number}/", **params), f"competitions/{number}/")

    def phase(self, number: int) -> Phase:
        """One phase."""
        return read(Phase, self.wire.get(f"phases/{number}/"), f"phases/{number}/")

    def register(self, competition: int, secret_key: str | None = None) -> str:
        """Ask to take part; gives `approved`, `pending` or the like. RejectedError tells whoever has asked before."""
        body = {"secret_key": secret_key} if secret_key else {}
        answer = self.wire.post(f"competitions/{competition}/register/", body, may_repeat=True)
        return str(answer.get("participant_status", "")) if isinstance(answer, dict) else ""

    def permission(self, phase: int) -> Permission:
        """Whether the user may submit to a phase, by its limits."""
        return read(Permission, self.wire.get(f"can_make_submission/{phase}/"), f"can_make_submission/{phase}/")

    def quota(self) -> Quota:
        """The user's storage."""
        return read(Quota, self.wire.get("user_quota/"), "user_quota/")

    def new_data_set(self, file_name: str, size_bytes: int, competition: int) -> Place:
        """A place for a zip, and the address to send it to. Raises UncertainError where the answer was lost."""
        body = {
            "type": "submission",
            "request_sassy_file_name": file_name,
            "file_name": file_name,
            "file_size": size_bytes,
            "competition": competition,
        }
        return read(Place, self.wire.post("datasets/", body), "POST datasets/")

    def data_sets(self, search: str) -> Iterator[DataSet]:
        """The user's own data sets of submissions whose file name holds a text."""
        return self._list(DataSet, "datasets/", {"_type": "submission", "search": search})

    def delete_data_set(self, number: int) -> None:
        """Delete one that no submission uses. Raises AbsentError, RejectedError."""
        self.wire.delete(f"datasets/{number}/")

    def complete(self, data_key: str) -> None:
        """Say that a data set's file was sent, which is what makes its size count."""
        answer = self.wire.put(f"datasets/completed/{data_key}/")
        if not isinstance(answer, dict) or "key" not in answer:  # a proxy's own "200"
            raise UnexpectedAnswerError("PUT datasets/completed/ answered no key", "try again later")

    def new_submission(
        self,
        data_key: str,
        phase: int,
        answers: Mapping[str, str] | None = None,
        *,
        tasks: Sequence[int] = (),
        queue: int | None = None,
    ) -> Submission:
        """Submit a data set. Raises UncertainError where the answer was lost, RejectedError with the reasons."""
        body: dict[str, Any] = {"data": data_key, "phase": phase}
        body |= {"fact_sheet_answers": dict(answers)} if answers else {}
        body |= {"tasks": list(tasks)} if tasks else {}
        body |= {"queue": queue} if queue is not None else {}
        return read(Submission, self.wire.post("submissions/", body), "POST submissions/")

    def submission(self, number: int) -> Submission:
        """One submission; only the user's own. Raises AbsentError."""
        return read(Submission, self.wire.get(f"submissions/{number}/"), f"submissions/{number}/")

    def submissions(self, phase: int, search: str = "") -> Iterator[Submission]:
        """The user's submissions to a phase, newest first, children among them; `search` is a part of a file name."""
        return self._list(Submission, "submissions/", {"phase": str(phase)} | ({"search": search} if search else {}))

    def details(self, number: int) -> Details:
        """Where the logs and results of a submission are. RejectedError with status 403 where the phase hides them."""
        return read(Details, self.wire.get(f"submissions/{number}/get_details/"), f"submissions/{number}/get_details/")

    def cancel(self, number: int) -> bool:
        """Cancel a submission, which still counts against the limits. False where it could not be cancelled.

        The platform takes this as a GET (codabench.md 3.7).
        """
        answer = self.wire.get(f"submissions/{number}/cancel_submission/")
        return bool(answer.get("canceled")) if isinstance(answer, dict) else False

    def board(self, phase: int) -> Board:
        """The leaderboard of a phase."""
        return read(Board, self.wire.get(f"phases/{phase}/get_leaderboard/"), f"phases/{phase}/get_leaderboard/")

    def put_on_board(self, number: int) -> None:
        """Put a submission on the leaderboard; by most rules it takes the place of the user's other one."""
        self.wire.post(f"submissions/{number}/submission_leaderboard_connection/", {}, may_repeat=True)

    def take_off_board(self, number: int) -> None:
        """Take a submission off the leaderboard, where the rule allows it."""
        self.wire.delete(f"submissions/{number}/submission_leaderboard_connection/")

    def _list(self, model: type[AnyAnswer], path: str, params: Mapping[str, str]) -> Iterator[AnyAnswer]:
        """All items, page after page; a page is fetched when it is reached."""
        asked = dict(params)
        for _ in range(MOST_PAGES):
            items, following = read_list(model, self.wire.get(path, **asked), path)
            yield from items
            if not following:
                return
            asked |= dict(parse_qsl(urlsplit(following).query))
