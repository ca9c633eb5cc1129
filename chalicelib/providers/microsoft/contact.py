"""Converts a Microsoft Graph contact to a contact.

The result is a `SourceContact` or an `Unreadable`, never an exception, whatever the record contains.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta

from chalicelib.contacts.parse_email_field import parse_email_field
from chalicelib.contacts.source_record import (
    Address,
    Birthday,
    ContactFields,
    CustomField,
    Email,
    Im,
    Phone,
    Relation,
    SourceContact,
    Unreadable,
    Url,
)
from chalicelib.foundation.json import Json
from chalicelib.providers.field_parsers import birthday, has_content, multiline, one_line, web_link
from chalicelib.providers.unmapped_values import BIRTHDAY, EMAIL, WEB, UnmappedValues

FOLDER, PARTIAL = "_folder", "_partial"  # what `listing.py` adds to a record
REREAD = "reread"  # the value of PARTIAL for a changed contact that was read again in full: it replaces all fields
TEXT_FIELDS = (
    ("title", "prefix"),
    ("givenName", "given"),
    ("middleName", "middle"),
    ("surname", "family"),
    ("generation", "suffix"),
    ("displayName", "display"),
    ("yomiGivenName", "phonetic_given"),
    ("yomiSurname", "phonetic_family"),
    ("fileAs", "file_as"),
    ("nickName", "nickname"),
    ("companyName", "organization"),
    ("yomiCompanyName", "phonetic_organization"),
    ("department", "department"),
    ("jobTitle", "title"),
)
PHONES = (("businessPhones", "work"), ("homePhones", "home"), ("mobilePhone", "mobile"))
ADDRESSES = (("businessAddress", "work"), ("homeAddress", "home"), ("otherAddress", "other"))
ADDRESS_FIELDS = (
    ("postOfficeBox", "po_box"),
    ("city", "city"),
    ("state", "region"),
    ("postalCode", "postal_code"),
    ("countryOrRegion", "country"),
)
RELATIONS = (("spouseName", "spouse"), ("children", "child"), ("manager", "manager"), ("assistantName", "assistant"))
CUSTOM_FIELDS = (("profession", "Profession"), ("officeLocation", "Office"), ("initials", "Initials"))
# The Graph fields of each contact field. If it has several, a record with only some of them would lose the others.
# Each label of a relation and each name of a custom field counts as a field of its own.
SOURCE_FIELDS: Mapping[str, tuple[str, ...]] = {
    **{field_name: (source_name,) for source_name, field_name in TEXT_FIELDS},
    "phones": tuple(source_name for source_name, _ in PHONES),
    "addresses": tuple(source_name for source_name, _ in ADDRESSES),
    "emails": ("emailAddresses",),
    "ims": ("imAddresses",),
    "birthday": ("birthday",),
    "notes": ("personalNotes",),
    "groups": ("categories",),
    "groups_by_id": (FOLDER,),
    "urls": ("businessHomePage",),
    **{f"relations:{label}": (source_name,) for source_name, label in RELATIONS},
    **{f"custom_fields:{name}": (source_name,) for source_name, name in CUSTOM_FIELDS},
    f"custom_fields:{EMAIL}": ("emailAddresses",),
    f"custom_fields:{WEB}": ("businessHomePage",),
    f"custom_fields:{BIRTHDAY}": ("birthday",),
}
COMBINED_FIELDS = ("phones", "addresses")  # combined from several Graph fields
NOON = time(12)
NO_DATE = {1, 1600, 1601, 4500, 4501}  # placeholder years for a missing date, in any time zone


def source_contact(record: Json) -> SourceContact | Unreadable:
    """The contact in one raw record of Microsoft Graph, which may have only the changed fields."""
    if not isinstance(record, dict):
        return Unreadable("", "not_a_contact")
    source_id = record.get("id")
    if not isinstance(source_id, str) or not source_id:
        return Unreadable("", "no_id")
    partial = record.get(PARTIAL) is True
    fields, dropped = _read_fields(record)
    if partial:
        return SourceContact(
            source_id, fields, partial=True, cleared=tuple(_cleared_fields(record, fields)), dropped=dropped
        )
    if not has_content(fields):
        return Unreadable(source_id, "empty")
    if record.get(PARTIAL) == REREAD:
        cleared = (*(name for name in SOURCE_FIELDS if name not in fields), "relations", "custom_fields")
        return SourceContact(source_id, fields, partial=True, cleared=cleared, dropped=dropped)
    return SourceContact(source_id, fields, dropped=dropped, is_trimmed=True)


def is_incomplete(record: Json) -> bool:
    """Whether a changed contact has only some Graph fields of a combined field: some of its phones, for example."""
    if not isinstance(record, dict):
        return False
    groups = [SOURCE_FIELDS[field_name] for field_name in COMBINED_FIELDS]
    return any(0 < sum(source_name in record for source_name in group) < len(group) for group in groups)


def _cleared_fields(record: Mapping[str, Json], fields: ContactFields) -> Iterator[str]:
    """Fields that a changed contact reports as empty now, and labels of combined lists that it reports again."""
    for field_name, source_names in SOURCE_FIELDS.items():
        if field_name not in fields and any(source_name in record for source_name in source_names):
            yield field_name


def _read_fields(record: Mapping[str, Json]) -> tuple[ContactFields, tuple[str, ...]]:
    """The contact's fields, and the kinds of values that were left out."""
    fields: ContactFields = {}
    for source_name, field_name in TEXT_FIELDS:  # Graph sends null for most of them
        if (value := record.get(source_name)) and (text := one_line(value)):
            fields[field_name] = text  # type: ignore[literal-required]  # TEXT_FIELDS has keys of ContactFields
    unmapped = UnmappedValues(fields, _own_names)
    for field_name, read in READERS:
        if content := read(record, unmapped):
            fields[field_name] = content  # type: ignore[literal-required]  # READERS has keys of ContactFields
    if (value := record.get("personalNotes")) and (notes := multiline(value)):
        fields["notes"] = notes
    for source_name, name in CUSTOM_FIELDS:
        if (value := record.get(source_name)) is not None:
            unmapped.keep(name, value)
    if custom_fields := unmapped.custom_fields:
        fields["custom_fields"] = sorted(custom_fields, key=_field_label)
    return fields, unmapped.dropped


def _own_names(fields: ContactFields) -> tuple[str | None, ...]:
    """All names of the contact besides its display name, which may be repeated next to email addresses."""
    given, middle, family = fields.get("given", ""), fields.get("middle", ""), fields.get("family", "")
    others = (fields.get("file_as"), fields.get("nickname"), fields.get("organization"))
    return (*others, given, family, f"{given} {family}", f"{given} {middle} {family}")


def _field_label(field: CustomField) -> str:
    return field.get("name", "")


def _emails(record: Mapping[str, Json], unmapped: UnmappedValues) -> list[Email]:
    """The valid email addresses. Exchange also lists X.500 names, and entries where only `name` has an address.

    Next to an address, `name` repeats it, is the contact's name, or is some other text.
    """
    addresses: dict[str, Email] = {}
    for entry in _list_or_empty(record.get("emailAddresses")):
        if not isinstance(entry, dict):
            continue
        address, name = entry.get("address"), one_line(entry.get("name"))
        unmapped.add_emails(address, "", addresses)
        if unmapped.is_name(name) or name == address:
            continue
        in_name, remainder = parse_email_field(name)
        if not parse_email_field(one_line(address))[0]:
            if in_name or "displayName" in record:
                unmapped.add_emails(name, "", addresses)
        elif "displayName" in record and not unmapped.is_name(remainder):
            unmapped.keep(EMAIL, f"{name} <{one_line(address)}>")
    return list(addresses.values())


def _phones(record: Mapping[str, Json], unmapped: UnmappedValues) -> list[Phone]:
    phones: dict[str, Phone] = {}
    for member, label in PHONES:
        if (value := record.get(member)) is None:
            continue
        for number in value if isinstance(value, list) else [value]:
            raw = one_line(number)
            if not raw:
                unmapped.drop_unless_text("Phone", number)
            elif raw not in phones:
                phones[raw] = {"raw": raw, "label": label}
    return list(phones.values())


def _addresses(record: Mapping[str, Json], _: UnmappedValues) -> list[Address]:
    """Graph sends {} or null for an empty address."""
    addresses = []
    for member, label in ADDRESSES:
        raw = record.get(member)
        if not raw or not isinstance(raw, dict):
            continue
        address: Address = {}
        if street := multiline(raw.get("street")):
            address["street"] = street
        for source_name, field_name in ADDRESS_FIELDS:
            if source_name in raw and (text := one_line(raw[source_name])):
                address[field_name] = text  # type: ignore[literal-required]  # ADDRESS_FIELDS has keys of Address
        if address:
            address["label"] = label
            addresses.append(address)
    return addresses


def _relations(record: Mapping[str, Json], _: UnmappedValues) -> list[Relation]:
    relations: list[Relation] = []
    for member, label in RELATIONS:
        if value := record.get(member):
            names = map(one_line, value if isinstance(value, list) else [value])
            relations += [{"value": name, "label": label} for name in names if name]
    relations.sort(key=lambda relation: relation["label"])
    return relations


def _urls(record: Mapping[str, Json], unmapped: UnmappedValues) -> list[Url]:
    value = record.get("businessHomePage")
    if value is None:
        return []
    if link := web_link(value):
        return [{"value": link}]
    unmapped.keep(WEB, value)
    return []


def _ims(record: Mapping[str, Json], _: UnmappedValues) -> list[Im]:
    return [{"value": handle} for handle in _unique_texts(record.get("imAddresses"))]


def _birthday(record: Mapping[str, Json], unmapped: UnmappedValues) -> Birthday | None:
    """The intended day of a birthday that Graph sends as an instant.

    Outlook writes 11:59 UTC and other programs midnight UTC: then the UTC date is the day. Many programs write local
    midnight. East of Greenwich that is the evening before in UTC, so after 12:00 UTC the next day is meant. Zones more
    than twelve hours ahead cannot be distinguished from Outlook's 11:59; there the UTC date is used too.
    """
    text = record.get("birthday")
    if not isinstance(text, str):
        unmapped.drop_unless_text(BIRTHDAY, text)
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        day = moment.astimezone(UTC) if moment.tzinfo else moment
        if moment.tzinfo and day.time() > NOON:
            day += timedelta(days=1)
    except OverflowError:  # a placeholder at the end of the calendar
        return None
    except ValueError:
        unmapped.keep(BIRTHDAY, text if any(map(str.isdigit, text)) else None)
        return None
    valid = birthday(day.year, day.month, day.day)
    if valid is None and day.year not in NO_DATE:
        unmapped.keep(BIRTHDAY, day.date().isoformat())
    return valid


def _categories(record: Mapping[str, Json], _: UnmappedValues) -> list[str]:
    """Outlook's categories, which have names but no ids."""
    return _unique_texts(record.get("categories"))


def _folder(record: Mapping[str, Json], _: UnmappedValues) -> dict[str, str]:
    folder = record.get(FOLDER)
    if not folder or not isinstance(folder, dict):
        return {}
    return {key: name for key, text in folder.items() if one_line(key) == key and (name := one_line(text))}


def _unique_texts(value: Json) -> list[str]:
    if not value or not isinstance(value, list):
        return []
    return list(dict.fromkeys(filter(None, map(one_line, value))))


def _list_or_empty(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


READERS = (
    ("emails", _emails),
    ("phones", _phones),
    ("addresses", _addresses),
    ("birthday", _birthday),
    ("relations", _relations),
    ("urls", _urls),
    ("ims", _ims),
    ("groups", _categories),
    ("groups_by_id", _folder),
)
