"""What the cells of a table look like, column by column: what they seem to be, and in which order their dates are.

All rows are looked at once, while they are read. Dates are judged in all of them; for the rest, the first cells of each
column suffice.
"""

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from chalicelib.contacts.parse_email_field import parse_email_field
from chalicelib.files.mapping.cell_values import phone_numbers, plain_number
from chalicelib.files.mapping.written_dates import DateOrder, NotADate, OrderEvidence, read_date
from chalicelib.files.records import LONGEST_SHOWN

SAMPLES = 3
_JUDGED = 100  # cells of a column
_LOOKS_LIKE = 0.8  # the share of cells that decides
_IS_PHONE = re.compile(r"\+?[\d\s().\-/]{7,24}(?:(?:x|ext\.?)\s*\d+)?", re.IGNORECASE).fullmatch
_IS_LINK = re.compile(r"(?:https?://|www\.)\S+\.\S+", re.IGNORECASE).fullmatch
_WORD = r"[^\W\d_](?:[^\W\d_]|['’.\-])*"
_IS_NAME = re.compile(rf"{_WORD}(?:,? {_WORD}){{1,3}}").fullmatch
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_BARE_DIGITS = 9  # of a number without a plus or gaps; shorter ones are as likely ids


class Content(StrEnum):
    """What the cells of a column look like."""

    EMAIL = "email"
    DATE = "date"
    LINK = "link"
    PHONE = "phone"
    NAME = "name"  # two to four words
    TEXT = "text"
    EMPTY = "empty"


class _Column:
    """What is known of one column."""

    __slots__ = ("contents", "judged", "order", "samples")

    def __init__(self) -> None:
        self.contents: Counter[Content] = Counter()
        self.judged = 0
        self.order = OrderEvidence()
        self.samples: list[str] = []

    @property
    def has_dates(self) -> bool:
        return self.contents[Content.DATE] > 0

    def add(self, text: str) -> None:
        if self.judged < _JUDGED:
            self.judged += 1
            content = content_of(text)
            self.contents[content] += 1
            if len(self.samples) < SAMPLES and text[:LONGEST_SHOWN] not in self.samples:
                self.samples.append(text[:LONGEST_SHOWN])
        if self.has_dates:
            self.order.add(text)


class Survey:
    """What the rows of one table look like.

    Attributes:
        widths: the number of rows with each number of cells.
    """

    def __init__(self) -> None:
        self.widths: Counter[int] = Counter()
        self._columns: list[_Column] = []
        self._open: list[tuple[int, _Column]] = []  # those that further cells may say more about

    def add(self, cells: Sequence[str]) -> None:
        """Looks at one row."""
        width = len(cells)
        self.widths[width] += 1
        while len(self._columns) < width:
            self._open.append((len(self._columns), _Column()))
            self._columns.append(self._open[-1][1])
        was_full = False
        for place, column in self._open:
            if place < width and (text := cells[place].strip()):
                column.add(text)
                was_full = was_full or column.judged == _JUDGED
        if was_full:
            self._open = [each for each in self._open if each[1].judged < _JUDGED or each[1].has_dates]

    def samples(self, place: int) -> tuple[str, ...]:
        """Up to three different cells of a column."""
        return tuple(self._column(place).samples)

    def content(self, place: int) -> tuple[Content, float]:
        """What most cells of a column look like, and their share."""
        column = self._column(place)
        if not column.judged:
            return Content.EMPTY, 1.0
        content, count = column.contents.most_common(1)[0]
        share = count / column.judged
        return (content, share) if share >= _LOOKS_LIKE else (Content.TEXT, share)

    def judged(self, place: int) -> int:
        """The number of cells that `content` is judged by."""
        return self._column(place).judged

    def date_order(self, place: int) -> DateOrder | None:
        """The order of all dates of a column; None if it cannot be seen."""
        return self._column(place).order.order

    def is_order_open(self, place: int) -> bool:
        """Whether the dates of a column fit both orders, or contradict each other."""
        return self._column(place).order.is_open

    def is_order_mixed(self, place: int) -> bool:
        """Whether some dates of a column have the day first, and some the month."""
        return self._column(place).order.is_mixed

    def agreed_order(self) -> DateOrder | None:
        """The order of all columns in which it can be seen; None if they differ or there is none."""
        orders = {column.order.order for column in self._columns} - {None}
        return orders.pop() if len(orders) == 1 else None

    def _column(self, place: int) -> _Column:
        return self._columns[place] if place < len(self._columns) else _Column()


def content_of(text: str) -> Content:
    """What one cell looks like."""
    if "@" in text:
        return Content.EMAIL if parse_email_field(text)[0] else Content.TEXT
    if _is_date(text):
        return Content.DATE
    if _IS_LINK(text):
        return Content.LINK
    if all(map(_is_phone, phone_numbers(text))):
        return Content.PHONE
    return Content.NAME if _IS_NAME(text) else Content.TEXT


def _is_date(text: str) -> bool:
    """Whether a text is a date with more than a year."""
    if text.replace(".", "", 1).isdecimal() or len(text) > len("30 September 1980, 12:00:00 PM"):
        return False
    try:
        return bool(read_date(text, None))
    except NotADate as error:
        return str(error) == "ambiguous_date"


def _is_phone(text: str) -> bool:
    number = plain_number(text)
    digits = sum(map(str.isdigit, number))
    if not _IS_PHONE(number) or not _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        return False
    return digits >= _BARE_DIGITS or not number.isdecimal()
