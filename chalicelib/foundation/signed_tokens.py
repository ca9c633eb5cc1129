"""Signed tokens (JWT) of the issuer we trust, and whom they speak of. Loads what reads them with the first of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
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
NOT_VALID = "The token is not valid here."


class BadToken(NotSignedIn):
    """The token is refused. The caller learns why only if it has expired; the log has the reason for operators.

    Args:
        check: the check that failed, for the log. settings: the settings that an operator should look at.
    """

    slug = "bad-token"

    def __init__(self, detail: str = NOT_VALID, *, check: str, settings: str = "") -> None:
        super().__init__(detail)
        self.noted = {"check": check, **({"settings": settings} if settings else {})}


@dataclass(frozen=True)
class SignedTokens:
    """Args:
    audience: the `aud` of tokens meant for us. audience_setting: the setting it comes from.
    """

    issuer: str
    audience: str
    keys: Jwks
    audience_setting: str = "AUTH_AUDIENCE"

    def claims(self, token: str) -> Mapping[str, Any]:
        """What a good token says.

        Raises:
            BadToken: it is not valid. Unavailable: the issuer's keys cannot be fetched.
        """
        import jwt

        if len(token) > LONGEST_TOKEN:
            raise BadToken("The token is too long.", check="length")
        try:
            return self._verified(token, jwt.get_unverified_header(token))
        except jwt.ExpiredSignatureError:
            raise BadToken("The token has expired; sign in again.", check="exp") from None
        except jwt.MissingRequiredClaimError as error:
            raise BadToken(check=f"{error.claim} missing") from None
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise self._refused(error) from None

    def _verified(self, token: str, header: Mapping[str, Any]) -> Mapping[str, Any]:
        import jwt

        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise BadToken("The token must be signed with RS256 or ES256.", check="alg")
        wanted = partial(_fits, algorithm=algorithm, key_id=key_id)
        try:
            return self._decoded(token, algorithm, _only(self.keys.find(wanted), key_id))
        except jwt.InvalidSignatureError:
            if key_id is not None:
                raise
        # Without an id, a failed signature is the only sign that the issuer has changed its key.
        return self._decoded(token, algorithm, _only(self.keys.find_again(wanted), key_id))

    def _decoded(self, token: str, algorithm: str, key: Mapping[str, Any]) -> Mapping[str, Any]:
        import jwt

        claims: Mapping[str, Any] = jwt.decode(
            token,
            _opened(key, algorithm),
            algorithms=[algorithm],
            audience=self.audience,
            issuer=self.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": REQUIRED},
        )
        return claims

    def _refused(self, error: Exception) -> BadToken:
        import jwt

        match error:
            case jwt.InvalidAudienceError():
                return BadToken(check="aud", settings=self.audience_setting)
            case jwt.InvalidIssuerError():
                return BadToken(check="iss", settings="AUTH_ISSUER")
            case jwt.InvalidSignatureError():
                return BadToken(check="signature")
            case jwt.ImmatureSignatureError() | jwt.InvalidIssuedAtError():
                return BadToken(check="nbf or iat")
            case jwt.PyJWKError() | jwt.InvalidKeyError():
                return BadToken(check="key")
        return BadToken(check="form")


def _fits(key: Mapping[str, Any], *, algorithm: str, key_id: object) -> bool:
    """Whether it is of the kind that the algorithm needs, and has the id that the token names, if any."""
    if key.get("kty") != ALGORITHMS[algorithm] or key.get("alg", algorithm) != algorithm:
        return False
    if key.get("kty") == "EC" and key.get("crv") != _CURVE:
        return False
    return key_id is None or key.get("kid", "") == key_id


def _only(found: Sequence[Mapping[str, Any]], key_id: object) -> Mapping[str, Any]:
    """The issuer's key. If there is only one, a token may leave out its id (OpenID Connect Core, 10.1)."""
    if not found:
        raise BadToken(check="no such key")
    if key_id is None and len(found) > 1:
        raise BadToken(check="kid missing, several keys")
    return found[-1]


def _opened(key: Mapping[str, Any], algorithm: str) -> Any:
    import jwt

    opened = jwt.PyJWK(dict(key), algorithm=algorithm).key
    if key["kty"] == "RSA" and opened.key_size < SMALLEST_RSA_BITS:
        raise BadToken(check="key too weak")
    return opened


def person_from_claims(claims: Mapping[str, Any]) -> Person:
    """Whom the claims of a good token speak of.

    Raises:
        BadToken: nobody whom we could tell from others.
    """
    sub = claims["sub"]
    if not isinstance(sub, str) or not (0 < len(sub) <= LONGEST_SUBJECT) or not sub.isprintable():
        raise BadToken("The token's `sub` claim is missing or invalid.", check="sub")
    roles = claims.get("roles")
    known = frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()
    return Person(sub, _label(claims, sub), known)


def _label(claims: Mapping[str, Any], sub: str) -> str:
    names = (claims.get(name) for name in ("email", "preferred_username", "name"))
    return next((name for name in names if isinstance(name, str) and name and name.isprintable()), sub)[:200]
