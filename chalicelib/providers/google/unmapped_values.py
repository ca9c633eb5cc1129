"""What a Google person says beside the members we have: each value is kept as a custom field under its name."""

from collections.abc import Iterator, Mapping

from chalicelib.contacts.contact import ContactFields
from chalicelib.foundation.json import Json
from chalicelib.providers.field_parsers import block, block_of_html, line, written_day
from chalicelib.providers.google.entries import (
    chosen,
    chosen_job,
    chosen_nickname,
    entries,
    label_of,
    others,
)
from chalicelib.providers.unmapped_values import Rest

# Lists of which every entry is kept: the name of its custom field, and the member that holds its text.
SIMPLE = (
    ("occupations", "Occupation", "value"),
    ("interests", "Interest", "value"),
    ("skills", "Skill", "value"),
    ("locales", "Language", "value"),
    ("calendarUrls", "Calendar", "url"),
    ("externalIds", "External ID", "value"),
    ("miscKeywords", "Keyword", "value"),
)
NAMED = ("userDefined", "clientData")  # lists of {key, value}
JOB = (
    ("type", "Organisation type"),
    ("jobDescription", "Job description"),
    ("location", "Office"),
    ("domain", "Organisation domain"),
    ("symbol", "Stock symbol"),
    ("costCenter", "Cost center"),
)
PLAIN_JOB = {"name", "department", "title", "current", "metadata", "phoneticName", "formattedType"}
JOB_DAYS = (("startDate", "Job begins"), ("endDate", "Job ends"))
NICKNAMES = {"MAIDEN_NAME": "Maiden name", "INITIALS": "Initials"}
PLACE = (
    ("value", ""),
    ("buildingId", "building"),
    ("floor", "floor"),
    ("floorSection", "section"),
    ("deskCode", "desk"),
)
READINGS = (("phoneticHonorificPrefix", "Phonetic prefix"), ("phoneticHonorificSuffix", "Phonetic suffix"))


def keep_rest(record: Mapping[str, Json], said: ContactFields, rest: Rest) -> None:
    _keep_names(record, said, rest)
    if "organizations" in record:
        _keep_jobs(record["organizations"], rest)
    if "biographies" in record:
        for entry in others(record["biographies"], chosen(record["biographies"])):
            rest.keep("Notes", notes_of(entry))
    for member in NAMED:
        for entry in entries(record[member]) if member in record else ():
            key, value = line(entry.get("key")), entry.get("value")
            if value:
                rest.keep(key, value, kind="Custom field")
            else:  # a name alone
                rest.keep("", key)
    for member, name, text in SIMPLE:
        for entry in entries(record[member]) if member in record else ():
            label = label_of(entry)
            rest.keep(f"{name} ({label})" if label else name, entry.get(text))
    if "genders" in record or "locations" in record:
        _keep_person(record, rest)


def notes_of(entry: dict[str, Json]) -> str:
    value = entry.get("value")
    return block_of_html(value) if entry.get("contentType") == "TEXT_HTML" else block(value)


def _keep_names(record: Mapping[str, Json], said: ContactFields, rest: Rest) -> None:
    name = chosen(record.get("names"))
    if "phoneticFullName" in name and not any(member.startswith("phonetic_") for member in said):
        rest.keep("Phonetic name", name["phoneticFullName"])
    for member, title in READINGS:
        if member in name:
            rest.keep(title, name[member])
    for entry in others(record.get("names"), name):
        rest.keep("Name", entry.get("displayName") or entry.get("unstructuredName") or _joined(entry))
    for entry in others(record.get("fileAses"), chosen(record.get("fileAses"))):
        rest.keep("File as", entry.get("value"))
    if "nicknames" in record:
        for entry in others(record["nicknames"], chosen_nickname(record["nicknames"])):
            rest.keep(NICKNAMES.get(line(entry.get("type")), "Nickname"), entry.get("value"))


def _joined(name: Mapping[str, Json]) -> str:
    parts = ("honorificPrefix", "givenName", "middleName", "familyName", "honorificSuffix")
    return " ".join(filter(None, (line(name.get(part)) for part in parts)))


def _keep_jobs(listed: Json, rest: Rest) -> None:
    taken = chosen_job(listed)
    if taken.keys() - PLAIN_JOB:
        for name, text in _about_job(taken):
            rest.keep(name, text)
    for entry in others(listed, taken):
        named = (line(entry.get(member)) for member in ("name", "department", "title", "phoneticName"))
        about = (f"{name}: {text}" for name, text in _about_job(entry))
        rest.keep("Organisation", ", ".join(filter(None, (*named, *about))))


def _about_job(job: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for member, name in JOB:
        if (text := block(job.get(member))) and (member, text) != ("type", "work"):
            yield name, text
    for member, name in JOB_DAYS:
        if day := written_day(job.get(member)):
            yield name, day


def _keep_person(record: Mapping[str, Json], rest: Rest) -> None:
    for entry in entries(record.get("genders")):
        rest.keep("Gender", entry.get("formattedValue") or entry.get("value"))
        rest.keep("Addressed as", entry.get("addressMeAs"))
    for entry in entries(record.get("locations")):
        parts = ((line(entry.get(member)), name) for member, name in PLACE)
        rest.keep("Location", ", ".join(f"{name} {text}".strip() for text, name in parts if text))
