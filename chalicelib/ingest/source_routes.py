"""The routes of sources: a person manages those of their contacts, an organization's admin those of its leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.http import Request, Response, whole_number
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access, Query, Router, View
from chalicelib.foundation.service_owners import organization_of, organization_owner

if TYPE_CHECKING:
    from pydantic import BaseModel

    from chalicelib.ingest.bodies import LeadSourceBody, LeadSourceChangeBody, SourceBody, SourceChangeBody
    from chalicelib.ingest.manage_sources import Destination, SourceRequest
    from chalicelib.ingest.parts import IngestParts
    from chalicelib.ingest.source import IngestSource

SOURCES = "/sources"
_API = "/api/v1"
_LIMIT = Query("limit", "The maximum number of records.", {"type": "integer", "minimum": 1, "maximum": 500})
_RULES = (
    "fields",
    "region",
    "id_field",
    "event_field",
    "time_field",
    "null_clears",
    "empty_clears",
    "on_existing",
    "channel",
    "scope",
)


@dataclass(frozen=True)
class Scope:
    """Whose sources a set of routes manages."""

    #: the path before `SOURCES`
    prefix: str
    access: Access
    #: what the names of its views begin with
    name: str
    #: whose sources a request is about
    owner: Callable[[Request], str]
    create_body: Callable[[], type[BaseModel]]
    change_body: Callable[[], type[BaseModel]]

    def path(self, rest: str = "") -> str:
        return f"{_API}{self.prefix}{SOURCES}{rest}"


def routes(router: Router, parts: IngestParts) -> None:
    for scope in (_PERSONS, _ORGANIZATIONS):
        for register in (_list_routes, _source_routes, _record_routes):
            register(router, parts, scope)


def _list_routes(router: Router, parts: IngestParts, scope: Scope) -> None:
    def create_source(request: Request, **_: str) -> Response:
        wanted = source_request(read_body(request, scope.create_body()))
        owner = scope.owner(request)
        source, key = parts.manage.create(owner, request.owner, wanted, destination(parts, owner))
        shown = {**parts.source_json(source), "key": key}
        return Response(shown, 201, {"Location": f"{parts.shared.public_url}{_path_of(scope, request, source)}"})

    def list_sources(request: Request, **_: str) -> Response:
        found = parts.sources.of_owner(scope.owner(request))
        return Response({"sources": [parts.source_json(each) for each in found]})

    _add(router.post, scope, "", create_source, "Create a source", {201: "SourceWithKey"}, body=scope.create_body)
    _add(router.get, scope, "", list_sources, "List the sources", {200: "Sources"})


def _source_routes(router: Router, parts: IngestParts, scope: Scope) -> None:
    def get_source(request: Request, source: str, **_: str) -> Response:
        return Response(parts.source_json(parts.sources.get(scope.owner(request), source)))

    def change_source(request: Request, source: str, **_: str) -> Response:
        wanted = source_request(read_body(request, scope.change_body()))
        owner = scope.owner(request)
        changed = parts.manage.change(owner, request.owner, source, wanted, destination(parts, owner))
        return Response(parts.source_json(changed))

    def delete_source(request: Request, source: str, **_: str) -> Response:
        parts.manage.delete(scope.owner(request), source)
        return Response(None, 204)

    def rotate_key(request: Request, source: str, **_: str) -> Response:
        from chalicelib.ingest.bodies import RotateBody

        overlap = timedelta(hours=read_body(request, RotateBody).overlap_hours)
        rotated, key, _until = parts.manage.rotate(scope.owner(request), source, overlap)
        return Response({**parts.source_json(rotated), "key": key})

    _add(router.get, scope, "/{source}", get_source, "Show a source", {200: "Source"})
    _add(
        router.patch,
        scope,
        "/{source}",
        change_source,
        "Change or pause a source",
        {200: "Source"},
        body=scope.change_body,
    )
    _add(router.delete, scope, "/{source}", delete_source, "Delete a source with what it has sent", {204: ""})
    rotate = "Make a new key; the last one stays valid for a while"
    _add(router.post, scope, "/{source}/rotate", rotate_key, rotate, {200: "SourceWithKey"}, body=_rotate_body)


def _record_routes(router: Router, parts: IngestParts, scope: Scope) -> None:
    def list_records(request: Request, source: str, **_: str) -> Response:
        limit = whole_number(request, "limit", 100, 1, 500)
        found = parts.sources.get(scope.owner(request), source)
        return Response(parts.records_json(found, limit))

    def list_failed(request: Request, source: str, **_: str) -> Response:
        found = parts.sources.get(scope.owner(request), source)
        return Response({"records": parts.failed_json(found)})

    def replay_failed(request: Request, source: str, **_: str) -> Response:
        found = parts.sources.get(scope.owner(request), source)
        count, job_id = parts.follow.try_again(found)
        return Response({"replayed": count, "job_id": job_id}, 202)

    records = "List the last records and what became of them"
    _add(router.get, scope, "/{source}/records", list_records, records, {200: "SourceRecords"}, query=[_LIMIT])
    _add(router.get, scope, "/{source}/failed", list_failed, "List the records that failed", {200: "FailedRecords"})
    replay = "Import the failed records again, a hundred at a time"
    _add(router.post, scope, "/{source}/failed/replay", replay_failed, replay, {202: "ReplayedRecords"})


def plan_routes(router: Router, parts: IngestParts) -> None:
    """The trials of records."""

    @router.post(
        _PERSONS.path("/{source}/plan"),
        _PERSONS.access,
        "Say what records would do to your contacts, without storing anything",
        {200: "PlannedRecords"},
        takes_file=True,
    )
    def plan_records(request: Request, source: str) -> Response:
        from chalicelib.ingest.receive_records import read_request

        found = parts.sources.get(request.owner, source)
        return Response(parts.plan(found, read_request(request, found.of_object)))

    @router.post(
        _ORGANIZATIONS.path("/{source}/plan"),
        _ORGANIZATIONS.access,
        "Start an import of records that changes no lead and tells what one would do",
        {202: "PlannedLeads"},
        takes_file=True,
        role=Role.ADMIN,
    )
    def plan_lead_records(request: Request, org: str, source: str) -> Response:
        from chalicelib.ingest.receive_records import read_request

        found = parts.sources.get(organization_owner(org), source)
        job_id = parts.plan_leads(found, org, read_request(request, found.of_object))
        url = f"{parts.shared.public_url}{_API}/organizations/{org}/leads/import/{job_id}"
        return Response({"job_id": job_id, "status_url": url}, 202, {"Location": url})


def _add(
    add: Callable[..., Callable[[View], View]],
    scope: Scope,
    rest: str,
    view: View,
    summary: str,
    responses: dict[int, str],
    **options: Any,
) -> None:
    """Register a view for this scope. Admins alone look at an organization's sources."""
    view.__name__ = f"{scope.name}_{view.__name__}"
    if scope.access is Access.ORGANIZATION:
        options["role"] = Role.ADMIN
    of_whom = "an organization's leads" if scope.access is Access.ORGANIZATION else "your contacts"
    add(scope.path(rest), scope.access, f"{summary} ({of_whom})", responses, **options)(view)


def destination(parts: IngestParts, owner: str) -> Destination:
    return parts.contact_rules if organization_of(owner) is None else parts.lead_rules


def source_request(body: Any) -> SourceRequest:
    """What a body asks for."""
    from chalicelib.ingest.manage_sources import SourceRequest
    from chalicelib.ingest.signature_rule import SignatureRule

    sent = body.model_dump(exclude_none=True)
    signature, secret = sent.get("signature"), ""
    if isinstance(signature, dict):
        secret = signature.pop("secret")
        lower = {name: signature[name].lower() for name in ("header", "id_header", "timestamp_header")}
        signature = SignatureRule.of({**signature, **lower})
    return SourceRequest(
        name=sent.get("name"),
        tag=sent.get("tag"),
        rules={name: sent[name] for name in _RULES if name in sent},
        saved_mapping=sent.get("saved_mapping"),
        signature=signature,
        signing_secret=secret,
        key_in_url=sent.get("key_in_url"),
        of_object=sent.get("of_object"),
        paused=sent.get("paused"),
        requests_per_minute=sent.get("requests_per_minute"),
        records_per_day=sent.get("records_per_day"),
    )


def _path_of(scope: Scope, request: Request, source: IngestSource) -> str:
    return scope.path(f"/{source.source_id}").replace("{org}", request.params.get("org", ""))


def _rotate_body() -> type[BaseModel]:
    from chalicelib.ingest.bodies import RotateBody

    return RotateBody


def _source_body() -> type[SourceBody]:
    from chalicelib.ingest.bodies import SourceBody

    return SourceBody


def _source_change_body() -> type[SourceChangeBody]:
    from chalicelib.ingest.bodies import SourceChangeBody

    return SourceChangeBody


def _lead_source_body() -> type[LeadSourceBody]:
    from chalicelib.ingest.bodies import LeadSourceBody

    return LeadSourceBody


def _lead_source_change_body() -> type[LeadSourceChangeBody]:
    from chalicelib.ingest.bodies import LeadSourceChangeBody

    return LeadSourceChangeBody


_PERSONS = Scope("", Access.PERSON, "person", lambda request: request.owner, _source_body, _source_change_body)
_ORGANIZATIONS = Scope(
    "/organizations/{org}",
    Access.ORGANIZATION,
    "organization",
    lambda request: organization_owner(request.params["org"]),
    _lead_source_body,
    _lead_source_change_body,
)
