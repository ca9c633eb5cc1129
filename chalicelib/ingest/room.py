"""Declares the room of ingest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.aws_permission import Permission, folder_permission, table_permission
from chalicelib.ingest import ingest_routes, source_routes
from chalicelib.ingest.job_kinds import INGEST, INGEST_LEADS
from chalicelib.ingest.pages import source_pages
from chalicelib.room import NavigationEntry, Room, RoomJob, StoredData
from chalicelib.tables.keys import (
    INGEST_APPLIED,
    INGEST_ARRIVAL,
    INGEST_FAILED,
    INGEST_GATE,
    INGEST_LISTED,
    INGEST_REQUEST,
    INGEST_SOURCE,
    PEOPLE,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema
    from chalicelib.ingest.parts import IngestParts

_KEPT = (
    INGEST_SOURCE,
    INGEST_LISTED,
    INGEST_GATE,
    INGEST_ARRIVAL,
    INGEST_REQUEST,
    INGEST_APPLIED,
    INGEST_FAILED,
    "ingest/",
)


def _forget_sources(parts: IngestParts, owner: str) -> None:
    parts.forget.owner(owner)


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.ingest.schemas import SCHEMAS

    return SCHEMAS


def _vocabulary() -> Vocabulary:
    from chalicelib.ingest.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[IngestParts] = Room(
    name="ingest",
    title="Sources",
    about="Other systems that send records over HTTP, each with a key and a mapping of its own.",
    vocabulary=_vocabulary,
    routes=(ingest_routes.routes, source_routes.routes, source_routes.plan_routes, source_pages.routes),
    jobs=(
        RoomJob(
            kind=INGEST,
            title="Import of a source's records",
            step=lambda parts: parts.import_records,
            not_cancelable="It takes records that a source has handed over. Undo it once it is done.",
        ),
        RoomJob(
            kind=INGEST_LEADS,
            title="Records of a source for leads",
            is_activity=False,
            step=lambda parts: parts.import_leads,
            not_cancelable="The organization's importers can cancel the import of leads that it waits for.",
        ),
    ),
    navigation=(NavigationEntry("/sources", "Sources"),),
    keeps=(StoredData(_KEPT, _forget_sources),),
    permissions=(
        table_permission(
            PEOPLE.logical_id, "BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query"
        ),
        folder_permission("ingest", "DeleteObject", "GetObject", "ListBucket", "PutObject"),
        Permission("Key", ("kms:Decrypt", "kms:GenerateDataKey")),
    ),
    schemas=_schemas,
)
