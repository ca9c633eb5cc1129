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
JOB_DAYS = (("startDate", "Job begins"), ("endDate", "Job ends"))
UNMAPPED_JOB_MEMBERS = frozenset(member for member, _ in JOB + JOB_DAYS)
NICKNAMES = {"MAIDEN_NAME": "Maiden name", "INITIALS": "Initials"}
PLACE = (
    ("value", ""),
    ("buildingId", "building"),
    ("floor", "floor"),
    ("floorSection", "section"),
    ("deskCode", "desk"),
)
PHONETIC_AFFIXES = (("phoneticHonorificPrefix", "Phonetic prefix"), ("phoneticHonorificSuffix", "Phonetic suffix"))
UNMAPPED_NAME_MEMBERS = frozenset({"phoneticFullName", *(member for member, _ in PHONETIC_AFFIXES)})
RARE_LISTS = frozenset({*KEY_VALUE_LISTS, *(member for member, _, _ in VALUE_LISTS), "genders", "locations"})


def keep_unmapped(
    record: Mapping[str, Json], name: dict[str, Json], fields: ContactFields, unmapped: UnmappedValues
) -> None:
    """Add all values without a field of their own to `unmapped`.

    Args:
        name: the preferred entry of `names`.
    """
    if not UNMAPPED_NAME_MEMBERS.isdisjoint(name):
        _keep_phonetic_name(name, fields, unmapped)
    _keep_other_names(record, unmapped)
    if "organizations" in record:
        _keep_jobs(record["organizations"], unmapped)
    if "biographies" in record:
        for entry in other_entries(record["biographies"]):
            unmapped.keep("Notes", notes_of(entry))
    if not RARE_LISTS.isdisjoint(record):  # most records have none of them
        _keep_rare_lists(record, unmapped)


def notes_of(entry: dict[str, Json]) -> str:
    """The text of a biography, which may be HTML."""
    value = entry.get("value")
    return html_to_text(value) if entry.get("contentType") == "TEXT_HTML" else multiline(value)


def _keep_phonetic_name(name: dict[str, Json], fields: ContactFields, unmapped: UnmappedValues) -> None:
    if "phoneticFullName" in name and not any(member.startswith("phonetic_") for member in fields):
        unmapped.keep("Phonetic name", name["phoneticFullName"])
    for member, title in PHONETIC_AFFIXES:
        if member in name:
            unmapped.keep(title, name[member])


def _keep_other_names(record: Mapping[str, Json], unmapped: UnmappedValues) -> None:
    for entry in other_entries(record.get("names")):
        unmapped.keep("Name", entry.get("displayName") or entry.get("unstructuredName") or _full_name(entry))
    if "fileAses" in record:
        for entry in other_entries(record["fileAses"]):
            unmapped.keep("File as", entry.get("value"))
    if "nicknames" in record:
        nickname = preferred_nickname(record["nicknames"])
        for entry in entries(record["nicknames"]):
            if entry is not nickname:
                unmapped.keep(NICKNAMES.get(one_line(entry.get("type")), "Nickname"), entry.get("value"))


def _full_name(name: Mapping[str, Json]) -> str:
    parts = ("honorificPrefix", "givenName", "middleName", "familyName", "honorificSuffix")
    return " ".join(filter(None, (one_line(name.get(part)) for part in parts)))


def _keep_jobs(listed: Json, unmapped: UnmappedValues) -> None:
    job = current_job(listed)
    if not UNMAPPED_JOB_MEMBERS.isdisjoint(job):
        for name, text in _job_details(job):
            unmapped.keep(name, text)
    for entry in other_entries(listed, current_job):
        named = [one_line(entry.get(member)) for member in ("name", "department", "title", "phoneticName")]
        about = [f"{name}: {text}" for name, text in _job_details(entry)]
        unmapped.keep("Organization", ", ".join(filter(None, named + about)))


def _job_details(job: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for member, name in JOB:
        if member in job and (text := multiline(job[member])) and (member, text) != ("type", "work"):
            yield name, text
    for member, name in JOB_DAYS:
        if member in job and (day := date_text(job[member])):
            yield name, day


def _keep_rare_lists(record: Mapping[str, Json], unmapped: UnmappedValues) -> None:
    for member in KEY_VALUE_LISTS:
        for entry in entries(record.get(member)):
            key, value = one_line(entry.get("key")), entry.get("value")
            if value:
                unmapped.keep(key, value, kind="Custom field")
            else:  # a key without a value
                unmapped.keep("", key)
    for member, name, text in VALUE_LISTS:
        for entry in entries(record.get(member)):
            label = label_of(entry)
            unmapped.keep(f"{name} ({label})" if label else name, entry.get(text))
    for entry in entries(record.get("genders")):
        unmapped.keep("Gender", entry.get("formattedValue") or entry.get("value"))
        unmapped.keep("Addressed as", entry.get("addressMeAs"))
    for entry in entries(record.get("locations")):
        parts = ((one_line(entry.get(member)), name) for member, name in PLACE)
        unmapped.keep("Location", ", ".join(f"{name} {text}".strip() for text, name in parts if text))
