"""One contact in words for its page: every value, who says it, and why one is not shown. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.contacts.contact import PERSON
from chalicelib.contacts.contact_field import Holds, Kind
from chalicelib.contacts.contact_fields import FIELDS, TABLE
from chalicelib.contacts.identities import phone_identity
from chalicelib.contacts.source import Source, SourceKind
from chalicelib.foundation.json import JsonObject

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_RUNS = (SourceKind.BULK, SourceKind.ENRICHMENT)  # they are run; everything else is imported


def rows(contact: Mapping[str, Any], names: Mapping[str, str]) -> list[JsonObject]:
    """A row a member: its title and each of its values.

    Args:
        contact: as `with_sources` tells it. names: what people call the sources ("Google alice@example.org").

    Returns:
        `[{title, values: [{text, label, href, shown, why, told: [{name, tag, act, job_id, at}]}]}]`; `why` says why a
        value is not shown.
    """
    said_by = contact["said_by"]
    return [
        {"title": field.title, "values": _values(field.name, said_by[field.name], names)}
        for field in TABLE
        if said_by.get(field.name)
    ]


def other_sources(contact: Mapping[str, Any], names: Mapping[str, str]) -> Sequence[str]:
    """The accounts a contact comes from, as people call them, each once."""
    sources = (each["source"] for each in contact["sources"] if each["source"] != PERSON)
    return list(dict.fromkeys(source_name(source, names) for source in sources))


def source_name(source: str, names: Mapping[str, str]) -> str:
    """What people call a source."""
    return names.get(source) or Source.of(source).title


def text_of(field: str, value: Any) -> str:
    """One value as a person reads it."""
    match FIELDS[field].kind:
        case Kind.OBJECTS:
            return "\n".join(
                value[part.name] for part in FIELDS[field].parts if part.is_content and value.get(part.name)
            )
        case Kind.DAY:
            return birthday(value)
    return str(value)


def label_of(value: Any) -> str:
    """What a value is called beside its title: its kind, or the name of a custom field."""
    return str(value.get("label") or value.get("name") or "") if isinstance(value, Mapping) else ""


def birthday(value: Mapping[str, int]) -> str:
    """ "12 April 1970", without what nobody says."""
    month = value.get("month", 0)
    parts = (value.get("day"), _MONTHS[month - 1] if 0 < month <= len(_MONTHS) else None, value.get("year"))
    return " ".join(str(part) for part in parts if part)


def href_of(field: str, value: Any) -> str | None:
    """Where a value leads; None unless that is harmless to follow."""
    about = FIELDS[field]
    if about.kind is Kind.LINK:
        return str(value) if str(value).lower().startswith("https://") else None
    match about.parts[0].holds if about.is_pair else None:
        case Holds.EMAIL if "@" in value["value"] and value["value"].isprintable():
            return f"mailto:{value['value']}"
        case Holds.PHONE if value.get("e164"):
            return f"tel:{phone_identity(value)}"
        case Holds.SITE if str(value["value"]).lower().startswith(("https://", "http://")):
            return str(value["value"])
    return None


def _values(field: str, values: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[JsonObject]:
    why = "your own edit wins" if _is_ones_own(values) else "another source comes first"
    return [
        {
            "text": text_of(field, said["value"]),
            "label": label_of(said["value"]),
            "href": href_of(field, said["value"]) if said["shown"] else None,
            "shown": said["shown"],
            "why": why,
            "told": [_told(each, names) for each in said["sources"]],
        }
        for said in values
    ]


def _is_ones_own(values: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the person said something of this member themselves."""
    return any(each["source"] == PERSON for said in values for each in said["sources"])


def _told(said: Mapping[str, Any], names: Mapping[str, str]) -> JsonObject:
    source = said["source"]
    return {
        "name": source_name(source, names),
        "tag": said["tag"],
        "act": "run" if Source.of(source).kind in _RUNS else "import",
        "job_id": None if source == PERSON else said["job_id"],
        "at": said["at"],
    }
