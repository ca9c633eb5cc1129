"""Declares the room of file imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.file_imports.job_kinds import COMMIT, DECISION, PLAN
from chalicelib.file_imports.pages import compare_page, file_import_forms, file_import_pages
from chalicelib.file_imports.rest import compare_routes, decision_routes, record_routes, report_routes, routes
from chalicelib.foundation.aws_permission import Function, folder_permission
from chalicelib.room import NavigationEntry, Room, RoomJob, StoredData
from chalicelib.tables.keys import FILE_DECISION, FILE_IMPORT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.file_imports.parts import FileImportParts
    from chalicelib.foundation.email_draft import EmailDraft
    from chalicelib.foundation.graphql_part import GraphQlPart
    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema
    from chalicelib.jobs.job import Job


def _email(job: Job) -> EmailDraft:
    from chalicelib.file_imports.committing.commit_email import commit_email

    return commit_email(job)


def _forget_files(parts: FileImportParts, owner: str) -> None:
    parts.files.forget_owner(owner)


def _forget_imports(parts: FileImportParts, owner: str) -> None:
    parts.imports.erase(owner)


def _forget_decisions(parts: FileImportParts, owner: str) -> None:
    parts.decisions.erase(owner)


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.file_imports.rest import compare_schemas, schemas

    return {**schemas.SCHEMAS, **compare_schemas.SCHEMAS}


def _graphql(parts: FileImportParts) -> GraphQlPart:
    from chalicelib.file_imports.rest.resolvers import graphql_part

    return graphql_part(parts)


def _vocabulary() -> Vocabulary:
    from chalicelib.file_imports.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[FileImportParts] = Room(
    name="file_imports",
    title="File imports",
    about="Import a file of contacts (CSV, workbook, vCard, LDIF, JSON): plan, decide, commit, report.",
    vocabulary=_vocabulary,
    routes=(
        routes.routes,
        record_routes.routes,
        decision_routes.routes,
        report_routes.routes,
        compare_routes.routes,
        compare_page.routes,
        file_import_pages.routes,
        file_import_forms.routes,
    ),
    jobs=(
        RoomJob(
            kind=PLAN,
            is_activity=False,
            title="Reading a file",
            step=lambda parts: parts.plan_import,
            cancel=lambda parts: parts.shared.cancel_job,
        ),
        RoomJob(
            kind=COMMIT,
            title="File import",
            step=lambda parts: parts.commit_plan,
            cancel=lambda parts: parts.shared.cancel_job,
            email=_email,
        ),
        RoomJob(
            kind=DECISION,
            title="Decision about rows of a file",
            step=lambda parts: parts.carry_out_decisions,
            cancel=lambda parts: parts.shared.cancel_job,
        ),
    ),
    navigation=(NavigationEntry("/file-imports", "Import a file"),),
    keeps=(
        StoredData((FILE_IMPORT,), _forget_imports),
        StoredData((FILE_DECISION,), _forget_decisions),
        StoredData(("uploads/", "files/"), _forget_files),
    ),
    permissions=(
        folder_permission("uploads", "GetObject", "DeleteObject", "ListBucket"),
        folder_permission("uploads", "PutObject", functions=(Function.API,)),
        folder_permission("files", "GetObject", "PutObject", "DeleteObject", "ListBucket"),
    ),
    schemas=_schemas,
    graphql=_graphql,
)
