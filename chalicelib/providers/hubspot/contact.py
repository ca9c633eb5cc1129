"""Converts a HubSpot contact to a contact.

The result is a `SourceContact` or an `Unreadable`, never an exception, whatever the record contains.
"""

import re
from collections.abc import Iterator, Mapping

from chalicelib.contacts.normalize_phone import normalize_phone
from chalicelib.contacts.source_record import (
    Address,
    Birthday,
    ContactFields,
    Email,
    Im,
    Phone,
    SourceContact,
    Unreadable,
    Url,
)
from chalicelib.foundation.json import Json
from chalicelib.foundation.setting_kinds import InvalidSetting, region_of_phones
from chalicelib.providers.field_parsers import birthday, has_content, multiline, one_line
from chalicelib.providers.hubspot.properties import (
    ADDRESS_FIELDS,
    COUNTRY_CODES,
    CUSTOM_FIELDS,
    EMAILS,
    LABELS,
    LINKS,
    MERGED,
    PHONES,
    READ,
    STAGE,
    STAGES,
    TEXT_FIELDS,
    UNREAD,
    stage_id,
)
from chalicelib.providers.unmapped_values import BIRTHDAY, UnmappedValues

MOST_ALIASES = 100
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?", re.ASCII).fullmatch
_ID = re.compile(r"[0-9]{1,20}", re.ASCII).fullmatch


def source_contact(record: Json) -> SourceContact | Unreadable:
    """The contact in one raw record of HubSpot's CRM API."""
    if not isinstance(record, dict):
        return Unreadable("", "not_a_contact")
    source_id = id_of(record)
    if not source_id:
        return Unreadable("", "no_id")
    properties = record.get("properties")
    if not isinstance(properties, dict):
        return Unreadable(source_id, "not_a_contact")
    fields, dropped = _read_fields(properties, _labels(record), has_unread=record.get(UNREAD) is True)
    if not has_content(fields):
        return Unreadable(source_id, "empty")
    return SourceContact(source_id, fields, tuple(merged_ids(record)), dropped=dropped)


def id_of(record: Json) -> str:
    """The id of a record; "" if it has none."""
    key = record.get("id") if isinstance(record, dict) else None
    return key if isinstance(key, str) and _ID(key) else ""


def merged_ids(record: Json) -> list[str]:
    """The ids of contacts that were merged into this one. HubSpot lists them neither as contacts nor as archived."""
    properties = record.get("properties") if isinstance(record, dict) else None
    listed = properties.get(MERGED) if isinstance(properties, dict) else None
    if not isinstance(listed, str):
        return []
    ids = dict.fromkeys(each.strip() for each in listed.split(";"))
    return [each for each in ids if _ID(each) and each != record.get("id")][:MOST_ALIASES]


def _labels(record: Mapping[str, Json]) -> dict[str, Json]:
    labels = record.get(LABELS)
    return labels if isinstance(labels, dict) else {}


def _read_fields(
    properties: Mapping[str, Json], labels: Mapping[str, Json], *, has_unread: bool
) -> tuple[ContactFields, tuple[str, ...]]:
    """The contact's fields, and the kinds of values that were left out."""
    fields: ContactFields = {}
    unmapped = UnmappedValues(fields, _own_names)
    for source_name, field_name in TEXT_FIELDS:
        value = properties.get(source_name)
        unmapped.drop_unless_text(source_name, value)
        if text := one_line(value):
            fields[field_name] = text  # type: ignore[literal-required]  # TEXT_FIELDS has keys of ContactFields
    for field_name, read in READERS:
        if content := read(properties, unmapped):
            fields[field_name] = content  # type: ignore[literal-required]  # READERS has keys of ContactFields
    if stage := one_line(properties.get(STAGE)):
        fields["groups_by_id"] = {stage_id(stage): _stage_name(stage, labels)}
    for name, label, value in _custom_values(properties, labels):
        unmapped.keep(label, value, kind=name)
    if has_unread:
        unmapped.drop("Further properties of the account")
    if custom_fields := unmapped.custom_fields:
        fields["custom_fields"] = custom_fields
    return fields, unmapped.dropped


def _own_names(fields: ContactFields) -> tuple[str]:
    return (f"{fields.get('given', '')} {fields.get('family', '')}",)


def _emails(properties: Mapping[str, Json], unmapped: UnmappedValues) -> list[Email]:
    emails: dict[str, Email] = {}
    for name, label in EMAILS:
        value = properties.get(name)
        several = value.split(";") if isinstance(value, str) and name == "hs_additional_emails" else [value]
        for each in several:
            unmapped.add_emails(each, label, emails)
    return list(emails.values())


def _phones(properties: Mapping[str, Json], unmapped: UnmappedValues) -> list[Phone]:
    """The phone numbers; one without a country code is read as a number of the contact's country."""
    phones: dict[str, Phone] = {}
    region = _region(properties)
    for name, label in PHONES:
        raw = one_line(properties.get(name))
        if not raw:
            unmapped.drop_unless_text("Phone", properties.get(name))
        elif raw not in phones:
            phones[raw] = _phone(raw, label, region)
    return list(phones.values())


def _phone(raw: str, label: str, region: str) -> Phone:
    phone: Phone = {"raw": raw}
    if region and (number := normalize_phone(raw, region)):
        phone["e164"] = number.e164
    if label:
        phone["label"] = label
    return phone


def _region(properties: Mapping[str, Json]) -> str:
    """The country of the contact's phone numbers, if HubSpot or the contact has its two-letter code."""
    for name in COUNTRY_CODES:
        code = one_line(properties.get(name))
        if len(code) == 2:
            try:
                return region_of_phones(code)
            except InvalidSetting:
                continue
    return ""


def _addresses(properties: Mapping[str, Json], _: UnmappedValues) -> list[Address]:
    """HubSpot has one address of a contact, without a label."""
    address: Address = {}
    if street := multiline(properties.get("address")):
        address["street"] = street
    for source_name, field_name in ADDRESS_FIELDS:
        if text := one_line(properties.get(source_name)):
            address[field_name] = text  # type: ignore[literal-required]  # ADDRESS_FIELDS has keys of Address
    return [address] if address else []


def _birthday(properties: Mapping[str, Json], unmapped: UnmappedValues) -> Birthday | None:
    """HubSpot's date of birth is a text; one that is no ISO date is kept as it is."""
    value = properties.get("date_of_birth")
    text = one_line(value)
    if not text:
        unmapped.drop_unless_text(BIRTHDAY, value)
        return None
    parts = _DATE(text)
    day = birthday(*map(int, parts.groups())) if parts else None
    if day is None:
        unmapped.keep(BIRTHDAY, text)
    return day


def _urls(properties: Mapping[str, Json], unmapped: UnmappedValues) -> list[Url]:
    urls: dict[str, Url] = {}
    for name, label in LINKS:
        if properties.get(name) not in (None, ""):
            unmapped.add_link(properties[name], label, urls)
    return list(urls.values())


def _ims(properties: Mapping[str, Json], unmapped: UnmappedValues) -> list[Im]:
    handle = one_line(properties.get("twitterhandle"))
    return [*unmapped.ims, *([Im(value=handle, label="twitter")] if handle else [])]


def _stage_name(stage: str, labels: Mapping[str, Json]) -> str:
    return _label_pair(labels.get(STAGE))[1] or STAGES.get(stage, stage)


def _custom_values(properties: Mapping[str, Json], labels: Mapping[str, Json]) -> Iterator[tuple[str, str, Json]]:
    """Name, label and value of the properties that have no field."""
    for name, label in CUSTOM_FIELDS.items():
        if (value := properties.get(name)) not in (None, ""):
            named, shown = _label_pair(labels.get(name))
            yield name, named or label, shown or value
    for name, pair in labels.items():
        if name not in READ and (value := properties.get(name)) not in (None, ""):
            named, shown = _label_pair(pair)
            yield name, named or name, shown or value


def _label_pair(pair: Json) -> tuple[str, str]:
    """What a property and its value are called; "" for what is unknown."""
    if not isinstance(pair, list) or len(pair) != 2:
        return "", ""
    return one_line(pair[0]), multiline(pair[1])


READERS = (
    ("emails", _emails),
    ("phones", _phones),
    ("addresses", _addresses),
    ("birthday", _birthday),
    ("urls", _urls),
    ("ims", _ims),  # after links, which may be handles
)
