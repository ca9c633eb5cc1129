"""The page to connect an account with a token that the person made at the provider, and its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Request, Response, page
from chalicelib.foundation.router import Access, Router
from chalicelib.provider_imports.import_pages import import_page

if TYPE_CHECKING:
    from chalicelib.provider_imports.parts import ImportsParts

TOKEN = "/accounts/connect/{provider}/token"  # noqa: S105 # a path


def routes(router: Router, parts: ImportsParts) -> None:
    @router.page(TOKEN, Access.PERSON, "Page to connect an account with a token")
    def token_page(request: Request, provider: str) -> Response:
        return page(_form(parts, request, provider))

    @router.form_action(TOKEN, Access.PERSON, "Connect an account with a token from its page", {303: "", 422: "page"})
    def connect_with_token_on_page(request: Request, provider: str) -> Response:
        from chalicelib.accounts.consent import ContactsNotGranted

        token = read_form(request).text("token")
        try:
            started = parts.accounts.connect_with_token(request.owner, request.signed_in.label, provider, token)
        except (InvalidInput, ContactsNotGranted) as error:
            return page(_form(parts, request, provider, problem=error.detail), 422)
        return import_page(parts, started.job.job_id)


def _form(parts: ImportsParts, request: Request, provider: str, *, problem: str = "") -> str:
    """The page's HTML. It never contains a token that was sent.

    Raises:
        NotFound: the provider is unknown, or its tokens are not accepted.
    """
    parts.accounts.providers.pasted_tokens(provider)
    entry = parts.accounts.providers.entry(provider)
    return parts.shared.pages.render(
        request,
        "accounts/token.html",
        title=entry.title,
        how=entry.how_to_make_one,
        action=parts.shared.public_url + TOKEN.format(provider=provider),
        problem=problem,
    )
