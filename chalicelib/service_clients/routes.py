"""Where people grant scopes to service clients and take them back: on pages, and by REST."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Request, Response, page, redirect
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.foundation.scopes import Scope, scopes_named

if TYPE_CHECKING:
    from chalicelib.service_clients.parts import ServiceClientParts

MINE = "/api/v1/me/service-clients"
PAGE = "/me#service-clients"
GRANT_PATH, REVOKE_PATH = "/me/service-clients/grant", "/me/service-clients/revoke"
CLIENT = Query("client", "The `sub` of the client's own tokens.")
SCOPE = Query("scope", "The scopes that it asks for, separated by blanks: " + ", ".join(f"`{each}`" for each in Scope))


def routes(router: Router, parts: ServiceClientParts) -> None:
    _api_routes(router, parts)
    _page_routes(router, parts)


def _api_routes(router: Router, parts: ServiceClientParts) -> None:
    @router.get(MINE, Access.PERSON, "List the service clients that may act for me", {200: "ServiceClients"})
    def list_service_clients(request: Request) -> Response:
        return Response({"service_clients": parts.grants.listed(request.owner)})

    @router.delete(f"{MINE}/{{client}}", Access.PERSON, "Take back what I granted a service client", {204: ""})
    def revoke_service_client(request: Request, client: str) -> Response:
        parts.grants.revoke(request.owner, client)
        return Response(None, 204)


def _page_routes(router: Router, parts: ServiceClientParts) -> None:
    @router.page(GRANT_PATH, Access.PERSON, "Page that asks to let a service client act for me", query=[CLIENT, SCOPE])
    def grant_page(request: Request) -> Response:
        from chalicelib.service_clients.grant import WORDS, in_order

        client = request.query.get("client", "")
        title, asked = parts.grants.title(client), _scopes(request.query.get("scope", ""))
        known = parts.grants.granted(request.owner, client)
        text = parts.shared.pages.render(
            request,
            "me/grant.html",
            client=client,
            title=title,
            scope=" ".join(in_order(asked)),
            asked=[WORDS[scope] for scope in in_order(asked - known)],
            known=[WORDS[scope] for scope in in_order(known)],
        )
        return page(text)

    @router.form_action(GRANT_PATH, Access.PERSON, "Let a service client act for me")
    def grant_on_page(request: Request) -> Response:
        form = read_form(request)
        parts.grants.grant(request.owner, form.text("client"), _scopes(form.text("scope")))
        return redirect(parts.shared.public_url + PAGE)

    @router.form_action(REVOKE_PATH, Access.PERSON, "Take back on the My data page what I granted a service client")
    def revoke_on_page(request: Request) -> Response:
        parts.grants.revoke(request.owner, read_form(request).text("client"))
        return redirect(parts.shared.public_url + PAGE)


def _scopes(text: str) -> frozenset[Scope]:
    """The scopes in a request. Raises InvalidInput if there are none, or others than ours."""
    names = text.split()
    scopes = scopes_named(names)
    if not names or len(scopes) != len(set(names)):
        raise InvalidInput(f"Name one or more of the scopes {', '.join(Scope)}, separated by blanks.", field="scope")
    return scopes
