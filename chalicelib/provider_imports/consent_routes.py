"""Connecting an account over HTTP: there, back, and the question for a browser that did not begin it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.door import Access, Door, Query, taken_by_get, viewer_cookie
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import is_form, read_form
from chalicelib.foundation.http import Answer, Asked, Cookie, page, redirect

if TYPE_CHECKING:
    from chalicelib.provider_imports.begin_consent import BeginConsent
    from chalicelib.provider_imports.bodies import ConfirmBody
    from chalicelib.provider_imports.confirm_consent import ConfirmConsent, Declined
    from chalicelib.provider_imports.connect_account import Started
    from chalicelib.provider_imports.finish_consent import Asked as Question
    from chalicelib.provider_imports.finish_consent import FinishConsent

BINDING = "consent"  # the cookie that knows the browser again; it stays, for an answer that comes twice
BOUND_SECONDS = 600  # as long as a consent may take
VIEWED_SECONDS = 24 * 3600  # how long a browser may look at the import it began without signing in
IMPORT = "/api/v1/contacts/import/{provider}"
CONFIRM = "/api/v1/contacts/import/confirm"
RETURN_TO = Query("return_to", "The name of the place to lead back to; never a URL.")


class Pages(Protocol):
    def question(self, asked: Asked, *, action: str, key: str, title: str, account: str, person: str) -> str: ...
    def message(self, asked: Asked, title: str, detail: str, *, return_to: str | None = None) -> str: ...


class Parts(Protocol):
    @property
    def public_url(self) -> str: ...
    @property
    def pages(self) -> Pages: ...
    @property
    def begin_consent(self) -> BeginConsent: ...
    @property
    def finish_consent(self) -> FinishConsent: ...
    @property
    def confirm_consent(self) -> ConfirmConsent: ...

    def cookie_name(self, name: str) -> str: ...


def routes(door: Door, parts: Parts) -> None:
    _start_route(door, parts)
    _finish_routes(door, parts)


def _start_route(door: Door, parts: Parts) -> None:
    @door.get(
        f"{IMPORT}/start",
        Access.PERSON,
        "Begin to connect an account",
        {200: "Begun", 302: ""},
        query=[RETURN_TO, Query("login_hint", "The account's address, to save the person from choosing it.")],
    )
    def start_consent(asked: Asked, provider: str) -> Answer:
        begun = parts.begin_consent(
            asked.owner,
            asked.signed_in.label,
            provider,
            return_to=asked.query.get("return_to"),
            login_hint=asked.query.get("login_hint"),
        )
        cookies = [Cookie(BINDING, begun.binding, BOUND_SECONDS)]
        if asked.wants_page:
            return redirect(begun.authorization_url, 302, cookies)
        return Answer({"authorization_url": begun.authorization_url, "job_id": begun.job_id}, cookies=cookies)


def _finish_routes(door: Door, parts: Parts) -> None:
    @door.get(
        f"{IMPORT}/callback",
        Access.ANYONE,
        "Where the provider sends people back to; leads to the import's page",
        {200: "page|Question", 303: ""},
        query=[Query(name, "As the provider sends it.") for name in ("state", "code", "error", "iss")],
        shows_pages=True,
        head=taken_by_get,
    )
    def finish_consent(asked: Asked, provider: str) -> Answer:
        outcome = parts.finish_consent(provider, asked.query, asked.cookies.get(parts.cookie_name(BINDING)))
        from chalicelib.provider_imports.finish_consent import Asked as Question

        return _asked_back(parts, asked, outcome) if isinstance(outcome, Question) else _started(parts, outcome)

    @door.post(
        CONFIRM,
        Access.ANYONE,
        "Answer whether the contacts may be added",
        {200: "page|Declined", 303: ""},
        body=_confirm_body,
        form=True,
        shows_pages=True,
    )
    def confirm_consent(asked: Asked) -> Answer:
        key, is_yes = _answer_of(asked)
        outcome = parts.confirm_consent(key, yes=is_yes)
        from chalicelib.provider_imports.confirm_consent import Declined

        return _declined(parts, asked, outcome) if isinstance(outcome, Declined) else _started(parts, outcome)


def _started(parts: Parts, started: Started) -> Answer:
    job_id = started.job.job_id
    place = f"?return_to={quote(started.return_to, safe='')}" if started.return_to else ""
    key = started.viewer_key
    cookies = [] if key is None else [Cookie(viewer_cookie(job_id), f"{job_id}.{key}", VIEWED_SECONDS)]
    return redirect(f"{parts.public_url}/imports/{job_id}{place}", 303, cookies)


def _asked_back(parts: Parts, asked: Asked, question: Question) -> Answer:
    action = parts.public_url + CONFIRM
    if asked.wants_json:
        return Answer(
            {
                "confirmation_key": question.confirmation_key,
                "confirm_url": action,
                "provider": question.provider,
                "account": question.address or None,
                "person": question.person,
            }
        )
    return page(
        parts.pages.question(
            asked,
            action=action,
            key=question.confirmation_key,
            title=question.title,
            account=question.address,
            person=question.person,
        )
    )


def _declined(parts: Parts, asked: Asked, declined: Declined) -> Answer:
    if asked.wants_json:
        return Answer({"connected": False, "provider": declined.provider})
    detail = f"No contacts were added, and we gave back what {declined.title} had allowed us."
    return page(parts.pages.message(asked, "Nothing was added", detail, return_to=declined.return_to))


def _answer_of(asked: Asked) -> tuple[str, bool]:
    """The key and the answer, from the page's form or from JSON."""
    if is_form(asked):
        form = read_form(asked)
        key, answer = form.text("confirmation_key"), form.text("answer")
        if not key or answer not in ("yes", "no"):
            raise InvalidInput("Answer with yes or no.", member="answer")
        return key, answer == "yes"
    body = read_body(asked, _confirm_body())
    return body.confirmation_key, body.answer == "yes"


def _confirm_body() -> type[ConfirmBody]:
    from chalicelib.provider_imports.bodies import ConfirmBody

    return ConfirmBody
