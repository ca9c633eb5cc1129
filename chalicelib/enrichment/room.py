"""Declares the room of enrichment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.enrichment import choice_routes, control_routes, pages, run_routes
from chalicelib.enrichment.job_kinds import ENRICHMENT, ENRICHMENT_PREVIEW, ENRICHMENT_RUN, ENRICHMENT_UNDO
from chalicelib.foundation.aws_permission import Function, folder_permission, table_permission
from chalicelib.room import NavigationEntry, Room, RoomJob, StoredData
from chalicelib.tables.keys import ENRICHMENT_CHOICE, JOBS, PEOPLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.enrichment.parts import EnrichmentParts
    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema


def _forget_choice(parts: EnrichmentParts, owner: str) -> None:
    parts.choices.forget(owner)


def _forget_in_controls(parts: EnrichmentParts, owner: str) -> None:
    parts.controls.forget_person(owner)


def _forget_counts(parts: EnrichmentParts, owner: str) -> None:
    parts.count_statuses.forget(owner)


def _forget_answers(parts: EnrichmentParts, owner: str) -> None:
    parts.answers.forget(owner)


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.enrichment.schemas import SCHEMAS

    return SCHEMAS


def _vocabulary() -> Vocabulary:
    from chalicelib.enrichment.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[EnrichmentParts] = Room(
    name="enrichment",
    title="Enrichment",
    about="What vendors can add to contacts: a person's choice about it, and the operators' control of the vendors.",
    vocabulary=_vocabulary,
    routes=(control_routes.routes, run_routes.routes, choice_routes.routes, pages.routes),
    jobs=(
        RoomJob(
            kind=ENRICHMENT_RUN,
            title="Enrichment run",
            counted=("enriched", "failed", "ineligible", "calls", "books"),
            step=lambda parts: parts.vendor_run,
            not_cancelable="Stop it on the page of its vendor: it then ends with what the vendor has answered.",
        ),
        RoomJob(
            kind=ENRICHMENT_PREVIEW,
            title="Enrichment preview",
            counted=("contacts",),
            step=lambda parts: parts.preview_run,
        ),
        RoomJob(
            kind=ENRICHMENT_UNDO,
            title="Undo of an enrichment run",
            counted=("restored", "kept", "failed", "books"),
            step=lambda parts: parts.undo_vendor_run,
        ),
        RoomJob(
            kind=ENRICHMENT,
            title="Enrichment",
            is_own_activity=True,
            step=lambda parts: parts.apply_findings,
            cancel=lambda parts: parts.shared.cancel_job,
        ),
    ),
    keeps=(
        StoredData(("enrichment-counts/",), _forget_counts),
        StoredData(("answers/",), _forget_answers),
        StoredData((ENRICHMENT_CHOICE,), _forget_choice),
        StoredData((), _forget_in_controls),  # as an operator, and as one of those whose books a vendor is asked about
    ),
    navigation=(NavigationEntry("/operator/enrichment", "Enrichment", for_operators=True),),
    permissions=(
        folder_permission("enrichment-counts", "DeleteObject", "GetObject", "ListBucket", "PutObject"),
        folder_permission("answers", "DeleteObject", "GetObject", "ListBucket", "PutObject"),
        table_permission(PEOPLE.logical_id, "DeleteItem", "GetItem"),
        table_permission(PEOPLE.logical_id, "UpdateItem", functions=(Function.API,)),
        table_permission(JOBS.logical_id, "BatchGetItem", "DeleteItem", "GetItem", "Query", "UpdateItem"),
    ),
    schemas=_schemas,
)
