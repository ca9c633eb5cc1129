"""Verifies signed tokens (JWT) of the trusted issuer. The JWT library is loaded with the first token."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib.foundation.errors import NotSignedIn
from chalicelib.foundation.http import Person
from chalicelib.foundation.jwks import Jwks
from chalicelib.foundation.organizations import OrganizationClaims
from chalicelib.foundation.service_owners import OF_NO_PERSON

ALGORITHMS = {"RS256": "RSA", "ES256": "EC"}  # and the key type of each; others are refused
REQUIRED = ["exp", "iss", "aud", "sub"]
LEEWAY_SECONDS = 10
LONGEST_TOKEN = 8 * 1024  # characters
LONGEST_SUBJECT = 255
SMALLEST_RSA_BITS = 2048
_CURVE = "P-256"
INVALID = "The token is invalid."


class BadToken(NotSignedIn):
    """The token is invalid. The caller learns the reason only for a few of them; the log has it for operators.

    Args:
        check: the check that failed, for the log.
        settings: the settings that an operator should check.
    """

    slug, title = "bad-token", "Invalid token"

    def __init__(self, detail: str = INVALID, *, check: str, settings: str = "") -> None:
        super().__init__(detail)
        self.log_fields = {"check": check, **({"settings": settings} if settings else {})}


@dataclass(frozen=True)
class SignedTokens:
    """Verifies the tokens of one issuer for one audience."""

    issuer: str
    #: the required `aud` claim
    audience: str
    keys: Jwks
    #: the setting with the audience, for the log
    audience_setting: str = "AUTH_AUDIENCE"

    def claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a valid token.

        Raises:
            BadToken: the token is invalid.
            Unavailable: the issuer's keys cannot be fetched.
        """
        import jwt

        if len(token) > LONGEST_TOKEN:
            raise BadToken("The token is too long.", check="length")
        try:
            return self._verify(token, jwt.get_unverified_header(token))
        except jwt.ExpiredSignatureError:
            raise BadToken("The token has expired. Sign in again.", check="exp") from None
        except jwt.MissingRequiredClaimError as error:
            raise BadToken(check=f"{error.claim} missing") from None
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise self._bad_token(error) from None

    def _verify(self, token: str, header: Mapping[str, Any]) -> Mapping[str, Any]:
        import jwt

        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise BadToken("The token must be signed with RS256 or ES256.", check="alg")
        wanted = partial(_fits, algorithm=algorithm, key_id=key_id)
        try:
            return self._decode(token, algorithm, _only(self.keys.find(wanted), key_id))
        except jwt.InvalidSignatureError:
            if key_id is not None:
                raise
        # For a token without a key id, an invalid signature is the only sign that the issuer has a new key.
        return self._decode(token, algorithm, _only(self.keys.find_again(wanted), key_id))

    def _decode(self, token: str, algorithm: str, key: Mapping[str, Any]) -> Mapping[str, Any]:
        import jwt

        claims: Mapping[str, Any] = jwt.decode(
            token,
            _load_key(key, algorithm),
            algorithms=[algorithm],
            audience=self.audience,
            issuer=self.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": REQUIRED},
        )
        return claims

    def _bad_token(self, error: Exception) -> BadToken:
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
    """Whether the key has the type that the algorithm needs, and the id that the token names, if any."""
    if key.get("kty") != ALGORITHMS[algorithm] or key.get("alg", algorithm) != algorithm:
        return False
    if key.get("kty") == "EC" and key.get("crv") != _CURVE:
        return False
    return key_id is None or key.get("kid", "") == key_id


def _only(found: Sequence[Mapping[str, Any]], key_id: object) -> Mapping[str, Any]:
    """The key for a token. If the issuer has only one, tokens may omit its id (OpenID Connect Core, 10.1)."""
    if not found:
        raise BadToken(check="no such key")
    if key_id is None and len(found) > 1:
        raise BadToken(check="kid missing, several keys")
    return found[-1]


def _load_key(key: Mapping[str, Any], algorithm: str) -> Any:
    import jwt

    loaded = jwt.PyJWK(dict(key), algorithm=algorithm).key
    if key["kty"] == "RSA" and loaded.key_size < SMALLEST_RSA_BITS:
        raise BadToken(check="key too weak")
    return loaded


def person_from_claims(claims: Mapping[str, Any], of_organizations: OrganizationClaims) -> Person:
    """The person that the claims of a valid token identify.

    Args:
        of_organizations: the names of the claims with their organizations.

    Raises:
        BadToken: the `sub` claim is missing or invalid.
    """
    sub = claims["sub"]
    if not is_subject(sub):
        raise BadToken("The token's `sub` claim is missing or invalid.", check="sub")
    roles = claims.get("roles")
    known = frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()
    return Person(sub, _label(claims, sub), known, of_organizations.read(claims))


def is_subject(sub: object) -> bool:
    """Whether this can be the `sub` of a person or a service client."""
    is_text = isinstance(sub, str) and 0 < len(sub) <= LONGEST_SUBJECT and sub.isprintable()
    return is_text and not str(sub).startswith(OF_NO_PERSON)


def _label(claims: Mapping[str, Any], sub: str) -> str:
    names = (claims.get(name) for name in ("email", "preferred_username", "name"))
    return next((name for name in names if isinstance(name, str) and name and name.isprintable()), sub)[:200]
