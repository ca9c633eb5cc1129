"""Signed tokens (JWT) of the issuer we trust, and whom they speak of. Loads what reads them with the first of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.foundation.errors import NotSignedIn
from chalicelib.foundation.http import Person
from chalicelib.foundation.jwks import Jwks

ALGORITHMS = {"RS256": "RSA", "ES256": "EC"}  # and the kind of key each needs; no other is ever tried
REQUIRED = ["exp", "iss", "aud", "sub"]
LEEWAY_SECONDS = 10
LONGEST_TOKEN = 8 * 1024
LONGEST_SUBJECT = 255
SMALLEST_RSA_BITS = 2048
_CURVE = "P-256"


class BadToken(NotSignedIn):
    """The token is not good; why is nobody's business but its issuer's, apart from its age."""

    slug = "bad-token"


@dataclass(frozen=True)
class SignedTokens:
    """Args:
    audience: what tokens meant for us name as their audience.
    """

    issuer: str
    audience: str
    keys: Jwks

    def claims(self, token: str) -> Mapping[str, Any]:
        """What a good token says.

        Raises:
            BadToken: it is not good. UpstreamError: the issuer's keys cannot be had.
        """
        import jwt

        if len(token) > LONGEST_TOKEN:
            raise BadToken("The token is too long to be one of ours.")
        try:
            header = jwt.get_unverified_header(token)
            algorithm, key = str(header.get("alg")), self._key(header)
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=self.audience,
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED},
            )
        except jwt.ExpiredSignatureError:
            raise BadToken("The token has expired; sign in again.") from None
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise BadToken("The token is not valid here.") from None
        return claims

    def _key(self, header: Mapping[str, Any]) -> Any:
        """The issuer's own key of the kind the algorithm needs. Of what the token says, only its id counts."""
        import jwt

        algorithm, key_id = header.get("alg"), header.get("kid", "")
        if algorithm not in ALGORITHMS or not isinstance(key_id, str):
            raise BadToken("The token must be signed with RS256 or ES256.")
        found = self.keys.find(key_id)
        if found is None or found.get("kty") != ALGORITHMS[algorithm] or found.get("alg", algorithm) != algorithm:
            raise BadToken("The token is not valid here.")
        if found["kty"] == "EC" and found.get("crv") != _CURVE:
            raise BadToken("The token is not valid here.")
        key = jwt.PyJWK(dict(found), algorithm=algorithm).key
        if found["kty"] == "RSA" and key.key_size < SMALLEST_RSA_BITS:
            raise BadToken("The token is not valid here.")
        return key


def person_of(claims: Mapping[str, Any]) -> Person:
    """Whom the claims of a good token speak of.

    Raises:
        BadToken: nobody whom we could tell from others.
    """
    sub = claims["sub"]
    if not isinstance(sub, str) or not (0 < len(sub) <= LONGEST_SUBJECT) or not sub.isprintable():
        raise BadToken("The token does not say whom it speaks of in a way we understand.")
    roles = claims.get("roles")
    known = frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()
    return Person(sub, _label(claims, sub), known)


def _label(claims: Mapping[str, Any], sub: str) -> str:
    names = (claims.get(name) for name in ("email", "preferred_username", "name"))
    return next((name for name in names if isinstance(name, str) and name and name.isprintable()), sub)[:200]
