"""A Google person in our words. Runs once per contact and read, so it looks at each member once and copies little.

Whatever stands in a record, the answer is a contact or an `Unreadable`, never an exception.
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.contacts.contact import (
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
from chalicelib.providers.field_parsers import birthday, block, line, says_anything, web_link, written_day
from chalicelib.providers.google.entries import chosen, chosen_job, chosen_nickname, entries, label_of, weight
from chalicelib.providers.google.unmapped_values import keep_rest, notes_of
from chalicelib.providers.unmapped_values import BIRTHDAY, EMAIL, Rest

LABELS = "_labels"  # where `google.py` writes the names of a person's labels, by their ids
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
    if not isinstance(record, dict):
        return Unreadable("", "not_a_contact")
    source_id = record.get("resourceName")
    if not isinstance(source_id, str) or not source_id:
        return Unreadable("", "no_id")
    said, dropped = _said(record)
    if not says_anything(said):
        return Unreadable(source_id, "empty")
    return SourceContact(source_id, said, _aliases(record.get("metadata")), dropped=dropped)


def _said(record: Mapping[str, Json]) -> tuple[ContactFields, tuple[str, ...]]:
    """What the person says, and the kinds of values that cannot be kept."""
    said: ContactFields = {}
    _say_name(record, said)
    rest = Rest((said.get("display"), f"{said.get('given', '')} {said.get('family', '')}"))
    if emails := _emails(record.get("emailAddresses"), rest):
        said["emails"] = emails
    if phones := _phones(record.get("phoneNumbers"), rest):
        said["phones"] = phones
    if "organizations" in record:
        _copy(chosen_job(record["organizations"]), WORK_MEMBERS, said)
    _say_lists(record, said, rest)
    _say_rest(record, said, rest)
    keep_rest(record, said, rest)
    if custom_fields := rest.custom_fields:
        said["custom_fields"] = custom_fields
    return said, rest.dropped


def _say_name(record: Mapping[str, Json], said: ContactFields) -> None:
    name = chosen(record.get("names"))
    _copy(name, NAME_MEMBERS, said)
    if "display" not in said and (written := line(name.get("unstructuredName"))):
        said["display"] = written
    if "fileAses" in record and (filed := line(chosen(record["fileAses"]).get("value"))):
        said["file_as"] = filed


def _say_lists(record: Mapping[str, Json], said: ContactFields, rest: Rest) -> None:
    if "addresses" in record and (addresses := _addresses(record["addresses"])):
        said["addresses"] = addresses
    if "events" in record and (events := _events(record["events"])):
        said["events"] = events
    if "relations" in record and (relations := _relations(record["relations"])):
        said["relations"] = relations
    if "urls" in record and (urls := _urls(record["urls"], rest)):
        said["urls"] = urls
    if ims := [*(_ims(record) if "imClients" in record or "sipAddresses" in record else ()), *rest.ims]:
        said["ims"] = ims
    labels = record.get(LABELS)
    if isinstance(labels, dict) and (groups := {key: name for key, label in labels.items() if (name := line(label))}):
        said["groups_by_id"] = groups


def _say_rest(record: Mapping[str, Json], said: ContactFields, rest: Rest) -> None:
    if "nicknames" in record and (nickname := line(chosen_nickname(record["nicknames"]).get("value"))):
        said["nickname"] = nickname
    if "birthdays" in record and (day := _birthday(record["birthdays"], rest)):
        said["birthday"] = day
    if "biographies" in record and (notes := notes_of(chosen(record["biographies"]))):
        said["notes"] = notes
    if "photos" in record and (photo := _photo(record["photos"], rest)):
        said["photo_url"] = photo


def _copy(entry: dict[str, Json], members: tuple[tuple[str, str], ...], into: Any) -> None:
    for theirs, ours in members:
        if theirs in entry and (text := line(entry[theirs])):
            into[ours] = text


def _emails(listed: Json, rest: Rest) -> list[Email]:
    emails: dict[str, Email] = {}
    for entry in entries(listed):
        rest.emails(entry.get("value"), label_of(entry), emails)
        shown = entry.get("displayName")
        if shown and not rest.knows(line(shown)) and line(shown).lower() not in emails:
            rest.keep(EMAIL, f"{line(shown)} <{line(entry.get('value'))}>")
    return list(emails.values())


def _phones(listed: Json, rest: Rest) -> list[Phone]:
    phones: dict[str, Phone] = {}
    for entry in entries(listed):
        canonical = entry.get("canonicalForm")  # absent where Google cannot understand the number
        e164 = canonical if type(canonical) is str and E164(canonical) else ""
        rest.mind("Phone", entry.get("value"))
        if not (raw := line(entry.get("value")) or e164) or raw in phones:
            continue
        phone = phones[raw] = Phone(raw=raw)
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
        if street := block(entry.get("streetAddress")):
            address["street"] = street
        if "country" not in address and (code := line(entry.get("countryCode"))):
            address["country"] = code
        if not address and (whole := block(entry.get("formattedValue"))):
            address["street"] = whole
        if not address:
            continue
        if label := label_of(entry):
            address["label"] = label
        if address not in addresses:
            addresses.append(address)
    return addresses


def _events(listed: Json) -> list[Event]:
    days = [(written_day(entry.get("date")), label_of(entry)) for entry in entries(listed)]
    return [Event(value=day, label=label) if label else Event(value=day) for day, label in days if day]


def _relations(listed: Json) -> list[Relation]:
    people = [(line(entry.get("person")), label_of(entry)) for entry in entries(listed)]
    return [
        Relation(value=person, label=label) if label else Relation(value=person) for person, label in people if person
    ]


def _ims(record: Mapping[str, Json]) -> list[Im]:
    """Handles by their service, and addresses of internet telephony."""
    handles = [
        (
            line(entry.get("username")),
            line(entry.get("protocol")) or line(entry.get("formattedProtocol")) or label_of(entry),
        )
        for entry in entries(record.get("imClients"))
    ]
    handles += [(line(entry.get("value")), "sip") for entry in entries(record.get("sipAddresses"))]
    return [Im(value=handle, label=label) if label else Im(value=handle) for handle, label in handles if handle]


def _urls(listed: Json, rest: Rest) -> list[Url]:
    urls: dict[str, Url] = {}
    for entry in entries(listed):
        rest.link(entry.get("value"), label_of(entry), urls)
    return list(urls.values())


def _birthday(listed: Json, rest: Rest) -> Birthday | None:
    """The best entry that is a date; texts that are not dates, and other dates, are kept as custom fields."""
    best: Birthday | None = None
    for entry in sorted(entries(listed), key=weight, reverse=True):
        day = _day(entry)
        if day is not None and best is None:
            best = day
        elif day is None or day != best:
            rest.keep(BIRTHDAY, line(entry.get("text")) or written_day(entry.get("date")))
    return best


def _day(entry: dict[str, Json]) -> Birthday | None:
    date = entry.get("date")
    if isinstance(date, dict):
        return birthday(date.get("year"), date.get("month"), date.get("day"))
    if written := ISO_DATE(line(entry.get("text"))):
        year, month, day = written.groups(default="0")
        return birthday(int(year), int(month), int(day))
    return None


def _photo(listed: Json, rest: Rest) -> str:
    """A photo somebody chose: the default one is a letter on a coloured disc."""
    real = [entry for entry in sorted(entries(listed), key=weight, reverse=True) if entry.get("default") is not True]
    links = [link for entry in real if (link := web_link(entry.get("url"))).startswith("https://")]
    if len(links) < len(real) or len(links) > 1:
        rest.drop("Photo")
    return links[0] if links else ""


def _aliases(metadata: Json) -> tuple[str, ...]:
    """Earlier names of the resource, and the id of the contact itself, which outlives them all."""
    if not isinstance(metadata, dict):
        return ()
    names = metadata.get("previousResourceNames")
    earlier = [name for name in names if isinstance(name, str) and name] if isinstance(names, list) else []
    kept = (source.get("id") for source in entries(metadata.get("sources")) if source.get("type") == "CONTACT")
    return (*earlier, *(INNER_ID + key for key in kept if isinstance(key, str) and key))
