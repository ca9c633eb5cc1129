"""Bulk create and cleanup over GraphQL: the same use cases as the routes, asked for and told in GraphQL's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.bulk.bulk_job import CLEANUP_KIND, CREATE_KIND, BulkState
from chalicelib.bulk.graphql_contact_types import contact_type_definitions, with_nulls
from chalicelib.bulk.list_bulk_jobs import BulkJobFilter
from chalicelib.bulk.own_jobs import own_job
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.bulk.status import cleanup_results, create_results
from chalicelib.contacts.contact_json import listed
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.graphql_server import Resolver
from chalicelib.foundation.http import Request
from chalicelib.foundation.json import Json

if TYPE_CHECKING:
    from chalicelib.bulk.parts import BulkParts

_SCHEMA = Path(__file__).with_name("schema.graphql")
MOST_LISTED = 200
LONGEST_KEY = 255  # characters of an idempotency key
_BRIEF = {"create": "BulkCreateContacts", "cleanup": "BulkDeleteCreatedContacts"}


def schema() -> str:
    """In GraphQL's schema language: the jobs as written, the contacts as the table of members has them."""
    return f"{_SCHEMA.read_text()}\n{contact_type_definitions()}"


def resolvers(parts: BulkParts) -> Mapping[str, Resolver]:
    return {**_queries(parts), **_mutations(parts)}


def _queries(parts: BulkParts) -> Mapping[str, Resolver]:
    def create_job(request: Request, *, job_id: str) -> Json:
        job = own_job(parts.job_reader.jobs, request.owner, job_id, CREATE_KIND)
        results = _once_read(lambda: create_results(parts.job_reader.lines(job)))
        body = _of_kind("create", parts.follow_create.brief(job))
        return {**body, **_later(results, "contact_ids", "errors")}

    def cleanup_job(request: Request, *, job_id: str) -> Json:
        job = own_job(parts.job_reader.jobs, request.owner, job_id, CLEANUP_KIND)
        results = _once_read(lambda: cleanup_results(parts.job_reader.lines(job)))
        body = _of_kind("cleanup", parts.follow_cleanup.brief(job))
        return {**body, **_later(results, "candidate_contact_ids", "deleted_contact_ids", "kept", "errors")}

    def jobs(request: Request, *, after: str | None = None, first: int | None = None, **more: Any) -> Json:
        wished, limit = more.get("filter") or {}, 50 if first is None else first
        if not 1 <= limit <= MOST_LISTED:
            raise InvalidInput(f"first must be a whole number from 1 to {MOST_LISTED}.", field="first")
        wish = BulkJobFilter(wished.get("kind"), _state(wished.get("status")), wished.get("client_source"))
        found, next_cursor = parts.list_jobs(request.owner, wish, cursor=after, limit=limit)
        return {"jobs": [_listed(each) for each in parts.job_reader.bodies(found)], "next_cursor": next_cursor}

    def contact(request: Request, *, contact_id: str) -> Json:
        return with_nulls(listed(parts.shared.contacts.get(request.owner, contact_id)))

    return {
        "Query.contact": contact,
        "Query.bulkCreateContactsJob": create_job,
        "Query.bulkDeleteCreatedContactsJob": cleanup_job,
        "Query.bulkJobs": jobs,
    }


def _mutations(parts: BulkParts) -> Mapping[str, Resolver]:
    def start_create(request: Request, *, input: dict[str, Any]) -> Json:  # noqa: A002 # GraphQL's name for it
        wanted = CreateRequest(
            input["contacts"],
            input.get("collection_id"),
            input.get("client_source"),
            input.get("client_reference_id"),
            OnExisting(input.get("on_existing") or OnExisting.CREATE),
        )
        job = parts.start_create(request.owner, wanted, idempotency_key=_once(input.get("idempotency_key")))
        return _of_kind("create", parts.follow_create.brief(job))

    def start_cleanup(request: Request, *, input: dict[str, Any]) -> Json:  # noqa: A002 # GraphQL's name for it
        wanted = CleanupRequest(
            input.get("bulk_create_job_id"),
            input.get("tracking_key"),
            input.get("contact_ids"),
            bool(input.get("dry_run")),
        )
        job = parts.start_cleanup(request.owner, wanted, idempotency_key=_once(input.get("idempotency_key")))
        return _of_kind("cleanup", parts.follow_cleanup.brief(job))

    def cancel(request: Request, *, job_id: str) -> Json:
        job = parts.cancel(request.owner, job_id)
        return _listed(parts.job_reader.bodies([job])[0])

    return {
        "Mutation.startBulkCreateContacts": start_create,
        "Mutation.startBulkDeleteCreatedContacts": start_cleanup,
        "Mutation.cancelBulkJob": cancel,
    }


def _of_kind(kind: str, body: Mapping[str, Json]) -> dict[str, Json]:
    return {**body, "kind": kind, "status": _status(body)}


def _listed(body: Mapping[str, Json]) -> dict[str, Json]:
    """One of several kinds; GraphQL wants to know which."""
    return {**body, "__typename": _BRIEF[body["kind"]], "status": _status(body)}


def _status(body: Mapping[str, Json]) -> str:
    """The state as BulkJobStatus names it."""
    return BulkState(body["status"]).name


def _state(status: str | None) -> BulkState | None:
    return None if status is None else BulkState[status]


def _once_read(read: Callable[[], Mapping[str, Json]]) -> Callable[[], Mapping[str, Json]]:
    """What became of the contacts, read from the ledger when the first of its members is asked for, and then kept."""
    return cache(read)


def _later(results: Callable[[], Mapping[str, Json]], *members: str) -> dict[str, Callable[[], Json]]:
    return {member: lambda member=member: results()[member] for member in members}  # type: ignore[misc] # bound here


def _once(key: str | None) -> str | None:
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        told = f"An idempotency key has 1 to {LONGEST_KEY} printable characters."
        raise InvalidInput(told, field="idempotency_key")
    return key
