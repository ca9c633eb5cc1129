"""Consent and tokens of Google: plain requests, so that the scopes Google adds or drops are taken as they come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ServiceError
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http, Reply
from chalicelib.providers.provider import Account, Grant
from chalicelib.providers.token_responses import (
    PATIENCE,
    Side,
    check_reply,
    claims_of,
    grant_of,
    named,
    refusal,
    unreadable,
)

SCOPES = ("openid", "email", "https://www.googleapis.com/auth/contacts.readonly")
LET_READ = {  # as Google writes them in answers, today and once
    "https://www.googleapis.com/auth/contacts.readonly",
    "https://www.googleapis.com/auth/contacts",
    "https://www.google.com/m8/feeds",
    "https://www.google.com/m8/feeds/",
}


@dataclass(frozen=True)
class GoogleOAuth:
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

    def authorization_url(self, *, state: str, code_challenge: str, redirect_uri: str, login_hint: str | None) -> str:
        """Without `prompt=consent` Google gives a lasting token only the very first time somebody says yes.

        `include_granted_scopes` is left out: the token shall open contacts, and nothing people once allowed besides.
        """
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(SCOPES),
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
        side = Side(self.name, self.title, is_exchange=True)
        answer = self._token_answer(form, side)
        grant = grant_of(answer, side, asked_for=SCOPES, now=self.clock.now())
        return grant, self._account(grant.access_token, claims_of(answer.get("id_token")), side)

    def lets_read_contacts(self, scopes: Sequence[str]) -> bool:
        return not LET_READ.isdisjoint(scopes)

    def refresh(self, refresh_token: str) -> Grant:
        """No scope is sent: asking for one the person had unticked would be refused."""
        side = Side(self.name, self.title)
        answer = self._token_answer({"grant_type": "refresh_token", "refresh_token": refresh_token}, side)
        return grant_of(answer, side, asked_for=SCOPES, now=self.clock.now())

    def revoke(self, refresh_token: str) -> bool:
        """At Google this takes back everything the account allowed this service's project."""
        reply = self._post(self.revoke_url, {"token": refresh_token})
        if reply.status == 200:
            return True
        side = Side(self.name, self.title)
        answer = check_reply(reply, side, self.clock.now())
        if answer.get("error") in ("invalid_token", "invalid_grant"):  # long gone
            return True
        raise refusal(answer, side)

    def _token_answer(self, form: Mapping[str, str], side: Side) -> dict[str, Json]:
        client = {"client_id": self.client_id, "client_secret": self.client_secret}
        reply = self._post(self.token_url, {**form, **client})
        answer = check_reply(reply, side, self.clock.now())
        if "error" in answer or reply.status >= 400:
            raise refusal(answer, side)
        return answer

    def _post(self, url: str, form: Mapping[str, str]) -> Reply:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        body = urlencode(form).encode()
        return self.http.send("POST", url, who=self.title, deadline=Deadline(PATIENCE), headers=headers, body=body)

    def _account(self, access_token: str, claims: Mapping[str, Json], side: Side) -> Account:
        """Whose token it is. What userinfo does not tell, or when it does not answer, the id token may."""
        try:
            told = self._userinfo(access_token, side)
        except ServiceError:
            if not named(claims, "sub"):
                raise
            told = {}
        known = {**claims, **told}
        if not (account_id := named(known, "sub", "id")):
            raise unreadable(side)
        return Account(account_id, named(known, "email"))

    def _userinfo(self, access_token: str, side: Side) -> dict[str, Json]:
        headers = {"Authorization": "Bearer " + access_token, "Accept": "application/json"}
        reply = self.http.send("GET", self.userinfo_url, who=self.title, deadline=Deadline(PATIENCE), headers=headers)
        answer = check_reply(reply, side, self.clock.now())
        if reply.status != 200:
            raise unreadable(side)
        return answer
