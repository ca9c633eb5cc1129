"""Declares the room of leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.aws_permission import Function, Permission, table_permission
from chalicelib.leads import lead_routes, resolve_routes
from chalicelib.room import Room
from chalicelib.tables.keys import JOBS, LEADS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.foundation.graphql_part import GraphQlPart
    from chalicelib.foundation.schema import Schema
    from chalicelib.leads.parts import LeadsParts


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.leads.schemas import SCHEMAS

    return SCHEMAS


def _graphql(parts: LeadsParts) -> GraphQlPart:
    from chalicelib.leads.resolvers import graphql_part

    return graphql_part(parts)


ROOM: Room[LeadsParts] = Room(
    name="leads",
    routes=(resolve_routes.routes, lead_routes.routes),
    permissions=(
        table_permission(
            LEADS.logical_id,
            "BatchGetItem",
            "ConditionCheckItem",
            "DeleteItem",
            "GetItem",
            "PartiQLInsert",
            "PartiQLUpdate",
            "PutItem",
            "Query",
        ),
        table_permission(JOBS.logical_id, "GetItem", "PutItem", functions=(Function.API,)),
        Permission("Key", ("kms:Decrypt", "kms:GenerateDataKey")),
    ),
    schemas=_schemas,
    graphql=_graphql,
)
