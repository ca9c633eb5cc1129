"""REST routes of bulk create and cleanup: start, follow, list and cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.bulk.bulk_job import KINDS, BulkState, Update
from chalicelib.bulk.item_routes import item_routes
from chalicelib.bulk.paths import BULK, CLEANUP
from chalicelib.foundation.bodies import invalid_input, json_object, read_body
from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.foundation.http import Request, Response, choice, conditional_response, whole_number
from chalicelib.foundation.json import Json
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.foundation.scopes import Scope
from chalicelib.jobs.waiting import retry_after

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.bulk.bodies import BulkCleanupBody, BulkCreateBody
    from chalicelib.bulk.follow_bulk import BulkJobSnapshot
    from chalicelib.bulk.parts import BulkParts
    from chalicelib.foundation.errors import ServiceError

LARGEST_BODY = 4 * 1024 * 1024  # Lambda's 6 MB are for the whole event, in which a body may come as base64


def routes(router: Router, parts: BulkParts) -> None:
    _create_routes(router, parts)
    item_routes(router, parts)
    _cleanup_routes(router, parts)
    _job_routes(router, parts)


def _create_routes(router: Router, parts: BulkParts) -> None:
    @router.post(
        BULK,
        Access.PERSON,
        "Create many contacts",
        {202: "BulkCreate"},
        body=_create_body,
        takes_key=True,
        problems=_create_problems,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def start_bulk_create(request: Request) -> Response:
        from chalicelib.bulk.start_bulk_create import CreateRequest
        from chalicelib.contacts.on_existing import OnExisting

        options, contacts = _options_and_contacts(request)
        create = CreateRequest(
            contacts,
            options.collection_id,
            options.client_source,
            options.client_reference_id,
            OnExisting(options.on_existing or OnExisting.CREATE),
            Update(options.update or Update.FILL),
            bool(options.dry_run),
            request.signed_in.acting_client,
        )
        job = parts.start_create(
            request.owner, create, idempotency_key=_idempotency_key(request, options.idempotency_key)
        )
        return _accepted(f"{parts.shared.public_url}{BULK}/{job.job_id}", parts.follow_create.summary(job))

    @router.get(
        f"{BULK}/{{job_id}}",
        Access.PERSON,
        "Get the status and results of a bulk create",
        {200: "BulkCreateInFull", 304: ""},
        is_polled=True,
        scopes=[Scope.CONTACTS_READ, Scope.CONTACTS_WRITE],
    )
    def get_bulk_create(request: Request, job_id: str) -> Response:
        return _status(request, parts.follow_create(request.owner, job_id))


def _cleanup_routes(router: Router, parts: BulkParts) -> None:
    @router.post(
        CLEANUP,
        Access.PERSON,
        "Delete the contacts of a bulk create",
        {202: "BulkCleanup"},
        body=_cleanup_body,
        takes_key=True,
        problems=lambda: [NotFound],
        scopes=[Scope.CONTACTS_WRITE],
    )
    def start_bulk_cleanup(request: Request) -> Response:
        from chalicelib.bulk.start_bulk_cleanup import CleanupRequest

        body = read_body(request, _cleanup_body())
        cleanup = CleanupRequest(body.bulk_create_job_id, body.tracking_key, body.contact_ids, bool(body.dry_run))
        job = parts.start_cleanup(
            request.owner, cleanup, idempotency_key=_idempotency_key(request, body.idempotency_key)
        )
        return _accepted(f"{parts.shared.public_url}{CLEANUP}/{job.job_id}", parts.follow_cleanup.summary(job))

    @router.get(
        f"{CLEANUP}/{{job_id}}",
        Access.PERSON,
        "Get the status and results of a cleanup",
        {200: "BulkCleanupInFull", 304: ""},
        is_polled=True,
        scopes=[Scope.CONTACTS_READ, Scope.CONTACTS_WRITE],
    )
    def get_bulk_cleanup(request: Request, job_id: str) -> Response:
        return _status(request, parts.follow_cleanup(request.owner, job_id))


def _job_routes(router: Router, parts: BulkParts) -> None:
    @router.get(
        BULK,
        Access.PERSON,
        "List my bulk creates and cleanups, newest first",
        {200: "BulkJobs", 304: ""},
        query=[
            Query("kind", "Only jobs of this kind.", {"enum": list(KINDS)}),
            Query("state", "Only jobs in this state.", {"enum": list(BulkState)}),
            Query("client_source", "Only bulk creates of this client."),
            Query("cursor", "The `next_cursor` of the previous page."),
            Query("limit", "The maximum number of jobs.", {"type": "integer", "minimum": 1, "maximum": 200}),
        ],
        strict_query=True,
        scopes=[Scope.CONTACTS_READ, Scope.CONTACTS_WRITE],
    )
    def list_bulk_jobs(request: Request) -> Response:
        from chalicelib.bulk.list_bulk_jobs import BulkJobFilter

        job_filter = BulkJobFilter(
            choice(request, "kind", KINDS),
            choice(request, "state", BulkState),
            request.query.get("client_source") or None,
        )
        cursor, limit = request.query.get("cursor") or None, whole_number(request, "limit", 50, 1, 200)
        jobs, next_cursor = parts.list_jobs(request.owner, job_filter, cursor=cursor, limit=limit)
        return conditional_response(request, {"jobs": parts.job_reader.bodies(jobs), "next_cursor": next_cursor})

    @router.post(
        f"{BULK}/{{job_id}}/cancel",
        Access.PERSON,
        "Cancel a bulk create or a cleanup",
        {200: "BulkJob"},
        scopes=[Scope.CONTACTS_WRITE],
    )
    def cancel_bulk(request: Request, job_id: str) -> Response:
        job = parts.cancel(request.owner, job_id)
        return Response(parts.job_reader.bodies([job])[0])


def _options_and_contacts(request: Request) -> tuple[Any, list[Json]]:
    """The validated options, and the contacts as sent; the use case validates those and reports all their errors."""
    from pydantic import ValidationError

    from chalicelib.bulk.bodies import BulkCreateOptions

    body = json_object(request, LARGEST_BODY)
    contacts = body.pop("contacts", None)
    if not isinstance(contacts, list):
        raise InvalidInput('The field "contacts" is required and must be a list.', field="contacts")
    try:
        return BulkCreateOptions.model_validate(body), contacts
    except ValidationError as error:
        raise invalid_input(error, body) from None


def _idempotency_key(request: Request, in_body: str | None) -> str | None:
    """The idempotency key, from the header or the body."""
    if request.idempotency_key is not None and in_body is not None and request.idempotency_key != in_body:
        raise InvalidInput(
            "The header and the body have different idempotency keys. Send one.", field="idempotency_key"
        )
    return request.idempotency_key or in_body


def _accepted(location: str, body: Json) -> Response:
    return Response(body, 202, {"Location": location, "Retry-After": "1"})


def _status(request: Request, snapshot: BulkJobSnapshot) -> Response:
    return conditional_response(request, snapshot.body, retry_after(snapshot.job, snapshot.context))


def _create_problems() -> Sequence[type[ServiceError]]:
    from chalicelib.bulk.check_contacts import InvalidContacts

    return [NotFound, InvalidContacts]


def _create_body() -> type[BulkCreateBody]:
    from chalicelib.bulk.bodies import BulkCreateBody

    return BulkCreateBody


def _cleanup_body() -> type[BulkCleanupBody]:
    from chalicelib.bulk.bodies import BulkCleanupBody

    return BulkCleanupBody
