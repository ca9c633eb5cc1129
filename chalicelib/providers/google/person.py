"""Converts a Google person to a contact. It runs for every contact of every import, so it avoids needless copies.

The result is a `SourceContact` or an `Unreadable`, never an exception, whatever the record contains.
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.contacts.source_record import (
    INNER_ID,
    Address,
    Birthday,
    ContactFields,
    Email,
    Event,
    Im,
    Phone,
    Relation,
    SourceContact,
    Unreadable,
    Url,
)
from chalicelib.foundation.json import Json
from chalicelib.providers.field_parsers import birthday, date_text, has_content, multiline, one_line, web_link
from chalicelib.providers.google.entries import (
    by_priority,
    current_job,
    entries,
    label_of,
    preferred_entry,
    preferred_nickname,
)
from chalicelib.providers.google.unmapped_values import keep_unmapped, notes_of
from chalicelib.providers.unmapped_values import BIRTHDAY, EMAIL, UnmappedValues

IM_LISTS = frozenset({"imClients", "sipAddresses"})
LABELS = "_labels"  # where `listing.py` adds the names of a person's labels by id
E164 = re.compile(r"\+[1-9][0-9]{6,14}").fullmatch
ISO_DATE = re.compile(r"(?:([0-9]{4})-|--)([0-9]{1,2})-([0-9]{1,2})").fullmatch
NAME_MEMBERS = (
    ("honorificPrefix", "prefix"),
    ("givenName", "given"),
    ("middleName", "middle"),
    ("familyName", "family"),
    ("honorificSuffix", "suffix"),
    ("displayName", "display"),
    ("phoneticGivenName", "phonetic_given"),
    ("phoneticMiddleName", "phonetic_middle"),
    ("phoneticFamilyName", "phonetic_family"),
)
WORK_MEMBERS = (
    ("name", "organization"),
    ("phoneticName", "phonetic_organization"),
    ("department", "department"),
    ("title", "title"),
)
ADDRESS_MEMBERS = (
    ("poBox", "po_box"),
    ("extendedAddress", "extended"),
    ("city", "city"),
    ("region", "region"),
    ("postalCode", "postal_code"),
    ("country", "country"),
)


def source_contact(record: Json) -> SourceContact | Unreadable:
    """The contact in one raw record of the People API."""
    if not isinstance(record, dict):
        return Unreadable("", "not_a_contact")
    source_id = record.get("resourceName")
    if not isinstance(source_id, str) or not source_id:
        return Unreadable("", "no_id")
    fields, dropped = _read_fields(record)
    if not has_content(fields):
        return Unreadable(source_id, "empty")
    return SourceContact(source_id, fields, _aliases(record.get("metadata")), dropped=dropped, is_trimmed=True)


def _read_fields(record: Mapping[str, Json]) -> tuple[ContactFields, tuple[str, ...]]:
    """The contact's fields, and the kinds of values that were left out."""
    fields: ContactFields = {}
    name = preferred_entry(record["names"]) if "names" in record else {}
    _read_name(name, record, fields)
    unmapped = UnmappedValues(fields, _own_names)
    _read_lists(record, fields, unmapped)
    _read_details(record, fields, unmapped)
    keep_unmapped(record, name, fields, unmapped)
    if custom_fields := unmapped.custom_fields:
        fields["custom_fields"] = custom_fields
    return fields, unmapped.dropped


def _read_name(name: dict[str, Json], record: Mapping[str, Json], fields: ContactFields) -> None:
    _copy(name, NAME_MEMBERS, fields)
    if "display" not in fields and (display := one_line(name.get("unstructuredName"))):
        fields["display"] = display
    if "fileAses" in record and (file_as := one_line(preferred_entry(record["fileAses"]).get("value"))):
        fields["file_as"] = file_as


def _read_lists(record: Mapping[str, Json], fields: ContactFields, unmapped: UnmappedValues) -> None:
    if "emailAddresses" in record and (emails := _emails(record["emailAddresses"], unmapped)):
        fields["emails"] = emails
    if "phoneNumbers" in record and (phones := _phones(record["phoneNumbers"], unmapped)):
        fields["phones"] = phones
    if "addresses" in record and (addresses := _addresses(record["addresses"])):
        fields["addresses"] = addresses
    if "events" in record and (events := _events(record["events"])):
        fields["events"] = events
    if "relations" in record and (relations := _relations(record["relations"])):
        fields["relations"] = relations
    if "urls" in record and (urls := _urls(record["urls"], unmapped)):
        fields["urls"] = urls
    if ims := unmapped.ims if IM_LISTS.isdisjoint(record) else _ims(record) + unmapped.ims:
        fields["ims"] = ims
    if LABELS in record and (groups := _groups(record[LABELS])):
        fields["groups_by_id"] = groups


def _read_details(record: Mapping[str, Json], fields: ContactFields, unmapped: UnmappedValues) -> None:
    if "organizations" in record:
        _copy(current_job(record["organizations"]), WORK_MEMBERS, fields)
    if "nicknames" in record and (nickname := one_line(preferred_nickname(record["nicknames"]).get("value"))):
        fields["nickname"] = nickname
    if "birthdays" in record and (day := _birthday(record["birthdays"], unmapped)):
        fields["birthday"] = day
    if "biographies" in record and (notes := notes_of(preferred_entry(record["biographies"]))):
        fields["notes"] = notes
    if "photos" in record and (photo := _photo(record["photos"], unmapped)):
        fields["photo_url"] = photo


def _own_names(fields: ContactFields) -> tuple[str]:
    return (f"{fields.get('given', '')} {fields.get('family', '')}",)


def _copy(entry: dict[str, Json], members: tuple[tuple[str, str], ...], into: Any) -> None:
    for source_name, field_name in members:
        if source_name in entry and (text := one_line(entry[source_name])):
            into[field_name] = text


def _emails(listed: Json, unmapped: UnmappedValues) -> list[Email]:
    emails: dict[str, Email] = {}
    for entry in entries(listed):
        unmapped.add_emails(entry.get("value"), label_of(entry), emails)
        if "displayName" in entry:
            display = one_line(entry["displayName"])
            if not unmapped.is_name(display) and display.lower() not in emails:
                unmapped.keep(EMAIL, f"{display} <{one_line(entry.get('value'))}>")
    return list(emails.values())


def _phones(listed: Json, unmapped: UnmappedValues) -> list[Phone]:
    phones: dict[str, Phone] = {}
    for entry in entries(listed):
        canonical = entry.get("canonicalForm")  # missing if Google cannot parse the number
        e164 = canonical if type(canonical) is str and E164(canonical) else ""
        raw = one_line(entry.get("value"))
        if not raw:
            unmapped.drop_unless_text("Phone", entry.get("value"))
            raw = e164
        if not raw or raw in phones:
            continue
        phone: Phone = {"raw": raw}
        phones[raw] = phone
        if e164:
            phone["e164"] = e164
        if label := label_of(entry):
            phone["label"] = label
    return list(phones.values())


def _addresses(listed: Json) -> list[Address]:
    addresses = []
    for entry in entries(listed):
        address: Address = {}
        _copy(entry, ADDRESS_MEMBERS, address)
        if street := multiline(entry.get("streetAddress")):
            address["street"] = street
        if "country" not in address and (code := one_line(entry.get("countryCode"))):
            address["country"] = code
        if not address and (whole := multiline(entry.get("formattedValue"))):
            address["street"] = whole
        if not address:
            continue
        if label := label_of(entry):
            address["label"] = label
        if address not in addresses:
            addresses.append(address)
    return addresses


def _events(listed: Json) -> list[Event]:
    days = [(date_text(entry.get("date")), label_of(entry)) for entry in entries(listed)]
    return [Event(value=day, label=label) if label else Event(value=day) for day, label in days if day]


def _relations(listed: Json) -> list[Relation]:
    people = [(one_line(entry.get("person")), label_of(entry)) for entry in entries(listed)]
    return [
        Relation(value=person, label=label) if label else Relation(value=person) for person, label in people if person
    ]


def _ims(record: Mapping[str, Json]) -> list[Im]:
    """Messaging handles labeled with their service, and SIP addresses."""
    handles = [
        (
            one_line(entry.get("username")),
            one_line(entry.get("protocol")) or one_line(entry.get("formattedProtocol")) or label_of(entry),
        )
        for entry in entries(record.get("imClients"))
    ]
    handles += [(one_line(entry.get("value")), "sip") for entry in entries(record.get("sipAddresses"))]
    return [Im(value=handle, label=label) if label else Im(value=handle) for handle, label in handles if handle]


def _groups(labels: Json) -> dict[str, str]:
    if not isinstance(labels, dict):
        return {}
    return {key: name for key, label in labels.items() if one_line(key) == key and (name := one_line(label))}


def _urls(listed: Json, unmapped: UnmappedValues) -> list[Url]:
    urls: dict[str, Url] = {}
    for entry in entries(listed):
        unmapped.add_link(entry.get("value"), label_of(entry), urls)
    return list(urls.values())


def _birthday(listed: Json, unmapped: UnmappedValues) -> Birthday | None:
    """The preferred entry with a valid date. Other dates and texts are kept as custom fields."""
    best: Birthday | None = None
    for entry in by_priority(listed):
        day = _day(entry)
        if day is not None and best is None:
            best = day
        elif day is None or day != best:
            unmapped.keep(BIRTHDAY, one_line(entry.get("text")) or date_text(entry.get("date")))
    return best


def _day(entry: dict[str, Json]) -> Birthday | None:
    date = entry.get("date")
    if isinstance(date, dict):
        return birthday(date.get("year"), date.get("month"), date.get("day"))
    if written := ISO_DATE(one_line(entry.get("text"))):
        year, month, day = written.groups(default="0")
        return birthday(int(year), int(month), int(day))
    return None


def _photo(listed: Json, unmapped: UnmappedValues) -> str:
    """The URL of a photo that a person chose; Google's default photo is only a letter on a colored disc."""
    photo = ""
    for entry in by_priority(listed):
        if entry.get("default") is True:
            continue
        link = web_link(entry.get("url"))
        if not photo and link.startswith("https://"):
            photo = link
        else:
            unmapped.drop("Photo")
    return photo


def _aliases(metadata: Json) -> tuple[str, ...]:
    """Former resource names, and the id of the underlying contact, which never changes."""
    if not isinstance(metadata, dict):
        return ()
    aliases: list[str] = []
    if isinstance(names := metadata.get("previousResourceNames"), list):
        aliases += [name for name in names if isinstance(name, str) and name]
    for source in entries(metadata.get("sources")):
        if source.get("type") == "CONTACT" and isinstance(key := source.get("id"), str) and key:
            aliases.append(INNER_ID + key)
    return tuple(aliases)
