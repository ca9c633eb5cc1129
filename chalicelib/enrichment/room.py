"""Declares the room of enrichment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.aws_permission import Function, table_permission
from chalicelib.room import Room, StoredData
from chalicelib.tables.keys import ENRICHMENT_CHOICE, JOBS, PEOPLE

if TYPE_CHECKING:
    from chalicelib.enrichment.parts import EnrichmentParts


def _forget_choice(parts: EnrichmentParts, owner: str) -> None:
    parts.choices.forget(owner)


def _forget_in_controls(parts: EnrichmentParts, owner: str) -> None:
    parts.controls.forget_person(owner)


ROOM: Room[EnrichmentParts] = Room(
    name="enrichment",
    keeps=(
        StoredData((ENRICHMENT_CHOICE,), _forget_choice),
        StoredData((), _forget_in_controls),  # as an operator, and as one of those whose books a vendor is asked about
    ),
    permissions=(
        table_permission(PEOPLE.logical_id, "DeleteItem", "GetItem"),
        table_permission(PEOPLE.logical_id, "UpdateItem", functions=(Function.API,)),
        table_permission(JOBS.logical_id, "BatchGetItem", "DeleteItem", "GetItem", "Query", "UpdateItem"),
    ),
)
