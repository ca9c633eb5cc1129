"""Declares the room of leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.aws_permission import Function, Permission, folder_permission, table_permission
from chalicelib.leads import export_routes, import_routes, lead_routes, resolve_routes, undo_routes, upload_routes
from chalicelib.leads.erasing.erasure_job import LEAD_ERASURE
from chalicelib.leads.exporting.export_job import FOLDER as EXPORTS
from chalicelib.leads.exporting.export_job import LEAD_EXPORT
from chalicelib.leads.importing.job_kinds import LEAD_IMPORT, LEAD_IMPORT_LANE
from chalicelib.leads.pages import column_pages, import_forms, import_pages, lead_forms, lead_pages
from chalicelib.leads.pages.addresses import ORGANIZATIONS
from chalicelib.leads.undoing.job_kind import LEAD_UNDO
from chalicelib.room import NavigationEntry, Room, RoomJob
from chalicelib.tables.keys import JOBS, LEADS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.foundation.graphql_part import GraphQlPart
    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema
    from chalicelib.leads.parts import LeadsParts


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.leads.schemas import SCHEMAS

    return SCHEMAS


def _graphql(parts: LeadsParts) -> GraphQlPart:
    from chalicelib.leads.resolvers import graphql_part

    return graphql_part(parts)


def _vocabulary() -> Vocabulary:
    from chalicelib.leads.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[LeadsParts] = Room(
    name="leads",
    title="Leads",
    about=(
        "The possible customers of an organization: find or create them by their identities, import, export and "
        "erase them."
    ),
    vocabulary=_vocabulary,
    routes=(
        resolve_routes.routes,
        upload_routes.routes,
        import_routes.routes,
        undo_routes.routes,
        lead_routes.routes,
        export_routes.routes,
        lead_pages.routes,
        lead_forms.routes,
        column_pages.routes,
        import_pages.routes,
        import_forms.routes,
    ),
    navigation=(NavigationEntry(ORGANIZATIONS, "Leads", for_organizations=True),),
    jobs=(
        RoomJob(
            kind=LEAD_ERASURE,
            title="Removal of an erased lead from imports",
            step=lambda parts: parts.clean_imports,
            not_cancelable="It removes what imports keep of a lead that was erased.",
        ),
        RoomJob(
            kind=LEAD_EXPORT,
            title="Export of leads",
            step=lambda parts: parts.export_leads,
            cancel=lambda parts: parts.shared.cancel_job,
        ),
        RoomJob(
            kind=LEAD_IMPORT,
            title="Import of leads",
            step=lambda parts: parts.import_step,
            not_cancelable="The organization's importers can cancel it.",
        ),
        RoomJob(
            kind=LEAD_IMPORT_LANE,
            title="Lane of an import of leads",
            is_activity=False,
            step=lambda parts: parts.lane_step,
            on_finished=lambda parts: parts.wake_import,
            not_cancelable="The organization's importers can cancel the import that it belongs to.",
        ),
        RoomJob(
            kind=LEAD_UNDO,
            title="Undo of an import of leads",
            step=lambda parts: parts.undo_step,
            cancel=lambda parts: parts.shared.cancel_job,
        ),
    ),
    organization_folders=(f"{EXPORTS}/", "imports/", "lead-imports/"),
    permissions=(
        table_permission(
            LEADS.logical_id,
            "BatchGetItem",
            "DeleteItem",
            "GetItem",
            "PartiQLInsert",
            "PartiQLUpdate",
            "PutItem",
            "Query",
            "UpdateItem",
        ),
        table_permission(JOBS.logical_id, "GetItem", "PutItem", functions=(Function.API,)),
        folder_permission(EXPORTS, "DeleteObject", "GetObject", "ListBucket", "PutObject"),
        folder_permission("imports", "DeleteObject", "GetObject", "ListBucket", "PutObject"),
        folder_permission("imports", "AbortMultipartUpload", "ListMultipartUploadParts", functions=(Function.API,)),
        folder_permission("lead-imports", "DeleteObject", "GetObject", "ListBucket", "PutObject"),
        Permission("Key", ("kms:Decrypt", "kms:GenerateDataKey")),
    ),
    schemas=_schemas,
    graphql=_graphql,
)
