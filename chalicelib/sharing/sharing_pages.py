"""The page of shared collections: received invitations, collections shared with me, and blocked people."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Request, Response, choice, page, redirect
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.sharing.paging import CURSOR, cursor_of

if TYPE_CHECKING:
    from chalicelib.sharing.parts import SharingParts

SHARED = "/shared"
ONE = f"{SHARED}/{{collection_id}}"
ON_A_PAGE = 50
DONE = ("accepted", "declined", "left", "blocked", "unblocked", "gone")
"""The confirmations that the page can show."""
CHANGED = {303: "", 409: "page"}


def routes(router: Router, parts: SharingParts) -> None:
    _shared_route(router, parts)
    _invitation_routes(router, parts)
    _blocking_routes(router, parts)


def _shared_route(router: Router, parts: SharingParts) -> None:
    @router.page(
        SHARED,
        Access.PERSON,
        "Shared page: invitations and collections shared with me",
        query=[Query("done", "The confirmation to show.", {"enum": list(DONE)}), CURSOR],
    )
    def shared_page(request: Request) -> Response:
        return page(_page(parts, request, done=choice(request, "done", DONE)))


def _page(parts: SharingParts, request: Request, *, done: str | None = None, problem: str = "") -> str:
    from chalicelib.sharing.collection_json import blocked_json, collection_json, invitation_json

    person, invitations = request.owner, parts.collections.invitations
    received, following = invitations.received(person, cursor=cursor_of(request), limit=ON_A_PAGE)
    joined = [each for each in parts.collections.of_person(person) if each.owner != person]
    return parts.shared.pages.render(
        request,
        "shared/shared.html",
        invitations=[invitation_json(each) for each in received],
        following=following,
        collections=[collection_json(each, person) for each in joined],
        blocked=[blocked_json(each) for each in invitations.blocked(person)],
        own_id=person,
        done=done,
        problem=problem,
    )


def _invitation_routes(router: Router, parts: SharingParts) -> None:
    @router.form_action(f"{ONE}/accept", Access.PERSON, "Accept an invitation from its page", CHANGED)
    def accept_on_page(request: Request, collection_id: str) -> Response:
        return _act(parts, request, "accepted", lambda: parts.collections.accept(request.owner, collection_id))

    @router.form_action(f"{ONE}/decline", Access.PERSON, "Decline an invitation from its page", CHANGED)
    def decline_on_page(request: Request, collection_id: str) -> Response:
        invitations = parts.collections.invitations
        return _act(parts, request, "declined", lambda: invitations.decline(request.owner, collection_id))

    @router.form_action(f"{ONE}/leave", Access.PERSON, "Leave a collection from its page", CHANGED)
    def leave_on_page(request: Request, collection_id: str) -> Response:
        def leave() -> None:
            parts.collections.unshare(request.owner, collection_id, request.owner)

        return _act(parts, request, "left", leave)


def _blocking_routes(router: Router, parts: SharingParts) -> None:
    @router.form_action(f"{ONE}/block", Access.PERSON, "Block the sender of an invitation from its page", CHANGED)
    def block_on_page(request: Request, collection_id: str) -> Response:
        invitations = parts.collections.invitations
        return _act(parts, request, "blocked", lambda: invitations.block_sender(request.owner, collection_id))

    @router.form_action(f"{SHARED}/unblock", Access.PERSON, "Unblock a person from the page", CHANGED)
    def unblock_on_page(request: Request) -> Response:
        person = read_form(request).text("person")
        return _act(parts, request, "unblocked", lambda: parts.collections.invitations.unblock(request.owner, person))


def _act(parts: SharingParts, request: Request, done: str, action: Callable[[], object]) -> Response:
    """Runs the action and redirects to the page. A button pressed twice or too late is not an error."""
    try:
        with suppress(NotFound):
            action()
            return redirect(f"{parts.shared.public_url}{SHARED}?done={done}")
        return redirect(f"{parts.shared.public_url}{SHARED}?done=gone")
    except Conflict as refused:
        return page(_page(parts, request, problem=refused.detail), refused.status)
