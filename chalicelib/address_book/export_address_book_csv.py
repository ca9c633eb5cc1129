"""The book as a CSV for other address books: the columns that Google Contacts writes and reads, cells as they are.

Nothing is put in front of a cell that begins like a formula, because an importing program would take it for data. For a
spreadsheet there is `export_csv`. What Google has no column for is a custom field, so that an import loses nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.address_book.birthdays import written
from chalicelib.address_book.by_name import by_name
from chalicelib.address_book.csv_columns import (
    ADDRESS,
    BETWEEN,
    CUSTOM_FIELD,
    EMAIL,
    EVENT,
    NAMES,
    PHONE,
    RELATION,
    WEBSITE,
    Row,
    count_most,
)
from chalicelib.contacts.contact import Contact, Said
from chalicelib.contacts.folding import folded_words
from chalicelib.contacts.name_order import computed_display
from chalicelib.foundation.fast_json import decoded, encoded
from chalicelib.foundation.safe_csv import plain_csv_pieces

MOST_FIELDS = 1_000  # custom fields; far more than a contact may have
KINDS = (EMAIL, PHONE, ADDRESS, RELATION, WEBSITE, EVENT, replace(CUSTOM_FIELD, numbered=MOST_FIELDS))
_NAMED = ("prefix", "given", "middle", "family", "suffix")


def address_book_csv_of(contacts: Iterable[Contact]) -> Iterator[str]:
    """The file, piece by piece; the first comes when all contacts are read, because only then its columns are known."""
    most = {kind.name: kind.at_least for kind in KINDS}

    def kept(contact: Contact) -> str:
        row = _row(contact.shown)
        count_most(most, row, KINDS)
        return encoded(row)

    rows = by_name(contacts, kept)
    yield from plain_csv_pieces(_headers(most), (_cells(decoded(row), most) for row in rows))


def _row(shown: Said) -> dict[str, Any]:
    """What the contact says, as far as Google has columns for it, and the rest as custom fields."""
    fields = [*shown.get("custom_fields", ()), *_beyond(shown)]
    fields += [{"name": im.get("label") or "IM", "value": im["value"]} for im in shown.get("ims", ())]
    if "phonetic_organisation" in shown:
        fields.append({"name": "Phonetic Organization Name", "value": shown["phonetic_organisation"]})
    row: dict[str, Any] = {**shown, "custom_fields": fields}
    if not any(part in shown for part in _NAMED):
        if _is_own_name(shown):
            row["given"] = shown["display"]
    elif _says_more_than_its_parts(shown):
        fields.append({"name": "Display Name", "value": shown["display"]})
    return row


def _beyond(shown: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """The values of each kind that have no numbered column."""
    for kind in KINDS:
        if kind.name != CUSTOM_FIELD.name:
            for value in shown.get(kind.member, ())[kind.numbered :]:
                yield {"name": kind.name, "value": kind.together(value)}


def _is_own_name(shown: Said) -> bool:
    """Whether the contact is called something of its own, not by its company, an address or a number."""
    nameless = shown.copy()
    display = nameless.pop("display", "")
    return bool(display) and display != computed_display(nameless)


def _says_more_than_its_parts(shown: Mapping[str, Any]) -> bool:
    """Whether the contact is called something that the columns of its name do not say: "Kim at the gym"."""
    said = {word for part in _NAMED for word in folded_words(shown.get(part, ""))}
    together = "".join(folded_words(" ".join(shown.get(part, "") for part in ("family", "middle", "given"))))
    display = folded_words(shown.get("display", ""))
    return not set(display) <= said and "".join(display) != together


def _headers(most: Mapping[str, int]) -> list[str]:
    several = [header for kind in KINDS for header in kind.headers(most[kind.name])]
    return [*NAMES, "Birthday", "Notes", "Photo", "Labels", *several]


def _cells(row: Row, most: Mapping[str, int]) -> Sequence[str]:
    return [
        *(row.get(member, "") for member in NAMES.values()),
        written(row.get("birthday", {})),
        row.get("notes", ""),
        row.get("photo_url", ""),
        BETWEEN.join(row.get("groups", ())),
        *(cell for kind in KINDS for cell in kind.cells(row.get(kind.member, ()), most[kind.name])),
    ]
