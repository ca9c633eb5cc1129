"""Download all my contacts: the whole book as one file, in a form that other programs read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.address_book.export_address_book_csv import address_book_csv_of
from chalicelib.address_book.export_csv import csv_of
from chalicelib.address_book.export_json import json_of
from chalicelib.address_book.export_vcard import VCARD, Version, vcard_of
from chalicelib.address_book.index_store import IndexStore
from chalicelib.address_book.possible_duplicates import in_both_directions
from chalicelib.books.contact_store import ContactStore
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.delivery import File, TimeLeft
from chalicelib.foundation.http import JSON
from chalicelib.foundation.safe_csv import CSV


class Format(StrEnum):
    CSV = "csv"  # for spreadsheets: no cell is run as a formula
    ADDRESS_BOOK_CSV = "address-book-csv"  # for other address books: Google's columns, cells as they are
    VCARD = "vcard"  # version 4.0, for address books of phones and computers
    VCARD3 = "vcard3"  # version 3.0, for those that do not read 4.0
    JSON = "json"  # for programs; the only one that says where each value comes from


@dataclass(frozen=True)
class Form:
    """How a book is written down."""

    suffix: str
    content_type: str
    write: Callable[[Iterable[Contact], datetime], Iterator[str]]


FORMS = {
    Format.CSV: Form(".csv", CSV, lambda contacts, _: csv_of(contacts)),
    Format.ADDRESS_BOOK_CSV: Form("-address-book.csv", CSV, lambda contacts, _: address_book_csv_of(contacts)),
    Format.VCARD: Form(".vcf", VCARD, lambda contacts, _: vcard_of(contacts, Version.V4)),
    Format.VCARD3: Form(".vcf", VCARD, lambda contacts, _: vcard_of(contacts, Version.V3)),
    Format.JSON: Form(".json", JSON, json_of),
}


@dataclass(frozen=True)
class ExportContacts:
    contacts: ContactStore
    indexes: IndexStore
    clock: Clock

    def __call__(self, owner: str, format: Format, time_left: TimeLeft) -> File:  # noqa: A002 # the word of the API
        """The file; it is read and written as its pieces are asked for.

        Raises:
            OutOfTime: while its pieces are made.
        """
        form, now = FORMS[format], self.clock.now()
        index = self.indexes.get(owner).index
        contacts = (in_both_directions(contact, index) for contact in time_left.watch(self.contacts.all(owner)))
        pieces = form.write(contacts, now)
        return File(f"contacts-{now:%Y-%m-%d}{form.suffix}", form.content_type, time_left.watch(pieces))
