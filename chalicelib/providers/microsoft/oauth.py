"""Microsoft's OAuth client, based on Microsoft's msal, which is loaded with the first code or refresh."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ServiceError
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Http
from chalicelib.providers.microsoft.msal_http import HOST, LoginHttp
from chalicelib.providers.provider import Account, Grant
from chalicelib.providers.token_responses import (
    TokenRequest,
    decode_claims,
    first_text,
    id_token_claims,
    parse_grant,
    refusal_error,
    unreadable_response,
)

READ_SCOPE = "Contacts.Read"
SCOPES = (READ_SCOPE, "offline_access", "openid", "profile")
CONTACTS_SCOPES = {"contacts.read", "contacts.readwrite"}


@dataclass(frozen=True)
class MicrosoftOAuth:
    """The `OAuthClient` for Microsoft.

    `tenant` is "common", "organizations", "consumers", or the id of one organization.
    """

    http: Http
    clock: Clock
    client_id: str
    client_secret: str = field(repr=False)
    login_url: str
    tenant: str = "common"
    name: str = "microsoft"
    title: str = "Microsoft"

    def authorization_url(
        self,
        *,
        state: str,
        code_challenge: str,
        redirect_uri: str,
        login_hint: str | None,
        more_scopes: Sequence[str] = (),
    ) -> str:
        """The consent page's URL. The response comes in the query: a cross-site form post would lack our cookie."""
        query = {
            "response_type": "code",
            "response_mode": "query",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join((*SCOPES, *more_scopes)),
            "state": state,
            "code_challenge": code_challenge,
            "code_challenge_method": "S256",
            "prompt": "consent",
            **({"login_hint": login_hint} if login_hint else {}),
        }
        return f"{self.login_url.rstrip('/')}/{self.tenant}/oauth2/v2.0/authorize?{urlencode(query)}"

    def exchange(self, *, code: str, code_verifier: str, redirect_uri: str) -> tuple[Grant, Account]:
        request = TokenRequest(self.name, self.title, is_exchange=True)
        payload = self._request_token(
            request,
            lambda app: app.acquire_token_by_authorization_code(
                code, scopes=[READ_SCOPE], redirect_uri=redirect_uri, data={"code_verifier": code_verifier}
            ),
        )
        return parse_grant(payload, request, requested=SCOPES, now=self.clock.now()), _account(payload, request)

    def can_read_contacts(self, scopes: Sequence[str]) -> bool:
        """Microsoft writes scopes with or without the resource's URL, in any letter case."""
        return any(scope.rpartition("/")[2].lower() in CONTACTS_SCOPES for scope in scopes)

    def refresh(self, refresh_token: str) -> Grant:
        """Each response has a new refresh token, which replaces the stored one."""
        request = TokenRequest(self.name, self.title)
        payload = self._request_token(
            request, lambda app: app.acquire_token_by_refresh_token(refresh_token, scopes=[READ_SCOPE])
        )
        return parse_grant(payload, request, requested=SCOPES, now=self.clock.now())

    def revoke(self, refresh_token: str) -> bool:  # noqa: ARG002 - Microsoft offers no way to revoke one grant
        return False

    def _request_token(self, request: TokenRequest, call: Callable[[Any], Json]) -> Mapping[str, Json]:
        """Send a request with an msal application of its own.

        A shared one would keep people's tokens in memory, and would repeat an error for a minute without a request,
        even after the person connected again.
        """
        try:
            payload = call(self._application())
        except ServiceError:
            raise
        except Exception:  # msal raises what it comes across; its texts may quote the answer
            payload = None
        if not isinstance(payload, dict):
            raise unreadable_response(request)
        if "error" in payload:
            raise refusal_error(payload, request)
        return payload

    def _application(self) -> Any:
        import msal

        logging.getLogger("msal").setLevel(logging.WARNING)  # at lower levels, it logs codes and verifiers
        return msal.ConfidentialClientApplication(
            self.client_id,
            client_credential=self.client_secret,
            authority=f"{HOST}/{self.tenant}",
            instance_discovery=False,
            token_cache=_Forgetful(),
            http_client=self._login,
        )

    @cached_property
    def _login(self) -> LoginHttp:
        return LoginHttp(self.http, self.clock, self.login_url, TokenRequest(self.name, self.title))


class _Forgetful:
    """A token cache that stores nothing; msal's own cache needs id token claims that may be missing."""

    def add(self, *_: Json, **__: Json) -> None:
        """Does nothing; the caller stores the tokens."""

    remove_rt = update_rt = add


def _account(payload: Mapping[str, Json], request: TokenRequest) -> Account:
    """The account by tenant and object id, which are stable; an email address may move to another person."""
    claims = id_token_claims(payload.get("id_token")) or payload.get("id_token_claims") or {}
    client = decode_claims(payload.get("client_info"))
    parts = (
        (first_text(claims, "tid"), first_text(claims, "oid")),
        (first_text(client, "utid"), first_text(client, "uid")),
        (first_text(claims, "iss"), first_text(claims, "sub")),
    )
    known = next((pair for pair in parts if all(pair)), None)
    if known is None:
        raise unreadable_response(request)
    return Account(":".join(known), first_text(claims, "preferred_username", "email", "upn"))
