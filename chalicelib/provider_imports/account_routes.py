"""Routes of connected accounts: list, import again, choose how often, disconnect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.errors import ConsentNeeded
from chalicelib.foundation.http import Request, Response, choice, conditional_response
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.foundation.scopes import Scope
from chalicelib.provider_imports.import_routes import accepted_response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.foundation.errors import ServiceError
    from chalicelib.provider_imports.bodies import ImportAgainBody, RefreshBody, TokenBody
    from chalicelib.provider_imports.parts import ImportsParts

CONNECTIONS = "/api/v1/connections"
CONTACTS = ("keep", "remove")  # what happens to the contacts of a disconnected account
CONNECT_WITH_TOKEN = "/api/v1/contacts/import/{provider}/token"  # noqa: S105 # a path
ONE = f"{CONNECTIONS}/{{connection_id}}"


def routes(router: Router, parts: ImportsParts) -> None:
    @router.get(
        CONNECTIONS,
        Access.PERSON,
        "List my connected accounts",
        {200: "Connections", 304: ""},
        strict_query=True,
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def list_connections(request: Request) -> Response:
        return conditional_response(request, {"connections": parts.list_connections(request.owner)})

    @router.post(
        CONNECT_WITH_TOKEN,
        Access.PERSON,
        "Connect an account with a token that was made at the provider, and import it",
        {202: "Status"},
        body=_token_body,
        problems=_token_problems,
    )
    def connect_with_token(request: Request, provider: str) -> Response:
        token = read_body(request, _token_body()).token
        started = parts.accounts.connect_with_token(request.owner, request.signed_in.label, provider, token)
        return accepted_response(parts, started.job)

    @router.get(
        ONE,
        Access.PERSON,
        "Get a connected account",
        {200: "Connection", 304: ""},
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def get_connection(request: Request, connection_id: str) -> Response:
        return conditional_response(request, parts.list_connections.get(request.owner, connection_id))

    @router.post(
        f"{ONE}/import",
        Access.PERSON,
        "Import an account again",
        {202: "Status"},
        body=_import_again_body,
        takes_key=True,
        problems=lambda: [ConsentNeeded],
        scopes=[Scope.IMPORTS_WRITE],
    )
    def import_again(request: Request, connection_id: str) -> Response:
        full = read_body(request, _import_again_body()).full
        person = request.signed_in.label
        return accepted_response(
            parts,
            parts.import_again(
                request.owner, connection_id, full=full, idempotency_key=request.idempotency_key, person=person
            ),
        )

    @router.put(
        f"{ONE}/refresh",
        Access.PERSON,
        "Choose how often an account is imported again; a new account is imported daily",
        {200: "Connection"},
        body=_refresh_body,
        scopes=[Scope.IMPORTS_WRITE],
    )
    def choose_refresh(request: Request, connection_id: str) -> Response:
        interval = read_body(request, _refresh_body()).interval
        parts.change_refresh(request.owner, connection_id, interval)
        return Response(parts.list_connections.get(request.owner, connection_id))

    @router.delete(
        ONE,
        Access.PERSON,
        "Disconnect an account",
        {202: "Status"},
        query=[Query("contacts", "What happens to its contacts.", {"enum": list(CONTACTS), "default": "keep"})],
        strict_query=True,
    )
    def disconnect(request: Request, connection_id: str) -> Response:
        contacts = choice(request, "contacts", CONTACTS) or CONTACTS[0]
        person = request.signed_in.label
        return accepted_response(
            parts, parts.accounts.disconnect(request.owner, connection_id, contacts=contacts, person=person)
        )


def _import_again_body() -> type[ImportAgainBody]:
    from chalicelib.provider_imports.bodies import ImportAgainBody

    return ImportAgainBody


def _token_problems() -> Sequence[type[ServiceError]]:
    from chalicelib.accounts.consent import ConsentDenied, ContactsNotGranted

    return [ConsentDenied, ContactsNotGranted]


def _token_body() -> type[TokenBody]:
    from chalicelib.provider_imports.bodies import TokenBody

    return TokenBody


def _refresh_body() -> type[RefreshBody]:
    from chalicelib.provider_imports.bodies import RefreshBody

    return RefreshBody
