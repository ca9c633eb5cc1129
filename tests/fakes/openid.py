"""The OpenID Connect endpoints of the fake issuer: each code works once, and every parameter is checked."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.outbound import Deadline, Reply
from chalicelib.foundation.secret import pkce_challenge
from tests.fakes.issuer import ISSUER, FakeIssuer
from tests.fakes.transport import SentRequest, make_reply

CLIENT_ID, CLIENT_SECRET = "our-pages", "the secret of our pages: ü"


def document() -> dict[str, Any]:
    return {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "jwks_uri": f"{ISSUER}/jwks",
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    }


@dataclass
class FakeOpenId:
    """An OpenID Connect provider in place of the network."""

    issuer: FakeIssuer
    #: The secret of our client; "" for a public client.
    secret: str = CLIENT_SECRET
    document: Any = field(default_factory=document)
    #: Replaces the reply of the token endpoint; an exception is raised.
    says: Reply | Exception | None = None
    #: Additional claims of the next id tokens.
    claims: dict[str, Any] = field(default_factory=dict)
    requests: list[SentRequest] = field(default_factory=list)
    codes: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def agrees(self, authorization_url: str, sub: str = "ann") -> dict[str, str]:
        """A person signs in. Returns the query parameters of the redirect back to us."""
        parameters = dict(parse_qsl(urlsplit(authorization_url).query))
        code = fresh_id()
        self.codes[code] = sub, parameters
        return {"code": code, "state": parameters["state"], "iss": ISSUER}

    def send(
        self,
        method: str,
        url: str,
        *,
        service: str,
        deadline: Deadline,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        request = SentRequest(method, url, dict(headers or {}), body or b"")
        self.requests.append(request)
        if request.path.endswith("/.well-known/openid-configuration"):
            return _as_reply(self.document)
        assert url == self.document["token_endpoint"], url
        return _as_reply(self.says) if self.says is not None else self._redeemed(request)

    def _redeemed(self, request: SentRequest) -> Reply:
        if _client(request) != (CLIENT_ID, self.secret):
            return make_reply({"error": "invalid_client"}, 401)
        sub, parameters = self.codes.pop(request.form["code"], ("", {}))
        if not sub or request.form["redirect_uri"] != parameters["redirect_uri"]:
            return make_reply({"error": "invalid_grant"}, 400)
        if pkce_challenge(request.form["code_verifier"]) != parameters["code_challenge"]:
            return make_reply({"error": "invalid_grant"}, 400)
        claims = {"aud": CLIENT_ID, "nonce": parameters["nonce"], "email": f"{sub}@x.org", **self.claims}
        return make_reply({"access_token": "an-access-token", "id_token": self.issuer.token(sub, **claims)})


def _client(request: SentRequest) -> tuple[str, str]:
    kind, _, proof = request.headers.get("Authorization", "").partition(" ")
    if kind != "Basic":
        return request.form.get("client_id", ""), request.form.get("client_secret", "")
    client_id, _, secret = base64.b64decode(proof).decode().partition(":")
    return unquote_plus(client_id), unquote_plus(secret)


def _as_reply(value: Any) -> Reply:
    if isinstance(value, Exception):
        raise value
    return value if isinstance(value, Reply) else make_reply(json.dumps(value).encode())
