"""Bulk create and cleanup over HTTP: begin, follow, list and cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.bulk.bulk_job import KINDS, Shown
from chalicelib.foundation.bodies import invalid, json_object, read_body
from chalicelib.foundation.door import Access, Door, Query
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.http import Answer, Asked, Json, found, whole_number, word
from chalicelib.jobs.waiting import retry_after

if TYPE_CHECKING:
    from chalicelib.bulk.bodies import BulkCleanupBody, BulkCreateBody
    from chalicelib.bulk.cancel_bulk import CancelBulk
    from chalicelib.bulk.follow_bulk import FollowBulkCleanup, FollowBulkCreate, Followed, Following
    from chalicelib.bulk.list_bulk_jobs import ListBulkJobs
    from chalicelib.bulk.start_bulk_cleanup import StartBulkCleanup
    from chalicelib.bulk.start_bulk_create import StartBulkCreate

BULK = "/api/v1/contacts/bulk"
CLEANUP = f"{BULK}/cleanup"
LARGEST_BODY = 4 * 1024 * 1024  # Lambda's 6 MB are for the whole event, in which a body may come as base64


class Parts(Protocol):
    @property
    def public_url(self) -> str: ...
    @property
    def start_bulk_create(self) -> StartBulkCreate: ...
    @property
    def start_bulk_cleanup(self) -> StartBulkCleanup: ...
    @property
    def follow_bulk_create(self) -> FollowBulkCreate: ...
    @property
    def follow_bulk_cleanup(self) -> FollowBulkCleanup: ...
    @property
    def following_bulk(self) -> Following: ...
    @property
    def list_bulk_jobs(self) -> ListBulkJobs: ...
    @property
    def cancel_bulk(self) -> CancelBulk: ...


def routes(door: Door, parts: Parts) -> None:
    _create_routes(door, parts)
    _cleanup_routes(door, parts)
    _job_routes(door, parts)


def _create_routes(door: Door, parts: Parts) -> None:
    @door.post(BULK, Access.PERSON, "Create many contacts", {202: "BulkCreate"}, body=_create_body)
    def start_bulk_create(asked: Asked) -> Answer:
        from chalicelib.bulk.start_bulk_create import WantedCreate
        from chalicelib.contacts.on_existing import OnExisting

        options, contacts = _options_and_contacts(asked)
        wanted = WantedCreate(
            contacts,
            options.collection_id,
            options.client_source,
            options.client_reference_id,
            OnExisting(options.on_existing or OnExisting.CREATE),
        )
        job = parts.start_bulk_create(asked.owner, wanted, once=_once(asked, options.idempotency_key))
        return _accepted(f"{parts.public_url}{BULK}/{job.job_id}", parts.follow_bulk_create.brief(job))

    @door.get(f"{BULK}/{{job_id}}", Access.PERSON, "How a bulk create is doing", {200: "BulkCreateInFull", 304: ""})
    def get_bulk_create(asked: Asked, job_id: str) -> Answer:
        return _followed(asked, parts.follow_bulk_create(asked.owner, job_id))


def _cleanup_routes(door: Door, parts: Parts) -> None:
    @door.post(CLEANUP, Access.PERSON, "Take away what a bulk create made", {202: "BulkCleanup"}, body=_cleanup_body)
    def start_bulk_cleanup(asked: Asked) -> Answer:
        from chalicelib.bulk.start_bulk_cleanup import WantedCleanup

        body = read_body(asked, _cleanup_body())
        wanted = WantedCleanup(body.bulk_create_job_id, body.tracking_key, body.contact_ids, bool(body.dry_run))
        job = parts.start_bulk_cleanup(asked.owner, wanted, once=_once(asked, body.idempotency_key))
        return _accepted(f"{parts.public_url}{CLEANUP}/{job.job_id}", parts.follow_bulk_cleanup.brief(job))

    @door.get(f"{CLEANUP}/{{job_id}}", Access.PERSON, "How a cleanup is doing", {200: "BulkCleanupInFull", 304: ""})
    def get_bulk_cleanup(asked: Asked, job_id: str) -> Answer:
        return _followed(asked, parts.follow_bulk_cleanup(asked.owner, job_id))


def _job_routes(door: Door, parts: Parts) -> None:
    @door.get(
        BULK,
        Access.PERSON,
        "My bulk creates and cleanups, newest first",
        {200: "BulkJobs"},
        query=[
            Query("kind", "Only these.", {"enum": list(KINDS)}),
            Query("state", "Only those in this state.", {"enum": list(Shown)}),
            Query("client_source", "Only creates of this client."),
            Query("cursor", "Where the page starts; from `next_cursor` of the one before."),
            Query("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": 200}),
        ],
        only_known=True,
    )
    def list_bulk_jobs(asked: Asked) -> Answer:
        from chalicelib.bulk.list_bulk_jobs import Wish

        wish = Wish(word(asked, "kind", KINDS), word(asked, "state", Shown), asked.query.get("client_source") or None)
        cursor, limit = asked.query.get("cursor") or None, whole_number(asked, "limit", 50, 1, 200)
        jobs, following = parts.list_bulk_jobs(asked.owner, wish, cursor=cursor, limit=limit)
        return found(asked, {"jobs": parts.following_bulk.bodies(jobs), "next_cursor": following})

    @door.post(f"{BULK}/{{job_id}}/cancel", Access.PERSON, "Cancel a bulk create or a cleanup", {200: "BulkJob"})
    def cancel_bulk(asked: Asked, job_id: str) -> Answer:
        job = parts.cancel_bulk(asked.owner, job_id)
        return Answer(parts.following_bulk.bodies([job])[0])


def _options_and_contacts(asked: Asked) -> tuple[Any, list[Json]]:
    """The contacts are left as they came: the use case tells all that is wrong with them, not the first thing alone."""
    from pydantic import ValidationError

    from chalicelib.bulk.bodies import BulkCreateOptions

    body = json_object(asked, LARGEST_BODY)
    contacts = body.pop("contacts", None)
    if not isinstance(contacts, list):
        raise InvalidInput("The member 'contacts' must be there, a list.", member="contacts")
    try:
        return BulkCreateOptions.model_validate(body), contacts
    except ValidationError as error:
        raise invalid(error) from None


def _once(asked: Asked, in_body: str | None) -> str | None:
    """The idempotency key, from the header or the body."""
    if asked.once is not None and in_body is not None and asked.once != in_body:
        raise InvalidInput("Header and body have different idempotency keys; send one.", member="idempotency_key")
    return asked.once or in_body


def _accepted(place: str, body: Json) -> Answer:
    return Answer(body, 202, {"Location": place, "Retry-After": "1"})


def _followed(asked: Asked, followed: Followed) -> Answer:
    return found(asked, followed.body, retry_after(followed.job, followed.around))


def _create_body() -> type[BulkCreateBody]:
    from chalicelib.bulk.bodies import BulkCreateBody

    return BulkCreateBody


def _cleanup_body() -> type[BulkCleanupBody]:
    from chalicelib.bulk.bodies import BulkCleanupBody

    return BulkCleanupBody
