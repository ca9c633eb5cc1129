"""Google's OAuth client. It sends plain requests, because Google may grant more or fewer scopes than requested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ServiceError
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http, Reply
from chalicelib.providers.provider import Account, Grant
from chalicelib.providers.token_responses import (
    TIMEOUT,
    TokenRequest,
    first_text,
    id_token_claims,
    parse_grant,
    read_reply,
    refusal_error,
    unreadable_response,
)

SCOPES = ("openid", "email", "https://www.googleapis.com/auth/contacts.readonly")
CONTACTS_SCOPES = {  # as Google has written them in responses over time
    "https://www.googleapis.com/auth/contacts.readonly",
    "https://www.googleapis.com/auth/contacts",
    "https://www.google.com/m8/feeds",
    "https://www.google.com/m8/feeds/",
}


@dataclass(frozen=True)
class GoogleOAuth:
    """The `OAuthClient` for Google."""

    http: Http
    clock: Clock
    client_id: str
    client_secret: str = field(repr=False)
    auth_url: str
    token_url: str
    revoke_url: str
    userinfo_url: str
    name: str = "google"
    title: str = "Google"

    def authorization_url(
        self,
        *,
        state: str,
        code_challenge: str,
        redirect_uri: str,
        login_hint: str | None,
        more_scopes: Sequence[str] = (),
    ) -> str:
        """The consent page's URL.

        Without `prompt=consent`, Google returns a refresh token only for a person's first consent.
        `include_granted_scopes` is left out, so that the token does not include scopes from earlier consents.
        """
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join((*SCOPES, *more_scopes)),
            "state": state,
            "code_challenge": code_challenge,
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
            **({"login_hint": login_hint} if login_hint else {}),
        }
        return f"{self.auth_url}{'&' if '?' in self.auth_url else '?'}{urlencode(query)}"

    def exchange(self, *, code: str, code_verifier: str, redirect_uri: str) -> tuple[Grant, Account]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": code_verifier,
            "redirect_uri": redirect_uri,
        }
        request = TokenRequest(self.name, self.title, is_exchange=True)
        payload = self._request_token(form, request)
        grant = parse_grant(payload, request, requested=SCOPES, now=self.clock.now())
        return grant, self._account(grant.access_token, id_token_claims(payload.get("id_token")), request)

    def can_read_contacts(self, scopes: Sequence[str]) -> bool:
        return not CONTACTS_SCOPES.isdisjoint(scopes)

    def refresh(self, refresh_token: str) -> Grant:
        """Sends no scopes: Google rejects a refresh for a scope that the person deselected."""
        request = TokenRequest(self.name, self.title)
        payload = self._request_token({"grant_type": "refresh_token", "refresh_token": refresh_token}, request)
        return parse_grant(payload, request, requested=SCOPES, now=self.clock.now())

    def revoke(self, refresh_token: str) -> bool:
        """Revokes everything that the account granted to this service's Google project.

        Raises:
            ProviderBusy: Google limits our rate.
            ProviderBroken: Google is not responding, or its response is unreadable.
            ServiceError: Google refuses; see `refusal_error`.
        """
        reply = self._post(self.revoke_url, {"token": refresh_token})
        if reply.status == 200:
            return True
        request = TokenRequest(self.name, self.title)
        payload = read_reply(reply, request, self.clock.now())
        if payload.get("error") in ("invalid_token", "invalid_grant"):  # already revoked
            return True
        raise refusal_error(payload, request)

    def _request_token(self, form: Mapping[str, str], request: TokenRequest) -> dict[str, Json]:
        client = {"client_id": self.client_id, "client_secret": self.client_secret}
        reply = self._post(self.token_url, {**form, **client})
        payload = read_reply(reply, request, self.clock.now())
        if "error" in payload or reply.status >= 400:
            raise refusal_error(payload, request)
        return payload

    def _post(self, url: str, form: Mapping[str, str]) -> Reply:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        body = urlencode(form).encode()
        return self.http.send("POST", url, service=self.title, deadline=Deadline(TIMEOUT), headers=headers, body=body)

    def _account(self, access_token: str, claims: Mapping[str, Json], request: TokenRequest) -> Account:
        """The account of a token, from userinfo; the id token fills in what is missing or unavailable there."""
        try:
            userinfo = self._userinfo(access_token, request)
        except ServiceError:
            if not first_text(claims, "sub"):
                raise
            userinfo = {}
        known = {**claims, **userinfo}
        if not (account_id := first_text(known, "sub", "id")):
            raise unreadable_response(request)
        return Account(account_id, first_text(known, "email"))

    def _userinfo(self, access_token: str, request: TokenRequest) -> dict[str, Json]:
        headers = {"Authorization": "Bearer " + access_token, "Accept": "application/json"}
        reply = self.http.send(
            "GET", self.userinfo_url, service=self.title, deadline=Deadline(TIMEOUT), headers=headers
        )
        payload = read_reply(reply, request, self.clock.now())
        if reply.status != 200:
            raise unreadable_response(request)
        return payload
