"""An issuer of tokens, in memory: it signs with real keys and can produce invalid tokens."""

import base64
import functools
import json
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

ISSUER, AUDIENCE = "https://issuer.example", "contact-intake"


@functools.cache
def rsa_key(bits: int = 2048, number: int = 0) -> rsa.RSAPrivateKey:
    """Slow to make, so each is made once in a test process; `number` tells several of one size apart."""
    return rsa.generate_private_key(65537, bits + 0 * number)


@functools.cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public_jwk(key: Any, kid: str, **more: Any) -> dict[str, Any]:
    kind = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**json.loads(kind.to_jwk(key.public_key())), "kid": kid, "use": "sig", **more}


class FakeIssuer:
    """An issuer with one RSA key and one EC key. If `down` is set, fetching the keys raises it."""

    def __init__(self) -> None:
        self.keys = [public_jwk(rsa_key(), "rsa-1"), public_jwk(ec_key(), "ec-1")]
        self.fetches = 0
        self.down: Exception | None = None

    def fetch(self) -> bytes:
        self.fetches += 1
        if self.down is not None:
            raise self.down
        return json.dumps({"keys": self.keys}).encode()

    def token(
        self, sub: Any = "ann", *, key: Any = None, alg: str = "RS256", kid: str | None = "rsa-1", **claims: Any
    ) -> str:
        """A valid token with `claims` added or overridden. A claim that is None is omitted."""
        now = int(time.time())
        payload = {"iss": ISSUER, "aud": AUDIENCE, "sub": sub, "iat": now, "exp": now + 600, **claims}
        payload = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(payload, key or rsa_key(), algorithm=alg, headers={} if kid is None else {"kid": kid})

    def unsigned(self, **claims: Any) -> str:
        parts = ({"alg": "none", "kid": "rsa-1"}, jwt.decode(self.token(**claims), options={"verify_signature": False}))
        return (
            ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."
        )
