"""A Google person in our words. Runs once per contact and read, so it looks at each member once and copies little.

Whatever stands in a record, the answer is a contact or an `Unreadable`, never an exception.
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.contacts.contact import Address, Birthday, Email, Phone, Said, SourceContact, Unreadable, Url
from chalicelib.provider_imports.said import (
    birthday,
    block,
    block_of_html,
    email_address,
    line,
    says_anything,
    web_link,
)

Json = Any  # what json.loads gives
LABELS = "_labels"  # where `google.py` writes the names of a person's labels
E164 = re.compile(r"\+[1-9][0-9]{6,14}").fullmatch
ISO_DATE = re.compile(r"(?:([0-9]{4})-|--)([0-9]{1,2})-([0-9]{1,2})").fullmatch
NAME_MEMBERS = (("givenName", "given"), ("familyName", "family"), ("displayName", "display"))
WORK_MEMBERS = (("name", "organisation"), ("department", "department"), ("title", "title"))
ADDRESS_MEMBERS = (
    ("streetAddress", "street"),
    ("city", "city"),
    ("region", "region"),
    ("postalCode", "postal_code"),
    ("country", "country"),
    ("type", "label"),
)


def source_contact(record: Json) -> SourceContact | Unreadable:
    if not isinstance(record, dict):
        return Unreadable("", "not_a_contact")
    source_id = record.get("resourceName")
    if not isinstance(source_id, str) or not source_id:
        return Unreadable("", "no_id")
    said = _said(record)
    if not says_anything(said):
        return Unreadable(source_id, "empty")
    return SourceContact(source_id, said, _aliases(record.get("metadata")))


def _said(record: Mapping[str, Json]) -> Said:
    said: Said = {}
    _copy(_chosen(record.get("names")), NAME_MEMBERS, said)
    if emails := _emails(record.get("emailAddresses")):
        said["emails"] = emails
    if phones := _phones(record.get("phoneNumbers")):
        said["phones"] = phones
    if "organizations" in record:
        _copy(_current(record["organizations"]), WORK_MEMBERS, said)
    _say_lists(record, said)
    _say_rest(record, said)
    return said


def _say_lists(record: Mapping[str, Json], said: Said) -> None:
    if "addresses" in record and (addresses := _addresses(record["addresses"])):
        said["addresses"] = addresses
    if "urls" in record and (urls := _urls(record["urls"])):
        said["urls"] = urls
    labels = record.get(LABELS)
    if isinstance(labels, list) and (groups := [name for label in labels if (name := line(label))]):
        said["groups"] = groups


def _say_rest(record: Mapping[str, Json], said: Said) -> None:
    if "nicknames" in record and (nickname := line(_chosen(record["nicknames"]).get("value"))):
        said["nickname"] = nickname
    if "birthdays" in record and (day := _birthday(record["birthdays"])):
        said["birthday"] = day
    if "biographies" in record and (notes := _notes(_chosen(record["biographies"]))):
        said["notes"] = notes
    if "photos" in record and (photo := _photo(record["photos"])):
        said["photo_url"] = photo


def _entries(listed: Json) -> list[dict[str, Json]]:
    return [entry for entry in listed if type(entry) is dict] if type(listed) is list else []


def _chosen(listed: Json) -> dict[str, Json]:
    """Of several: what the person wrote themselves, not what a profile says; then Google's own choice; then the first.

    A profile's name may be the primary one, and would replace the name the person gave the contact.
    """
    entries = _entries(listed)
    if len(entries) < 2:
        return entries[0] if entries else {}
    return max(entries, key=_weight)  # the first of equals


def _current(listed: Json) -> dict[str, Json]:
    """Where somebody works now, before where they worked once."""
    entries = _entries(listed)
    if len(entries) < 2:
        return entries[0] if entries else {}
    return max(entries, key=lambda entry: (entry.get("current") is True, _weight(entry)))


def _weight(entry: dict[str, Json]) -> tuple[bool, bool]:
    metadata = entry.get("metadata")
    if not isinstance(metadata, dict):
        return False, False
    source = metadata.get("source")
    return isinstance(source, dict) and source.get("type") == "CONTACT", metadata.get("primary") is True


def _copy(entry: dict[str, Json], members: tuple[tuple[str, str], ...], into: Any) -> None:
    for theirs, ours in members:
        if theirs in entry and (text := line(entry[theirs])):
            into[ours] = text


def _emails(listed: Json) -> list[Email]:
    emails: dict[str, Email] = {}
    for entry in _entries(listed):
        if (value := email_address(entry.get("value"))) and (key := value.lower()) not in emails:
            emails[key] = {"value": value, "label": label} if (label := line(entry.get("type"))) else {"value": value}
    return list(emails.values())


def _phones(listed: Json) -> list[Phone]:
    phones: dict[str, Phone] = {}
    for entry in _entries(listed):
        canonical = entry.get("canonicalForm")  # absent where Google cannot understand the number
        e164 = canonical if type(canonical) is str and E164(canonical) else ""
        if not (raw := line(entry.get("value")) or e164) or raw in phones:
            continue
        phone = phones[raw] = Phone(raw=raw)
        if e164:
            phone["e164"] = e164
        if label := line(entry.get("type")):
            phone["label"] = label
    return list(phones.values())


def _addresses(listed: Json) -> list[Address]:
    addresses = []
    for entry in _entries(listed):
        address: Address = {}
        _copy(entry, ADDRESS_MEMBERS, address)
        if not address.keys() - {"label"} and (whole := block(entry.get("formattedValue"))):
            address["street"] = whole
        if address.keys() - {"label"} and address not in addresses:
            addresses.append(address)
    return addresses


def _urls(listed: Json) -> list[Url]:
    urls: dict[str, Url] = {}
    for entry in _entries(listed):
        if (value := web_link(entry.get("value"))) and value not in urls:
            urls[value] = {"value": value, "label": label} if (label := line(entry.get("type"))) else {"value": value}
    return list(urls.values())


def _birthday(listed: Json) -> Birthday | None:
    """The best one that is a day; the old `text` only where it can be understood."""
    days = (_day(entry) for entry in sorted(_entries(listed), key=_weight, reverse=True))
    return next(filter(None, days), None)


def _day(entry: dict[str, Json]) -> Birthday | None:
    date = entry.get("date")
    if isinstance(date, dict):
        return birthday(date.get("year"), date.get("month"), date.get("day"))
    if written := ISO_DATE(line(entry.get("text"))):
        year, month, day = written.groups(default="0")
        return birthday(int(year), int(month), int(day))
    return None


def _notes(entry: dict[str, Json]) -> str:
    value = entry.get("value")
    return block_of_html(value) if entry.get("contentType") == "TEXT_HTML" else block(value)


def _photo(listed: Json) -> str:
    """A photo somebody chose: the default one is a letter on a coloured disc."""
    real = (entry for entry in sorted(_entries(listed), key=_weight, reverse=True) if entry.get("default") is not True)
    links = (web_link(entry.get("url")) for entry in real)
    return next((link for link in links if link.startswith("https://")), "")


def _aliases(metadata: Json) -> tuple[str, ...]:
    """Earlier names of the resource, and the id of the contact itself, which outlives them all."""
    if not isinstance(metadata, dict):
        return ()
    names = metadata.get("previousResourceNames")
    earlier = [name for name in names if isinstance(name, str) and name] if isinstance(names, list) else []
    kept = (source.get("id") for source in _entries(metadata.get("sources")) if source.get("type") == "CONTACT")
    return (*earlier, *("contact:" + key for key in kept if isinstance(key, str) and key))
