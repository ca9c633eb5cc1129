"""Leads for tests, and the keys of their identities."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.leads.channels.identity import ANYWHERE, Identity
from chalicelib.leads.channels.lead_keys import LeadKeys
from chalicelib.leads.lead import Lead, LeadIdentity, Profile, Stamp

KEYS = LeadKeys(b"a secret of the tests, 32 bytes.", 1)
NOON = 1_790_000_000_000  # milliseconds
IMPORT = "import-1"


def lead_identity(number: int, organization: str = "acme", raw: str = "") -> LeadIdentity:
    """The WhatsApp number +49170…, with its key."""
    form = f"+49170{number:07d}"
    identity = Identity("whatsapp", ANYWHERE, "phone", form, form, raw or form)
    return LeadIdentity.of(identity, KEYS.of(organization, identity))


def key_of(number: int, organization: str = "acme") -> str:
    return lead_identity(number, organization).key


def lead(number: int, *more: int, organization: str = "acme", row: int = 1, **changes: Any) -> Lead:
    """A lead with the identities of these numbers, which a row of an import created."""
    identities = tuple(lead_identity(each, organization) for each in (number, *more))
    profile = Profile(f"Lead {number}", f"lead{number}@example.org")
    made = Lead(identities[0].key, organization, identities, profile, Stamp(IMPORT, row), NOON, NOON)
    return replace(made, **changes)


def profile_of(**fields: str | Mapping[str, str] | tuple[str, ...]) -> Profile:
    return Profile(**fields)  # type: ignore[arg-type] # as the test gives them
