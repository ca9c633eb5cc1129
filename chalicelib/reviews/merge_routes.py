"""The REST API of merging contacts, taking merges back, and splitting a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.json import JsonObject
from chalicelib.foundation.router import Access, Router, not_found
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from pydantic import BaseModel

    from chalicelib.contacts.contact import Contact
    from chalicelib.merging.unmerge_contacts import Unmerged
    from chalicelib.reviews.parts import ReviewParts

ONE = "/api/v1/contacts/{contact_id}"


def routes(router: Router, parts: ReviewParts) -> None:
    _merge_routes(router, parts)
    _split_route(router, parts)


def _merge_routes(router: Router, parts: ReviewParts) -> None:
    @router.post(
        f"{ONE}/merge",
        Access.PERSON,
        "Merge contacts into one",
        {200: "MergedContacts"},
        body=_merge_body,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def merge_contacts(request: Request, contact_id: str) -> Response:
        from chalicelib.reviews.merge_bodies import MergeBody

        body = read_body(request, MergeBody)
        try:
            merged = parts.merge_contacts(
                request.owner, contact_id, body.others, body.choices, body.versions, dry_run=body.dry_run
            )
        except NotFound:
            raise not_found() from None
        return Response(
            {
                "merge_id": None if body.dry_run else merged.merge_id,
                "merged": body.others,
                "dry_run": body.dry_run,
                "contact": _in_full(merged.contact),
            }
        )

    @router.post(
        f"{ONE}/unmerge",
        Access.PERSON,
        "Take the merge of a contact back: give it its id and its records again",
        {200: "UnmergedContacts"},
        body=_unmerge_body,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def unmerge_contacts(request: Request, contact_id: str) -> Response:
        from chalicelib.reviews.merge_bodies import UnmergeBody

        body = read_body(request, UnmergeBody)
        try:
            return Response(_unmerged(parts.unmerge_contacts(request.owner, contact_id, are_different=body.different)))
        except NotFound:
            raise not_found() from None


def _split_route(router: Router, parts: ReviewParts) -> None:
    @router.post(
        f"{ONE}/split",
        Access.PERSON,
        "Make a contact of its own of some source records",
        {200: "SplitContacts"},
        body=_split_body,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def split_contact(request: Request, contact_id: str) -> Response:
        from chalicelib.reviews.merge_bodies import SplitBody

        body = read_body(request, SplitBody)
        records = [(each.source, each.source_id) for each in body.records]
        try:
            split = parts.split_contact(request.owner, contact_id, records, body.version)
        except NotFound:
            raise not_found() from None
        return Response({"contact": _in_full(split.contact), "new_contact": _in_full(split.new)})


def _unmerged(unmerged: Unmerged) -> JsonObject:
    return {
        "merge_id": unmerged.merge_id,
        "contacts": [_in_full(each) for each in unmerged.contacts],
        "kept": [
            {
                "contact_id": each.contact_id,
                "field": each.field or None,
                "source": each.record[0] if each.record else None,
                "source_id": each.record[1] if each.record else None,
            }
            for each in unmerged.kept_edits
        ],
    }


def _in_full(contact: Contact) -> JsonObject:
    from chalicelib.contacts.contact_json import contact_details_json

    return contact_details_json(contact)


def _merge_body() -> type[BaseModel]:
    from chalicelib.reviews.merge_bodies import MergeBody

    return MergeBody


def _unmerge_body() -> type[BaseModel]:
    from chalicelib.reviews.merge_bodies import UnmergeBody

    return UnmergeBody


def _split_body() -> type[BaseModel]:
    from chalicelib.reviews.merge_bodies import SplitBody

    return SplitBody
