"""Who is who: people by a bearer token of the issuer we trust, the schedule's caller by the cron secret."""

import hmac
from dataclasses import dataclass, field

from chalicelib.foundation.errors import NotSignedIn
from chalicelib.foundation.http import Person, Request
from chalicelib.foundation.secret import secrets_match, sha256_hex
from chalicelib.foundation.signed_tokens import BadToken, SignedTokens, person_from_claims


@dataclass(frozen=True)
class Authenticator:
    """Args:
    tokens: those whose audience this service is.
    """

    tokens: SignedTokens
    cron_secret: str = field(repr=False)
    cron_by_query: bool = False

    def person(self, authorization: str | None) -> Person | None:
        """The person a bearer token speaks of; None where there is none.

        Raises:
            BadToken: there is one, and it is not valid. Unavailable: the issuer's keys cannot be fetched.
        """
        if authorization is None:
            return None
        scheme, _, token = authorization.strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise BadToken("Send a token as: Authorization: Bearer <token>.", check="scheme")
        return person_from_claims(self.tokens.claims(token.strip()))

    def check_cron(self, request: Request) -> None:
        """Raises NotSignedIn for whoever does not know the secret. No other header opens this door."""
        given = [request.headers.get("x-cron-secret")]
        if self.cron_by_query:
            given.append(request.query.get("key"))
        if not any(secrets_match(secret, self.cron_secret) for secret in given):
            raise NotSignedIn("Send the cron secret in the header x-cron-secret.")


def may_view(key: str | None, kept: str | None) -> bool:
    """Whether `key` is the one that may read the job which keeps `kept`, its SHA-256."""
    return key is not None and kept is not None and hmac.compare_digest(sha256_hex(key), kept)
