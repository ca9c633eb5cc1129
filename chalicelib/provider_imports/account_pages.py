"""The pages of accounts: a card for each, connect, import again, choose how often, and disconnect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalicelib.accounts.connection import source_of
from chalicelib.accounts.consent_routes import BINDING, BOUND_SECONDS
from chalicelib.foundation.clock import rfc3339 as written
from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Cookie, Request, Response, page, redirect
from chalicelib.foundation.json import Json
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.provider_imports.import_pages import import_page
from chalicelib.provider_imports.token_pages import TOKEN
from chalicelib.providers.registry import PROVIDERS, TITLES

if TYPE_CHECKING:
    from chalicelib.provider_imports.parts import ImportsParts, SourceCount

ACCOUNTS = "/accounts"
ONE = f"{ACCOUNTS}/{{connection_id}}"
WHILE_IMPORTING = 2  # seconds until the page refreshes
INTERVALS = {"off": "Only when I start it", "hourly": "Every hour", "daily": "Every day", "weekly": "Every week"}


def routes(router: Router, parts: ImportsParts) -> None:
    _accounts_route(router, parts)
    _disconnect_route(router, parts)
    _connecting_route(router, parts)
    _acting_routes(router, parts)


def _accounts_route(router: Router, parts: ImportsParts) -> None:
    @router.page(ACCOUNTS, Access.PERSON, "Accounts page")
    def accounts_page(request: Request) -> Response:
        from chalicelib.providers.permissions import describe_permissions

        connections = parts.list_connections(request.owner)
        book = parts.count_contacts(request.owner) if connections else None
        counts = book.by_source if book else {}
        cards = [
            {
                **each,
                "title": TITLES[each["provider"]],
                "token_too": _has_both_ways(parts, each["provider"]),
                "contacts": _contacts(counts, each),
                "has_choices": PROVIDERS[each["provider"]].choices is not None,
                "permissions": describe_permissions(each["provider"], each["scopes"]),
            }
            for each in connections
        ]
        is_busy = any(each["state"] in ("importing", "disconnecting") for each in connections)
        return page(
            parts.shared.pages.render(
                request,
                "accounts/accounts.html",
                connections=cards,
                intervals=INTERVALS,
                connected={each["provider"] for each in connections if each["state"] != "disconnected"},
                providers=[_ways_to_connect(parts, name) for name in parts.accounts.providers.names],
                refresh_seconds=WHILE_IMPORTING if is_busy else None,
                as_of=written(book.as_of) if book else None,
            )
        )


def _disconnect_route(router: Router, parts: ImportsParts) -> None:
    @router.page(f"{ONE}/disconnect", Access.PERSON, "Page to disconnect an account")
    def disconnect_page(request: Request, connection_id: str) -> Response:
        connection = parts.list_connections.get(request.owner, connection_id)
        book = parts.count_contacts(request.owner)
        count = book.by_source.get(_source(connection))
        html = parts.shared.pages.render(
            request,
            "accounts/disconnect.html",
            title=TITLES[connection["provider"]],
            account=connection["account"],
            takes_tokens=parts.accounts.providers.accepts_tokens(connection["provider"]),
            action=f"{parts.shared.public_url}{ACCOUNTS}/{connection['connection_id']}/disconnect",
            as_of=written(book.as_of),
            counts={"contacts": count.contacts if count else 0, "only_source": count.only_source if count else 0},
        )
        return page(html)


def _connecting_route(router: Router, parts: ImportsParts) -> None:
    def would_connect(_: Request, provider: str) -> Response:
        parts.accounts.providers.entry(provider)
        return redirect(parts.shared.public_url + ACCOUNTS, 302)

    @router.get(
        f"{ACCOUNTS}/connect/{{provider}}",
        Access.PERSON,
        "Redirect to the provider to connect an account",
        {302: ""},
        query=[
            Query("connection", "The account to reconnect; the provider preselects it."),
            Query("permission", "A choice whose permission to ask for."),
        ],
        shows_pages=True,
        head=would_connect,
    )
    def connect_account(request: Request, provider: str) -> Response:
        if not parts.accounts.providers.offers_consent(provider) and parts.accounts.providers.accepts_tokens(provider):
            return redirect(parts.shared.public_url + TOKEN.format(provider=provider), 302)
        started = parts.accounts.start_connecting(
            request.owner,
            request.signed_in.label,
            provider,
            connection_id=request.query.get("connection"),
            permission=request.query.get("permission"),
            chooses=True,
        )
        return redirect(started.authorization_url, 302, [Cookie(BINDING, started.binding, BOUND_SECONDS)])


def _acting_routes(router: Router, parts: ImportsParts) -> None:
    @router.form_action(f"{ONE}/import", Access.PERSON, "Import an account again from its page")
    def import_again_on_page(request: Request, connection_id: str) -> Response:
        full = read_form(request).text("full") == "yes"
        job = parts.import_again(request.owner, connection_id, full=full, person=request.signed_in.label)
        return import_page(parts, job.job_id)

    @router.form_action(f"{ONE}/refresh", Access.PERSON, "Choose how often an account is imported again on its page")
    def choose_refresh_on_page(request: Request, connection_id: str) -> Response:
        parts.change_refresh(request.owner, connection_id, read_form(request).text("interval"))
        return redirect(f"{parts.shared.public_url}{ACCOUNTS}#account-{connection_id}")

    @router.form_action(f"{ONE}/disconnect", Access.PERSON, "Disconnect an account from its page")
    def disconnect_on_page(request: Request, connection_id: str) -> Response:
        contacts = read_form(request).text("contacts", "keep")
        job = parts.accounts.disconnect(request.owner, connection_id, contacts=contacts, person=request.signed_in.label)
        return import_page(parts, job.job_id)


def _ways_to_connect(parts: ImportsParts, provider: str) -> dict[str, Json]:
    providers = parts.accounts.providers
    ways = {"consent": providers.offers_consent(provider), "token": providers.accepts_tokens(provider)}
    return {"name": provider, "title": TITLES[provider], **ways}


def _has_both_ways(parts: ImportsParts, provider: str) -> bool:
    ways = _ways_to_connect(parts, provider)
    return bool(ways["consent"] and ways["token"])


def _source(connection: Mapping[str, Json]) -> str:
    return source_of(connection["provider"], connection["connection_id"])


def _contacts(counts: Mapping[str, SourceCount], connection: Mapping[str, Json]) -> int:
    count = counts.get(_source(connection))
    return count.contacts if count else 0
