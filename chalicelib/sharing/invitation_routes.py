"""REST routes of invitations: list, accept and decline them, and block senders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.http import Request, Response, conditional_response
from chalicelib.foundation.router import Access, Router
from chalicelib.sharing.paging import CURSOR, cursor_of, limit_of, limit_query
from chalicelib.sharing.routes import COLLECTIONS

if TYPE_CHECKING:
    from chalicelib.sharing.parts import SharingParts

INVITATIONS = f"{COLLECTIONS}/invitations"
BLOCKED = f"{COLLECTIONS}/blocked"


def routes(router: Router, parts: SharingParts) -> None:
    _invitations(router, parts)
    _blocks(router, parts)


def _invitations(router: Router, parts: SharingParts) -> None:
    @router.get(
        INVITATIONS,
        Access.PERSON,
        "List invitations that I can accept, newest first",
        {200: "Invitations", 304: ""},
        query=[CURSOR, limit_query("invitations")],
        strict_query=True,
    )
    def list_invitations(request: Request) -> Response:
        from chalicelib.sharing.collection_json import invitation_json

        limit = limit_of(request)
        received = parts.collections.invitations.received
        page, next_cursor = received(request.owner, cursor=cursor_of(request), limit=limit)
        return conditional_response(
            request, {"invitations": [invitation_json(each) for each in page], "next_cursor": next_cursor}
        )

    @router.post(f"{INVITATIONS}/{{collection_id}}/accept", Access.PERSON, "Accept an invitation", {200: "Collection"})
    def accept_invitation(request: Request, collection_id: str) -> Response:
        from chalicelib.sharing.collection_json import collection_json

        return Response(collection_json(parts.collections.accept(request.owner, collection_id), request.owner))

    @router.post(
        f"{INVITATIONS}/{{collection_id}}/decline",
        Access.PERSON,
        "Decline an invitation; the sender is not notified",
        {204: ""},
    )
    def decline_invitation(request: Request, collection_id: str) -> Response:
        parts.collections.invitations.decline(request.owner, collection_id)
        return Response(None, 204)


def _blocks(router: Router, parts: SharingParts) -> None:
    @router.get(
        BLOCKED, Access.PERSON, "List people I have blocked", {200: "BlockedPeople", 304: ""}, strict_query=True
    )
    def list_blocked(request: Request) -> Response:
        from chalicelib.sharing.collection_json import blocked_json

        people = parts.collections.invitations.blocked(request.owner)
        return conditional_response(request, {"blocked": [blocked_json(each) for each in people]})

    @router.put(
        f"{BLOCKED}/{{person}}",
        Access.PERSON,
        "Block a person: hide all their invitations; they are not notified",
        {200: "Blocked"},
    )
    def block_person(request: Request, person: str) -> Response:
        from chalicelib.collections.collection import checked_person
        from chalicelib.sharing.collection_json import blocked_json

        return Response(blocked_json(parts.collections.invitations.block(request.owner, checked_person(person))))

    @router.delete(f"{BLOCKED}/{{person}}", Access.PERSON, "Unblock a person", {204: ""})
    def unblock_person(request: Request, person: str) -> Response:
        parts.collections.invitations.unblock(request.owner, person)
        return Response(None, 204)
