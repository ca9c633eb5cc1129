"""Collections over HTTP: make one, see its members, add and take out, invite other people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.door import Access, Door, Query
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.http import Answer, Asked, found, whole_number

if TYPE_CHECKING:
    from chalicelib.collecting.bodies import AddMembersBody, CollectionBody, ShareBody
    from chalicelib.collecting.members import AddMembers, ListMembers
    from chalicelib.collections.store import CollectionStore

COLLECTIONS = "/api/v1/collections"
ONE = f"{COLLECTIONS}/{{collection_id}}"
MEMBERS, SHARES = f"{ONE}/members", f"{ONE}/shares"
SHARE = f"{SHARES}/{{person}}"
LONGEST_CURSOR = 200  # characters


class Parts(Protocol):
    @property
    def public_url(self) -> str: ...
    @property
    def collections(self) -> CollectionStore: ...
    @property
    def list_members(self) -> ListMembers: ...
    @property
    def add_members(self) -> AddMembers: ...


def routes(door: Door, parts: Parts) -> None:
    _collections(door, parts)
    _members(door, parts)
    _shares(door, parts)


def _collections(door: Door, parts: Parts) -> None:
    @door.post(COLLECTIONS, Access.PERSON, "Make a collection", {201: "Collection"}, body=_collection_body)
    def make_collection(asked: Asked) -> Answer:
        from chalicelib.collecting.shown import collection_told
        from chalicelib.collections.collection import good_name

        made = parts.collections.add(asked.owner, good_name(read_body(asked, _collection_body()).name))
        place = f"{parts.public_url}{COLLECTIONS}/{made.collection_id}"
        return Answer(collection_told(made, asked.owner), 201, {"Location": place})

    @door.get(COLLECTIONS, Access.PERSON, "All collections I see, by name", {200: "Collections"}, only_known=True)
    def list_collections(asked: Asked) -> Answer:
        from chalicelib.collecting.shown import collection_told

        seen = parts.collections.of_person(asked.owner)
        return found(asked, {"collections": [collection_told(each, asked.owner) for each in seen]})

    @door.get(ONE, Access.PERSON, "One collection", {200: "CollectionInFull"})
    def get_collection(asked: Asked, collection_id: str) -> Answer:
        from chalicelib.collecting.shown import collection_told

        known = parts.collections.for_reader(asked.owner, collection_id)
        count = parts.list_members.count(collection_id)
        return found(asked, {**collection_told(known, asked.owner), "member_count": count})

    @door.patch(ONE, Access.PERSON, "Rename a collection", {200: "Collection"}, body=_collection_body)
    def rename_collection(asked: Asked, collection_id: str) -> Answer:
        from chalicelib.collecting.shown import collection_told
        from chalicelib.collections.collection import good_name

        name = good_name(read_body(asked, _collection_body()).name)
        return Answer(collection_told(parts.collections.rename(asked.owner, collection_id, name), asked.owner))

    @door.delete(ONE, Access.PERSON, "Delete a collection; its members stay in their books", {204: ""})
    def delete_collection(asked: Asked, collection_id: str) -> Answer:
        parts.collections.delete(asked.owner, collection_id)
        return Answer(None, 204)


def _members(door: Door, parts: Parts) -> None:
    @door.get(
        MEMBERS,
        Access.PERSON,
        "Members of a collection, as they were added",
        {200: "Members"},
        query=[
            Query("cursor", "Where the page starts; from `next_cursor` of the one before."),
            Query("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": 200}),
        ],
        only_known=True,
    )
    def list_members(asked: Asked, collection_id: str) -> Answer:
        from chalicelib.collecting.shown import member

        limit, cursor = whole_number(asked, "limit", 50, 1, 200), asked.query.get("cursor") or None
        if cursor is not None and len(cursor) > LONGEST_CURSOR:
            raise InvalidInput("This cursor is not one of ours.", member="cursor")
        page, following = parts.list_members(asked.owner, collection_id, cursor=cursor, limit=limit)
        return found(asked, {"members": [member(*each) for each in page], "next_cursor": following})

    @door.post(MEMBERS, Access.PERSON, "Add contacts of my book", {200: "MembersAdded"}, body=_add_members_body)
    def add_members(asked: Asked, collection_id: str) -> Answer:
        contact_ids = read_body(asked, _add_members_body()).contact_ids
        done = parts.add_members(asked.owner, collection_id, contact_ids)
        return Answer({"added": done.added, "already_members": done.already, "not_found": list(done.unknown)})

    @door.delete(f"{MEMBERS}/{{contact_id}}", Access.PERSON, "Take a contact out; it stays in its book", {204: ""})
    def remove_member(asked: Asked, collection_id: str, contact_id: str) -> Answer:
        parts.collections.remove_member(asked.owner, collection_id, contact_id)
        return Answer(None, 204)


def _shares(door: Door, parts: Parts) -> None:
    @door.get(SHARES, Access.PERSON, "Who is in a collection, and for its owner who is invited", {200: "Shares"})
    def list_shares(asked: Asked, collection_id: str) -> Answer:
        from chalicelib.collecting.shown import share

        known, people = parts.collections.shares(asked.owner, collection_id)
        return found(asked, {"owner": known.owner, "shares": [share(each) for each in people]})

    @door.put(
        SHARE,
        Access.PERSON,
        "Invite a person, or change the role of one who accepted",
        {200: "Share"},
        body=_share_body,
    )
    def share_collection(asked: Asked, collection_id: str, person: str) -> Answer:
        from chalicelib.collecting.shown import share
        from chalicelib.collections.collection import Role, good_person

        role = Role(read_body(asked, _share_body()).role)
        label = asked.signed_in.label
        shared = parts.collections.share(asked.owner, collection_id, good_person(person), role, label=label)
        return Answer(share(shared))

    @door.delete(
        SHARE, Access.PERSON, "Withdraw an invitation, stop sharing with a person, or leave the collection", {204: ""}
    )
    def unshare_collection(asked: Asked, collection_id: str, person: str) -> Answer:
        parts.collections.unshare(asked.owner, collection_id, person)
        return Answer(None, 204)


def _collection_body() -> type[CollectionBody]:
    from chalicelib.collecting.bodies import CollectionBody

    return CollectionBody


def _add_members_body() -> type[AddMembersBody]:
    from chalicelib.collecting.bodies import AddMembersBody

    return AddMembersBody


def _share_body() -> type[ShareBody]:
    from chalicelib.collecting.bodies import ShareBody

    return ShareBody
