"""Authentication: people and service clients by a bearer token, the schedule by the cron secret, viewers by a key."""

import hmac
from dataclasses import dataclass, field

from chalicelib.foundation.errors import NotSignedIn
from chalicelib.foundation.http import Person, Request
from chalicelib.foundation.organizations import OrganizationClaims
from chalicelib.foundation.secret import secrets_match, sha256_hex
from chalicelib.foundation.service_clients import ServiceClients
from chalicelib.foundation.signed_tokens import BadToken, SignedTokens, person_from_claims


@dataclass(frozen=True)
class Authenticator:
    """Authenticates requests that carry a token or the cron secret."""

    #: verifies tokens whose audience is this service
    tokens: SignedTokens
    cron_secret: str = field(repr=False)
    #: whether the cron secret may also be the query parameter `key`
    cron_by_query: bool = False
    #: the claims with their organizations
    organization_claims: OrganizationClaims = field(default_factory=OrganizationClaims)
    service_clients: ServiceClients = field(default_factory=ServiceClients)

    def person(self, authorization: str | None, on_behalf_of: str | None = None) -> Person | None:
        """The person that a bearer token identifies, with what it permits; None without a token.

        Args:
            on_behalf_of: the person for whom a service client acts.

        Raises:
            BadToken: the token is invalid.
            Unavailable: the issuer's keys cannot be fetched.
        """
        if authorization is None:
            return None
        scheme, _, token = authorization.strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise BadToken("Send the token in the header as `Authorization: Bearer <token>`.", check="scheme")
        claims = self.tokens.claims(token.strip())
        person = person_from_claims(claims, self.organization_claims)
        return self.service_clients.caller(person, claims, on_behalf_of)

    def check_cron(self, request: Request) -> None:
        """Check the cron secret in the header or, if allowed, in the query.

        Raises:
            NotSignedIn: it is missing or wrong.
        """
        given = [request.headers.get("x-cron-secret")]
        if self.cron_by_query:
            given.append(request.query.get("key"))
        if not any(secrets_match(secret, self.cron_secret) for secret in given):
            raise NotSignedIn("Send the cron secret in the header x-cron-secret.")


def may_view(key: str | None, stored_hash: str | None) -> bool:
    """Whether `key` is the viewer key of a job, which stores its SHA-256 as `stored_hash`."""
    return key is not None and stored_hash is not None and hmac.compare_digest(sha256_hex(key), stored_hash)
