"""CSV that a spreadsheet opens as text, and CSV that is plain data: the only place where the service writes CSV.

Spreadsheets run a cell that begins like a formula, also behind blanks and signs nobody sees. Such a cell gets an
apostrophe in front, which they take for "this is text". Where Excel expects semicolons between cells, as in much of
Europe, it cuts our cells at their semicolons and line breaks; what begins like a formula there gets one as well.
`unescape_cell` removes all of them. Format: RFC 4180, with a byte order mark, without which Excel does not recognize
UTF-8.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

CSV = "text/csv; charset=utf-8"
BYTE_ORDER_MARK = "\ufeff"
_UNSEEN = (  # no tab, no line break: cells begin behind those
    r" \x01-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    r"\U000e0000-\U000e01ef"
)
_TRIGGERS = r"=+\-@＝＋－＠"
# Where an apostrophe belongs: at the beginning, and behind a sign that may be taken for the end of a cell. How many
# stand there already must make no difference, or taking one away would change what counts as such a place.
_BEGINNING = rf"\A(?='*(?:[{_UNSEEN}]|\n'*)*[{_TRIGGERS}\t\r\x00])"
_WITHIN = rf"(?<=[;\t\r\n])(?='*[\"{_UNSEEN}\x00]*[{_TRIGGERS}])"
_MAY_RUN = re.compile(rf"[{_TRIGGERS}\t\r\x00]").search  # hardly any cell, and this is quick to see
_GUARDED = re.compile(f"(?:{_BEGINNING}|{_WITHIN})('?)")


def escape_cell(value: str) -> str:
    """`value` as a cell that no spreadsheet runs. What is guarded already is guarded once more."""
    return _GUARDED.sub(r"'\1", value) if _MAY_RUN(value) else value


def unescape_cell(cell: str) -> str:
    """The value that `escape_cell` was given."""
    return _GUARDED.sub("", cell)


def csv_pieces(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A CSV file for spreadsheets, a piece a row, each cell safe; the first piece has the header."""
    yield BYTE_ORDER_MARK + _row(map(escape_cell, header))
    yield from (_row(map(escape_cell, cells)) for cells in rows)


def plain_csv_pieces(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A CSV file for programs that import it, a piece a row: cells as they are, and no byte order mark."""
    yield _row(header)
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
