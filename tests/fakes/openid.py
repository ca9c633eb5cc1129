"""The issuer as our own pages sign people in at it, in place of the network: it keeps its codes once and checks all."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.outbound import Deadline, Reply
from chalicelib.foundation.secret import pkce_challenge
from tests.fakes.answers import Asked, answer
from tests.fakes.issuer import ISSUER, FakeIssuer

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
    """Args:
    says: in place of the token endpoint's own answer; an exception is raised. claims: of the next id tokens, beside
    those that belong there. secret: of our client, "" for a public one.
    """

    issuer: FakeIssuer
    secret: str = CLIENT_SECRET
    document: Any = field(default_factory=document)
    says: Reply | Exception | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    codes: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def agrees(self, authorization_url: str, sub: str = "ann") -> dict[str, str]:
        """Somebody says who they are; the query with which their browser comes back."""
        said = dict(parse_qsl(urlsplit(authorization_url).query))
        code = fresh_id()
        self.codes[code] = sub, said
        return {"code": code, "state": said["state"], "iss": ISSUER}

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
        asked = Asked(method, url, dict(headers or {}), body or b"")
        self.asked.append(asked)
        if asked.path.endswith("/.well-known/openid-configuration"):
            return _said(self.document)
        assert url == self.document["token_endpoint"], url
        return _said(self.says) if self.says is not None else self._redeemed(asked)

    def _redeemed(self, asked: Asked) -> Reply:
        if _client(asked) != (CLIENT_ID, self.secret):
            return answer({"error": "invalid_client"}, 401)
        sub, said = self.codes.pop(asked.form["code"], ("", {}))
        if not sub or asked.form["redirect_uri"] != said["redirect_uri"]:
            return answer({"error": "invalid_grant"}, 400)
        if pkce_challenge(asked.form["code_verifier"]) != said["code_challenge"]:
            return answer({"error": "invalid_grant"}, 400)
        claims = {"aud": CLIENT_ID, "nonce": said["nonce"], "email": f"{sub}@x.org", **self.claims}
        return answer({"access_token": "an-access-token", "id_token": self.issuer.token(sub, **claims)})


def _client(asked: Asked) -> tuple[str, str]:
    kind, _, proof = asked.headers.get("Authorization", "").partition(" ")
    if kind != "Basic":
        return asked.form.get("client_id", ""), asked.form.get("client_secret", "")
    client_id, _, secret = base64.b64decode(proof).decode().partition(":")
    return unquote_plus(client_id), unquote_plus(secret)


def _said(what: Any) -> Reply:
    if isinstance(what, Exception):
        raise what
    return what if isinstance(what, Reply) else answer(json.dumps(what).encode())
