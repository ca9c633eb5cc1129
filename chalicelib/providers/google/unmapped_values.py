"""Keeps the values of a Google person that have no contact field of their own as custom fields."""

from collections.abc import Iterator, Mapping

from chalicelib.contacts.source_record import ContactFields
from chalicelib.foundation.json import Json
from chalicelib.providers.field_parsers import date_text, html_to_text, multiline, one_line
from chalicelib.providers.google.entries import (
    current_job,
    entries,
    label_of,
    other_entries,
    preferred_entry,
    preferred_nickname,
)
from chalicelib.providers.unmapped_values import UnmappedValues

# Lists whose entries are all kept: the list, the name of the custom field, and the key of its text.
VALUE_LISTS = (
    ("occupations", "Occupation", "value"),
    ("interests", "Interest", "value"),
    ("skills", "Skill", "value"),
    ("locales", "Language", "value"),
    ("calendarUrls", "Calendar", "url"),
    ("externalIds", "External ID", "value"),
    ("miscKeywords", "Keyword", "value"),
)
KEY_VALUE_LISTS = ("userDefined", "clientData")  # lists of {key, value}
JOB = (
    ("type", "Organization type"),
    ("jobDescription", "Job description"),
    ("location", "Office"),
    ("domain", "Organization domain"),
    ("symbol", "Stock symbol"),
    ("costCenter", "Cost center"),
)
MAPPED_JOB_FIELDS = {"name", "department", "title", "current", "metadata", "phoneticName", "formattedType"}
JOB_DAYS = (("startDate", "Job begins"), ("endDate", "Job ends"))
NICKNAMES = {"MAIDEN_NAME": "Maiden name", "INITIALS": "Initials"}
PLACE = (
    ("value", ""),
    ("buildingId", "building"),
    ("floor", "floor"),
    ("floorSection", "section"),
    ("deskCode", "desk"),
)
PHONETIC_AFFIXES = (("phoneticHonorificPrefix", "Phonetic prefix"), ("phoneticHonorificSuffix", "Phonetic suffix"))


def keep_unmapped(record: Mapping[str, Json], fields: ContactFields, unmapped: UnmappedValues) -> None:
    """Add all values without a field of their own to `unmapped`."""
    _keep_names(record, fields, unmapped)
    if "organizations" in record:
        _keep_jobs(record["organizations"], unmapped)
    if "biographies" in record:
        for entry in other_entries(record["biographies"], preferred_entry(record["biographies"])):
            unmapped.keep("Notes", notes_of(entry))
    for member in KEY_VALUE_LISTS:
        for entry in entries(record[member]) if member in record else ():
            key, value = one_line(entry.get("key")), entry.get("value")
            if value:
                unmapped.keep(key, value, kind="Custom field")
            else:  # a key without a value
                unmapped.keep("", key)
    for member, name, text in VALUE_LISTS:
        for entry in entries(record[member]) if member in record else ():
            label = label_of(entry)
            unmapped.keep(f"{name} ({label})" if label else name, entry.get(text))
    if "genders" in record or "locations" in record:
        _keep_genders_and_locations(record, unmapped)


def notes_of(entry: dict[str, Json]) -> str:
    """The text of a biography, which may be HTML."""
    value = entry.get("value")
    return html_to_text(value) if entry.get("contentType") == "TEXT_HTML" else multiline(value)


def _keep_names(record: Mapping[str, Json], fields: ContactFields, unmapped: UnmappedValues) -> None:
    name = preferred_entry(record.get("names"))
    if "phoneticFullName" in name and not any(member.startswith("phonetic_") for member in fields):
        unmapped.keep("Phonetic name", name["phoneticFullName"])
    for member, title in PHONETIC_AFFIXES:
        if member in name:
            unmapped.keep(title, name[member])
    for entry in other_entries(record.get("names"), name):
        unmapped.keep("Name", entry.get("displayName") or entry.get("unstructuredName") or _full_name(entry))
    for entry in other_entries(record.get("fileAses"), preferred_entry(record.get("fileAses"))):
        unmapped.keep("File as", entry.get("value"))
    if "nicknames" in record:
        for entry in other_entries(record["nicknames"], preferred_nickname(record["nicknames"])):
            unmapped.keep(NICKNAMES.get(one_line(entry.get("type")), "Nickname"), entry.get("value"))


def _full_name(name: Mapping[str, Json]) -> str:
    parts = ("honorificPrefix", "givenName", "middleName", "familyName", "honorificSuffix")
    return " ".join(filter(None, (one_line(name.get(part)) for part in parts)))


def _keep_jobs(listed: Json, unmapped: UnmappedValues) -> None:
    taken = current_job(listed)
    if taken.keys() - MAPPED_JOB_FIELDS:
        for name, text in _job_details(taken):
            unmapped.keep(name, text)
    for entry in other_entries(listed, taken):
        named = (one_line(entry.get(member)) for member in ("name", "department", "title", "phoneticName"))
        about = (f"{name}: {text}" for name, text in _job_details(entry))
        unmapped.keep("Organization", ", ".join(filter(None, (*named, *about))))


def _job_details(job: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for member, name in JOB:
        if (text := multiline(job.get(member))) and (member, text) != ("type", "work"):
            yield name, text
    for member, name in JOB_DAYS:
        if day := date_text(job.get(member)):
            yield name, day


def _keep_genders_and_locations(record: Mapping[str, Json], unmapped: UnmappedValues) -> None:
    for entry in entries(record.get("genders")):
        unmapped.keep("Gender", entry.get("formattedValue") or entry.get("value"))
        unmapped.keep("Addressed as", entry.get("addressMeAs"))
    for entry in entries(record.get("locations")):
        parts = ((one_line(entry.get(member)), name) for member, name in PLACE)
        unmapped.keep("Location", ", ".join(f"{name} {text}".strip() for text, name in parts if text))
