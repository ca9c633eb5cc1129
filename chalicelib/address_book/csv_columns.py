"""The columns of a contact's members in a CSV, as the table of members names them; the names are Google Contacts'."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from chalicelib.contacts.contact_field import ContactField, Kind
from chalicelib.contacts.contact_fields import TABLE

BETWEEN = " ::: "  # several values in one cell; Google's own sign
T = TypeVar("T")
Row = Mapping[str, Any]  # a contact's members, lists among them
GOOGLE = (  # its columns, in their order
    *("First Name", "Middle Name", "Last Name", "Phonetic First Name", "Phonetic Middle Name", "Phonetic Last Name"),
    *("Name Prefix", "Name Suffix", "Nickname", "File As"),
    *("Organization Name", "Organization Title", "Organization Department"),
    *("Birthday", "Notes", "Photo", "Labels"),
    *("E-mail", "Phone", "Address", "Relation", "Website", "Event", "Custom Field"),
)
_ORDER_OF_PARTS = ("Street", "City", "PO Box", "Region", "Postal Code", "Country", "Extended Address")


@dataclass(frozen=True)
class Several:
    """A member of which a contact may have several, each with a label.

    Args:
        name: in headers. parts: our names of what it is made of, each with its header.
        numbered: columns at most; further values share one more column.
        at_least: columns that exist even if no contact needs them.
        label: our name of what labels it.
    """

    name: str
    field: str
    parts: Mapping[str, str]
    numbered: int
    at_least: int = 0
    label: str = "label"

    @classmethod
    def of(cls, field: ContactField) -> "Several":
        if field.column is None:
            raise ValueError(f"{field.name} has no column")
        with_header = [part for part in field.parts if part.header]
        parts = {part.name: part.header for part in in_order(with_header, _ORDER_OF_PARTS, lambda part: part.header)}
        column = field.column
        return cls(column.header, field.name, parts, column.numbered, column.at_least, field.label)

    def headers(self, most: int) -> list[str]:
        """The numbered columns, where some contact has `most` of this kind."""
        numbers = range(1, min(most, self.numbered) + 1)
        return [f"{self.name} {number} - {part}" for number in numbers for part in ("Label", *self.parts.values())]

    def cells(self, values: Sequence[Mapping[str, str]], most: int) -> list[str]:
        """The cells of those columns for a contact with these values."""
        columns = min(most, self.numbered)
        numbered = [*values[:columns], *[{}] * (columns - len(values))]
        return [value.get(part, "") for value in numbered for part in (self.label, *self.parts)]

    def together(self, value: Mapping[str, str]) -> str:
        """One value as a text, with its label."""
        text = self.text(value)
        return f"{value[self.label]}: {text}" if value.get(self.label) else text

    def text(self, value: Mapping[str, str]) -> str:
        """One value as a text, without its label."""
        return ", ".join(value[part] for part in self.parts if part in value)


def in_order(values: Iterable[T], order: Sequence[str], header: Callable[[T], str]) -> list[T]:
    """Sorted as the headers in `order`; those that it does not name come last, as they were."""
    places = {name: place for place, name in enumerate(order)}
    return sorted(values, key=lambda value: places.get(header(value), len(places)))


def singles(*kinds: Kind) -> dict[str, str]:
    """The headers of the members of these kinds in their order, each with the member's name."""
    headers = {field.column.header: field.name for field in TABLE if field.kind in kinds and field.column}
    return {header: headers[header] for header in in_order(headers, GOOGLE, str)}


def of_google(headers: Mapping[str, str]) -> dict[str, str]:
    """Those of the columns that Google has."""
    return {header: field for header, field in headers.items() if header in GOOGLE}


def several(order: Sequence[str]) -> list[Several]:
    """The lists of objects, in the order of these headers; those that it does not name come last."""
    lists = [Several.of(field) for field in TABLE if field.kind is Kind.OBJECTS]
    return in_order(lists, order, lambda kind: kind.name)


def count_most(most: dict[str, int], row: Row, kinds: Sequence[Several]) -> None:
    """Raise each kind's count in `most` to what this contact has of it."""
    for kind in kinds:
        most[kind.name] = max(most[kind.name], len(row.get(kind.field, ())))
