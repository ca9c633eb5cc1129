"""An issuer for checks of a package: a fresh key, its JWKS, and tokens signed with it."""

import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

_KEY_ID = "probe"


def token(issuer: str, audience: str) -> str:
    claims = {"iss": issuer, "aud": audience, "sub": "probe", "iat": int(time.time()), "exp": int(time.time()) + 300}
    return jwt.encode(claims, _key(), algorithm="RS256", headers={"kid": _KEY_ID})


def jwks() -> dict[str, Any]:
    public = RSAAlgorithm.to_jwk(_key().public_key(), as_dict=True)
    return {"keys": [{**public, "kid": _KEY_ID, "use": "sig", "alg": "RS256"}]}


@cache
def _key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)
