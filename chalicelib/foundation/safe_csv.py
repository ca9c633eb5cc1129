"""Writes all CSV of the service: CSV for spreadsheets, which is safe from CSV injection, and plain CSV for programs.

Spreadsheets execute a cell that begins like a formula, also after spaces and invisible characters. Such a cell gets an
apostrophe in front, which marks it as text. Where Excel expects semicolons between cells, as in much of Europe, it
splits our cells at semicolons and line breaks; a part that begins like a formula gets an apostrophe as well.
`unescape_cell` removes all of them. Format: RFC 4180, with a byte order mark, without which Excel does not recognize
UTF-8.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

CSV = "text/csv; charset=utf-8"
BYTE_ORDER_MARK = "\ufeff"
_INVISIBLE = (  # without tabs and line breaks, after which a new cell may begin
    r" \x01-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    r"\U000e0000-\U000e01ef"
)
_TRIGGERS = r"=+\-@＝＋－＠"
# Where an apostrophe belongs: at the beginning, and after a character that may end a cell. How many apostrophes are
# there already must make no difference, or removing one would change where they belong.
_BEGINNING = rf"\A(?='*(?:[{_INVISIBLE}]|\n'*)*[{_TRIGGERS}\t\r\x00])"
_WITHIN = rf"(?<=[;\t\r\n])(?='*[\"{_INVISIBLE}\x00]*[{_TRIGGERS}])"
_MAY_RUN = re.compile(rf"[{_TRIGGERS}\t\r\x00]").search  # matches hardly any cell, and is fast
# Most cells: nothing that may run is at their beginning, or behind a character that may end a cell.
_IS_PLAIN = re.compile(r"[A-Za-z0-9][^;\t\r\n]*+").fullmatch
_IS_NUMBER = re.compile(r"\+[0-9 ().]++").fullmatch
_ESCAPED = re.compile(f"(?:{_BEGINNING}|{_WITHIN})('?)")


def escape_cell(value: str) -> str:
    """`value` as a cell that no spreadsheet executes. An escaped value is escaped again."""
    if _IS_PLAIN(value):
        return value
    if _IS_NUMBER(value):
        return "'" + value
    return _ESCAPED.sub(r"'\1", value) if _MAY_RUN(value) else value


def unescape_cell(cell: str) -> str:
    """The value that `escape_cell` escaped."""
    return _ESCAPED.sub("", cell)


def csv_pieces(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A CSV file for spreadsheets, one piece per row, with all cells escaped; the first piece is the header."""
    yield BYTE_ORDER_MARK + _row(map(escape_cell, header))
    yield from (_row(map(escape_cell, cells)) for cells in rows)


def csv_rows(rows: Iterable[Sequence[str]]) -> str:
    """Rows of a CSV file for spreadsheets, with all cells escaped, without a header and a byte order mark."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([map(escape_cell, cells) for cells in rows])
    return text.getvalue()


def plain_csv_pieces(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A CSV file for other programs, one piece per row: cells as they are, without a byte order mark."""
    yield _row(header)
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
