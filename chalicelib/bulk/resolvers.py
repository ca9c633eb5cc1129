"""GraphQL resolvers of bulk create and cleanup; they call the same use cases as the REST routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.bulk.bulk_job import CLEANUP_KIND, CREATE_KIND, BulkState, Update
from chalicelib.bulk.graphql_contact_types import contact_type_definitions, with_nulls
from chalicelib.bulk.item_routes import LARGEST_PAGE
from chalicelib.bulk.list_bulk_jobs import BulkJobFilter
from chalicelib.bulk.own_jobs import own_job
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.bulk.status import cleanup_results, create_results
from chalicelib.contacts.contact_json import contact_json
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.graphql_part import GraphQlPart, Resolver
from chalicelib.foundation.http import Request, checked_idempotency_key
from chalicelib.foundation.json import Json

if TYPE_CHECKING:
    from chalicelib.bulk.parts import BulkParts

_SCHEMA = Path(__file__).with_name("schema.graphql")
MOST_LISTED = 200
_TYPE_NAMES = {"create": "BulkCreateContacts", "cleanup": "BulkDeleteCreatedContacts"}


def graphql_part(parts: BulkParts) -> GraphQlPart:
    """Jobs from `schema.graphql`, and contacts from the table of fields."""
    schema = f"{_SCHEMA.read_text()}\n{contact_type_definitions()}"
    return GraphQlPart(schema, {**_queries(parts), **_mutations(parts)})


def _queries(parts: BulkParts) -> Mapping[str, Resolver]:
    def create_job(request: Request, *, job_id: str) -> Json:
        job = own_job(parts.job_reader.jobs, request.owner, job_id, CREATE_KIND)
        results = cache(lambda: create_results(parts.job_reader.lines(job)))
        body = _with_kind("create", parts.follow_create.summary(job))
        return {**body, **_lazy(results, "contact_ids", "errors")}

    def cleanup_job(request: Request, *, job_id: str) -> Json:
        job = own_job(parts.job_reader.jobs, request.owner, job_id, CLEANUP_KIND)
        results = cache(lambda: cleanup_results(parts.job_reader.lines(job)))
        body = _with_kind("cleanup", parts.follow_cleanup.summary(job))
        return {**body, **_lazy(results, "candidate_contact_ids", "deleted_contact_ids", "kept", "errors")}

    def list_items(
        request: Request,
        *,
        job_id: str,
        outcome: str | None = None,
        after: str | None = None,
        first: int | None = None,
    ) -> Json:
        limit = _checked_first(200 if first is None else first, LARGEST_PAGE)
        items, next_cursor = parts.list_items.page(
            request.signed_in, job_id, outcome=outcome, cursor=after, limit=limit
        )
        return {"items": items, "next_cursor": next_cursor}

    def list_jobs(request: Request, *, after: str | None = None, first: int | None = None, **more: Any) -> Json:
        fields, limit = more.get("filter") or {}, _checked_first(50 if first is None else first, MOST_LISTED)
        status = fields.get("status")
        state = None if status is None else BulkState[status]
        job_filter = BulkJobFilter(fields.get("kind"), state, fields.get("client_source"))
        jobs, next_cursor = parts.list_jobs(request.owner, job_filter, cursor=after, limit=limit)
        return {"jobs": [_as_interface(each) for each in parts.job_reader.bodies(jobs)], "next_cursor": next_cursor}

    def get_contact(request: Request, *, contact_id: str) -> Json:
        return with_nulls(contact_json(parts.shared.contacts.get(request.owner, contact_id)))

    return {
        "Query.contact": get_contact,
        "Query.bulkCreateContactsJob": create_job,
        "Query.bulkCreateContactsItems": list_items,
        "Query.bulkDeleteCreatedContactsJob": cleanup_job,
        "Query.bulkJobs": list_jobs,
    }


def _mutations(parts: BulkParts) -> Mapping[str, Resolver]:
    def start_create(request: Request, *, input: dict[str, Any]) -> Json:  # noqa: A002 # GraphQL's name for it
        create = CreateRequest(
            input["contacts"],
            input.get("collection_id"),
            input.get("client_source"),
            input.get("client_reference_id"),
            OnExisting(input.get("on_existing") or OnExisting.CREATE),
            Update(input.get("update") or Update.FILL),
            bool(input.get("dry_run")),
            request.signed_in.acting_client,
        )
        job = parts.start_create(request.owner, create, idempotency_key=_idempotency_key(input))
        return _with_kind("create", parts.follow_create.summary(job))

    def start_cleanup(request: Request, *, input: dict[str, Any]) -> Json:  # noqa: A002 # GraphQL's name for it
        cleanup = CleanupRequest(
            input.get("bulk_create_job_id"),
            input.get("tracking_key"),
            input.get("contact_ids"),
            bool(input.get("dry_run")),
        )
        job = parts.start_cleanup(request.owner, cleanup, idempotency_key=_idempotency_key(input))
        return _with_kind("cleanup", parts.follow_cleanup.summary(job))

    def cancel(request: Request, *, job_id: str) -> Json:
        job = parts.cancel(request.owner, job_id)
        return _as_interface(parts.job_reader.bodies([job])[0])

    return {
        "Mutation.startBulkCreateContacts": start_create,
        "Mutation.startBulkDeleteCreatedContacts": start_cleanup,
        "Mutation.cancelBulkJob": cancel,
    }


def _checked_first(first: int, most: int) -> int:
    if not 1 <= first <= most:
        raise InvalidInput(f"first must be a whole number from 1 to {most}.", field="first")
    return first


def _with_kind(kind: str, body: Mapping[str, Json]) -> dict[str, Json]:
    return {**body, "kind": kind, "status": _status(body)}


def _as_interface(body: Mapping[str, Json]) -> dict[str, Json]:
    """A job of the interface BulkJob, with the name of its type."""
    return {**body, "__typename": _TYPE_NAMES[body["kind"]], "status": _status(body)}


def _status(body: Mapping[str, Json]) -> str:
    """The state as the enum BulkJobStatus names it."""
    return BulkState(body["status"]).name


def _lazy(results: Callable[[], Mapping[str, Json]], *names: str) -> dict[str, Callable[[], Json]]:
    """These fields of the results; the ledger is read only if a query selects one of them."""
    return {name: lambda name=name: results()[name] for name in names}  # type: ignore[misc] # bound here


def _idempotency_key(fields: Mapping[str, Any]) -> str | None:
    return checked_idempotency_key(fields.get("idempotency_key"), "idempotency_key")
