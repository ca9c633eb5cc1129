"""Invitations over HTTP: what a person received, accept or decline it, and block its sender."""

from __future__ import annotations

from chalicelib.collecting.routes import COLLECTIONS, LONGEST_CURSOR, Parts
from chalicelib.foundation.door import Access, Door, Query
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.http import Answer, Asked, found, whole_number

INVITATIONS = f"{COLLECTIONS}/invitations"
BLOCKED = f"{COLLECTIONS}/blocked"
CURSOR = Query("cursor", "Where the page starts; from `next_cursor` of the one before.")


def routes(door: Door, parts: Parts) -> None:
    _invitations(door, parts)
    _blocks(door, parts)


def cursor_of(asked: Asked) -> str | None:
    """Raises InvalidInput for one that cannot be ours."""
    cursor = asked.query.get("cursor") or None
    if cursor is not None and len(cursor) > LONGEST_CURSOR:
        raise InvalidInput("This cursor is not one of ours.", member="cursor")
    return cursor


def _invitations(door: Door, parts: Parts) -> None:
    @door.get(
        INVITATIONS,
        Access.PERSON,
        "Invitations to collections that I can accept, newest first",
        {200: "Invitations"},
        query=[CURSOR, Query("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": 200})],
        only_known=True,
    )
    def list_invitations(asked: Asked) -> Answer:
        from chalicelib.collecting.shown import invitation

        limit = whole_number(asked, "limit", 50, 1, 200)
        received = parts.collections.invitations.received
        page, following = received(asked.owner, cursor=cursor_of(asked), limit=limit)
        return found(asked, {"invitations": [invitation(each) for each in page], "next_cursor": following})

    @door.post(f"{INVITATIONS}/{{collection_id}}/accept", Access.PERSON, "Join a collection", {200: "Collection"})
    def accept_invitation(asked: Asked, collection_id: str) -> Answer:
        from chalicelib.collecting.shown import collection_told

        return Answer(collection_told(parts.collections.accept(asked.owner, collection_id), asked.owner))

    @door.post(
        f"{INVITATIONS}/{{collection_id}}/decline", Access.PERSON, "Decline; the sender sees no difference", {204: ""}
    )
    def decline_invitation(asked: Asked, collection_id: str) -> Answer:
        parts.collections.invitations.decline(asked.owner, collection_id)
        return Answer(None, 204)


def _blocks(door: Door, parts: Parts) -> None:
    @door.get(BLOCKED, Access.PERSON, "People whose invitations are hidden", {200: "BlockedPeople"}, only_known=True)
    def list_blocked(asked: Asked) -> Answer:
        from chalicelib.collecting.shown import blocked

        people = parts.collections.invitations.blocked(asked.owner)
        return found(asked, {"blocked": [blocked(each) for each in people]})

    @door.put(
        f"{BLOCKED}/{{person}}",
        Access.PERSON,
        "Hide all invitations of a person; they see no difference",
        {200: "Blocked"},
    )
    def block_person(asked: Asked, person: str) -> Answer:
        from chalicelib.collecting.shown import blocked
        from chalicelib.collections.collection import good_person

        return Answer(blocked(parts.collections.invitations.block(asked.owner, good_person(person))))

    @door.delete(f"{BLOCKED}/{{person}}", Access.PERSON, "Show the invitations of a person again", {204: ""})
    def unblock_person(asked: Asked, person: str) -> Answer:
        parts.collections.invitations.unblock(asked.owner, person)
        return Answer(None, 204)
