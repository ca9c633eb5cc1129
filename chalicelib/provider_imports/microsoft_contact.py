"""A Microsoft contact in our words. Whatever stands in a record: a contact or an `Unreadable`, never an exception."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.contacts.contact import Address, Birthday, Email, Phone, Said, SourceContact, Unreadable
from chalicelib.provider_imports.said import birthday, block, email_address, line, says_anything, web_link

Json = Any  # what json.loads gives
FOLDER, PARTIAL = "_folder", "_partial"  # what `microsoft.py` writes into a record
MENDED = "mended"  # a PARTIAL that was read whole since: it replaces all that was said
LINES = (
    ("givenName", "given"),
    ("surname", "family"),
    ("displayName", "display"),
    ("nickName", "nickname"),
    ("companyName", "organisation"),
    ("department", "department"),
    ("jobTitle", "title"),
)
PHONES = (("businessPhones", "work"), ("homePhones", "home"), ("mobilePhone", "mobile"))
ADDRESSES = (("businessAddress", "work"), ("homeAddress", "home"), ("otherAddress", "other"))
ADDRESS_LINES = (
    ("street", "street"),
    ("city", "city"),
    ("state", "region"),
    ("postalCode", "postal_code"),
    ("countryOrRegion", "country"),
)
# What of theirs makes a member of ours. Where several do, one alone would drop what the others said.
SOURCES_OF: Mapping[str, tuple[str, ...]] = {
    **{ours: (theirs,) for theirs, ours in LINES},
    "phones": tuple(theirs for theirs, _ in PHONES),
    "addresses": tuple(theirs for theirs, _ in ADDRESSES),
    "emails": ("emailAddresses",),
    "birthday": ("birthday",),
    "notes": ("personalNotes",),
    "groups": ("categories",),
    "urls": ("businessHomePage",),
}


def source_contact(record: Json) -> SourceContact | Unreadable:
    if not isinstance(record, dict):
        return Unreadable("", "not_a_contact")
    source_id = record.get("id")
    if not isinstance(source_id, str) or not source_id:
        return Unreadable("", "no_id")
    partial = record.get(PARTIAL) is True
    said = _said(record, partial=partial)
    if partial:
        return SourceContact(source_id, said, partial=True, cleared=tuple(_cleared(record, said)))
    if not says_anything(said):
        return Unreadable(source_id, "empty")
    if record.get(PARTIAL) == MENDED:
        return SourceContact(source_id, said, partial=True, cleared=tuple(one for one in SOURCES_OF if one not in said))
    return SourceContact(source_id, said)


def is_torn(record: Json) -> bool:
    """Whether a changed contact holds only a part of what makes one of our members: some of its phones, say."""
    several = (SOURCES_OF["phones"], SOURCES_OF["addresses"])
    return isinstance(record, dict) and any(0 < sum(one in record for one in members) < 3 for members in several)


def _cleared(record: Mapping[str, Json], said: Said) -> Iterator[str]:
    """Members of which a changed contact says that they are empty now."""
    for ours, theirs in SOURCES_OF.items():
        if ours not in said and any(member in record for member in theirs):
            yield ours


def _said(record: Mapping[str, Json], *, partial: bool) -> Said:
    said: Said = {}
    for theirs, ours in LINES:
        if theirs in record and (text := line(record[theirs])):
            said[ours] = text  # type: ignore[literal-required]  # LINES names members of Said
    for ours, read in READERS:
        if value := read(record):
            said[ours] = value  # type: ignore[literal-required]  # READERS names members of Said
    if "personalNotes" in record and (notes := block(record["personalNotes"])):
        said["notes"] = notes
    if "businessHomePage" in record and (link := web_link(record["businessHomePage"])):
        said["urls"] = [{"value": link}]
    if (not partial or "categories" in record) and (groups := _groups(record)):
        said["groups"] = groups
    if not partial and "display" not in said and (middle := line(record.get("middleName"))):
        said["display"] = " ".join(filter(None, (said.get("given"), middle, said.get("family"))))
    return said


def _emails(record: Mapping[str, Json]) -> list[Email]:
    """Real addresses only: Exchange also lists X.500 names, and entries without any. `name` repeats the address."""
    addresses: dict[str, Email] = {}
    for entry in _listed(record.get("emailAddresses")):
        if isinstance(entry, dict) and (address := email_address(entry.get("address"))):
            addresses.setdefault(address.lower(), {"value": address})
    return list(addresses.values())


def _phones(record: Mapping[str, Json]) -> list[Phone]:
    phones: dict[str, Phone] = {}
    for member, label in PHONES:
        value = record.get(member)
        for number in [value] if isinstance(value, str) else _listed(value):
            if (raw := line(number)) and raw not in phones:
                phones[raw] = {"raw": raw, "label": label}
    return list(phones.values())


def _addresses(record: Mapping[str, Json]) -> list[Address]:
    """An address without any line is {} or null."""
    found = []
    for member, label in ADDRESSES:
        given = record.get(member)
        if not isinstance(given, dict):
            continue
        address: Address = {}
        for theirs, ours in ADDRESS_LINES:
            if text := line(given.get(theirs)):
                address[ours] = text  # type: ignore[literal-required]  # ADDRESS_LINES names members of Address
        if address:
            address["label"] = label
            found.append(address)
    return found


def _birthday(record: Mapping[str, Json]) -> Birthday | None:
    """The date in UTC, whatever the hour: shifted to somebody's own time it would be a day off."""
    written = record.get("birthday")
    if not isinstance(written, str):
        return None
    try:
        moment = datetime.fromisoformat(written.strip())
        day = moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None
    return birthday(day.year, day.month, day.day)


def _groups(record: Mapping[str, Json]) -> list[str]:
    names = (line(name) for name in [*_listed(record.get("categories")), record.get(FOLDER)])
    return list(dict.fromkeys(filter(None, names)))


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


READERS = (("emails", _emails), ("phones", _phones), ("addresses", _addresses), ("birthday", _birthday))
