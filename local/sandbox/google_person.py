"""One contact as the People API writes it, by field mask and by source."""

import base64
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from local.sandbox.accounts import OTHER_CONTACTS
from local.sandbox.google_names import resource_name, source_id
from local.sandbox.hostile import google_oddity
from local.sandbox.partial_response import parse_mask, select
from local.sandbox.people import Address, Human
from local.sandbox.wire import Json, encode_json

if TYPE_CHECKING:
    from local.sandbox.accounts import Account, Entry

_FIELDS = """
    addresses ageRanges biographies birthdays calendarUrls clientData coverPhotos emailAddresses events externalIds
    genders imClients interests locales locations memberships metadata miscKeywords names nicknames occupations
    organizations phoneNumbers photos relations sipAddresses skills urls userDefined
"""
FIELDS = frozenset(_FIELDS.split())
"""The valid values of `personFields`."""

SOURCES = {
    "READ_SOURCE_TYPE_CONTACT": ("CONTACT", "OTHER_CONTACT"),
    "READ_SOURCE_TYPE_PROFILE": ("ACCOUNT", "PROFILE", "DOMAIN_PROFILE"),
    "READ_SOURCE_TYPE_DOMAIN_CONTACT": ("DOMAIN_CONTACT",),
    "READ_SOURCE_TYPE_OTHER_CONTACT": ("OTHER_CONTACT",),
}
STARRED = "starred"
_FORMATTED = {"home": "Home", "work": "Work", "mobile": "Mobile"}


class Form(NamedTuple):
    """What a caller asks for of each person."""

    fields: frozenset[str]  # of `personFields`
    sources: frozenset[str]
    sync: bool  # previous names are included for clients that synchronize
    partial: str = ""  # the mask of the response; "" for all of it
    folder: int = 0  # in which the list is; what is no longer there is listed as deleted
    member: str = "connections"  # of the response, with the people


def render_person(account: "Account", entry: "Entry", form: Form) -> bytes:
    """The person as JSON, created once per form."""
    known = entry.rendered.get(form)
    if known is None:
        known = entry.rendered[form] = encode_json(_select_fields(account, entry, form))
    return known


def _select_fields(account: "Account", entry: "Entry", form: Form) -> Json:
    shown = _shown_fields(account, entry, form)
    return select(shown, parse_mask(form.partial)[form.member]) if form.partial else shown


def _shown_fields(account: "Account", entry: "Entry", form: Form) -> dict[str, Json]:
    if entry.deleted or entry.folder != form.folder:
        name = resource_name(account, entry, form.folder)
        return {"resourceName": name, "metadata": {"deleted": True, "objectType": "PERSON"}}
    whole, sources = person(account, entry), form.sources
    if form.sync and entry.previous:
        whole["metadata"]["previousResourceNames"] = list(entry.previous)
    whole["metadata"]["sources"] = [each for each in whole["metadata"]["sources"] if each["type"] in sources]
    requested = {name: whole[name] for name in whole if name in form.fields}
    selected = {
        name: _of_sources(value, sources) if isinstance(value, list) else value for name, value in requested.items()
    }
    return {"resourceName": whole["resourceName"], "etag": whole["etag"], **{n: v for n, v in selected.items() if v}}


def _of_sources(items: list[Json], sources: frozenset[str]) -> list[Json]:
    """The items of these sources; the first of them is primary where the primary one is left out."""
    kept = [item for item in items if _metadata(item).get("source", {}).get("type", "CONTACT") in sources]
    if kept and not any(_metadata(item).get("primary") for item in kept):
        kept[0] = {**kept[0], "metadata": {"primary": True, **_metadata(kept[0])}}
    return kept


def _metadata(item: Json) -> Json:
    return item.get("metadata", {}) if isinstance(item, dict) else {}


def person(account: "Account", entry: "Entry") -> dict[str, Json]:
    """Everything that Google stores for a contact."""
    kind = "OTHER_CONTACT" if entry.folder == OTHER_CONTACTS else "CONTACT"
    who, source = entry.human, {"type": kind, "id": source_id(account, entry)}
    etag = base64.b64encode(f"{account.number:x}.{entry.changed}".encode()).decode()
    fields = _fields_of(who, source["id"]) | {"memberships": _memberships(account, who)}
    updated = datetime.fromtimestamp(entry.modified_at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    whole = {
        "resourceName": resource_name(account, entry),
        "etag": f"%{etag}",
        "metadata": {"sources": [{**source, "etag": f"#{etag}", "updateTime": updated}], "objectType": "PERSON"},
        **{name: _with_source(items, source) for name, items in fields.items() if items},
    }
    whole |= google_oddity(entry.odd, whole, source)
    return whole | (entry.raw or {})


def _with_source(items: list[dict[str, Json]], source: dict[str, str]) -> list[Json]:
    first = {"primary": True, "sourcePrimary": True, "source": source}
    return [{"metadata": {"source": source} if place else first, **item} for place, item in enumerate(items)]


def _fields_of(who: Human, source: str) -> dict[str, list[dict[str, Json]]]:
    return {
        "names": [_name(who)] if who.display else [],
        "nicknames": [{"value": who.nickname}] if who.nickname else [],
        "emailAddresses": [{"value": value, **_type(label)} for value, label in who.emails],
        "phoneNumbers": [
            {"value": phone.raw, **({"canonicalForm": phone.e164} if phone.e164 else {}), **_type(phone.label)}
            for phone in who.phones
        ],
        "organizations": [_organization(who)] if who.company or who.title else [],
        "addresses": [_address(address) for address in who.addresses],
        "birthdays": [_birthday(who.birthday)] if who.birthday else [],
        "biographies": [{"value": who.note, "contentType": "TEXT_PLAIN"}] if who.note else [],
        "urls": [{"value": who.url, **_type("work")}] if who.url else [],
        "events": [{"date": _date(who.anniversary), **_type("anniversary")}] if who.anniversary else [],
        "relations": [{"person": who.spouse, **_type("spouse")}] if who.spouse else [],
        "imClients": [{"username": handle, "protocol": service} for handle, service in who.ims],
        "userDefined": [{"key": name, "value": value} for name, value in who.own_fields],
        "photos": [_photo(who, source)],
    }


def _memberships(account: "Account", who: Human) -> list[dict[str, Json]]:
    """In all contacts, and in the labels that are not deleted."""
    labels = [group_id(first) for first in who.groups if account.labels.get(first, first)]
    return [_membership(group) for group in ("myContacts", *labels)]


def group_id(name: str) -> str:
    """Ids of user groups have 16 hexadecimal digits; Google's own group of starred contacts has its name."""
    return STARRED if name == STARRED else hashlib.sha256(name.encode()).hexdigest()[:16]


def _name(who: Human) -> dict[str, Json]:
    parts = {
        "familyName": who.family,
        "givenName": who.given,
        "middleName": who.middle,
        "honorificPrefix": who.prefix,
        "honorificSuffix": who.suffix,
        "phoneticFamilyName": who.phonetic_family,
        "phoneticGivenName": who.phonetic_given,
    }
    last_first = ", ".join(filter(None, (who.family, who.given)))
    name = {"displayName": who.display, **parts, "displayNameLastFirst": last_first, "unstructuredName": who.display}
    return {member: text for member, text in name.items() if text}


def _organization(who: Human) -> dict[str, Json]:
    organization = {"name": who.company, "department": who.department, "title": who.title}
    return {**{member: text for member, text in organization.items() if text}, "current": True}


def _address(address: Address) -> dict[str, Json]:
    lines = (address.street, f"{address.postcode} {address.city}", address.region, address.country.name)
    parts = {
        "formattedValue": "\n".join(filter(None, lines)),
        **_type(address.label),
        "poBox": address.po_box,
        "extendedAddress": address.extended,
        "streetAddress": address.street,
        "city": address.city,
        "region": address.region,
        "postalCode": address.postcode,
        "country": address.country.name,
        "countryCode": address.country.code,
    }
    return {member: text for member, text in parts.items() if text}


def _birthday(birthday: tuple[int | None, int, int]) -> dict[str, Json]:
    year, month, day = birthday
    written = f"--{month:02d}-{day:02d}" if year is None else f"{month}/{day}/{year}"
    return {"date": _date(birthday), "text": written}


def _date(day: tuple[int | None, int, int]) -> dict[str, int]:
    return {name: part for name, part in zip(("year", "month", "day"), day, strict=True) if part is not None}


def _photo(who: Human, source: str) -> dict[str, Json]:
    """Every contact has a photo; a generated letter has `default`."""
    url = f"https://lh3.googleusercontent.example/{'contacts' if who.photo else 'cm'}/{source}=s100"
    return {"url": url} if who.photo else {"url": url, "default": True}


def _membership(group: str) -> dict[str, Json]:
    return {
        "contactGroupMembership": {"contactGroupId": group, "contactGroupResourceName": f"contactGroups/{group}"},
    }


def _type(label: str) -> dict[str, str]:
    return {"type": label, "formattedType": _FORMATTED.get(label, label)} if label else {}
