"""The book as CSV, one row a contact, sorted by name.

The headers are those that Google Contacts reads and writes; Outlook on the web takes them too, and people can read
them. There are as many numbered columns as this book needs, up to `NUMBERED` of a kind; what a contact has beyond that
stands together in one last column of the kind, so that nothing is lost and one odd contact does not make all rows wide.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.address_book.birthdays import written
from chalicelib.address_book.by_name import by_name
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.shown import listed
from chalicelib.foundation.fast_json import decoded, encoded
from chalicelib.foundation.safe_csv import csv_pieces

BETWEEN = " ::: "  # several values in one cell; Google's own sign
Row = Mapping[str, Any]  # a contact as `_kept` keeps it

_PLAIN = {
    "Name": "display",
    "First Name": "given",
    "Last Name": "family",
    "Nickname": "nickname",
    "Organization Name": "organisation",
    "Organization Title": "title",
    "Organization Department": "department",
}
_LAST = {
    "Notes": "notes",
    "Photo": "photo_url",
    "Created": "created_at",
    "Updated": "updated_at",
    "Contact ID": "contact_id",
}


@dataclass(frozen=True)
class Kind:
    """A member of which a contact may have several, each with a label.

    Args:
        name: in headers. parts: our names of what it is made of, each with its header.
        numbered: columns at most; what is more stands together in one.
    """

    name: str
    member: str
    parts: Mapping[str, str]
    numbered: int

    def headers(self, most: int) -> list[str]:
        numbers = range(1, min(most, self.numbered) + 1)
        headers = [f"{self.name} {number} - {part}" for number in numbers for part in ("Label", *self.parts.values())]
        return [*headers, f"{self.name} - More"] if most > self.numbered else headers

    def cells(self, row: Row, most: int) -> list[str]:
        values = row[self.member]
        numbered = [*values[: self.numbered], *[{}] * (min(most, self.numbered) - len(values))]
        cells = [value.get(part, "") for value in numbered for part in ("label", *self.parts)]
        return [*cells, BETWEEN.join(map(self._together, values[self.numbered :]))] if most > self.numbered else cells

    def _together(self, value: Mapping[str, str]) -> str:
        told = ", ".join(value[part] for part in self.parts if part in value)
        return f"{value['label']}: {told}" if "label" in value else told


_ADDRESS = {
    "street": "Street",
    "city": "City",
    "region": "Region",
    "postal_code": "Postal Code",
    "country": "Country",
}
KINDS = (
    Kind("E-mail", "emails", {"value": "Value"}, 10),
    Kind("Phone", "phones", {"raw": "Value"}, 10),
    Kind("Address", "addresses", _ADDRESS, 5),
    Kind("Website", "urls", {"value": "Value"}, 5),
)


def csv_of(contacts: Iterable[Contact]) -> Iterator[str]:
    """The file, piece by piece; the first comes when all contacts are read, because only then its columns are known."""
    most = {kind.name: 1 for kind in KINDS}

    def kept(contact: Contact) -> str:
        row = _kept(contact)
        for kind in KINDS:
            most[kind.name] = max(most[kind.name], len(row[kind.member]))
        return encoded(row)

    rows = by_name(contacts, kept)
    yield from csv_pieces(_headers(most), (_cells(decoded(row), most) for row in rows))


def _kept(contact: Contact) -> dict[str, Any]:
    sources = [f"{record.source} {record.source_id}".strip() for record in contact.records]
    return {**listed(contact), "sources": sources}


def _headers(most: Mapping[str, int]) -> list[str]:
    several = [header for kind in KINDS for header in kind.headers(most[kind.name])]
    return [*_PLAIN, "Birthday", "Labels", *several, *_LAST, "Sources", "Possible Duplicates"]


def _cells(row: Row, most: Mapping[str, int]) -> Sequence[str]:
    several = [cell for kind in KINDS for cell in kind.cells(row, most[kind.name])]
    return [
        *(row[member] for member in _PLAIN.values()),
        written(row["birthday"] or {}),
        BETWEEN.join(row["groups"]),
        *several,
        *(row[member] for member in _LAST.values()),
        BETWEEN.join(row["sources"]),
        BETWEEN.join(row["possible_duplicates"]),
    ]
