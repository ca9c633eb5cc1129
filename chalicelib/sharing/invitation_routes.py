"""Invitations over HTTP: what a person received, accept or decline it, and block its sender."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.cursors import invalid_cursor
from chalicelib.foundation.http import Request, Response, conditional_response, whole_number
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.sharing.routes import COLLECTIONS, LONGEST_CURSOR

if TYPE_CHECKING:
    from chalicelib.sharing.parts import SharingParts

INVITATIONS = f"{COLLECTIONS}/invitations"
BLOCKED = f"{COLLECTIONS}/blocked"
CURSOR = Query("cursor", "Where the page starts; from `next_cursor` of the one before.")


def routes(router: Router, parts: SharingParts) -> None:
    _invitations(router, parts)
    _blocks(router, parts)


def cursor_of(request: Request) -> str | None:
    """Raises InvalidInput for one that cannot be ours."""
    cursor = request.query.get("cursor") or None
    if cursor is not None and len(cursor) > LONGEST_CURSOR:
        raise invalid_cursor()
    return cursor


def _invitations(router: Router, parts: SharingParts) -> None:
    @router.get(
        INVITATIONS,
        Access.PERSON,
        "Invitations to collections that I can accept, newest first",
        {200: "Invitations"},
        query=[CURSOR, Query("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": 200})],
        strict_query=True,
    )
    def list_invitations(request: Request) -> Response:
        from chalicelib.sharing.collection_json import invitation

        limit = whole_number(request, "limit", 50, 1, 200)
        received = parts.collections.invitations.received
        page, following = received(request.owner, cursor=cursor_of(request), limit=limit)
        return conditional_response(
            request, {"invitations": [invitation(each) for each in page], "next_cursor": following}
        )

    @router.post(f"{INVITATIONS}/{{collection_id}}/accept", Access.PERSON, "Join a collection", {200: "Collection"})
    def accept_invitation(request: Request, collection_id: str) -> Response:
        from chalicelib.sharing.collection_json import collection_told

        return Response(collection_told(parts.collections.accept(request.owner, collection_id), request.owner))

    @router.post(
        f"{INVITATIONS}/{{collection_id}}/decline", Access.PERSON, "Decline; the sender sees no difference", {204: ""}
    )
    def decline_invitation(request: Request, collection_id: str) -> Response:
        parts.collections.invitations.decline(request.owner, collection_id)
        return Response(None, 204)


def _blocks(router: Router, parts: SharingParts) -> None:
    @router.get(
        BLOCKED, Access.PERSON, "People whose invitations are hidden", {200: "BlockedPeople"}, strict_query=True
    )
    def list_blocked(request: Request) -> Response:
        from chalicelib.sharing.collection_json import blocked

        people = parts.collections.invitations.blocked(request.owner)
        return conditional_response(request, {"blocked": [blocked(each) for each in people]})

    @router.put(
        f"{BLOCKED}/{{person}}",
        Access.PERSON,
        "Hide all invitations of a person; they see no difference",
        {200: "Blocked"},
    )
    def block_person(request: Request, person: str) -> Response:
        from chalicelib.collections.collection import good_person
        from chalicelib.sharing.collection_json import blocked

        return Response(blocked(parts.collections.invitations.block(request.owner, good_person(person))))

    @router.delete(f"{BLOCKED}/{{person}}", Access.PERSON, "Show the invitations of a person again", {204: ""})
    def unblock_person(request: Request, person: str) -> Response:
        parts.collections.invitations.unblock(request.owner, person)
        return Response(None, 204)
