"""Consent and tokens of Microsoft, by Microsoft's own msal; it is loaded with the first code or refresh."""

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
from chalicelib.providers.token_responses import Side, claims_of, decoded, grant_of, named, refusal, unreadable

READ = "Contacts.Read"
SCOPES = (READ, "offline_access", "openid", "profile")
LET_READ = {"contacts.read", "contacts.readwrite"}


@dataclass(frozen=True)
class MicrosoftOAuth:
    """`tenant` is common, organizations, consumers, or one organisation's id."""

    http: Http
    clock: Clock
    client_id: str
    client_secret: str = field(repr=False)
    login_url: str
    tenant: str = "common"
    name: str = "microsoft"
    title: str = "Microsoft"

    def authorization_url(self, *, state: str, code_challenge: str, redirect_uri: str, login_hint: str | None) -> str:
        """Answered in query mode: a form post would come from another site, without our cookie."""
        query = {
            "response_type": "code",
            "response_mode": "query",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(SCOPES),
            "state": state,
            "code_challenge": code_challenge,
            "code_challenge_method": "S256",
            "prompt": "consent",
            **({"login_hint": login_hint} if login_hint else {}),
        }
        return f"{self.login_url.rstrip('/')}/{self.tenant}/oauth2/v2.0/authorize?{urlencode(query)}"

    def exchange(self, *, code: str, code_verifier: str, redirect_uri: str) -> tuple[Grant, Account]:
        side = Side(self.name, self.title, is_exchange=True)
        answer = self._answer(
            side,
            lambda app: app.acquire_token_by_authorization_code(
                code, scopes=[READ], redirect_uri=redirect_uri, data={"code_verifier": code_verifier}
            ),
        )
        return grant_of(answer, side, asked_for=SCOPES, now=self.clock.now()), _account(answer, side)

    def lets_read_contacts(self, scopes: Sequence[str]) -> bool:
        """Microsoft writes a scope with or without the address of what it opens, in any letter case."""
        return any(scope.rpartition("/")[2].lower() in LET_READ for scope in scopes)

    def refresh(self, refresh_token: str) -> Grant:
        """The answer holds a new refresh token each time: the newest is to be kept."""
        side = Side(self.name, self.title)
        answer = self._answer(side, lambda app: app.acquire_token_by_refresh_token(refresh_token, scopes=[READ]))
        return grant_of(answer, side, asked_for=SCOPES, now=self.clock.now())

    def revoke(self, refresh_token: str) -> bool:  # noqa: ARG002 - Microsoft offers no way to revoke one grant
        return False

    def _answer(self, side: Side, ask: Callable[[Any], Json]) -> Mapping[str, Json]:
        """What the token endpoint said, through an msal application that lives for this one question.

        A longer-lived one would keep people's tokens in memory, and would answer a repeated question out of memory: a
        refusal for a minute, also after the person connected again.
        """
        try:
            answer = ask(self._application())
        except ServiceError:
            raise
        except Exception:  # msal raises what it comes across; its texts may quote the answer
            answer = None
        if not isinstance(answer, dict):
            raise unreadable(side)
        if "error" in answer:
            raise refusal(answer, side)
        return answer

    def _application(self) -> Any:
        import msal

        logging.getLogger("msal").setLevel(logging.WARNING)  # below, it writes codes and verifiers
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
        return LoginHttp(self.http, self.clock, self.login_url, Side(self.name, self.title))


class _Forgetful:
    """A token cache that keeps nothing; msal's own wants members of an id token that may be missing."""

    def add(self, *_: Json, **__: Json) -> None:
        """Tokens were obtained; the caller keeps them."""

    remove_rt = update_rt = add


def _account(answer: Mapping[str, Json], side: Side) -> Account:
    """Tenant and object id name an account for good; an address may change hands."""
    claims = claims_of(answer.get("id_token")) or answer.get("id_token_claims") or {}
    client = decoded(answer.get("client_info"))
    parts = (
        (named(claims, "tid"), named(claims, "oid")),
        (named(client, "utid"), named(client, "uid")),
        (named(claims, "iss"), named(claims, "sub")),
    )
    known = next((pair for pair in parts if all(pair)), None)
    if known is None:
        raise unreadable(side)
    return Account(":".join(known), named(claims, "preferred_username", "email", "upn"))
