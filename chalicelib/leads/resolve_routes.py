"""The routes that resolve identities to leads, many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import json_list
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access, Router
from chalicelib.leads.region import REGION, checked_region

if TYPE_CHECKING:
    from chalicelib.leads.bodies import LeadBatchBody
    from chalicelib.leads.parts import LeadsParts

RESOLVE = "/organizations/{org}/leads/resolve-batch"
LARGEST_BODY = 4 * 1024 * 1024  # Lambda's 6 MB are for the whole event


def routes(router: Router, parts: LeadsParts) -> None:
    def resolve(request: Request, org: str) -> Response:
        sent, region = json_list(request, LARGEST_BODY), checked_region(request.query.get("region"))
        results = parts.resolve(org, sent, person=request.owner, region=region, idempotency_key=request.idempotency_key)
        return Response({"results": results})

    def resolve_leads(request: Request, org: str) -> Response:
        return resolve(request, org)

    def resolve_leads_v1(request: Request, org: str) -> Response:
        return resolve(request, org)

    for path, view in ((RESOLVE, resolve_leads), (f"/api/v1{RESOLVE}", resolve_leads_v1)):
        router.post(
            path,
            Access.ORGANIZATION,
            "Find leads by their identities, and create those that do not exist",
            {200: "ResolvedLeads"},
            query=[REGION],
            strict_query=True,
            body=_batch_body,
            role=Role.IMPORTER,
            takes_key=True,
        )(view)


def _batch_body() -> type[LeadBatchBody]:
    from chalicelib.leads.bodies import LeadBatchBody

    return LeadBatchBody
