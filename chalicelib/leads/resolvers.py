"""GraphQL resolvers of leads; they call the same use cases as the REST routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.foundation.graphql_names import to_snake
from chalicelib.foundation.graphql_part import GraphQlPart
from chalicelib.foundation.http import Request, checked_idempotency_key
from chalicelib.foundation.json import Json
from chalicelib.foundation.organizations import Role, check_role
from chalicelib.leads.region import checked_region

if TYPE_CHECKING:
    from chalicelib.leads.parts import LeadsParts

_SCHEMA = Path(__file__).with_name("schema.graphql")


def graphql_part(parts: LeadsParts) -> GraphQlPart:
    def resolve_leads(
        request: Request,
        *,
        organization: str,
        leads: Sequence[Mapping[str, Any]],
        region: str | None = None,
        idempotency_key: str | None = None,
    ) -> Json:
        check_role(request.signed_in, organization, Role.IMPORTER)
        results = parts.resolve(
            organization,
            [_as_sent(each) for each in leads],
            person=request.owner,
            region=checked_region(region),
            idempotency_key=checked_idempotency_key(idempotency_key, "idempotencyKey"),
        )
        return [_resolved_fields(each) for each in results]

    return GraphQlPart(_SCHEMA.read_text(), {"Mutation.resolveLeads": resolve_leads})


def lead_fields(lead: Mapping[str, Any]) -> dict[str, Any]:
    """A lead as its type declares it: custom fields as a list, since GraphQL has no maps."""
    custom = [{"name": name, "value": value} for name, value in lead["custom"].items()]
    return {
        **_in_snake_case(lead),
        "custom": custom,
        "identities": [_in_snake_case(each) for each in lead["identities"]],
    }


def _resolved_fields(resolved: Mapping[str, Any]) -> dict[str, Any]:
    lead = resolved["lead"]
    return {**_in_snake_case(resolved), "lead": None if lead is None else lead_fields(lead)}


def _in_snake_case(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {to_snake(name): value for name, value in fields.items()}


def _as_sent(lead: Mapping[str, Any]) -> dict[str, Any]:
    """An input as REST takes it."""
    sent = {_CAMEL.get(name, name): value for name, value in lead.items() if value is not None}
    if "custom" in sent:
        sent["custom"] = {each["name"]: each["value"] for each in sent["custom"]}
    if "identities" in sent:
        sent["identities"] = [
            {_CAMEL.get(name, name): value for name, value in each.items()} for each in sent["identities"]
        ]
    return sent


_CAMEL = {"channel_identifier": "channelIdentifier"}
