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
from collections.abc import Collection, Iterable, Iterator, Sequence

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
# The cells of a column, with a line break between them, of which all are plain, or all are numbers.
_ARE_PLAIN = re.compile(r"(?:[A-Za-z0-9][^;\t\r\n]*+)?+(?:\n(?:[A-Za-z0-9][^;\t\r\n]*+)?+)*+").fullmatch
_ARE_NUMBERS = re.compile(r"\+[0-9 ().]++(?:\n\+[0-9 ().]++)*+").fullmatch
_NEEDS_QUOTES = re.compile(r'[",\r]').search  # so does a line feed
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


def csv_rows(rows: Collection[Sequence[str]]) -> str:
    """Rows of a CSV file for spreadsheets, with all cells escaped, without a header and a byte order mark.

    Rows of one length are written column by column, which takes a fifth of the time: most columns need neither
    apostrophes nor quotation marks.
    """
    lengths = set(map(len, rows))
    if len(lengths) != 1 or lengths <= {0, 1}:  # a row of one empty cell is written differently
        return "".join([_row(map(escape_cell, cells)) for cells in rows])
    columns = map(_written_column, zip(*rows, strict=True))
    return "\r\n".join([*map(",".join, zip(*columns, strict=True)), ""])


def _written_column(cells: Sequence[str]) -> Iterable[str]:
    """The cells as they stand in the file."""
    text = "\n".join(cells)
    has_breaks = text.count("\n") != len(cells) - 1
    if _ARE_PLAIN(text):
        escaped: Iterable[str] = cells
    elif not has_breaks and _ARE_NUMBERS(text):
        escaped = ["'" + cell for cell in cells]
    else:
        escaped = map(escape_cell, cells)
    return map(_quoted, escaped) if has_breaks or _NEEDS_QUOTES(text) else escaped


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES(cell) or "\n" in cell else cell


def plain_csv_pieces(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A CSV file for other programs, one piece per row: cells as they are, without a byte order mark."""
    yield _row(header)
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
