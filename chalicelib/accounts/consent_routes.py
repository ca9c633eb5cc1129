"""Routes to connect an account: start, the provider's callback, and the confirmation for another browser."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.callers import viewer_cookie
from chalicelib.foundation.errors import Conflict, InvalidInput, TooMany
from chalicelib.foundation.forms import is_form, read_form
from chalicelib.foundation.http import Cookie, Request, Response, choice, page, redirect
from chalicelib.foundation.router import Access, Query, Router, reject_head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.accounts.bodies import ConfirmBody
    from chalicelib.accounts.confirm_consent import ConsentDeclined
    from chalicelib.accounts.connect_account import ChoiceNeeded, ImportStarted
    from chalicelib.accounts.finish_consent import ConfirmationNeeded
    from chalicelib.accounts.parts import AccountsParts
    from chalicelib.foundation.errors import ServiceError

BINDING = "consent"  # the cookie that recognizes the browser; it stays, because a callback may be sent twice
BOUND_SECONDS = 600  # the lifetime of a consent
VIEWED_SECONDS = 24 * 3600  # how long a browser may view the import it began without signing in
IMPORT = "/api/v1/contacts/import/{provider}"
CONFIRM = "/api/v1/contacts/import/confirm"
RETURN_TO = Query("return_to", "The name of the place to return to; never a URL.")


def routes(router: Router, parts: AccountsParts) -> None:
    _start_route(router, parts)
    _finish_routes(router, parts)


def _start_route(router: Router, parts: AccountsParts) -> None:
    def would_start(_: Request, provider: str) -> Response:
        parts.providers.entry(provider)
        return Response({})

    @router.get(
        f"{IMPORT}/start",
        Access.PERSON,
        "Start connecting an account; a new one is imported again daily from then on",
        {200: "ConsentStarted", 302: ""},
        query=[
            RETURN_TO,
            Query("login_hint", "The account's email address; the provider preselects it."),
            Query("connection", "The account to reconnect; its choice may need permissions of its own."),
            Query("permission", "A choice whose permission to ask for, such as `other`, so that it can be chosen."),
            Query(
                "choose",
                "`yes`: nothing is imported before the person has chosen what comes of a new account (or, with"
                " `permission`, of any). Choose with `PUT /connections/{connection_id}/choices`.",
                {"enum": ["yes"]},
            ),
        ],
        head=would_start,
    )
    def start_consent(request: Request, provider: str) -> Response:
        started = parts.start_connecting(
            request.owner,
            request.signed_in.label,
            provider,
            connection_id=request.query.get("connection"),
            permission=request.query.get("permission"),
            chooses=choice(request, "choose", ("yes",)) is not None,
            return_to=request.query.get("return_to"),
            login_hint=request.query.get("login_hint"),
        )
        cookies = [Cookie(BINDING, started.binding, BOUND_SECONDS)]
        if request.wants_page:
            return redirect(started.authorization_url, 302, cookies)
        return Response({"authorization_url": started.authorization_url, "job_id": started.job_id}, cookies=cookies)


def _finish_routes(router: Router, parts: AccountsParts) -> None:
    @router.get(
        f"{IMPORT}/callback",
        Access.ANYONE,
        "The provider's callback; redirects to the import's page",
        {200: "page|ConfirmationNeeded", 303: ""},
        query=[Query(name, "From the provider.") for name in ("state", "code", "error", "iss")],
        shows_pages=True,
        head=reject_head,
        problems=_problems,
    )
    def finish_consent(request: Request, provider: str) -> Response:
        outcome = parts.finish_consent(provider, request.query, request.cookies.get(parts.shared.cookie_name(BINDING)))
        from chalicelib.accounts.finish_consent import ConfirmationNeeded

        return (
            _confirmation_response(parts, request, outcome)
            if isinstance(outcome, ConfirmationNeeded)
            else _started_response(parts, outcome)
        )

    @router.post(
        CONFIRM,
        Access.ANYONE,
        "Confirm or decline adding the contacts",
        {200: "page|ConsentDeclined", 303: ""},
        body=_confirm_body,
        form=True,
        shows_pages=True,
        problems=_problems,
    )
    def confirm_consent(request: Request) -> Response:
        key, is_yes = _read_answer(request)
        outcome = parts.confirm_consent(key, yes=is_yes)
        from chalicelib.accounts.confirm_consent import ConsentDeclined

        return (
            _declined_response(parts, request, outcome)
            if isinstance(outcome, ConsentDeclined)
            else _started_response(parts, outcome)
        )


def _started_response(parts: AccountsParts, started: ImportStarted | ChoiceNeeded) -> Response:
    from chalicelib.accounts.connect_account import ChoiceNeeded

    if isinstance(started, ChoiceNeeded):
        return redirect(parts.shared.public_url + choice_path(started.connection_id, started.return_to), 303)
    job_id = started.job.job_id
    query = _query(started.return_to)
    key = started.viewer_key
    cookies = [] if key is None else [Cookie(viewer_cookie(job_id), f"{job_id}.{key}", VIEWED_SECONDS)]
    return redirect(f"{parts.shared.public_url}/imports/{job_id}{query}", 303, cookies)


def choice_path(connection_id: str, return_to: str | None = None) -> str:
    """The page where a person chooses what comes of an account."""
    return f"/accounts/{connection_id}/choices{_query(return_to)}"


def _query(return_to: str | None) -> str:
    return f"?return_to={quote(return_to, safe='')}" if return_to else ""


def _confirmation_response(parts: AccountsParts, request: Request, confirmation: ConfirmationNeeded) -> Response:
    action = parts.shared.public_url + CONFIRM
    if request.wants_json:
        return Response(
            {
                "confirmation_key": confirmation.confirmation_key,
                "confirm_url": action,
                "provider": confirmation.provider,
                "account": confirmation.address or None,
                "person": confirmation.person,
            }
        )
    return page(
        parts.shared.pages.question(
            request,
            action=action,
            key=confirmation.confirmation_key,
            title=confirmation.title,
            account=confirmation.address,
            person=confirmation.person,
        )
    )


def _declined_response(parts: AccountsParts, request: Request, declined: ConsentDeclined) -> Response:
    if request.wants_json:
        return Response({"connected": False, "provider": declined.provider})
    detail = f"No contacts were added, and we revoked our access at {declined.title}."
    return page(parts.shared.pages.message(request, "Nothing was added", detail, return_to=declined.return_to))


def _read_answer(request: Request) -> tuple[str, bool]:
    """The confirmation key, and whether the answer is yes; from the page's form or from JSON."""
    if is_form(request):
        form = read_form(request)
        key, answer = form.text("confirmation_key"), form.text("answer")
        if not key or answer not in ("yes", "no"):
            raise InvalidInput("answer must be yes or no.", field="answer")
        return key, answer == "yes"
    body = read_body(request, _confirm_body())
    return body.confirmation_key, body.answer == "yes"


def _problems() -> Sequence[type[ServiceError]]:
    from chalicelib.accounts.consent import ConsentDenied, ConsentVoid, ContactsNotGranted

    return [ConsentVoid, ConsentDenied, ContactsNotGranted, Conflict, TooMany]


def _confirm_body() -> type[ConfirmBody]:
    from chalicelib.accounts.bodies import ConfirmBody

    return ConfirmBody
