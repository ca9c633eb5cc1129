"""The declaration of the imports room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.accounts.job_kinds import IMPORT
from chalicelib.foundation.aws_permission import folder_permission
from chalicelib.provider_imports import (
    account_pages,
    account_routes,
    choice_pages,
    choice_routes,
    import_pages,
    import_routes,
    ledger_routes,
    token_pages,
)
from chalicelib.provider_imports.job_kinds import REMOVALS
from chalicelib.room import NavigationEntry, Room, RoomJob, StoredData

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.foundation.email_draft import EmailDraft
    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema
    from chalicelib.jobs.job import Job
    from chalicelib.provider_imports.parts import ImportsParts


def _retry_of(parts: ImportsParts) -> Callable[[str, str, str | None], Job]:
    def retry(owner: str, job_id: str, idempotency_key: str | None) -> Job:
        return parts.retry_import(owner, job_id, idempotency_key=idempotency_key)

    return retry


def _email(job: Job) -> EmailDraft | None:
    from chalicelib.provider_imports.import_email import import_email

    return import_email(job)


def _forget_pages(parts: ImportsParts, owner: str) -> None:
    from chalicelib.provider_imports.raw_pages import pages_prefix

    parts.shared.blobs.delete_prefix(pages_prefix(owner))


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.provider_imports.schemas import SCHEMAS

    return SCHEMAS


def _vocabulary() -> Vocabulary:
    from chalicelib.provider_imports.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[ImportsParts] = Room(
    name="provider_imports",
    title="Imports",
    about="Connected accounts, and the imports that copy their contacts: once, again on demand, and by themselves.",
    vocabulary=_vocabulary,
    routes=(
        import_routes.routes,
        import_pages.routes,
        ledger_routes.routes,
        account_routes.routes,
        choice_routes.routes,
        choice_pages.routes,
        account_pages.routes,
        token_pages.routes,
    ),
    jobs=(
        RoomJob(
            kind=IMPORT,
            title="Import",
            step=lambda parts: parts.import_step,
            cancel=lambda parts: parts.cancel_import,
            retry=_retry_of,
            email=_email,
        ),
        RoomJob(
            kind=REMOVALS,
            title="Removal",
            step=lambda parts: parts.removals_step,
            cancel=lambda parts: parts.shared.cancel_job,
        ),
    ),
    keeps=(StoredData(("pages/",), _forget_pages),),
    permissions=(folder_permission("pages", "DeleteObject", "ListBucket", "PutObject"),),
    navigation=(NavigationEntry("/accounts", "Accounts"), NavigationEntry("/imports", "Imports")),
    schemas=_schemas,
)
