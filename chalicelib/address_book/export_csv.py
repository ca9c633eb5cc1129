"""Writes a book as a CSV for spreadsheets: one row per contact, sorted by name; no cell runs as a formula.

A list has as many numbered columns as the book needs, up to `numbered`; further values of a contact share one more
column, so that one odd contact does not make all rows wide. `export_address_book_csv` writes the other CSV, with
unmodified cells.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.address_book.birthdays import written
from chalicelib.address_book.csv_columns import BETWEEN, ListColumns, Row, count_most, several, singles
from chalicelib.address_book.name_sorting import by_name
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_json import contact_json
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.safe_csv import csv_pieces

KINDS = several(("E-mail", "Phone", "Address", "Website", "Relation", "Event", "IM", "Custom Field"))
_FIRST = {"Name": "display", **singles(Kind.LINE)}
_LINES = singles(Kind.LINES)
_LAST = {
    **singles(Kind.TEXT, Kind.LINK),
    "Created": "created_at",
    "Updated": "updated_at",
    "Contact ID": "contact_id",
}


def csv_of(contacts: Iterable[Contact]) -> Iterator[str]:
    """The pieces of the file. The first comes after all contacts are read, because the columns depend on them."""
    most = {kind.name: kind.at_least for kind in KINDS}

    def kept(contact: Contact) -> str:
        row = _kept(contact)
        count_most(most, row, KINDS)
        return encode_json(row)

    rows = by_name(contacts, kept)
    yield from csv_pieces(_headers(most), (_cells(decode_json(row), most) for row in rows))


def _kept(contact: Contact) -> dict[str, Any]:
    sources = [f"{record.source} {record.source_id}".strip() for record in contact.records]
    tags = list(dict.fromkeys(record.tag for record in contact.records))
    return {**contact.shown, **contact_json(contact), "sources": sources, "tags": tags}


def _headers(most: Mapping[str, int]) -> list[str]:
    lists = [header for kind in KINDS for header in [*kind.headers(most[kind.name]), *_more_header(kind, most)]]
    return [*_FIRST, "Birthday", *_LINES, *lists, *_LAST, "Sources", "Possible Duplicates", "Source Tags"]


def _cells(row: Row, most: Mapping[str, int]) -> Sequence[str]:
    lists = [cell for kind in KINDS for cell in _cells_of(kind, row.get(kind.field, ()), most)]
    return [
        *(row.get(field, "") for field in _FIRST.values()),
        written(row["birthday"] or {}),
        *(BETWEEN.join(row[field]) for field in _LINES.values()),
        *lists,
        *(row[field] for field in _LAST.values()),
        BETWEEN.join(row["sources"]),
        BETWEEN.join(row["possible_duplicates"]),
        BETWEEN.join(row["tags"]),
    ]


def _cells_of(kind: ListColumns, values: Sequence[Mapping[str, str]], most: Mapping[str, int]) -> list[str]:
    more = [BETWEEN.join(map(kind.together, values[kind.numbered :]))] if _more_header(kind, most) else []
    return [*kind.cells(values, most[kind.name]), *more]


def _more_header(kind: ListColumns, most: Mapping[str, int]) -> list[str]:
    return [f"{kind.name} - More"] if most[kind.name] > kind.numbered else []
