"""Declares the room of reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.aws_permission import Function, folder_permission, table_permission
from chalicelib.reviews import (
    duplicate_pages,
    duplicate_routes,
    like_pages,
    like_routes,
    merge_routes,
    review_pages,
    routes,
    unmerge_pages,
)
from chalicelib.reviews.job_kinds import DECIDE_LIKE
from chalicelib.reviews.search_job import SEARCH
from chalicelib.room import NavigationEntry, Room, RoomJob, StoredData
from chalicelib.tables.keys import CONTACTS, PEOPLE, REVIEW_DECISION, REVIEW_LATER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema
    from chalicelib.reviews.parts import ReviewParts


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.reviews.duplicate_schemas import SCHEMAS as OF_SEARCHING
    from chalicelib.reviews.merge_schemas import SCHEMAS as OF_MERGING
    from chalicelib.reviews.schemas import SCHEMAS

    return {**SCHEMAS, **OF_MERGING, **OF_SEARCHING}


def _forget_decisions(parts: ReviewParts, owner: str) -> None:
    parts.reviews.erase(owner)


def _forget_found_pairs(parts: ReviewParts, owner: str) -> None:
    parts.found_pairs.forget(owner)


def _forget_lists(parts: ReviewParts, owner: str) -> None:
    parts.review_lists.forget(owner)


def _vocabulary() -> Vocabulary:
    from chalicelib.reviews.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[ReviewParts] = Room(
    name="reviews",
    title="Reviews",
    about="Decide whether two contacts, or a row of a file and a contact, are one person; merge and split contacts.",
    vocabulary=_vocabulary,
    routes=(
        routes.routes,
        like_routes.routes,
        review_pages.routes,
        like_pages.routes,
        merge_routes.routes,
        unmerge_pages.routes,
        duplicate_routes.routes,
        duplicate_pages.routes,
    ),
    jobs=(
        RoomJob(
            kind=SEARCH,
            is_activity=False,
            title="Search for duplicates",
            step=lambda parts: parts.find_duplicates,
            cancel=lambda parts: parts.shared.cancel_job,
        ),
        RoomJob(
            kind=DECIDE_LIKE,
            title="Decide reviews",
            step=lambda parts: parts.decide_like_step,
            cancel=lambda parts: parts.shared.cancel_job,
        ),
    ),
    keeps=(
        StoredData((REVIEW_DECISION, REVIEW_LATER), _forget_decisions),
        StoredData(("found-pairs/",), _forget_found_pairs),
        StoredData(("review-lists/",), _forget_lists),
    ),
    permissions=(
        table_permission(CONTACTS.logical_id, "ConditionCheckItem"),
        table_permission(PEOPLE.logical_id, "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query"),
        folder_permission("found-pairs", "DeleteObject", "GetObject", "ListBucket", "PutObject"),
        folder_permission("review-lists", "DeleteObject", "GetObject", "ListBucket"),
        folder_permission("review-lists", "PutObject", functions=(Function.API,)),
    ),
    navigation=(NavigationEntry("/review", "Review"),),
    schemas=_schemas,
)
