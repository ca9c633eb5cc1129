"""HubSpot's OAuth client. A connection is one HubSpot account, whichever of its users consents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http, Reply
from chalicelib.providers.hubspot.crm_client import VERSION
from chalicelib.providers.provider import Account, Grant
from chalicelib.providers.token_responses import (
    TIMEOUT,
    TokenRequest,
    first_text,
    parse_grant,
    read_reply,
    refusal_error,
    unreadable_response,
)

READ_SCOPE = "crm.objects.contacts.read"
SCOPES = ("oauth", READ_SCOPE)
OPTIONAL_SCOPES = ("crm.schemas.contacts.read",)  # what an account calls its own properties
CONTACTS_SCOPES = {READ_SCOPE, "contacts"}  # the second one is what older apps have
# Errors of RFC 6749 by what older versions of HubSpot's API call them, which its responses may still do.
EARLIER_ERRORS = {
    "BAD_AUTH_CODE": "invalid_grant",
    "BAD_REFRESH_TOKEN": "invalid_grant",
    "EXPIRED_AUTH_CODE": "invalid_grant",
    "BAD_CLIENT_ID": "invalid_client",
    "BAD_CLIENT_SECRET": "invalid_client",
    "BAD_REDIRECT_URI": "redirect_uri_mismatch",
}
PASTED = "pat-"  # how tokens begin that people make in HubSpot
UNKNOWN_TOKEN = {"invalid_grant", "invalid_token"}


@dataclass(frozen=True)
class HubSpotOAuth:
    """The `OAuthClient` for HubSpot. Its refresh tokens stay as they are."""

    http: Http
    clock: Clock
    client_id: str
    client_secret: str = field(repr=False)
    auth_url: str
    api_url: str
    name: str = "hubspot"
    title: str = "HubSpot"

    def authorization_url(
        self,
        *,
        state: str,
        code_challenge: str,
        redirect_uri: str,
        login_hint: str | None,  # noqa: ARG002 - HubSpot lets people choose among their accounts
        more_scopes: Sequence[str] = (),
    ) -> str:
        """The consent page's URL."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join((*SCOPES, *more_scopes)),
            "optional_scope": " ".join(OPTIONAL_SCOPES),
            "state": state,
            "code_challenge": code_challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.auth_url}?{urlencode(query)}"

    def exchange(self, *, code: str, code_verifier: str, redirect_uri: str) -> tuple[Grant, Account]:
        request = TokenRequest(self.name, self.title, is_exchange=True)
        payload = self._request_token(
            {
                "grant_type": "authorization_code",
                "code": code,
                "code_verifier": code_verifier,
                "redirect_uri": redirect_uri,
            },
            request,
        )
        grant = self._grant(payload, request)
        return grant, self._account(grant.access_token, payload, request)

    def can_read_contacts(self, scopes: Sequence[str]) -> bool:
        return not CONTACTS_SCOPES.isdisjoint(scopes)

    def refresh(self, refresh_token: str) -> Grant:
        request = TokenRequest(self.name, self.title)
        payload = self._request_token({"grant_type": "refresh_token", "refresh_token": refresh_token}, request)
        return self._grant(payload, request)

    def revoke(self, refresh_token: str) -> bool:
        """Revokes the refresh token. The app stays installed, and access tokens may last for up to half an hour.

        A token that a person made in HubSpot can only be ended there.

        Raises:
            ProviderBusy: HubSpot limits our rate.
            ProviderBroken: HubSpot is not responding, or its response is unreadable.
            ServiceError: HubSpot refuses; see `refusal_error`.
        """
        if refresh_token.startswith(PASTED):
            return False
        form = {"token": refresh_token, "token_type_hint": "refresh_token"}
        reply = self._post("/token/revoke", form)
        if reply.status in {200, 204}:
            return True
        request = TokenRequest(self.name, self.title)
        payload = read_reply(reply, request, self.clock.now())
        if reply.status == 404 or payload.get("error") in UNKNOWN_TOKEN:  # already revoked
            return True
        raise refusal_error(payload, request)

    def _grant(self, payload: Mapping[str, Json], request: TokenRequest) -> Grant:
        granted = {**payload, "scope": payload.get("scopes", payload.get("scope"))}
        return parse_grant(granted, request, requested=SCOPES, now=self.clock.now())

    def _account(self, access_token: str, payload: Mapping[str, Json], request: TokenRequest) -> Account:
        """The HubSpot account of a token, and the address of the person who allowed it."""
        reply = self._post("/token/introspect", {"token": access_token, "token_type_hint": "access_token"})
        told = read_reply(reply, request, self.clock.now())
        if reply.status != 200:
            told = {}
        account_id = hub_id(told) or hub_id(payload)
        if not account_id:
            raise unreadable_response(request)
        return Account(account_id, first_text(told, "user", "hub_domain"))

    def _request_token(self, form: Mapping[str, str], request: TokenRequest) -> dict[str, Json]:
        reply = self._post("/token", form)
        payload = read_reply(reply, request, self.clock.now())
        if "error" in payload or reply.status >= 400:
            raise refusal_error({"error": EARLIER_ERRORS.get(str(payload.get("status"))), **payload}, request)
        return payload

    def _post(self, path: str, form: Mapping[str, str]) -> Reply:
        client = {"client_id": self.client_id, "client_secret": self.client_secret}
        return self.http.send(
            "POST",
            f"{self.api_url}/oauth/{VERSION}{path}",
            service=self.title,
            deadline=Deadline(TIMEOUT),
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            body=urlencode({**form, **client}).encode(),
        )


def hub_id(payload: Mapping[str, Json], member: str = "hub_id") -> str:
    """The id of the HubSpot account in a response; "" if there is none."""
    value = payload.get(member)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 20:
        return value
    return str(value) if type(value) is int and 0 < value < 10**20 else ""
