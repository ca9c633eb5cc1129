"""The values of a contact page: rows of values, each with its sources. Pure functions.

The name is one row, and so are values of a list that have the same sources. If all values have the same sources, the
page names them once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from chalicelib.address_book.why_view import lost_because
from chalicelib.contacts.contact_field import Holds, Kind
from chalicelib.contacts.contact_fields import FIELDS, NAME, TABLE
from chalicelib.contacts.identities import phone_identity
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.value_source import ValueSource, source_name, value_source
from chalicelib.contacts.value_text import text_of

_NAME_FIELDS = (*NAME, "nickname")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a contact."""

    text: str
    #: Its kind ("work"), the name of a custom field, or the part of the name it is ("First name"); "" for none.
    label: str
    #: Where it links to; None for no link.
    href: str | None
    #: Why the contact does not show it; "" if it does.
    hidden_because: str
    #: Empty for a computed value.
    sources: Sequence[ValueSource]


@dataclass(frozen=True, slots=True)
class Row:
    """Values of one field, or of the name, that have the same sources."""

    title: str
    values: Sequence[Value]
    #: Whether the values are short words of one kind, which share a line.
    is_list: bool = False

    @property
    def sources(self) -> Sequence[ValueSource]:
        return self.values[0].sources


def contact_rows(contact: Mapping[str, Any], source_names: Mapping[str, str]) -> list[Row]:
    """The rows of a contact, the name first.

    Args:
        contact: as `contact_details_json` returns it.
        source_names: what people call the sources, by key.
    """
    values = {
        field.name: _values(field.name, contact["provenance"][field.name], source_names)
        for field in TABLE
        if contact["provenance"].get(field.name)
    }
    rows = _rows("Name", [value for field in _NAME_FIELDS for value in values.pop(field, ())])
    for field in TABLE:
        if field.name in values:
            rows += _rows(field.title, values[field.name], is_list=field.kind is Kind.LINES)
    return rows


def shared_sources(rows: Iterable[Row]) -> Sequence[ValueSource]:
    """The sources that all values have; () if they differ. Computed values do not count."""
    distinct = list(dict.fromkeys(tuple(row.sources) for row in rows if row.sources))
    return distinct[0] if len(distinct) == 1 else ()


def account_names(contact: Mapping[str, Any], source_names: Mapping[str, str]) -> Sequence[str]:
    """The displayed names of the sources of a contact other than the person's edits, each once."""
    sources = (each["source"] for each in contact["sources"] if each["source"] != PERSON)
    return list(dict.fromkeys(source_name(source, source_names) for source in sources))


def href_of(field: str, value: Any) -> str | None:
    """The link target of a value; None unless it is safe to follow."""
    contact_field = FIELDS[field]
    if contact_field.kind is Kind.LINK:
        return str(value) if str(value).lower().startswith("https://") else None
    match contact_field.parts[0].holds if contact_field.is_pair else None:
        case Holds.EMAIL if "@" in value["value"] and value["value"].isprintable():
            return f"mailto:{value['value']}"
        case Holds.PHONE if value.get("e164"):
            return f"tel:{phone_identity(value)}"
        case Holds.SITE if str(value["value"]).lower().startswith(("https://", "http://")):
            return str(value["value"])
    return None


def _rows(title: str, values: Iterable[Value], *, is_list: bool = False) -> list[Row]:
    """A row for values in sequence that have the same sources and are all shown, or all hidden for one reason."""
    together = groupby(values, key=lambda value: (value.sources, value.hidden_because))
    return [Row(title, list(group), is_list) for _, group in together]


def _values(field: str, provenance: Sequence[Mapping[str, Any]], source_names: Mapping[str, str]) -> Iterator[Value]:
    for each in provenance:
        value = each["value"]
        yield Value(
            text_of(field, value),
            _label_of(field, value),
            href_of(field, value) if each["shown"] else None,
            "" if each["shown"] else lost_because(each["rule"]),
            tuple(value_source(source, source_names) for source in each["sources"]),
        )


def _label_of(field: str, value: Any) -> str:
    if field in _NAME_FIELDS:
        return "" if field == "display" else FIELDS[field].title
    return str(value.get("label") or value.get("name") or "") if isinstance(value, Mapping) else ""
