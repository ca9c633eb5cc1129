"""Declares the room: the operators' pages and routes, health checks, and the cron route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.aws_permission import Function, Permission, folder_permission, table_permission
from chalicelib.operating import activity_routes, cron_routes, page_routes, routes
from chalicelib.room import NavigationEntry, Room, StoredData
from chalicelib.tables.keys import JOBS, OWN_ACTIVITY, TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema
    from chalicelib.operating.parts import OperatingParts


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.operating.schemas import SCHEMAS

    return SCHEMAS


def _forget_activity(parts: OperatingParts, owner: str) -> None:
    """Take a person out of what happened, and note what their jobs were, which are deleted next."""
    parts.forget_activity(owner)


def _vocabulary() -> Vocabulary:
    from chalicelib.operating.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[OperatingParts] = Room(
    name="operating",
    title="Operating",
    about="For operators: all jobs, the schedule, health, and what happened.",
    vocabulary=_vocabulary,
    routes=(cron_routes.routes, routes.routes, activity_routes.routes, page_routes.routes),
    keeps=(StoredData((OWN_ACTIVITY,), _forget_activity),),
    permissions=(
        table_permission(f"{JOBS.logical_id}/index/listed", "Query", functions=(Function.API,)),
        table_permission(JOBS.logical_id, "DeleteItem", "GetItem", "PutItem", "Query"),  # what happened
        # deep health
        *(table_permission(table.logical_id, "GetItem", functions=(Function.API,)) for table in TABLES.values()),
        folder_permission("pages", "ListBucket", functions=(Function.API,)),
        Permission("WorkQueue", ("sqs:GetQueueAttributes",), (Function.API,)),
        Permission("Key", ("kms:Decrypt", "kms:GenerateDataKey"), (Function.API,)),
    ),
    navigation=(
        NavigationEntry("/operator/jobs", "All jobs", for_operators=True),
        NavigationEntry("/operator/activity", "Activity", for_operators=True),
    ),
    schemas=_schemas,
)
