"""A consent: somebody's yes, on its way through their browser and a provider and back to us.

What travels is random and of 256 bits; what we keep of it is its SHA-256. A consent is used once, within ten minutes,
at the callback of the provider it was begun for. The cookie says whether the browser that comes back is the one that
began; the PKCE verifier, that the code was meant for us.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.foundation.errors import CallerError, Misconfigured, NotAllowed, ProviderBroken, ServiceError
from chalicelib.foundation.secret import derive_secret, sha256_hex
from chalicelib.providers.provider import Account, OAuthClient

LIFE = timedelta(minutes=10)
LONGEST_SECRET = 512  # characters; what we hand out has 43

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
    """The consent that came back cannot be used: unknown, used, too old, or begun for something else."""

    status, slug, title = 400, "consent-void", "This consent cannot be used"


class ConsentDenied(NotAllowed):
    """The person, or their administrator, said no."""

    slug, title = "consent-denied", "The account was not connected"


class ContactsNotGranted(ConsentDenied):
    """They said yes, but not to the contacts: the box was left unticked."""

    slug = "contacts-not-granted"


class OAuthClients(Protocol):
    def __call__(self, provider: str) -> OAuthClient:
        """Raises NotFound for a provider that is not set up here."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Args:
    consent_id: SHA-256 of the state. binding: SHA-256 of the cookie of the browser that began.
    person: what the owner is called, for the question whether a stranger's contacts may be added.
    verifier: of PKCE, sealed. job_id: reserved for the import that follows. return_to: the name of a place.
    """

    consent_id: str
    owner: str
    person: str
    provider: str
    return_to: str | None
    binding: str
    verifier: bytes
    job_id: str
    expires_at: datetime

    @property
    def started_at(self) -> datetime:
        return self.expires_at - LIFE

    def is_same_browser(self, cookie: str | None) -> bool:
        return hmac.compare_digest(sha256_hex(cookie or ""), self.binding)


@dataclass(frozen=True, slots=True)
class HeldConsent:
    """A yes that came back to a browser that did not begin it; nothing is added before somebody confirms it.

    Args:
        held_id: SHA-256 of the key that confirms it. sealed: the tokens.
    """

    held_id: str
    owner: str
    person: str
    provider: str
    return_to: str | None
    job_id: str
    account: Account
    scopes: tuple[str, ...]
    sealed: bytes | None
    expires_at: datetime

    @property
    def started_at(self) -> datetime:
        return self.expires_at - LIFE


class ConsentUsed(ConsentVoid):
    """It was already used: a repeated click, or someone else who saw the address.

    Args:
        consent: the one that was used, for a caller who can prove that it is theirs.
    """

    def __init__(self, consent: "Consent | HeldConsent") -> None:
        super().__init__(
            "This consent was already used. If it succeeded, its import is on its way; otherwise start again."
        )
        self.consent = consent


def viewer_key_of(secret: str) -> str:
    """The key to view a consent's import, for a browser that holds the consent's secret; the same every time."""
    return derive_secret(secret, "viewer")


def redirect_uri(public_url: str, provider: str) -> str:
    """Each provider has a callback of its own, so that one's answer cannot be taken for another's."""
    return f"{public_url}/api/v1/contacts/import/{provider}/callback"


def callback_parameter(query: Mapping[str, str], name: str) -> str | None:
    """A parameter of a callback; None when it is missing, empty, or longer than any we hand out."""
    value = query.get(name) or ""
    return value if 0 < len(value) <= LONGEST_SECRET else None


def provider_refusal(error: str, title: str, **members: str) -> ServiceError:
    """What the provider's `error` means for the person. The word itself comes from outside and is never repeated."""
    if error in _DECLINED:
        detail = (
            f"{title} says that you did not agree. Nothing was connected; you can try again. "
            "Where an administrator has to agree for you, ask them first."
        )
        return ConsentDenied(detail, **members)
    if error in _ADMIN_REQUIRED:
        detail = f"Your organisation does not allow this. Ask its administrator to allow us at {title}, then try again."
        return ConsentDenied(detail, **members)
    if error in _MISCONFIGURED:
        return Misconfigured(
            f"{title} does not accept our request. This is our fault. Please contact support.", **members
        )
    return ProviderBroken(f"{title} could not finish. Nothing was connected; try again in a minute.", **members)
