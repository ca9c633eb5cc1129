"""Declares the room of leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.aws_permission import table_permission
from chalicelib.room import Room
from chalicelib.tables.keys import LEADS

if TYPE_CHECKING:
    from chalicelib.leads.parts import LeadsParts

ROOM: Room[LeadsParts] = Room(
    name="leads",
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
    ),
)
