"""The page of shared collections: invitations to answer, collections shared with me, and blocked people."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from chalicelib.collecting import routes as api
from chalicelib.collecting.invitation_routes import CURSOR, cursor_of
from chalicelib.foundation.door import Access, Door, Query
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Answer, Asked, page, redirect, word

SHARED = "/shared"
ONE = f"{SHARED}/{{collection_id}}"
ON_A_PAGE = 50
DONE = ("accepted", "declined", "left", "blocked", "unblocked", "gone")
"""The confirmations that the page can show."""
CHANGED = {303: "", 409: "page"}


class Pages(Protocol):
    def shown(self, asked: Asked, template: str, **values: Any) -> str: ...


class Parts(api.Parts, Protocol):
    @property
    def pages(self) -> Pages: ...


def routes(door: Door, parts: Parts) -> None:
    _shared_route(door, parts)
    _answering_routes(door, parts)
    _blocking_routes(door, parts)


def _shared_route(door: Door, parts: Parts) -> None:
    @door.page(
        SHARED,
        Access.PERSON,
        "The page of invitations and of collections shared with me",
        query=[Query("done", "The confirmation to show.", {"enum": list(DONE)}), CURSOR],
    )
    def shared_page(asked: Asked) -> Answer:
        return page(_page(parts, asked, done=word(asked, "done", DONE)))


def _page(parts: Parts, asked: Asked, *, done: str | None = None, problem: str = "") -> str:
    from chalicelib.collecting.shown import blocked, collection_told, invitation

    person, invitations = asked.owner, parts.collections.invitations
    received, following = invitations.received(person, cursor=cursor_of(asked), limit=ON_A_PAGE)
    joined = [each for each in parts.collections.of_person(person) if each.owner != person]
    return parts.pages.shown(
        asked,
        "shared/shared.html",
        invitations=[invitation(each) for each in received],
        following=following,
        collections=[collection_told(each, person) for each in joined],
        blocked=[blocked(each) for each in invitations.blocked(person)],
        own_id=person,
        done=done,
        problem=problem,
    )


def _answering_routes(door: Door, parts: Parts) -> None:
    @door.act(f"{ONE}/accept", Access.PERSON, "Accept an invitation, from its page", CHANGED)
    def accept_on_page(asked: Asked, collection_id: str) -> Answer:
        return _done(parts, asked, "accepted", lambda: parts.collections.accept(asked.owner, collection_id))

    @door.act(f"{ONE}/decline", Access.PERSON, "Decline an invitation, from its page", CHANGED)
    def decline_on_page(asked: Asked, collection_id: str) -> Answer:
        invitations = parts.collections.invitations
        return _done(parts, asked, "declined", lambda: invitations.decline(asked.owner, collection_id))

    @door.act(f"{ONE}/leave", Access.PERSON, "Leave a collection, from its page", CHANGED)
    def leave_on_page(asked: Asked, collection_id: str) -> Answer:
        def leave() -> None:
            parts.collections.unshare(asked.owner, collection_id, asked.owner)

        return _done(parts, asked, "left", leave)


def _blocking_routes(door: Door, parts: Parts) -> None:
    @door.act(f"{ONE}/block", Access.PERSON, "Block the sender of an invitation, from its page", CHANGED)
    def block_on_page(asked: Asked, collection_id: str) -> Answer:
        invitations = parts.collections.invitations
        return _done(parts, asked, "blocked", lambda: invitations.block_sender(asked.owner, collection_id))

    @door.act(f"{SHARED}/unblock", Access.PERSON, "Unblock a person, from the page", CHANGED)
    def unblock_on_page(asked: Asked) -> Answer:
        person = read_form(asked).text("person")
        return _done(parts, asked, "unblocked", lambda: parts.collections.invitations.unblock(asked.owner, person))


def _done(parts: Parts, asked: Asked, done: str, deed: Callable[[], object]) -> Answer:
    """Redirects back to the page; pressing a button twice or too late is not an error."""
    try:
        with suppress(NotFound):
            deed()
            return redirect(f"{parts.public_url}{SHARED}?done={done}")
        return redirect(f"{parts.public_url}{SHARED}?done=gone")
    except Conflict as refused:
        return page(_page(parts, asked, problem=refused.detail), refused.status)
