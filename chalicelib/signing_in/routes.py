"""Routes to sign in to the pages, and to sign out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation import session
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.http import Cookie, Request, Response, redirect
from chalicelib.foundation.router import Access, Query, Router, reject_head
from chalicelib.signing_in import session_store, sign_in_attempt

if TYPE_CHECKING:
    from chalicelib.signing_in.parts import SigningInParts

ATTEMPT_SECONDS = round(sign_in_attempt.LIFE.total_seconds())
SESSION_SECONDS = round(session_store.LIFE.total_seconds())


def routes(router: Router, parts: SigningInParts) -> None:
    _begin_route(router, parts)
    _callback_route(router, parts)
    _sign_out_route(router, parts)


def _begin_route(router: Router, parts: SigningInParts) -> None:
    @router.get(
        "/sign-in",
        Access.ANYONE,
        "Sign in; redirects to the issuer",
        {302: ""},
        query=[Query("to", "The path of this service to open after signing in.")],
        shows_pages=True,
        problems=lambda: [NotFound],
    )
    def begin_sign_in(request: Request) -> Response:
        _check_can_sign_in(parts)
        started = parts.begin(request.query.get("to"))
        return redirect(
            started.authorization_url, 302, [Cookie(sign_in_attempt.COOKIE, started.cookie_value, ATTEMPT_SECONDS)]
        )


def _callback_route(router: Router, parts: SigningInParts) -> None:
    @router.get(
        "/sign-in/callback",
        Access.ANYONE,
        "The issuer's callback",
        {303: ""},
        query=[Query(name, "From the issuer.") for name in ("state", "code", "error", "iss")],
        shows_pages=True,
        head=reject_head,
        problems=lambda: [NotFound, sign_in_attempt.SignInVoid, sign_in_attempt.SignInDenied],
    )
    def finish_sign_in(request: Request) -> Response:
        _check_can_sign_in(parts)
        signed_in = parts.finish(
            request.query, _cookie(parts, request, sign_in_attempt.COOKIE), _cookie(parts, request, session.COOKIE)
        )
        cookies = [
            Cookie(session.COOKIE, signed_in.cookie_value, SESSION_SECONDS),
            Cookie(sign_in_attempt.COOKIE, "", 0),
        ]
        return redirect(parts.shared.public_url + signed_in.to, 303, cookies)


def _sign_out_route(router: Router, parts: SigningInParts) -> None:
    @router.form_action("/sign-out", Access.PERSON, "Sign out")
    def sign_out(request: Request) -> Response:
        if ended := _cookie(parts, request, session.COOKIE):
            parts.sessions.end(ended)
        return redirect(f"{parts.shared.public_url}/", 303, [Cookie(session.COOKIE, "", 0)])


def _check_can_sign_in(parts: SigningInParts) -> None:
    if not parts.shared.can_sign_in:
        raise NotFound("Signing in is not set up here. Programs send a bearer token.")


def _cookie(parts: SigningInParts, request: Request, name: str) -> str | None:
    return request.cookies.get(parts.shared.cookie_name(name))
