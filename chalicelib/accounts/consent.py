"""A consent: one attempt to connect an account, from our redirect to the provider until the provider's callback.

State and cookie are random values of 256 bits, of which we store only the SHA-256. A consent can be used once, within
ten minutes, at the callback of its provider. The cookie proves that the same browser returns; the PKCE verifier proves
that the code was issued for us.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.foundation.errors import CallerError, Misconfigured, NotAllowed, ProviderBroken, ServiceError
from chalicelib.foundation.secret import derive_secret, sha256_hex
from chalicelib.providers.provider import Account, OAuthClient

LIFE = timedelta(minutes=10)
LONGEST_SECRET = 512  # characters; ours have 43

_DECLINED = {
    "access_denied",
    "consent_required",
    "interaction_required",
    "login_required",
    "account_selection_required",
}
_ADMIN_REQUIRED = {"admin_policy_enforced", "org_internal"}
_MISCONFIGURED = {
    "deleted_client",
    "disallowed_useragent",
    "invalid_client",
    "invalid_request",
    "invalid_scope",
    "redirect_uri_mismatch",
    "unauthorized_client",
    "unsupported_response_type",
}


class ConsentVoid(CallerError):
    """The consent cannot be used: it is unknown, used, expired, or belongs to another provider."""

    status, slug, title = 400, "consent-void", "Invalid consent"


class ConsentDenied(NotAllowed):
    """The person or their administrator declined."""

    slug, title = "consent-denied", "The account was not connected"


class ContactsNotGranted(ConsentDenied):
    """The person consented, but did not grant access to contacts."""

    slug = "contacts-not-granted"


class OAuthClients(Protocol):
    """The OAuth clients by provider."""

    def __call__(self, provider: str) -> OAuthClient:
        """The OAuth client of a provider.

        Raises:
            NotFound: the provider is unknown or not set up.
        """


class Choosing(StrEnum):
    """When a person who connects an account chooses what comes of it. Until then, nothing is imported."""

    NEVER = "never"  # the import starts at once
    IF_NEW = "if_new"  # before the first import of the account, or if what they chose needs a scope they did not grant
    NOW = "now"  # whatever was imported before: they have just allowed us to read more


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent in progress."""

    #: SHA-256 of the state.
    consent_id: str
    owner: str
    #: The owner's name, for the question before adding contacts from another browser.
    person: str
    provider: str
    #: The name of the place to return to.
    return_to: str | None
    #: SHA-256 of the cookie of the browser that began.
    binding: str
    #: The PKCE verifier, encrypted.
    verifier: bytes
    #: Reserved for the import.
    job_id: str
    expires_at: datetime
    #: When the person chooses what comes.
    choosing: Choosing = Choosing.NEVER

    @property
    def started_at(self) -> datetime:
        return self.expires_at - LIFE

    def is_same_browser(self, cookie: str | None) -> bool:
        return hmac.compare_digest(sha256_hex(cookie or ""), self.binding)


@dataclass(frozen=True, slots=True)
class HeldConsent:
    """A consent that returned to another browser than the one that began it. It is held until it is confirmed."""

    #: SHA-256 of the key that confirms it.
    held_id: str
    owner: str
    person: str
    provider: str
    return_to: str | None
    job_id: str
    account: Account
    scopes: tuple[str, ...]
    #: The tokens, encrypted; None once they were used.
    sealed: bytes | None
    expires_at: datetime
    #: When the person chooses what comes.
    choosing: Choosing = Choosing.NEVER

    @property
    def started_at(self) -> datetime:
        return self.expires_at - LIFE


class ConsentUsed(ConsentVoid):
    """The consent was already used: a repeated click, or another person who saw the URL."""

    def __init__(self, consent: "Consent | HeldConsent") -> None:
        super().__init__(
            "This consent was already used. If it succeeded, its import has started; otherwise start again."
        )
        #: The used consent, for callers who can prove that it is theirs.
        self.consent = consent


def viewer_key_of(secret: str) -> str:
    """The key to view a consent's import, derived from the secret that its browser has."""
    return derive_secret(secret, "viewer")


def redirect_uri(public_url: str, provider: str) -> str:
    """The callback of a provider. Each has its own, so that responses cannot be mixed up."""
    return f"{public_url}/api/v1/contacts/import/{provider}/callback"


def callback_parameter(query: Mapping[str, str], name: str) -> str | None:
    """A parameter of the callback; None if it is missing, empty, or longer than `LONGEST_SECRET`."""
    value = query.get(name) or ""
    return value if 0 < len(value) <= LONGEST_SECRET else None


def provider_refusal(error: str, title: str, **members: str) -> ServiceError:
    """The error for the provider's `error` code, which comes from outside and is never repeated to people."""
    if error in _DECLINED:
        detail = (
            f"{title} reports that you did not consent. Nothing was connected. You can try again. "
            "If your administrator must approve it, ask them first."
        )
        return ConsentDenied(detail, **members)
    if error in _ADMIN_REQUIRED:
        detail = (
            f"Your organization does not allow this. Ask its administrator to approve us at {title}; then try again."
        )
        return ConsentDenied(detail, **members)
    if error in _MISCONFIGURED:
        return Misconfigured(f"{title} rejected our request. This is our fault. Please contact support.", **members)
    return ProviderBroken(
        f"{title} could not complete the request. Nothing was connected. Try again in a minute.", **members
    )
