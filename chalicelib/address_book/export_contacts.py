"""Exports a book as one file for other programs."""

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
    """The file formats of an export."""

    CSV = "csv"  # for spreadsheets; no cell runs as a formula
    ADDRESS_BOOK_CSV = "address-book-csv"  # for other address books; Google's columns, unmodified cells
    VCARD = "vcard"  # version 4.0, for address books of phones and computers
    VCARD3 = "vcard3"  # version 3.0, for programs that cannot read 4.0
    JSON = "json"  # for programs; the only format with the source of each value


@dataclass(frozen=True)
class FileFormat:
    """A format of exported files."""

    suffix: str
    content_type: str
    write: Callable[[Iterable[Contact], datetime], Iterator[str]]


FILE_FORMATS = {
    Format.CSV: FileFormat(".csv", CSV, lambda contacts, _: csv_of(contacts)),
    Format.ADDRESS_BOOK_CSV: FileFormat("-address-book.csv", CSV, lambda contacts, _: address_book_csv_of(contacts)),
    Format.VCARD: FileFormat(".vcf", VCARD, lambda contacts, _: vcard_of(contacts, Version.V4)),
    Format.VCARD3: FileFormat(".vcf", VCARD, lambda contacts, _: vcard_of(contacts, Version.V3)),
    Format.JSON: FileFormat(".json", JSON, json_of),
}


@dataclass(frozen=True)
class ExportContacts:
    """Use case: export a book, or its contacts with a tag."""

    contacts: ContactStore
    indexes: IndexStore
    clock: Clock

    def __call__(
        self,
        owner: str,
        format: Format,  # noqa: A002 # the word of the API
        time_left: TimeLeft,
        tag: str | None = None,
        *,
        has_external_ids: bool = False,
    ) -> File:
        """The file, whose pieces are written as they are consumed.

        Args:
            tag: write only contacts with a record of this tag.
            has_external_ids: whether JSON tells what clients of bulk runs call the contacts.

        Raises:
            OutOfTime: by an iteration over the pieces, if time runs out.
        """
        form, now = FILE_FORMATS[format], self.clock.now()
        index = self.indexes.get(owner).index
        book = time_left.watch(self.contacts.all(owner))
        chosen = (contact for contact in book if tag is None or tag in contact.tags)
        written = (in_both_directions(contact, index) for contact in chosen)
        is_json = format is Format.JSON
        pieces = json_of(written, now, has_external_ids=has_external_ids) if is_json else form.write(written, now)
        return File(f"contacts-{now:%Y-%m-%d}{form.suffix}", form.content_type, time_left.watch(pieces))
