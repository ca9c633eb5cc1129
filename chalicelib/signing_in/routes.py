"""Signing in on our pages, and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.foundation import session
from chalicelib.foundation.door import Access, Door, Query, taken_by_get
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.http import Answer, Asked, Cookie, redirect
from chalicelib.signing_in import attempt, session_store

if TYPE_CHECKING:
    from chalicelib.signing_in.begin_sign_in import BeginSignIn
    from chalicelib.signing_in.finish_sign_in import FinishSignIn
    from chalicelib.signing_in.session_store import SessionStore

ATTEMPT_SECONDS = round(attempt.LIFE.total_seconds())
SESSION_SECONDS = round(session_store.LIFE.total_seconds())


class Parts(Protocol):
    @property
    def public_url(self) -> str: ...
    @property
    def can_sign_in(self) -> bool: ...
    @property
    def begin_sign_in(self) -> BeginSignIn: ...
    @property
    def finish_sign_in(self) -> FinishSignIn: ...
    @property
    def sessions(self) -> SessionStore: ...

    def cookie_name(self, name: str) -> str: ...


def routes(door: Door, parts: Parts) -> None:
    def carried(asked: Asked, cookie: str) -> str | None:
        return asked.cookies.get(parts.cookie_name(cookie))

    def check() -> None:
        if not parts.can_sign_in:
            raise NotFound("Nobody signs in on this page; programs send a bearer token.")

    @door.get(
        "/sign-in",
        Access.ANYONE,
        "Sign in on the page; leads to the issuer",
        {302: ""},
        query=[Query("to", "Where to go on afterwards: a path of this service.")],
        shows_pages=True,
    )
    def begin_sign_in(asked: Asked) -> Answer:
        check()
        begun = parts.begin_sign_in(asked.query.get("to"))
        return redirect(begun.authorization_url, 302, [Cookie(attempt.COOKIE, begun.carried, ATTEMPT_SECONDS)])

    @door.get(
        "/sign-in/callback",
        Access.ANYONE,
        "Where the issuer sends people back to",
        {303: ""},
        query=[Query(name, "As the issuer sends it.") for name in ("state", "code", "error", "iss")],
        shows_pages=True,
        head=taken_by_get,
    )
    def finish_sign_in(asked: Asked) -> Answer:
        check()
        signed_in = parts.finish_sign_in(asked.query, carried(asked, attempt.COOKIE), carried(asked, session.COOKIE))
        cookies = [Cookie(session.COOKIE, signed_in.carried, SESSION_SECONDS), Cookie(attempt.COOKIE, "", 0)]
        return redirect(parts.public_url + signed_in.to, 303, cookies)

    @door.act("/sign-out", Access.PERSON, "Sign out of the page")
    def sign_out(asked: Asked) -> Answer:
        if ended := carried(asked, session.COOKIE):
            parts.sessions.end(ended)
        return redirect(f"{parts.public_url}/", 303, [Cookie(session.COOKIE, "", 0)])
