"""The CSV columns of a contact's fields, from the table of fields. Their headers are those of Google Contacts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from chalicelib.contacts.contact_field import ContactField, Kind
from chalicelib.contacts.contact_fields import TABLE

BETWEEN = " ::: "  # joins several values in one cell, as Google does
T = TypeVar("T")
Row = Mapping[str, Any]  # the fields of a contact
GOOGLE = (  # its columns, in their order
    *("First Name", "Middle Name", "Last Name", "Phonetic First Name", "Phonetic Middle Name", "Phonetic Last Name"),
    *("Name Prefix", "Name Suffix", "Nickname", "File As"),
    *("Organization Name", "Organization Title", "Organization Department"),
    *("Birthday", "Notes", "Photo", "Labels"),
    *("E-mail", "Phone", "Address", "Relation", "Website", "Event", "Custom Field"),
)
_ORDER_OF_PARTS = ("Street", "City", "PO Box", "Region", "Postal Code", "Country", "Extended Address")


@dataclass(frozen=True)
class ListColumns:
    """The columns of a list of values with labels."""

    #: Its name in headers.
    name: str
    #: The name of the contact's field.
    field: str
    #: The headers of the parts of a value, by part.
    parts: Mapping[str, str]
    #: The maximum number of numbered columns; further values share one more column.
    numbered: int
    #: The number of numbered columns even if no contact needs them.
    at_least: int = 0
    #: The part that is the label.
    label: str = "label"

    @classmethod
    def of(cls, field: ContactField) -> "ListColumns":
        """The columns of a field that holds a list of objects.

        Raises:
            ValueError: the field has no column in the export.
        """
        if field.column is None:
            raise ValueError(f"{field.name} has no column")
        with_header = [part for part in field.parts if part.header]
        parts = {part.name: part.header for part in in_order(with_header, _ORDER_OF_PARTS, lambda part: part.header)}
        column = field.column
        return cls(column.header, field.name, parts, column.numbered, column.at_least, field.label)

    def headers(self, most: int) -> list[str]:
        """The headers of the numbered columns, if some contact has `most` values."""
        numbers = range(1, min(most, self.numbered) + 1)
        return [f"{self.name} {number} - {part}" for number in numbers for part in ("Label", *self.parts.values())]

    def cells(self, values: Sequence[Mapping[str, str]], most: int) -> list[str]:
        """The cells of those columns for a contact with these values."""
        columns = min(most, self.numbered)
        numbered = [*values[:columns], *[{}] * (columns - len(values))]
        return [value.get(part, "") for value in numbered for part in (self.label, *self.parts)]

    def together(self, value: Mapping[str, str]) -> str:
        """One value as text with its label: "Work: ada@example.com"."""
        text = self.text(value)
        return f"{value[self.label]}: {text}" if value.get(self.label) else text

    def text(self, value: Mapping[str, str]) -> str:
        """One value as text without its label."""
        return ", ".join(value[part] for part in self.parts if part in value)


def in_order(values: Iterable[T], order: Sequence[str], header: Callable[[T], str]) -> list[T]:
    """The values sorted by header as in `order`; others come last, in their original order."""
    places = {name: place for place, name in enumerate(order)}
    return sorted(values, key=lambda value: places.get(header(value), len(places)))


def singles(*kinds: Kind) -> dict[str, str]:
    """The names of the fields of these kinds by header, in the order of the columns."""
    headers = {field.column.header: field.name for field in TABLE if field.kind in kinds and field.column}
    return {header: headers[header] for header in in_order(headers, GOOGLE, str)}


def of_google(headers: Mapping[str, str]) -> dict[str, str]:
    """The columns that Google Contacts has."""
    return {header: field for header, field in headers.items() if header in GOOGLE}


def several(order: Sequence[str]) -> list[ListColumns]:
    """The columns of all lists of objects in the order of these headers; others come last."""
    lists = [ListColumns.of(field) for field in TABLE if field.kind is Kind.OBJECTS]
    return in_order(lists, order, lambda kind: kind.name)


def count_most(most: dict[str, int], row: Row, kinds: Sequence[ListColumns]) -> None:
    """Raises each list's count in `most` to the number of values in this row."""
    for kind in kinds:
        most[kind.name] = max(most[kind.name], len(row.get(kind.field, ())))
