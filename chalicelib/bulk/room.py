"""Declares the room of bulk create and cleanup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bulk import routes
from chalicelib.bulk.bulk_job import CLEANUP, CREATE
from chalicelib.bulk.pages import bulk_forms, bulk_pages
from chalicelib.foundation.aws_permission import Function, folder_permission
from chalicelib.room import NavigationEntry, Room, RoomJob, StoredData

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.bulk.parts import BulkParts
    from chalicelib.foundation.graphql_part import GraphQlPart
    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema


def _forget_submitted_lists(parts: BulkParts, owner: str) -> None:
    from chalicelib.bulk.submitted_lists import lists_prefix

    parts.shared.blobs.delete_prefix(lists_prefix(owner))


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.bulk.schemas import SCHEMAS

    return SCHEMAS


def _graphql(parts: BulkParts) -> GraphQlPart:
    from chalicelib.bulk.resolvers import graphql_part

    return graphql_part(parts)


def _vocabulary() -> Vocabulary:
    from chalicelib.bulk.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[BulkParts] = Room(
    name="bulk",
    title="Bulk runs",
    about="Create many contacts in one request, and clean up again what a run has created.",
    vocabulary=_vocabulary,
    routes=(routes.routes, bulk_pages.routes, bulk_forms.routes),
    navigation=(NavigationEntry("/bulk", "Bulk runs"),),
    jobs=(
        RoomJob(
            kind=CREATE,
            title="Bulk create",
            step=lambda parts: parts.create_contacts,
            cancel=lambda parts: parts.shared.cancel_job,
        ),
        RoomJob(
            kind=CLEANUP,
            title="Bulk cleanup",
            step=lambda parts: parts.clean_up,
            cancel=lambda parts: parts.shared.cancel_job,
        ),
    ),
    keeps=(StoredData(("bulk/",), _forget_submitted_lists),),
    permissions=(
        folder_permission("bulk", "DeleteObject", "GetObject", "ListBucket"),
        folder_permission("bulk", "PutObject", functions=(Function.API,)),
    ),
    schemas=_schemas,
    graphql=_graphql,
)
