"""Opens a file of contacts, whatever its format: the one entry point for those who read files.

    opened = read_file(data, "contacts.csv")
    if isinstance(opened.contents, Table): ...  # map its columns, then its rows
    else: ...  # an iterator of cards

It loads all readers, so only workers import it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from chalicelib.files.card_programs import program_of_cards
from chalicelib.files.delimited import read_delimited
from chalicelib.files.dialects import ONE_COLUMN, find_dialect
from chalicelib.files.encodings import (
    NOT_BASED_ON_ASCII,
    UTF_8,
    FoundEncoding,
    TellingLine,
    open_text,
    telling_lines,
    to_utf_8,
)
from chalicelib.files.formats import WORKBOOKS, Format, Recognized, recognize
from chalicelib.files.jcard import read_jcard
from chalicelib.files.jscontact import read_jscontact
from chalicelib.files.json_dumps import read_json, read_json_lines
from chalicelib.files.json_records import records_of_text
from chalicelib.files.ldif import read_ldif
from chalicelib.files.ldif_entries import entries
from chalicelib.files.mapping.known_headers import knows
from chalicelib.files.records import Card, Table
from chalicelib.files.report_cards import cards_of, is_about_cards
from chalicelib.files.report_columns import report_of
from chalicelib.files.spreadsheets import read_workbook
from chalicelib.files.unreadable import MOST_ROWS, too_many_rows, within_limit
from chalicelib.files.vcard_file import find_cards, with_line_feeds
from chalicelib.files.vcard_reader import read_vcards


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chose for a file. What is not chosen is found; what a format does not have is ignored."""

    #: One of `encodings.ENCODINGS`; "" to find it.
    encoding: str = ""
    #: Of a delimited text; "" to find it.
    delimiter: str = ""
    #: The number of the header's row as `Row.number`, 0 for none; None to find it.
    header_row: int | None = None
    #: The name of a visible sheet of a workbook; "" for the first one that has rows.
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """What a file is, and what it contains."""

    #: The file's name; for an archive, the name of the file in it.
    name: str
    format: Format
    #: None for a workbook, which is not text.
    encoding: FoundEncoding | None
    #: The lines by which a person can judge an encoding that is uncertain or was chosen; otherwise none.
    telling_lines: Sequence[TellingLine]
    #: Both are read once, and may raise `UnreadableFile` on the way.
    contents: Table | Iterator[Card]
    #: What cards say which program wrote them ("-//Apple Inc.//iOS 17.4//EN"); "" if they do not. The program that
    #: wrote a table is found with the mapping of its columns.
    program: str = ""
    #: Of a delimited text; "" if it has one column.
    delimiter: str = ""
    #: Of a workbook, those that are visible.
    sheets: Sequence[str] = ()
    #: The one of `sheets` that is read.
    sheet: str = ""
    #: Whether it is a report of ours about cards, which are read from its rows.
    is_report: bool = False


def read_file(data: bytes, name: str = "", media_type: str = "", choices: Choices | None = None) -> OpenedFile:
    """Open a file of contacts, which may be packed with gzip or as the only file of a zip.

    Args:
        name: a hint, as is `media_type`; the content decides.

    Raises:
        UnreadableFile: none of the formats, damaged, beyond a limit, or a choice does not fit the file. A file with too
            many rows is refused here, before a row is read, unless they cannot be counted in time; then `contents`
            raises it.
    """
    choices = choices or Choices()
    found = recognize(data, name, media_type, encoding=choices.encoding)
    if found.format in WORKBOOKS:
        return _workbook(found, choices)
    encoding = found.encoding or FoundEncoding(UTF_8, True, (UTF_8,))
    is_certain = encoding.is_certain and not choices.encoding
    lines = () if is_certain else telling_lines(found.data, encoding.name)
    if found.format is Format.DELIMITED:
        return _delimited(found, encoding, lines, choices)
    cards = _cards(found, encoding.name)
    program = program_of_cards(found.data, encoding.name, found.format)
    return OpenedFile(found.name, found.format, encoding, lines, cards, program)


def _workbook(found: Recognized, choices: Choices) -> OpenedFile:
    book = read_workbook(found.data, found.format, knows, sheet=choices.sheet, header_row=choices.header_row)
    written = OpenedFile(found.name, found.format, None, (), book.table, sheets=book.sheets, sheet=book.sheet)
    return _read_as_report(written, book.table)


def _delimited(
    found: Recognized, encoding: FoundEncoding, lines: Sequence[TellingLine], choices: Choices
) -> OpenedFile:
    dialect = find_dialect(found.data, encoding.name, knows, delimiter=choices.delimiter, header_row=choices.header_row)
    table = read_delimited(found.data, encoding.name, dialect)
    delimiter = "" if dialect.delimiter == ONE_COLUMN else dialect.delimiter
    return _read_as_report(OpenedFile(found.name, found.format, encoding, lines, table, delimiter=delimiter), table)


def _read_as_report(written: OpenedFile, table: Table) -> OpenedFile:
    """What a report is about, if the table is one; else the table as it is written."""
    report = report_of(table)
    if report is None:
        return written
    if is_about_cards(report.format):
        return replace(
            written, format=Format(report.format), contents=cards_of(report.table, report.format), is_report=True
        )
    return replace(written, contents=report.table)


# ── cards


class _CardFormat(NamedTuple):
    """A format of cards."""

    read: Callable[[bytes, str], Iterator[Card]]
    mark: bytes  #: of which each card has at least one, as most programs write it
    find: Callable[[bytes, str], Iterable[object]]  #: one thing for each card, faster than `read`


def _cards(found: Recognized, encoding: str) -> Iterator[Card]:
    """The cards, as many as are allowed."""
    form = _CARD_FORMATS[found.format]
    if found.data.count(form.mark) > MOST_ROWS:
        for _ in islice(form.find(found.data, encoding), MOST_ROWS, None):
            raise too_many_rows("contacts")
    return within_limit(form.read(found.data, encoding), "contacts")


def _find_vcards(data: bytes, encoding: str) -> Iterable[object]:
    return find_cards(with_line_feeds(to_utf_8(data, encoding) if encoding in NOT_BASED_ON_ASCII else data))


def _find_jcards(data: bytes, _: str) -> Iterable[object]:
    return re.finditer(rb'\[\s*"vcard"\s*,', data, re.IGNORECASE)


def _find_in_json(data: bytes, encoding: str) -> Iterable[object]:
    return records_of_text(open_text(data, encoding).read())


_JSON = _CardFormat(read_json, b"{", _find_in_json)
_CARD_FORMATS: Mapping[Format, _CardFormat] = {
    Format.VCARD: _CardFormat(read_vcards, b"BEGIN:VCARD", _find_vcards),
    Format.LDIF: _CardFormat(read_ldif, b"dn:", lambda data, encoding: entries(open_text(data, encoding))),
    Format.JCARD: _CardFormat(read_jcard, b'"vcard"', _find_jcards),
    Format.JSCONTACT: _CardFormat(read_jscontact, b"{", _find_in_json),
    Format.NDJSON: _CardFormat(read_json_lines, b"{", lambda data, _: filter(bytes.strip, data.split(b"\n"))),
    Format.JSON: _JSON,
    Format.PEOPLE: _JSON,
    Format.GRAPH: _JSON,
}
