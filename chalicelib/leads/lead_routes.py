"""The routes of single leads and of lists: read, search by identity, edit, identities, delete and erase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.foundation.http import Request, Response, conditional_response, whole_number
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.leads.region import REGION, checked_region
from chalicelib.leads.status_url import with_status_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.foundation.errors import ServiceError
    from chalicelib.leads.bodies import EraseBody, IdentityBody, MoveBody, ProfileBody
    from chalicelib.leads.parts import LeadsParts

LEADS = "/api/v1/organizations/{org}/leads"
LEAD = f"{LEADS}/{{lead_id}}"
IDENTITIES = f"{LEAD}/identities"
ERASURES = f"{LEADS}/erasures"
LIMIT = Query("limit", "The maximum number of leads.", {"type": "integer", "minimum": 1, "maximum": 200})


def routes(router: Router, parts: LeadsParts) -> None:
    _list_routes(router, parts)
    _lead_routes(router, parts)
    _identity_routes(router, parts)
    _erase_routes(router, parts)


def _list_routes(router: Router, parts: LeadsParts) -> None:
    @router.get(
        LEADS,
        Access.ORGANIZATION,
        "List the leads of an organization, or find the one with an identity",
        {200: "Leads", 304: ""},
        query=[
            Query("channel", "With `channelIdentifier`: only the lead with this identity, in any spelling."),
            Query("channelIdentifier", "The phone number, address or id on that channel."),
            Query("scope", "What the identifier is unique in, if not in the world."),
            REGION,
            Query("tag", "Only leads with this tag. Pages may be short, or empty, before the last one."),
            Query("source", "Only leads that this import created or last changed, in the order of its rows."),
            Query("cursor", "The `nextCursor` of the previous page."),
            LIMIT,
        ],
        strict_query=True,
    )
    def list_leads(request: Request, org: str) -> Response:
        from chalicelib.leads.lead_json import lead_json
        from chalicelib.leads.managing.lead_filter import LeadFilter

        query = request.query
        wanted = LeadFilter(query.get("tag"), query.get("source"))
        if "channel" in query or "channelIdentifier" in query:
            identity = parts.reader.identity_in(org, query, checked_region(query.get("region")))
            found = [lead for lead in parts.read.with_identity(org, identity.key) if wanted.has(lead)]
            return conditional_response(request, {"leads": [lead_json(each) for each in found], "nextCursor": None})
        limit = whole_number(request, "limit", 50, 1, 200)
        leads, cursor = parts.list_leads(org, wanted, cursor=query.get("cursor"), limit=limit)
        return conditional_response(request, {"leads": [lead_json(each) for each in leads], "nextCursor": cursor})


def _lead_routes(router: Router, parts: LeadsParts) -> None:
    @router.get(LEAD, Access.ORGANIZATION, "Read a lead", {200: "Lead", 304: ""})
    def get_lead(request: Request, org: str, lead_id: str) -> Response:
        from chalicelib.leads.lead_json import lead_json

        return conditional_response(request, lead_json(parts.read.get(org, lead_id)))

    @router.patch(
        LEAD,
        Access.ORGANIZATION,
        "Edit the profile of a lead",
        {200: "Lead"},
        body=_profile_body,
        role=Role.IMPORTER,
        problems=_changed,
    )
    def edit_lead(request: Request, org: str, lead_id: str) -> Response:
        from chalicelib.leads.lead_json import lead_json
        from chalicelib.leads.managing.profile_edit import profile_edit

        edit = profile_edit(read_body(request, _profile_body()))
        return Response(lead_json(parts.change.edit(org, lead_id, edit)))

    @router.delete(
        LEAD,
        Access.ORGANIZATION,
        "Delete a lead; it can be created again",
        {204: ""},
        role=Role.ADMIN,
        problems=_changed,
    )
    def delete_lead(_request: Request, org: str, lead_id: str) -> Response:
        parts.change.delete(org, lead_id)
        return Response(None, 204)


def _identity_routes(router: Router, parts: LeadsParts) -> None:
    @router.post(
        IDENTITIES,
        Access.ORGANIZATION,
        "Give a lead an identity that belongs to nobody",
        {200: "Lead"},
        query=[REGION],
        strict_query=True,
        body=_identity_body,
        role=Role.IMPORTER,
        problems=_identity_problems,
    )
    def add_identity(request: Request, org: str, lead_id: str) -> Response:
        from chalicelib.leads.lead_json import lead_json

        body, region = read_body(request, _identity_body()), checked_region(request.query.get("region"))
        identity = parts.reader.identity(org, body, region)
        return Response(lead_json(parts.change.add_identity(org, lead_id, identity)))

    @router.post(
        f"{IDENTITIES}/{{identity_key}}/move",
        Access.ORGANIZATION,
        "Move an identity to another lead",
        {200: "MovedIdentity"},
        body=_move_body,
        role=Role.IMPORTER,
        problems=_identity_problems,
    )
    def move_identity(request: Request, org: str, lead_id: str, identity_key: str) -> Response:
        from chalicelib.leads.lead_json import lead_json

        body = read_body(request, _move_body())
        former, owner = parts.change.move_identity(org, lead_id, identity_key, body.lead_id)
        return Response({"formerOwner": lead_json(former), "owner": lead_json(owner)})

    @router.delete(
        f"{IDENTITIES}/{{identity_key}}",
        Access.ORGANIZATION,
        "Take an identity off a lead",
        {200: "Lead"},
        role=Role.IMPORTER,
        problems=_identity_problems,
    )
    def remove_identity(_request: Request, org: str, lead_id: str, identity_key: str) -> Response:
        from chalicelib.leads.lead_json import lead_json

        return Response(lead_json(parts.change.remove_identity(org, lead_id, identity_key)))


def _erase_routes(router: Router, parts: LeadsParts) -> None:
    def status_url(org: str, job_id: str) -> str:
        return f"{parts.shared.public_url}{ERASURES.format(org=org)}/{job_id}"

    @router.post(
        f"{LEADS}/erase",
        Access.ORGANIZATION,
        "Erase a lead, and suppress its identities: nobody creates it again",
        {200: "ErasedLead"},
        query=[REGION],
        strict_query=True,
        body=_erase_body,
        problems=lambda: [NotFound, *_changed()],
        role=Role.ADMIN,
    )
    def erase_lead(request: Request, org: str) -> Response:
        body, region = read_body(request, _erase_body()), checked_region(request.query.get("region"))
        if (body.lead_id is None) == (body.identity is None):
            raise InvalidInput("Name either `leadId` or `identity`.", field="leadId")
        whom = str(body.lead_id) if body.identity is None else parts.reader.identity(org, body.identity, region)
        erasure = parts.erase(org, whom)
        erased, job_id = erasure.erased, erasure.job.job_id
        return Response(
            {
                "leadId": None if erased.lead is None else erased.lead.id,
                "suppressedIdentityKeys": list(erased.keys),
                "deletedExports": list(erasure.exports),
                "jobId": job_id,
                "statusUrl": status_url(org, job_id),
            }
        )

    @router.get(
        f"{ERASURES}/{{job_id}}",
        Access.ORGANIZATION,
        "Follow the removal of an erased lead from imports, and see which files it deleted",
        {200: "LeadErasure"},
        role=Role.ADMIN,
    )
    def get_lead_erasure(_request: Request, org: str, job_id: str) -> Response:
        from chalicelib.leads.erasing.erasure_job import erasure_json

        return Response(with_status_url(erasure_json(parts.erase.job(org, job_id)), status_url(org, job_id)))


def _changed() -> Sequence[type[ServiceError]]:
    from chalicelib.leads.managing.change_leads import ChangedMeanwhile

    return [ChangedMeanwhile]


def _identity_problems() -> Sequence[type[ServiceError]]:
    from chalicelib.leads.managing.change_leads import IdentitySuppressed, IdentityTaken, LastIdentity

    return [*_changed(), IdentityTaken, IdentitySuppressed, LastIdentity]


def _profile_body() -> type[ProfileBody]:
    from chalicelib.leads.bodies import ProfileBody

    return ProfileBody


def _identity_body() -> type[IdentityBody]:
    from chalicelib.leads.bodies import IdentityBody

    return IdentityBody


def _move_body() -> type[MoveBody]:
    from chalicelib.leads.bodies import MoveBody

    return MoveBody


def _erase_body() -> type[EraseBody]:
    from chalicelib.leads.bodies import EraseBody

    return EraseBody
