"""CSV that a spreadsheet opens as text: the only place where the service writes CSV.

Spreadsheets run a cell that begins like a formula, also behind blanks and signs nobody sees. Such a cell gets an
apostrophe in front, which they take for "this is text"; `restored` takes it away again. Form: RFC 4180, with a byte
order mark, because Excel reads UTF-8 for what it is only with one.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

CSV = "text/csv; charset=utf-8"
BYTE_ORDER_MARK = "\ufeff"
_GUARD = "'"
_UNSEEN = (
    r"[\s\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
_BEGINS_LIKE_A_FORMULA = re.compile(rf"{_UNSEEN}*[=+\-@\t\r\x00＝＋－＠]").match


def safe(value: str) -> str:
    """`value` as a cell that no spreadsheet runs. What is a guarded formula already is guarded once more."""
    return _GUARD + value if _BEGINS_LIKE_A_FORMULA(value.lstrip(_GUARD)) else value


def restored(cell: str) -> str:
    """The value that `safe` was given."""
    return cell[1:] if cell.startswith(_GUARD) and _BEGINS_LIKE_A_FORMULA(cell.lstrip(_GUARD)) else cell


def csv_pieces(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A CSV file, a piece a row, each cell safe; the first piece has the header."""
    yield BYTE_ORDER_MARK + _row(header)
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(map(safe, cells))
    return text.getvalue()
