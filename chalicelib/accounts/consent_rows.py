"""Consents as items of the people table and back: those in progress, and those that wait for confirmation."""

from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.accounts.consent import Choosing, Consent, HeldConsent
from chalicelib.foundation.clock import instant
from chalicelib.providers.provider import Account
from chalicelib.tables.keyed_row import Base64Attribute, KeyedRow
from chalicelib.tables.keys import CONSENT, HELD_CONSENT, Key


class ConsentRow(KeyedRow):
    """A consent in progress."""

    owner = UnicodeAttribute()
    person = UnicodeAttribute()
    provider = UnicodeAttribute()
    return_to = UnicodeAttribute(null=True)
    binding = UnicodeAttribute()  # SHA-256 of the cookie of the browser that began it
    verifier = Base64Attribute()  # PKCE, sealed
    job_id = UnicodeAttribute()
    expires_at = NumberAttribute()
    choosing = UnicodeAttribute(null=True)
    used = UnicodeAttribute(null=True)  # the nonce of the callback that used it
    ttl = TTLAttribute()


class HeldConsentRow(KeyedRow):
    """A consent that waits for its confirmation."""

    owner = UnicodeAttribute()
    person = UnicodeAttribute()
    provider = UnicodeAttribute()
    return_to = UnicodeAttribute(null=True)
    job_id = UnicodeAttribute()
    account_id = UnicodeAttribute()
    address = UnicodeAttribute()
    scopes = JSONAttribute()
    sealed = Base64Attribute()
    expires_at = NumberAttribute()
    choosing = UnicodeAttribute(null=True)
    used = UnicodeAttribute(null=True)  # the nonce of the confirmation that used it
    ttl = TTLAttribute()


def to_consent(row: Any) -> Consent:
    return Consent(
        consent_id=CONSENT.parts(Key(row.pk, row.sk))["consent_id"],
        owner=row.owner,
        person=row.person,
        provider=row.provider,
        return_to=row.return_to,
        binding=row.binding,
        verifier=row.verifier,
        job_id=row.job_id,
        expires_at=instant(int(row.expires_at)),
        choosing=Choosing(row.choosing or Choosing.NEVER),
    )


def to_held_consent(row: Any) -> HeldConsent:
    return HeldConsent(
        held_id=HELD_CONSENT.parts(Key(row.pk, row.sk))["held_id"],
        owner=row.owner,
        person=row.person,
        provider=row.provider,
        return_to=row.return_to,
        job_id=row.job_id,
        account=Account(row.account_id, row.address),
        scopes=tuple(row.scopes),
        sealed=row.sealed,
        expires_at=instant(int(row.expires_at)),
        choosing=Choosing(row.choosing or Choosing.NEVER),
    )
