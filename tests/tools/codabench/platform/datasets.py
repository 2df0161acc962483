"""The calls about data sets: make one, say that its upload is complete, list, delete, download."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .accounts import GB, pretty_bytes, used_bytes
from .bodies import page_not_found
from .messages import Answer, RefusedError, Request
from .paging import found, page, page_size
from .rows import dataset_row
from .signing import signed

if TYPE_CHECKING:
    from .records import Dataset
    from .state import State

TYPES = {"ingestion_program", "input_data", "public_data", "reference_data", "scoring_program", "starting_kit"}
TYPES |= {"competition_bundle", "submission", "solution"}
REQUIRED = "This field is required."
NAME_TAKEN = "You already have a dataset by this name, please delete that dataset or rename this one"
IN_COMPETITION = (
    "Cannot delete submission: submission belongs to an existing competition. Please visit the competition and delete "
    "your submission from there."
)


def create(state: State, request: Request) -> Answer:
    """The size is looked at first, then the quota, then the fields; the answer has the address for the PUT."""
    sent, user = request.data, request.user
    assert user is not None
    if not sent.get("file_size"):
        return Answer.json({"file_size": REQUIRED}, 400)
    try:
        size = float(sent["file_size"])
    except (TypeError, ValueError):
        return Answer.json({"file_size": ["A valid number is required."]}, 400)
    available = user.quota_gb * GB - used_bytes(state, user)
    if size > available:
        text = f"Insufficient space. Your available space is {pretty_bytes(available)}. "
        text += f"The file size is {pretty_bytes(size)}. Please free up some space and try again. "
        return Answer.json({"data_file": [f"{text}You can manage your files in the Resources page."]}, 400)
    errors = _field_errors(state, sent)
    if errors:
        return Answer.json(errors, 400)
    if any(one.name == sent.get("name") and one.owner == user.username and not one.deleted for one in state.datasets):
        return Answer.json({"non_field_errors": [NAME_TAKEN]}, 400)
    dataset = state.add_dataset(user.username, sent["type"], sent["request_sassy_file_name"])
    dataset.file_name = sent.get("file_name") or ""
    dataset.name, dataset.description = sent.get("name") or dataset.name, sent.get("description")
    dataset.announced_bytes, dataset.competition = int(size), _number(sent.get("competition"))
    address = signed(state, dataset.stored.path, "PUT")
    return Answer.json({"key": dataset.key, "sassy_url": address}, 201)


def completed(state: State, request: Request) -> Answer:
    """The site looks at nothing: an upload that never came is complete as well, with no bytes."""
    dataset = state.dataset(request.groups[0])
    assert request.user is not None
    if dataset is None or dataset.owner != request.user.username:
        return Answer.json({"detail": "Not found."}, 404)
    dataset.completed, dataset.file_size = True, dataset.stored.size
    return Answer.json({"key": dataset.key})


def listed(state: State, request: Request) -> Answer:
    """One's own and the public ones, newest first, ten a page."""
    query, name = request.query, request.user.username if request.user else ""
    shown = [one for one in reversed(state.datasets) if not one.deleted and (one.owner == name or one.is_public)]
    for field in ("type", "key", "name"):
        if query.get(field):
            shown = [one for one in shown if getattr(one, field) == query[field]]
    if query.get("_type") == "submission":
        shown = [one for one in shown if one.type == "submission"]
    text = query.get("search", "")
    shown = [one for one in shown if found(text, one.file_name, one.name, one.description, one.key)]
    return Answer.json(page(request, [dataset_row(state, one) for one in shown], page_size(request, 10)))


def detail(state: State, request: Request) -> Answer:
    return Answer.json(dataset_row(state, _asked(state, request)))


def delete(state: State, request: Request) -> Answer:
    dataset = _asked(state, request)
    assert request.user is not None
    error = None
    if dataset.owner != request.user.username:
        error = "Cannot delete a dataset that is not yours"
    elif any(dataset in task.files.values() for one in state.competitions for task in one.tasks):
        error = "Cannot delete dataset: dataset is in use"
    elif dataset.used:
        error = IN_COMPETITION
    if error:
        return Answer.json({"error": error}, 400)
    dataset.deleted = True
    state.objects.pop(dataset.stored.path, None)
    return Answer(204)


def download(state: State, request: Request) -> Answer:
    """To a signed address; whoever has the key may, unless the setting says otherwise."""
    dataset = state.dataset(request.groups[0])
    name = request.user.username if request.user else None
    closed = (
        state.settings.download_needs_token and dataset and not (dataset.is_public or _may_read(state, dataset, name))
    )
    if dataset is None or closed:
        return page_not_found()
    return Answer(302, b"", "text/html; charset=utf-8", {"Location": signed(state, dataset.stored.path)})


def _may_read(state: State, dataset: Dataset, name: str | None) -> bool:
    competitions = [one for one in state.competitions if any(dataset in task.files.values() for task in one.tasks)]
    return name is not None and (
        dataset.owner == name or any(one.participants.get(name) == "approved" for one in competitions)
    )


def _asked(state: State, request: Request) -> Dataset:
    name = request.user.username if request.user else ""
    for dataset in state.datasets:
        shown = not dataset.deleted and (dataset.owner == name or dataset.is_public)
        if dataset.id == int(request.groups[0]) and shown:
            return dataset
    raise RefusedError(Answer.json({"detail": "No Data matches the given query."}, 404))


def _field_errors(state: State, sent: dict[str, Any]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if "type" not in sent:
        errors["type"] = [REQUIRED]
    elif sent["type"] not in TYPES:
        errors["type"] = [f'"{sent["type"]}" is not a valid choice.']
    asked = sent.get("request_sassy_file_name")
    if asked is None:
        errors["request_sassy_file_name"] = [REQUIRED]
    elif not str(asked).strip():
        errors["request_sassy_file_name"] = ["This field may not be blank."]
    for field, most in (("request_sassy_file_name", 255), ("file_name", 64), ("name", 255)):
        if len(str(sent.get(field) or "")) > most:
            errors[field] = [f"Ensure this field has no more than {most} characters."]
    pk = sent.get("competition")
    if pk not in {None, ""} and _number(pk) not in {one.id for one in state.competitions}:
        errors["competition"] = [f'Invalid pk "{pk}" - object does not exist.']
    return errors


def _number(value: Any) -> int | None:
    return int(value) if re.fullmatch(r"\d+", str(value or "")) else None
