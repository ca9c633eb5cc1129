"""Exchanges codes for id tokens at the issuer's token endpoint, with PKCE and, if there is one, our client secret."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode

from chalicelib.foundation.errors import ProviderBroken, ServiceError
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http
from chalicelib.signing_in.begin_sign_in import redirect_uri
from chalicelib.signing_in.issuer import NAME, TIMEOUT, Endpoints, Issuer, misconfigured, unavailable
from chalicelib.signing_in.sign_in_attempt import SignInVoid

_OF_THE_CLIENT = ("invalid_client", "unauthorized_client")
_ALL = "SIGNIN_CLIENT_ID, SIGNIN_CLIENT_SECRET, PUBLIC_URL"


@dataclass(frozen=True)
class TokenEndpoint:
    """The issuer's token endpoint."""

    issuer: Issuer
    http: Http
    client_id: str
    #: Empty for a public client, which uses PKCE alone.
    client_secret: str = field(repr=False)
    public_url: str

    def id_token(self, code: str, verifier: str) -> str:
        """Exchange a code for an id token, which is not checked yet.

        Raises:
            SignInVoid: the code was already used, or has expired.
            Misconfigured: the issuer rejected our client or request.
            Unavailable: the issuer does not respond.
        """
        endpoints = self.issuer.endpoints()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri(self.public_url),
        }
        headers, proof = self._proof(endpoints)
        tokens = self._request(endpoints.token, {**form, **proof}, headers)
        id_token = tokens.get("id_token")
        if not isinstance(id_token, str):
            raise misconfigured("did not send your identity", "id token missing", "SIGNIN_CLIENT_ID")
        return id_token

    def _proof(self, endpoints: Endpoints) -> tuple[dict[str, str], dict[str, str]]:
        """The headers and form fields that authenticate our client."""
        if not self.client_secret:
            return {}, {"client_id": self.client_id}
        if endpoints.takes_secret_in_form:
            return {}, {"client_id": self.client_id, "client_secret": self.client_secret}
        both = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"  # RFC 6749, section 2.3.1
        return {"Authorization": "Basic " + base64.b64encode(both.encode()).decode()}, {}

    def _request(self, url: str, form: Mapping[str, str], more: Mapping[str, str]) -> Mapping[str, Json]:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", **more}
        body = urlencode(form).encode()
        try:
            reply = self.http.send("POST", url, service=NAME, deadline=Deadline(TIMEOUT), headers=headers, body=body)
        except ProviderBroken:
            raise unavailable() from None
        response = reply.json_object()
        if reply.status == 200 and response is not None:
            return response
        raise _refusal((response or {}).get("error") if 400 <= reply.status < 500 else None)


def _refusal(error: Json) -> ServiceError:
    if error == "invalid_grant":
        return SignInVoid("This sign-in was already used, or took too long. Start again.")
    if error in _OF_THE_CLIENT:
        return misconfigured("rejected our client", str(error), "SIGNIN_CLIENT_ID, SIGNIN_CLIENT_SECRET")
    return misconfigured("rejected our client", "token request", _ALL) if error else unavailable()
