"""Codes for identities, at the issuer's token endpoint. With PKCE always; with our secret where we have one."""

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
    """Args:
    client_secret: empty for a client that is known by PKCE alone.
    """

    issuer: Issuer
    http: Http
    client_id: str
    client_secret: str = field(repr=False)
    public_url: str

    def id_token(self, code: str, verifier: str) -> str:
        """Redeem a code; what comes is not yet checked.

        Raises:
            SignInVoid: the code was used already, or is too old. Misconfigured: the issuer does not know us.
            Unavailable: it does not respond.
        """
        endpoints = self.issuer.endpoints()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri(self.public_url),
        }
        headers, proof = self._proof(endpoints)
        answer = self._answer(endpoints.token, {**form, **proof}, headers)
        id_token = answer.get("id_token")
        if not isinstance(id_token, str):
            raise misconfigured("does not say who you are", "id token missing", "SIGNIN_CLIENT_ID")
        return id_token

    def _proof(self, endpoints: Endpoints) -> tuple[dict[str, str], dict[str, str]]:
        """The headers and the form's members that say which client we are."""
        if not self.client_secret:
            return {}, {"client_id": self.client_id}
        if endpoints.takes_secret_in_form:
            return {}, {"client_id": self.client_id, "client_secret": self.client_secret}
        both = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"  # RFC 6749, section 2.3.1
        return {"Authorization": "Basic " + base64.b64encode(both.encode()).decode()}, {}

    def _answer(self, url: str, form: Mapping[str, str], more: Mapping[str, str]) -> Mapping[str, Json]:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", **more}
        body = urlencode(form).encode()
        try:
            reply = self.http.send("POST", url, service=NAME, deadline=Deadline(TIMEOUT), headers=headers, body=body)
        except ProviderBroken:
            raise unavailable() from None
        answer = reply.json_object()
        if reply.status == 200 and answer is not None:
            return answer
        raise _refusal((answer or {}).get("error") if 400 <= reply.status < 500 else None)


def _refusal(error: Json) -> ServiceError:
    if error == "invalid_grant":
        return SignInVoid("This sign-in was used already, or took too long. Begin again.")
    if error in _OF_THE_CLIENT:
        return misconfigured("does not accept us", str(error), "SIGNIN_CLIENT_ID, SIGNIN_CLIENT_SECRET")
    return misconfigured("does not accept us", "token request", _ALL) if error else unavailable()
