"""REST routes of collections: create, rename and delete them, list and change members, and share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.http import Request, Response, conditional_response
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.foundation.scopes import Scope
from chalicelib.sharing.paging import CURSOR, cursor_of, limit_of, limit_query

if TYPE_CHECKING:
    from chalicelib.sharing.bodies import AddMembersBody, CollectionBody, ShareBody
    from chalicelib.sharing.parts import SharingParts

COLLECTIONS = "/api/v1/collections"
ONE = f"{COLLECTIONS}/{{collection_id}}"
MEMBERS, SHARES = f"{ONE}/members", f"{ONE}/shares"
TAGGED = (
    "Only contacts that I added and that have a source of this tag. A page may then have fewer members than `limit`, "
    "although others follow."
)
SHARE = f"{SHARES}/{{person}}"


def routes(router: Router, parts: SharingParts) -> None:
    _collections(router, parts)
    _member_list(router, parts)
    _member_changes(router, parts)
    _shares(router, parts)


def _collections(router: Router, parts: SharingParts) -> None:
    @router.post(
        COLLECTIONS,
        Access.PERSON,
        "Create a collection",
        {201: "Collection"},
        body=_collection_body,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def create_collection(request: Request) -> Response:
        from chalicelib.collections.collection import checked_name
        from chalicelib.sharing.collection_json import collection_json

        created = parts.collections.add(request.owner, checked_name(read_body(request, _collection_body()).name))
        location = f"{parts.shared.public_url}{COLLECTIONS}/{created.collection_id}"
        return Response(collection_json(created, request.owner), 201, {"Location": location})

    @router.get(
        COLLECTIONS,
        Access.PERSON,
        "List all collections I can see, by name",
        {200: "Collections", 304: ""},
        strict_query=True,
        scopes=[Scope.CONTACTS_READ],
    )
    def list_collections(request: Request) -> Response:
        from chalicelib.sharing.collection_json import collection_json

        seen = parts.collections.of_person(request.owner)
        return conditional_response(request, {"collections": [collection_json(each, request.owner) for each in seen]})

    @router.get(
        ONE, Access.PERSON, "Get a collection", {200: "CollectionInFull", 304: ""}, scopes=[Scope.CONTACTS_READ]
    )
    def get_collection(request: Request, collection_id: str) -> Response:
        from chalicelib.sharing.collection_json import collection_json

        known = parts.collections.for_reader(request.owner, collection_id)
        count = parts.list_members.count(collection_id)
        return conditional_response(request, {**collection_json(known, request.owner), "member_count": count})

    @router.patch(
        ONE,
        Access.PERSON,
        "Rename a collection",
        {200: "Collection"},
        body=_collection_body,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def rename_collection(request: Request, collection_id: str) -> Response:
        from chalicelib.collections.collection import checked_name
        from chalicelib.sharing.collection_json import collection_json

        name = checked_name(read_body(request, _collection_body()).name)
        return Response(collection_json(parts.collections.rename(request.owner, collection_id, name), request.owner))

    @router.delete(
        ONE, Access.PERSON, "Delete a collection, but not its contacts", {204: ""}, scopes=[Scope.CONTACTS_WRITE]
    )
    def delete_collection(request: Request, collection_id: str) -> Response:
        parts.collections.delete(request.owner, collection_id)
        return Response(None, 204)


def _member_list(router: Router, parts: SharingParts) -> None:
    @router.get(
        MEMBERS,
        Access.PERSON,
        "List the members of a collection, in the order they were added",
        {200: "Members", 304: ""},
        query=[CURSOR, limit_query("members"), Query("tag", TAGGED)],
        strict_query=True,
        scopes=[Scope.CONTACTS_READ],
    )
    def list_members(request: Request, collection_id: str) -> Response:
        from chalicelib.contacts.tag_query import tag_of
        from chalicelib.sharing.collection_json import member_json

        limit, cursor, tag = limit_of(request), cursor_of(request), tag_of(request)
        page, next_cursor = parts.list_members(request.owner, collection_id, cursor=cursor, limit=limit, tag=tag)
        return conditional_response(
            request, {"members": [member_json(*each) for each in page], "next_cursor": next_cursor}
        )


def _member_changes(router: Router, parts: SharingParts) -> None:
    @router.post(
        MEMBERS,
        Access.PERSON,
        "Add contacts from my address book",
        {200: "MembersAdded"},
        body=_add_members_body,
        scopes=[Scope.CONTACTS_WRITE],
    )
    def add_members(request: Request, collection_id: str) -> Response:
        contact_ids = read_body(request, _add_members_body()).contact_ids
        result = parts.add_members(request.owner, collection_id, contact_ids)
        return Response(
            {
                "added": result.added,
                "already_members": result.already_members,
                "not_found": list(result.not_found),
            }
        )

    @router.delete(
        f"{MEMBERS}/{{contact_id}}",
        Access.PERSON,
        "Remove a contact from a collection without deleting it",
        {204: ""},
        scopes=[Scope.CONTACTS_WRITE],
    )
    def remove_member(request: Request, collection_id: str, contact_id: str) -> Response:
        parts.remove_member(request.owner, collection_id, contact_id)
        return Response(None, 204)


def _shares(router: Router, parts: SharingParts) -> None:
    @router.get(
        SHARES,
        Access.PERSON,
        "List the people in a collection; its owner also sees invited people",
        {200: "Shares", 304: ""},
    )
    def list_shares(request: Request, collection_id: str) -> Response:
        from chalicelib.sharing.collection_json import share_json

        known, people = parts.collections.shares(request.owner, collection_id)
        return conditional_response(request, {"owner": known.owner, "shares": [share_json(each) for each in people]})

    @router.put(
        SHARE,
        Access.PERSON,
        "Invite a person, or change the role of a person who accepted",
        {200: "Share"},
        body=_share_body,
    )
    def share_collection(request: Request, collection_id: str, person: str) -> Response:
        from chalicelib.collections.collection import Role, checked_person
        from chalicelib.sharing.collection_json import share_json

        role = Role(read_body(request, _share_body()).role)
        label = request.signed_in.label
        shared = parts.collections.share(request.owner, collection_id, checked_person(person), role, label=label)
        return Response(share_json(shared))

    @router.delete(
        SHARE, Access.PERSON, "Withdraw an invitation, stop sharing with a person, or leave the collection", {204: ""}
    )
    def unshare_collection(request: Request, collection_id: str, person: str) -> Response:
        parts.collections.unshare(request.owner, collection_id, person)
        return Response(None, 204)


def _collection_body() -> type[CollectionBody]:
    from chalicelib.sharing.bodies import CollectionBody

    return CollectionBody


def _add_members_body() -> type[AddMembersBody]:
    from chalicelib.sharing.bodies import AddMembersBody

    return AddMembersBody


def _share_body() -> type[ShareBody]:
    from chalicelib.sharing.bodies import ShareBody

    return ShareBody
