"""The book as a CSV for other address books: the columns that Google Contacts writes and reads, cells as they are.

Nothing is put in front of a cell that begins like a formula, because an importing program would take it for data. For a
spreadsheet there is `export_csv`. What Google has no column for is a custom field, so that an import loses nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from chalicelib.address_book.birthdays import written
from chalicelib.address_book.csv_columns import (
    BETWEEN,
    GOOGLE,
    Row,
    count_most,
    of_google,
    several,
    singles,
)
from chalicelib.address_book.name_sorting import by_name
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.display_name import computed_display
from chalicelib.contacts.fold_text import fold_words
from chalicelib.contacts.source_record import ContactFields, CustomField
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.safe_csv import plain_csv_pieces

MOST_FIELDS = 1_000  # custom fields; far more than a contact may have
_ALL = several(GOOGLE)
_FIELDS = "custom_fields"
KINDS = [replace(kind, numbered=MOST_FIELDS) if kind.field == _FIELDS else kind for kind in _ALL if kind.name in GOOGLE]
_OTHER_KINDS = [kind for kind in _ALL if kind.name not in GOOGLE]
_LINES = singles(Kind.LINE)
_FIRST = of_google(_LINES)
_OTHERS = {header: field for header, field in _LINES.items() if header not in GOOGLE}
_LAST = singles(Kind.TEXT, Kind.LINK)
_JOINED = singles(Kind.LINES)
_NAMED = ("prefix", "given", "middle", "family", "suffix")


def address_book_csv_of(contacts: Iterable[Contact]) -> Iterator[str]:
    """The pieces of the file. The first comes after all contacts are read, because the columns depend on them."""
    most = {kind.name: kind.at_least for kind in KINDS}

    def kept(contact: Contact) -> str:
        row = _row(contact.shown)
        count_most(most, row, KINDS)
        return encode_json(row)

    rows = by_name(contacts, kept)
    yield from plain_csv_pieces(_headers(most), (_cells(decode_json(row), most) for row in rows))


def _row(shown: ContactFields) -> dict[str, Any]:
    """The fields for which Google has columns, and all others as custom fields."""
    fields = [*shown.get("custom_fields", ()), *_beyond(shown)]
    values = cast(Mapping[str, Any], shown)
    fields += [
        {"name": value.get(kind.label) or kind.name, "value": kind.text(value)}
        for kind in _OTHER_KINDS
        for value in values.get(kind.field, ())
    ]
    fields += [{"name": header, "value": values[field]} for header, field in _OTHERS.items() if field in values]
    row: dict[str, Any] = {**shown, _FIELDS: fields}
    if not any(part in shown for part in _NAMED):
        if _is_own_name(shown):
            row["given"] = shown["display"]
    elif _says_more_than_its_parts(shown):
        fields.append({"name": "Display Name", "value": shown["display"]})
    return row


def _beyond(shown: Mapping[str, Any]) -> Iterator[CustomField]:
    """The values of each kind that have no numbered column."""
    for kind in KINDS:
        if kind.field != _FIELDS:
            for value in shown.get(kind.field, ())[kind.numbered :]:
                yield {"name": kind.name, "value": kind.together(value)}


def _is_own_name(shown: ContactFields) -> bool:
    """Whether the display name is not computed from other fields, such as the company or an address."""
    nameless = shown.copy()
    display = nameless.pop("display", "")
    return bool(display) and display != computed_display(nameless)


def _says_more_than_its_parts(shown: Mapping[str, Any]) -> bool:
    """Whether the display name has words that the columns of the name do not have: "Kim at the gym"."""
    words = {word for part in _NAMED for word in fold_words(shown.get(part, ""))}
    together = "".join(fold_words(" ".join(shown.get(part, "") for part in ("family", "middle", "given"))))
    display = fold_words(shown.get("display", ""))
    return not set(display) <= words and "".join(display) != together


def _headers(most: Mapping[str, int]) -> list[str]:
    lists = [header for kind in KINDS for header in kind.headers(most[kind.name])]
    return [*_FIRST, "Birthday", *_LAST, *_JOINED, *lists]


def _cells(row: Row, most: Mapping[str, int]) -> Sequence[str]:
    return [
        *(row.get(field, "") for field in _FIRST.values()),
        written(row.get("birthday", {})),
        *(row.get(field, "") for field in _LAST.values()),
        *(BETWEEN.join(row.get(field, ())) for field in _JOINED.values()),
        *(cell for kind in KINDS for cell in kind.cells(row.get(kind.field, ()), most[kind.name])),
    ]
