"""The same records as Splink gets them: one value in a column, normalized as its documentation advises."""

from typing import Any

from chalicelib.contacts.identities import emails_of, phones_of
from chalicelib.contacts.source_record import Address, ContactFields


def of_febrl(row: dict[str, str]) -> dict[str, Any]:
    return {
        "given": row["given_name"] or None,
        "family": row["surname"] or None,
        "birthday": row["date_of_birth"] or None,
        "postcode": row["postcode"] or None,
        "street": row["address_1"] or None,
        "number": row["street_number"] or None,
        "extended": row["address_2"] or None,
        "city": row["suburb"] or None,
        "region": row["state"] or None,
    }


def of_contact(fields: ContactFields) -> dict[str, Any]:
    given, family = _name(fields)
    emails, phones = emails_of(fields), phones_of(fields)
    address = next(iter(fields.get("addresses", ())), Address())
    born = fields.get("birthday")
    return {
        "given": given,
        "family": family,
        "name": f"{given} {family}" if given and family else None,
        "given_start": given[:1] if given else None,
        "family_start": family[:1] if family else None,
        "email": emails[0] if emails else None,
        "email_name": emails[0].partition("@")[0] if emails else None,
        "phones": phones or None,
        "phone": phones[0] if phones else None,
        "phone_2": phones[1] if len(phones) > 1 else None,
        "birthday": f"{born.get('year', 1604):04}-{born['month']:02}-{born['day']:02}" if born else None,
        "organization": fields.get("organization", "").lower() or None,
        "street": address.get("street", "").lower() or None,
        "postcode": address.get("postal_code"),
    }


def _name(fields: ContactFields) -> tuple[str | None, str | None]:
    """Given and family name in lower case; a display name alone is divided at its comma or its last space."""
    given, family = fields.get("given", "").lower(), fields.get("family", "").lower()
    shown = fields.get("display", "").lower()
    if not (given or family) and shown:
        if "," in shown:
            family, _, given = (part.strip() for part in shown.partition(","))
        else:
            given, _, family = shown.rpartition(" ")
    return given or None, family or None
