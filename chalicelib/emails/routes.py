"""Where people choose which e-mails they get: by REST, on the page "My data", and by the link in each e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.emails.addresses import SETTINGS_PATH, UNSUBSCRIBE_PATH
from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.email_draft import EmailKind
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Request, Response, page, redirect
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from chalicelib.emails.bodies import EmailChoiceBody
    from chalicelib.emails.mailbox import UnsubscribeLink
    from chalicelib.emails.parts import EmailParts

MINE = "/api/v1/me/emails"


def routes(router: Router, parts: EmailParts) -> None:
    _choice_routes(router, parts)
    _unsubscribe_routes(router, parts)


def _choice_routes(router: Router, parts: EmailParts) -> None:
    @router.get(MINE, Access.PERSON, "Get which e-mails I want", {200: "Emails"})
    def get_emails(request: Request) -> Response:
        return Response(parts.choices_json(parts.mailboxes.get(request.owner)))

    @router.put(MINE, Access.PERSON, "Choose which e-mails I want", {200: "Emails"}, body=_choice_body)
    def put_emails(request: Request) -> Response:
        body = read_body(request, _choice_body())
        return Response(parts.choices_json(parts.mailboxes.choose(request.owner, body.choices())))

    @router.form_action("/me/emails", Access.PERSON, "Choose which e-mails I want on the My data page")
    def choose_emails_on_page(request: Request) -> Response:
        chosen = read_form(request).every("kind")
        parts.mailboxes.choose(request.owner, {kind: kind.value in chosen for kind in EmailKind})
        return redirect(parts.shared.public_url + SETTINGS_PATH)


def _unsubscribe_routes(router: Router, parts: EmailParts) -> None:
    @router.page(UNSUBSCRIBE_PATH, Access.ANYONE, "Page to switch off e-mails of one kind, without signing in")
    def unsubscribe_page(request: Request, token: str) -> Response:
        """Only asks: programs that check the links of an e-mail open them too."""
        return _page(parts, request, _link(token), is_done=False)

    @router.form_action(
        UNSUBSCRIBE_PATH,
        Access.ANYONE,
        "Switch off e-mails of one kind, without signing in (RFC 8058)",
        {200: "page"},
    )
    def unsubscribe(request: Request, token: str) -> Response:
        """The body is not read: mail programs send it in more than one form."""
        link = _link(token)
        if not parts.mailboxes.switch_off(link):
            raise _unknown_link()
        return _page(parts, request, link, is_done=True)


def _page(parts: EmailParts, request: Request, link: UnsubscribeLink, *, is_done: bool) -> Response:
    from chalicelib.emails.message import WHEN

    text = parts.shared.pages.render(
        request, "me/unsubscribe.html", when=WHEN[link.kind], is_done=is_done, settings=SETTINGS_PATH
    )
    return page(text)


def _link(token: str) -> UnsubscribeLink:
    from chalicelib.emails.mailbox import UnsubscribeLink

    link = UnsubscribeLink.read(token)
    if link is None:
        raise _unknown_link()
    return link


def _unknown_link() -> NotFound:
    return NotFound("This link is not valid, or not any more. Choose on the page “My data” which e-mails you get.")


def _choice_body() -> type[EmailChoiceBody]:
    from chalicelib.emails.bodies import EmailChoiceBody

    return EmailChoiceBody
