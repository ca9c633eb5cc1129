"""The declaration of the room of service clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.aws_permission import Function, table_permission
from chalicelib.room import Room, StoredData
from chalicelib.service_clients import routes
from chalicelib.tables.keys import GRANT, JOBS, PEOPLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema
    from chalicelib.service_clients.parts import ServiceClientParts


def _forget_grants(parts: ServiceClientParts, owner: str) -> None:
    parts.forget(owner)


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.service_clients.schemas import SCHEMAS

    return SCHEMAS


def _vocabulary() -> Vocabulary:
    from chalicelib.service_clients.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[ServiceClientParts] = Room(
    name="service_clients",
    title="Service clients",
    about="Programs that act for a person, as far as their token or the person lets them.",
    vocabulary=_vocabulary,
    routes=(routes.routes,),
    keeps=(StoredData((GRANT,), _forget_grants),),
    permissions=(
        table_permission(PEOPLE.logical_id, "BatchWriteItem", "Query"),
        table_permission(PEOPLE.logical_id, "DeleteItem", "GetItem", "PutItem", functions=(Function.API,)),
        table_permission(JOBS.logical_id, "PutItem", functions=(Function.API,)),  # what happened
    ),
    schemas=_schemas,
)
