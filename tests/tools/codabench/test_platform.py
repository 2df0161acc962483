"""The loopback platform answers as the real one was recorded to, rightly and wrongly, and fails as it is told to."""

import http.client
import io
import json
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.tools.codabench.platform import Fault, Plan, Platform, Step, Submission, plans
from tests.tools.codabench.platform.messages import KEPT_BYTES

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ZIPPED = {"Content-Type": "application/zip"}
NOBODY = "00000000-0000-0000-0000-000000000000"
POLL_KEYS = """phase_name name filename description created_when is_public is_specific_task_re_run status
    status_details owner has_children parent children pk id phase scores fact_sheet_answers leaderboard on_leaderboard
    task auto_run can_make_submissions_public is_soft_deleted"""
CREATED_KEYS = """id data phase status status_details filename description md5 fact_sheet_answers organization queue
    created_when scores"""
SERVER_ERROR = (
    '\n<!doctype html>\n<html lang="en">\n<head>\n  <title>Server Error (500)</title>\n</head>\n'
    "<body>\n  <h1>Server Error (500)</h1><p></p>\n</body>\n</html>\n"
)


@dataclass
class Reply:
    status: int
    headers: Message
    body: bytes

    @property
    def kind(self) -> str:
        return self.headers["Content-Type"]

    @property
    def document(self) -> Any:
        return json.loads(self.body)


def ask(method: str, url: str, body: Any = None, headers: dict[str, str] | None = None, *, timeout: float = 5) -> Reply:
    """One raw request on a connection of its own; an object becomes JSON."""
    parts = urlsplit(url)
    headers = dict(headers or {})
    if isinstance(body, dict | list):
        body, headers = json.dumps(body).encode(), {"Content-Type": "application/json", **headers}
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


class Caller:
    """A participant with a token."""

    def __init__(self, platform: Platform, name: str = "participant") -> None:
        self.platform, self.token = platform, platform.user(name).token

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> Reply:
        headers = {"Authorization": f"Token {self.token}", **more.pop("headers", {})}
        return ask(method, self.platform.url + path, body, headers, **more)

    def dataset(self, **fields: Any) -> Reply:
        sent = {"type": "submission", "request_sassy_file_name": "x.zip", "file_name": "x.zip", "file_size": 10}
        return self("POST", "/api/datasets/", {key: value for key, value in (sent | fields).items() if value != "-"})

    def uploaded(self, body: bytes | None = None) -> str:
        made = self.dataset(file_size=len(body or good_zip())).document
        assert ask("PUT", made["sassy_url"], body or good_zip(), ZIPPED).status == 200
        assert self("PUT", f"/api/datasets/completed/{made['key']}/").status == 200
        return made["key"]

    def submitted(self, phase: int = 1, **fields: Any) -> dict[str, Any]:
        reply = self("POST", "/api/submissions/", {"data": self.uploaded(), "phase": phase, **fields})
        assert reply.status == 201, reply.body
        return reply.document

    def poll(self, pk: int) -> dict[str, Any]:
        return self("GET", f"/api/submissions/{pk}/").document

    def statuses(self, pk: int, polls: int = 8) -> list[tuple[str, str | None]]:
        """What the polls see, a status and its text once."""
        seen = [(row["status"], row["status_details"]) for row in (self.poll(pk) for _ in range(polls))]
        return list(dict.fromkeys(seen))

    def logs(self, pk: int) -> dict[str, str]:
        """The logs that have a text."""
        details = self("GET", f"/api/submissions/{pk}/get_details/").document
        texts = {log["name"]: ask("GET", log["data_file"]).body.decode() for log in details["logs"]}
        return {name: text for name, text in texts.items() if text}

    def result(self, pk: int, name: str) -> dict[str, bytes]:
        url = self("GET", f"/api/submissions/{pk}/get_details/").document[name]
        with zipfile.ZipFile(io.BytesIO(ask("GET", url).body)) as archive:
            return {member: archive.read(member) for member in archive.namelist()}


def good_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("model.py", "class Model: pass\n")
    return buffer.getvalue()


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as running:
        yield running


@pytest.fixture
def me(platform: Platform) -> Caller:
    return Caller(platform)


# the recorded submission, from the token to the leaderboard


def test_a_whole_submission_goes_as_recorded() -> None:
    with Platform(registered=False) as platform:
        form = urlencode({"username": "participant", "password": "participant-pass"})
        token = ask("POST", f"{platform.url}/api/api-token-auth/", form, FORM)
        assert (token.status, token.kind, token.headers["Allow"]) == (200, "application/json", "POST, OPTIONS")
        assert token.document == {"token": platform.token}
        assert token.headers["Content-Length"] == "52"
        me = Caller(platform)
        profile = me("GET", "/api/my_profile/")
        assert list(profile.document) == ["username", "name", "email", "github_info"]
        assert profile.headers["Allow"] == "GET, HEAD, OPTIONS"
        public = me("GET", "/api/competitions/public/?search=wheat").document
        assert list(public) == ["next", "previous", "count", "page_size", "results"]
        before = me("GET", "/api/competitions/1/").document
        assert before["participant_status"] is None
        assert [phase["status"] for phase in before["phases"]] == ["Current", "Next"]
        refused = me("GET", "/api/can_make_submission/1/")
        assert refused.body == b'{"can":false,"reason":"User not approved to participate in this competition"}'
        joined = me("POST", "/api/competitions/1/register/")
        assert (joined.status, joined.document) == (201, {"participant_status": "approved"})
        again = me("POST", "/api/competitions/1/register/")
        assert (again.status, again.document) == (400, ["You already applied for participation in this competition!"])
        assert me("GET", "/api/can_make_submission/1/").body == b'{"can":true,"reason":null}'

        made = me.dataset(request_sassy_file_name="sample code submission of a long name.zip")
        assert (made.status, list(made.document)) == (201, ["key", "sassy_url"])
        put = ask("PUT", made.document["sassy_url"], good_zip(), ZIPPED)
        assert (put.status, put.kind, put.body) == (200, "text/plain; charset=utf-8", b"")
        assert put.headers["ETag"] == f'"{platform.datasets[-1].stored.md5}"'
        completed = me("PUT", f"/api/datasets/completed/{made.document['key']}/")
        assert (completed.document, completed.headers["Allow"]) == ({"key": made.document["key"]}, "OPTIONS, PUT")

        created = me("POST", "/api/submissions/", {"data": made.document["key"], "phase": 1})
        assert (created.status, list(created.document)) == (201, CREATED_KEYS.split())
        assert created.document["status"] == "Submitting"
        assert created.document["filename"] == "sample_code_submission_of_a_long_na.zip"
        pk = created.document["id"]
        seen = [me.poll(pk) for _ in range(5)]
        assert list(seen[0]) == POLL_KEYS.split()
        assert [row["status"] for row in seen] == ["Submitted", "Preparing", "Scoring", "Running", "Finished"]
        scores = [(score["column_key"], score["score"]) for score in seen[-1]["scores"]]
        assert scores == [("accuracy", "0.0500000000"), ("duration", "0.0567421913")]
        assert seen[-1]["on_leaderboard"]

        details = me("GET", f"/api/submissions/{pk}/get_details/").document
        assert [log["name"] for log in details["logs"]][::4] == ["prediction_stdout", "scoring_stdout"]
        assert list(me.logs(pk)) == ["prediction_ingestion_stdout", "scoring_stdout"]
        assert b"ingestionExitCode: 0\n" in me.result(pk, "prediction_result")["metadata"]
        assert list(me.result(pk, "scoring_result")) == ["metadata", "scores.json"]
        board = ask("GET", f"{platform.url}/api/phases/1/get_leaderboard/").document
        assert list(board) == ["title", "id", "submissions", "tasks", "fact_sheet_keys", "primary_index"]
        assert [score["score"] for score in board["submissions"][0]["scores"]] == ["0.05", "0.06"]


def test_a_token_comes_for_json_and_for_an_e_mail_address_too(platform: Platform) -> None:
    sent = {"username": "participant@example.com", "password": "participant-pass"}
    assert ask("POST", f"{platform.url}/api/api-token-auth/", sent).document == {"token": platform.token}
    wrong = ask("POST", f"{platform.url}/api/api-token-auth/", urlencode(sent | {"password": "no"}), FORM)
    assert wrong.body == b'{"non_field_errors":["Unable to log in with provided credentials."]}'
    assert (wrong.status, len(wrong.body)) == (400, 68)


# what the site answers to wrong calls


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        (None, "Authentication credentials were not provided."),
        ("Bearer x", "Authentication credentials were not provided."),
        ("Token: {token}", "Authentication credentials were not provided."),
        ("Token 0123", "Invalid token."),
        ("Token", "Invalid token header. No credentials provided."),
        ("Token a b", "Invalid token header. Token string should not contain spaces."),
    ],
)
def test_bad_credentials_answer_403(platform: Platform, header: str | None, detail: str) -> None:
    headers = {"Authorization": header.format(token=platform.token)} if header else {}
    for method, path in (("GET", "/api/my_profile/"), ("POST", "/api/datasets/")):
        reply = ask(method, platform.url + path, None, headers)
        assert (reply.status, reply.document) == (403, {"detail": detail})


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/api/competitions/999/", 404, '{"detail":"No Competition matches the given query."}'),
        ("GET", "/api/can_make_submission/999/", 404, '{"detail":"No Phase matches the given query."}'),
        ("GET", "/api/can_make_submission/2/", 200, '{"can":true,"reason":null}'),
        ("PUT", f"/api/datasets/completed/{NOBODY}/", 404, '{"detail":"Not found."}'),
        ("POST", f"/api/datasets/completed/{NOBODY}/", 405, '{"detail":"Method \\"POST\\" not allowed."}'),
        ("GET", "/api/submissions/999999/", 404, '{"detail":"No Submission matches the given query."}'),
        ("GET", "/api/phases/", 200, "[]"),
        ("DELETE", "/api/datasets/999/", 404, '{"detail":"No Data matches the given query."}'),
        ("GET", "/api/datasets/?page=7", 404, '{"detail":"Invalid page."}'),
    ],
)
def test_wrong_addresses_answer_as_recorded(me: Caller, method: str, path: str, status: int, body: str) -> None:
    reply = me(method, path)
    assert (reply.status, reply.kind, reply.body.decode()) == (status, "application/json", body)
    assert reply.headers["Allow"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_path_without_its_slash_is_redirected(me: Caller, method: str) -> None:
    reply = me(method, "/api/datasets?page=2")
    assert (reply.status, reply.kind, reply.body) == (301, "text/html; charset=utf-8", b"")
    assert reply.headers["Location"] == "/api/datasets/?page=2"


INSUFFICIENT = (
    "Insufficient space. Your available space is 15.0 GB. The file size is 1.0 TB. Please free up some space and try "
    "again. You can manage your files in the Resources page."
)


@pytest.mark.parametrize(
    ("fields", "document"),
    [
        ({"file_size": "-"}, {"file_size": "This field is required."}),
        ({"file_size": 0}, {"file_size": "This field is required."}),
        ({"file_size": "big"}, {"file_size": ["A valid number is required."]}),
        ({"file_size": 10**12}, {"data_file": [INSUFFICIENT]}),
        ({"request_sassy_file_name": "-"}, {"request_sassy_file_name": ["This field is required."]}),
        ({"type": "nonsense"}, {"type": ['"nonsense" is not a valid choice.']}),
        ({"type": "-"}, {"type": ["This field is required."]}),
        ({"file_name": "x" * 65}, {"file_name": ["Ensure this field has no more than 64 characters."]}),
        ({"competition": 999}, {"competition": ['Invalid pk "999" - object does not exist.']}),
    ],
)
def test_a_wrong_data_set_is_refused_as_recorded(me: Caller, fields: dict[str, Any], document: dict[str, Any]) -> None:
    reply = me.dataset(**fields)
    assert (reply.status, reply.document) == (400, document)
    assert reply.headers["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_a_data_set_can_be_sent_as_a_form_and_its_name_must_be_free(me: Caller) -> None:
    form = urlencode({"type": "submission", "request_sassy_file_name": "min.zip", "file_size": 239})
    assert me("POST", "/api/datasets/", form, headers=FORM).status == 201
    assert me.dataset(name="mine").status == 201
    taken = me.dataset(name="mine")
    assert (taken.status, taken.document["non_field_errors"][0][:38]) == (400, "You already have a dataset by this nam")


@pytest.mark.parametrize(
    ("fields", "document"),
    [
        ({"phase": "-"}, {"phase": ["This field is required."]}),
        ({"phase": 999}, {"phase": ['Invalid pk "999" - object does not exist.']}),
        ({"data": NOBODY}, {"data": [f"Object with key={NOBODY} does not exist."]}),
        ({"data": "abc"}, {"data": ["“abc” is not a valid UUID."]}),
        ({"tasks": [99]}, {"non_field_errors": ["All tasks must be part of the current phase."]}),
        ({"queue": 99}, {"queue": ['Invalid pk "99" - object does not exist.']}),
    ],
)
def test_a_wrong_submission_is_refused_as_recorded(me: Caller, fields: dict[str, Any], document: Any) -> None:
    sent = {"data": me.uploaded(), "phase": 1} | fields
    reply = me("POST", "/api/submissions/", {key: value for key, value in sent.items() if value != "-"})
    assert (reply.status, reply.document) == (400, document)


def test_a_submission_without_a_token_makes_the_site_itself_fail(platform: Platform, me: Caller) -> None:
    reply = ask("POST", f"{platform.url}/api/submissions/", {"data": me.uploaded(), "phase": 1})
    assert (reply.status, reply.kind, reply.body.decode()) == (500, "text/html; charset=utf-8", SERVER_ERROR)
    assert platform.submissions == []


def test_others_see_neither_a_submission_nor_its_details(platform: Platform, me: Caller) -> None:
    other, pk = Caller(platform, "participant2"), me.submitted()["id"]
    for path in (f"/api/submissions/{pk}/", f"/api/submissions/{pk}/get_details/"):
        assert other("GET", path).document == {"detail": "No Submission matches the given query."}
    assert other("GET", "/api/submissions/").document == []
    refused = other("POST", "/api/submissions/", {"data": me.uploaded(), "phase": 1})
    detail = "You do not have access to this competition to make a submission"
    assert (refused.status, refused.document) == (403, {"detail": detail})


def test_fact_sheet_answers_must_be_those_that_are_asked_for(platform: Platform, me: Caller) -> None:
    question = {"key": "kind", "type": "select", "title": "Kind", "selection": ["a", "b"], "is_required": "true"}
    text = {"key": "why", "type": "text", "title": "Why", "selection": "", "is_required": "true"}
    sheet = {one["key"]: {**one, "is_on_leaderboard": "false"} for one in (question, text)}
    platform.competition.fact_sheet = sheet
    for answers, complaint in (
        ({"kind": "a"}, "Fact Sheet keys do not match Answer keys"),
        ({"kind": "c", "why": "x"}, f"kind: c is not a valid selection from {sheet['kind']}"),
        ({"kind": "a", "why": 1}, "1 should be string not <class 'int'>"),
        ({"kind": "a", "why": ""}, "Why(why) requires an answer"),
    ):
        reply = me("POST", "/api/submissions/", {"data": me.uploaded(), "phase": 1, "fact_sheet_answers": answers})
        assert (reply.status, reply.document) == (400, {"non_field_errors": [complaint]})
    assert me.submitted(fact_sheet_answers={"kind": "a", "why": "x"})["fact_sheet_answers"]["why"] == "x"


# the storage host


def _signed_put(me: Caller) -> str:
    return me.dataset().document["sassy_url"]


@pytest.mark.parametrize(
    ("headers", "status", "code", "signed_text"),
    [
        (
            {"Content-Type": "application/octet-stream"},
            403,
            "SignatureDoesNotMatch",
            "PUT\n\napplication/octet-stream\n",
        ),
        ({}, 403, "SignatureDoesNotMatch", "PUT\n\n\n"),
        ({**ZIPPED, "Authorization": "Token x"}, 400, "InvalidArgument", "<ArgumentValue>Token x</ArgumentValue>"),
        ({**ZIPPED, "Transfer-Encoding": "chunked"}, 411, "MissingContentLength", "Content-Length"),
    ],
)
def test_a_put_that_was_not_signed_for_is_refused_in_xml(
    me: Caller, headers: dict[str, str], status: int, code: str, signed_text: str
) -> None:
    body = b"2\r\nzz\r\n0\r\n\r\n" if "Transfer-Encoding" in headers else b"zz"
    reply = ask("PUT", _signed_put(me), body, headers)
    assert (reply.status, reply.kind) == (status, "application/xml")
    assert f"<Code>{code}</Code>" in reply.body.decode()
    assert signed_text in reply.body.decode()
    assert not me.platform.datasets[-1].uploaded


def test_a_broken_signature_is_shown_what_was_signed(me: Caller) -> None:
    url = _signed_put(me).replace("Signature=", "Signature=A")
    reply = ask("PUT", url, b"zz", ZIPPED)
    path, expires = urlsplit(url).path, url.rpartition("=")[2]
    text = f"PUT\n\napplication/zip\n{expires}\n{path}"
    assert f"<StringToSign>{text}</StringToSign>" in reply.body.decode()
    assert f"<StringToSignBytes>{text.encode().hex(' ')}</StringToSignBytes></Error>" in reply.body.decode()


def test_an_address_expires_after_five_days(platform: Platform, me: Caller) -> None:
    url = _signed_put(me)
    platform.advance(5 * 86400 + 2)
    reply = ask("PUT", url, b"zz", ZIPPED)
    assert reply.status == 403
    assert b"<Code>AccessDenied</Code><Message>Request has expired</Message>" in reply.body


def test_parts_of_a_stored_file_can_be_asked_for(platform: Platform, me: Caller) -> None:
    me.uploaded(b"0123456789")
    url = platform.sign(platform.datasets[-1].stored.path)
    for asked, part, where in (
        ("bytes=2-4", b"234", "2-4"),
        ("bytes=8-", b"89", "8-9"),
        ("bytes=-3", b"789", "7-9"),
    ):
        reply = ask("GET", url, headers={"Range": asked})
        assert (reply.status, reply.body, reply.headers["Content-Range"]) == (206, part, f"bytes {where}/10")
    assert ask("GET", url, headers={"Range": "bytes=10-"}).status == 416
    assert ask("GET", url).body == b"0123456789"


def test_a_big_file_is_hashed_and_not_kept(me: Caller) -> None:
    me.uploaded(bytes(KEPT_BYTES + 1))
    dataset = me.platform.datasets[-1]
    assert (dataset.body, dataset.size, dataset.file_size) == (None, KEPT_BYTES + 1, KEPT_BYTES + 1)
    assert len(dataset.sha256) == 64


# data sets and submissions in lists, and their ends


def test_data_sets_come_in_pages_of_ten_and_can_be_searched(platform: Platform, me: Caller) -> None:
    for number in range(12):
        me.dataset(file_name=f"file{number}.zip")
    first = me("GET", "/api/datasets/?_type=submission").document
    assert (first["count"], len(first["results"]), first["previous"]) == (12, 10, None)
    assert first["next"] == f"{platform.url}/api/datasets/?_type=submission&page=2"
    second = ask("GET", first["next"], headers={"Authorization": f"Token {me.token}"}).document
    assert [row["file_name"] for row in second["results"]] == ["file1.zip", "file0.zip"]
    assert second["previous"] == f"{platform.url}/api/datasets/?_type=submission"
    assert me("GET", "/api/datasets/?search=FILE7").document["count"] == 1


def test_a_data_set_goes_unless_a_submission_uses_it(platform: Platform, me: Caller) -> None:
    me.submitted()
    used = platform.datasets[-1]
    assert me("DELETE", f"/api/datasets/{used.id}/").status == 400
    assert used.used
    me.uploaded()
    free = platform.datasets[-1]
    gone = me("DELETE", f"/api/datasets/{free.id}/")
    assert (gone.status, gone.body, free.deleted) == (204, b"", True)
    assert me("POST", "/api/submissions/", {"data": free.key, "phase": 1}).status == 400


def test_submissions_are_listed_newest_first_and_filtered(platform: Platform, me: Caller) -> None:
    first, second = me.submitted()["id"], me.submitted()["id"]
    third = me.submitted(phase=2)["id"]
    platform.finish(platform.submissions[0])

    def listed(query: str) -> list[int]:
        return [row["id"] for row in me("GET", f"/api/submissions/?{query}").document]

    assert listed("") == [third, second, first]
    assert listed("phase=1&page_size=1") == [second, first]
    assert listed("phase=1&status=Finished") == [first]
    folder = platform.submissions[1].dataset.stored_name.split("/")[2]
    assert listed(f"search={folder}") == [second]
    platform.settings.list_form = "pages"
    assert list(me("GET", "/api/submissions/").document) == ["count", "next", "previous", "results"]
    assert me("GET", "/api/submissions/?status=Odd").status == 400


def test_limits_count_what_did_not_fail_and_cancelled_ones_too(platform: Platform, me: Caller) -> None:
    phase = platform.competition.phases[0]
    phase.max_submissions_per_day, phase.max_submissions_per_person = 2, 3
    platform.worker = plans.wrong_shape()
    me.submitted()
    platform.finish(platform.submissions[0])
    for _ in range(2):
        pk = me.submitted()["id"]
        assert me("GET", f"/api/submissions/{pk}/cancel_submission/").document == {"canceled": True}
    assert me("GET", f"/api/submissions/{pk}/cancel_submission/").document == {"canceled": False}
    today = "Reached maximum allowed submissions for today for this phase"
    assert me("GET", "/api/can_make_submission/1/").document == {"can": False, "reason": today}
    sent = {"data": me.uploaded(), "phase": 1}
    assert me("POST", "/api/submissions/", sent).body.decode() == SERVER_ERROR
    platform.settings.limit_behaviour = "400 JSON"
    assert me("POST", "/api/submissions/", sent).document == {"non_field_errors": [today]}
    assert me("GET", "/api/competitions/1/").document["phases"][0]["used_submissions_per_day"] == 2
    platform.advance(86400)
    me.submitted()
    in_all = "Reached maximum allowed submissions for this phase"
    assert me("GET", "/api/can_make_submission/1/").document["reason"] == in_all


def test_a_phase_that_is_not_open_takes_submissions_in_the_old_version_alone(platform: Platform, me: Caller) -> None:
    assert me.submitted(phase=2)["phase"] == 2
    platform.settings.phase_checked = True
    assert me("POST", "/api/submissions/", {"data": me.uploaded(), "phase": 2}).status == 400


def test_a_private_competition_is_seen_with_its_key(platform: Platform, me: Caller) -> None:
    hidden = platform.add_competition(title="Hidden", secret_key="k", registered=False, registration_auto_approve=False)
    assert me("GET", f"/api/competitions/{hidden.id}/").status == 404
    assert me("POST", f"/api/competitions/{hidden.id}/register/").status == 404
    assert me("GET", f"/api/competitions/{hidden.id}/?secret_key=k").document["title"] == "Hidden"
    joined = me("POST", f"/api/competitions/{hidden.id}/register/", {"secret_key": "k"})
    assert joined.document == {"participant_status": "pending"}
    assert me("GET", "/api/competitions/public/").document["count"] == 1


def test_programs_are_downloaded_by_their_key_without_a_token_in_the_old_version(
    platform: Platform, me: Caller
) -> None:
    task = me("GET", "/api/competitions/1/").document["phases"][0]["tasks"][0]
    key = next(row["key"] for row in task["public_datasets"] if row["type"] == "ingestion_program")
    reply = ask("GET", f"{platform.url}/datasets/download/{key}/")
    assert reply.status == 302
    with zipfile.ZipFile(io.BytesIO(ask("GET", reply.headers["Location"]).body)) as archive:
        assert archive.namelist() == ["metadata", "ingestion.py"]
    platform.settings.download_needs_token = True
    assert ask("GET", f"{platform.url}/datasets/download/{key}/").status == 404
    assert me("GET", f"/datasets/download/{key}/").status == 302


def test_hidden_output_has_no_details(platform: Platform, me: Caller) -> None:
    pk = me.submitted()["id"]
    platform.competition.phases[0].hide_output = True
    detail = "Cannot access submission details while phase marked to hide output."
    reply = me("GET", f"/api/submissions/{pk}/get_details/")
    assert (reply.status, reply.document) == (403, {"detail": detail})


# the leaderboard


def _on_board(platform: Platform) -> list[int]:
    rows = ask("GET", f"{platform.url}/api/phases/1/get_leaderboard/").document["submissions"]
    return [row["id"] for row in rows]


def _finished(platform: Platform, me: Caller, accuracy: float) -> int:
    platform.worker = plans.good({"accuracy": accuracy})
    me.submitted()
    platform.finish(platform.submissions[-1])
    return platform.submissions[-1].id


@pytest.mark.parametrize(
    ("rule", "shown", "posted", "deleted"),
    [
        ("Force_Last", [3], 403, 403),
        ("Force_Best", [2], 403, 403),
        ("Force_Latest_Multiple", [2, 1, 3], 403, 403),
        ("Add", [], 200, 403),
        ("Add_And_Delete", [], 200, 200),
        ("Add_And_Delete_Multiple", [], 200, 200),
    ],
)
def test_a_rule_says_what_comes_onto_the_leaderboard(
    platform: Platform, me: Caller, rule: str, shown: list[int], posted: int, deleted: int
) -> None:
    platform.competition.leaderboard.submission_rule = rule
    for accuracy in (0.5, 0.75, 0.25):
        _finished(platform, me, accuracy)
    assert _on_board(platform) == shown
    paths = [f"/api/submissions/{pk}/submission_leaderboard_connection/" for pk in (1, 2)]
    assert [me("POST", path).status for path in paths] == [posted] * 2
    if posted == 200:
        assert _on_board(platform) == ([2, 1] if rule == "Add_And_Delete_Multiple" else [2])
    assert me("DELETE", paths[1]).status == deleted


# how submissions go

CHILD_FAILED = "Child task failed or non-zero return code"


@pytest.mark.parametrize(
    ("plan", "details", "exit_code", "logs"),
    [
        (plans.model_missing(), CHILD_FAILED, 1, "prediction_ingestion_stderr scoring_stdout scoring_stderr"),
        (
            plans.predict_raises(),
            CHILD_FAILED,
            1,
            "prediction_ingestion_stdout prediction_ingestion_stderr scoring_stdout scoring_stderr",
        ),
        (plans.wrong_shape(), CHILD_FAILED, 0, "prediction_ingestion_stdout scoring_stdout scoring_stderr"),
        (plans.sigkill(), CHILD_FAILED, 137, "prediction_ingestion_stdout scoring_stdout scoring_stderr"),
        (plans.not_a_zip(), "Bad or empty zip file", None, ""),
        (
            plans.time_limit(600),
            "Execution Time Limit exceeded. Limit was 600 seconds",
            None,
            "prediction_ingestion_stderr",
        ),
        (
            plans.no_scores_file(),
            "Could not find scores file, did the scoring program output it?",
            0,
            "prediction_ingestion_stdout scoring_stdout",
        ),
    ],
)
def test_a_bad_submission_fails_as_recorded(
    platform: Platform, me: Caller, plan: Plan, details: str, exit_code: int | None, logs: str
) -> None:
    platform.worker = plan
    pk = me.submitted()["id"]
    assert me.statuses(pk)[-1] == ("Failed", details)
    assert me.poll(pk)["scores"] == []
    assert list(me.logs(pk)) == logs.split()
    if exit_code is not None:
        metadata = me.result(pk, "prediction_result")["metadata"].decode()
        assert f"ingestionExitCode: {exit_code}\n" in metadata
    assert platform.competition.phases[0].id == 1
    assert me("GET", "/api/competitions/1/").document["phases"][0]["used_submissions_per_day"] == 0


def test_a_later_worker_puts_its_messages_into_a_sentence_and_copies_no_code(platform: Platform, me: Caller) -> None:
    platform.worker = plans.predict_raises()
    old = me.submitted()["id"]
    platform.finish(platform.submissions[-1])
    assert "model.py" in me.result(old, "prediction_result")
    platform.settings.worker_profile = "2026-05"
    new = me.submitted()["id"]
    wording = f"Submission failed: {CHILD_FAILED}. See logs for more details."
    assert me.statuses(new)[-1] == ("Failed", wording)
    assert "model.py" not in me.result(new, "prediction_result")


@pytest.mark.parametrize(
    ("plan", "statuses"),
    [
        (plans.finished_then_failed(), ["Running", "Finished", "Failed"]),
        (plans.failed_then_running_then_failed(), ["Preparing", "Failed", "Running", "Failed"]),
        (plans.failed_then_finished(), ["Failed", "Scoring", "Running", "Finished"]),
        (plans.stuck_in("Submitted"), ["Submitted"]),
        (plans.stuck_in("Submitting"), ["Submitting"]),
        (plans.stuck_in("Scoring"), ["Submitted", "Preparing", "Scoring"]),
        (plans.finished_after(polls=3), ["Running", "Running", "Running", "Finished"]),
    ],
)
def test_statuses_come_in_the_planned_order(platform: Platform, me: Caller, plan: Plan, statuses: list[str]) -> None:
    platform.worker = plan
    pk = me.submitted()["id"]
    seen = [me.poll(pk)["status"] for _ in range(sum(step.polls for step in plan.steps))]
    assert seen[-len(statuses) :] == statuses
    assert me.poll(pk)["status"] == statuses[-1]


def test_scores_may_come_after_finished_or_never(platform: Platform, me: Caller) -> None:
    platform.worker = plans.scores_late(polls=2)
    pk = me.submitted()["id"]
    rows = [me.poll(pk) for _ in range(7)]
    assert [(row["status"], len(row["scores"])) for row in rows[4:]] == [("Finished", 0)] * 2 + [("Finished", 2)]
    platform.worker = plans.finished_without_scores()
    never = me.submitted()["id"]
    assert me.statuses(never)[-1][0] == "Finished"
    assert me.poll(never)["scores"] == []


def test_a_file_that_is_no_zip_or_never_came_fails_without_being_refused(me: Caller) -> None:
    key = me.dataset().document["key"]
    for data in (key, me.uploaded(b"a text file")):
        created = me("POST", "/api/submissions/", {"data": data, "phase": 1})
        assert created.status == 201
        assert me.statuses(created.document["id"])[-1] == ("Failed", "Bad or empty zip file")


def test_several_tasks_make_a_parent_that_finishes_even_when_its_children_fail(platform: Platform, me: Caller) -> None:
    two = platform.add_competition(title="Two", tasks=2)
    tasks = [task.id for task in two.tasks]

    def plan(submission: Submission) -> Plan:
        return plans.good() if submission.tasks == tasks[:1] else plans.predict_raises()

    platform.worker = plan
    parent = me.submitted(phase=two.phases[0].id)["id"]
    first = me.poll(parent)
    assert (first["has_children"], first["children"], first["task"]) == (False, [], None)
    children = me.poll(parent)["children"]
    assert len(children) == 2
    ends = [me.statuses(child)[-1][0] for child in children]
    assert ends == ["Finished", "Failed"]
    last = me.poll(parent)
    assert (last["status"], len(last["scores"]), last["on_leaderboard"]) == ("Finished", 2, True)
    assert me("GET", f"/api/submissions/{parent}/get_details/").document["logs"] == []
    assert me.poll(children[0])["parent"] == parent
    assert me.submitted(phase=two.phases[0].id, tasks=tasks[:1])["status"] == "Submitting"
    assert not platform.submissions[-1].children


def test_time_can_drive_a_submission(platform: Platform, me: Caller) -> None:
    platform.settings.driven_by = "time"
    platform.worker = Plan("timed", (Step("Running", after_s=10), Step("Finished", after_s=3600, scores="usual")))
    pk = me.submitted()["id"]
    assert me.poll(pk)["status"] == "Submitting"
    platform.advance(11)
    assert me.poll(pk)["status"] == "Running"
    platform.advance(3600)
    assert me("GET", "/api/submissions/").document[0]["status"] == "Finished"


# one test a kind of fault

LOST = (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected)


@pytest.mark.parametrize("reset", [True, False])
@pytest.mark.parametrize(
    "fault", [Fault.cut_before, lambda reset: Fault.cut_body(50, reset=reset), Fault.cut_received, Fault.cut_processed]
)
def test_a_cut_request_has_no_answer_and_takes_effect_only_when_it_was_processed(
    platform: Platform, me: Caller, fault: Any, *, reset: bool
) -> None:
    key = me.uploaded()
    platform.fail("create_submission", fault(reset=reset))
    expected = LOST if reset else http.client.RemoteDisconnected
    with pytest.raises(expected):
        me("POST", "/api/submissions/", {"data": key, "phase": 1})
    assert len(platform.submissions) == (fault == Fault.cut_processed)
    assert platform.requests[-1].status is None
    assert me("POST", "/api/submissions/", {"data": key, "phase": 1}).status == 201


@pytest.mark.parametrize("percent", [1, 50, 99])
def test_a_body_is_cut_where_it_was_asked_to_be(platform: Platform, me: Caller, percent: int) -> None:
    url = _signed_put(me)
    platform.fail("put", Fault.cut_body(percent))
    with pytest.raises(LOST):
        ask("PUT", url, bytes(2_000_000), ZIPPED)
    assert platform.requests[-1].received_bytes == 20_000 * percent
    assert not platform.datasets[-1].uploaded
    assert ask("PUT", url, bytes(2_000_000), ZIPPED).status == 200


def test_an_answer_can_be_cut_in_its_middle(platform: Platform, me: Caller) -> None:
    platform.fail("competition", Fault.cut_answer(50, reset=False))
    with pytest.raises(http.client.IncompleteRead):
        me("GET", "/api/competitions/1/")
    platform.fail("competition", Fault.cut_answer(50))
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        me("GET", "/api/competitions/1/")


def test_statuses_of_the_site_and_of_proxies(platform: Platform, me: Caller) -> None:
    platform.fail("whoami", Fault.status(500))
    assert me("GET", "/api/my_profile/").body.decode() == SERVER_ERROR
    for status, text in ((502, b"502 Bad Gateway"), (504, b"504 Gateway Time-out")):
        platform.fail("whoami", Fault.status(status))
        reply = me("GET", "/api/my_profile/")
        assert (reply.status, reply.kind) == (status, "text/html")
        assert b"<center><h1>" + text in reply.body
    for fault, status, retry in (
        (Fault.unavailable(), 503, None),
        (Fault.unavailable(7), 503, "7"),
        (Fault.unavailable(datetime(2026, 11, 22, tzinfo=UTC)), 503, "Sun, 22 Nov 2026 00:00:00 GMT"),
        (Fault.too_many(3), 429, "3"),
    ):
        platform.fail("whoami", fault)
        reply = me("GET", "/api/my_profile/")
        assert (reply.status, reply.headers["Retry-After"]) == (status, retry)


def test_a_500_may_come_after_the_effect(platform: Platform, me: Caller) -> None:
    key = me.uploaded()
    platform.fail("create_submission", Fault.status(500, processed=True))
    assert me("POST", "/api/submissions/", {"data": key, "phase": 1}).status == 500
    assert len(platform.submissions) == 1


def test_an_answer_can_come_late_and_the_request_has_taken_effect(platform: Platform, me: Caller) -> None:
    key = me.uploaded()
    platform.fail("create_submission", Fault.slow(5))
    with pytest.raises(TimeoutError):
        me("POST", "/api/submissions/", {"data": key, "phase": 1}, timeout=0.1)
    assert len(platform.submissions) == 1


def test_an_answer_can_come_byte_by_byte(platform: Platform, me: Caller) -> None:
    platform.fail("whoami", Fault.dribble(0.0005))
    begin = time.monotonic()
    assert me("GET", "/api/my_profile/", timeout=0.2).document["username"] == "participant"
    assert time.monotonic() - begin > 0.1


def test_documents_can_be_wrong_in_many_ways(platform: Platform, me: Caller) -> None:
    platform.fail("whoami", Fault.html())
    assert me("GET", "/api/my_profile/").kind.startswith("text/html")
    platform.fail("whoami", Fault.truncated(50))
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        _ = me("GET", "/api/my_profile/").document
    platform.fail("whoami", Fault.mutated(lambda document: [document]))
    assert me("GET", "/api/my_profile/").document[0]["username"] == "participant"
    platform.fail("whoami", Fault.mutated(lambda document: document.pop("username") and None))
    assert "username" not in me("GET", "/api/my_profile/").document
    assert "username" in me("GET", "/api/my_profile/").document


def test_a_redirect_can_lead_anywhere(platform: Platform, me: Caller) -> None:
    platform.fail("whoami", Fault.redirect("http://evil.example/", 307))
    reply = me("GET", "/api/my_profile/")
    assert (reply.status, reply.headers["Location"]) == (307, "http://evil.example/")


def test_a_signed_address_can_be_said_to_have_expired(platform: Platform, me: Caller) -> None:
    platform.fail("put", Fault.expired())
    reply = ask("PUT", _signed_put(me), b"zz", ZIPPED)
    assert (reply.status, reply.kind) == (403, "application/xml")
    assert b"Request has expired" in reply.body


def test_an_answer_can_come_before_the_body_is_read(platform: Platform, me: Caller) -> None:
    platform.fail("put", Fault.expired().before_the_body())
    reply = ask("PUT", _signed_put(me), bytes(100_000), ZIPPED)
    assert (reply.status, reply.headers["Connection"], platform.requests[-1].received_bytes) == (403, "close", 0)


def test_a_server_can_be_away_for_a_while_and_keeps_what_it_knows(platform: Platform, me: Caller) -> None:
    key, url = me.uploaded(), platform.url
    platform.fail("create_submission", Fault.refuse(0.3))
    with pytest.raises(LOST):
        me("POST", "/api/submissions/", {"data": key, "phase": 1})
    with pytest.raises(ConnectionRefusedError):
        me("GET", "/api/my_profile/")
    assert ask("GET", platform.sign(platform.datasets[-1].stored.path)).status == 200
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            reply = me("POST", "/api/submissions/", {"data": key, "phase": 1})
            break
        except ConnectionRefusedError:
            time.sleep(0.02)
    assert (reply.status, platform.url) == (201, url)


def test_a_fault_waits_for_its_turn_and_hits_as_often_as_said(platform: Platform, me: Caller) -> None:
    planned = platform.fail("whoami", Fault.status(502), times=2, after=1)
    assert [me("GET", "/api/my_profile/").status for _ in range(4)] == [200, 502, 502, 200]
    assert me("GET", "/api/user_quota/").status == 200
    assert planned.hits == 2
    platform.fail("*", Fault.status(502), times=None)
    assert [me("GET", path).status for path in ("/api/my_profile/", "/api/user_quota/")] == [502, 502]
    platform.heal()
    assert me("GET", "/api/my_profile/").status == 200


def test_a_connection_is_kept_for_the_next_request(platform: Platform) -> None:
    parts = urlsplit(platform.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    for _ in range(2):
        connection.request("GET", "/api/competitions/", headers={"Authorization": f"Token {platform.token}"})
        sock = connection.sock
        assert connection.getresponse().read().startswith(b"[")
        assert connection.sock is sock
    connection.close()


def test_the_log_tells_the_stages_in_their_order(platform: Platform, me: Caller) -> None:
    me.submitted()
    stages = ["create_dataset", "put", "completed", "create_submission"]
    assert [record.stage for record in platform.requests] == stages
    assert [record.server for record in platform.requests] == ["site", "storage", "site", "site"]
    assert [record.status for record in platform.requests] == [201, 200, 200, 201]
    put = platform.asked("put")[0]
    assert (put.received_bytes, put.header_map["content-type"]) == (len(good_zip()), "application/zip")


def test_phases_have_dates_that_a_test_can_move(platform: Platform, me: Caller) -> None:
    phase = platform.competition.phases[0]
    phase.end = platform.now() - timedelta(days=1)
    assert me("GET", "/api/phases/1/").document["status"] == "Previous"
