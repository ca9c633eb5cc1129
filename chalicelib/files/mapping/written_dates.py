"""Dates as people and programs write them. Which of the numbers is the day is decided by a whole column, never a cell.

A date without a year is written as --12-25, in 1604 (Apple) or in 1900; a date that is not set as 0/0/00, or in a year
that no calendar shows. Years of two digits mean 1930 to 2029, as in Windows.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import StrEnum

from chalicelib.contacts.dates import YEARS, is_day
from chalicelib.contacts.source_record import Birthday

NO_YEAR = (0, 1604)
PLACEHOLDER_YEARS = (1, 1600, 1601, 4500, 4501)  # of dates that are not set
NO_YEAR_OF_BIRTH = (*NO_YEAR, 1900)  # also the advice of programs that cannot leave the year out
MONTHS = 12
_DAYS_OF_EVERY_MONTH = 28
_FIRST_LONG_AGO = 30  # of the years with two digits


class DateOrder(StrEnum):
    """The order of day and month, where both are numbers."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class NotADate(ValueError):
    """A text that is no date; its argument is a code such as "not_a_day"."""


_TIME = re.compile(r"[T,\s]+\d{1,2}:\d\d\b.*|T\d{4,6}Z?", re.DOTALL)  # behind a date
_ISO = re.compile(r"(?:(\d{4})-|--)(\d{1,2})-(\d{1,2})")
_SHORT_ISO = re.compile(r"(?:(\d{4})|--)(\d\d)(\d\d)")
_IN_NUMBERS = re.compile(r"(\d{1,4})\s*([./-])\s*(\d{1,2})\s*(?:\2\s*(\d{1,4})?)?")
_EAST_ASIAN = re.compile(r"(?:(\d{4})\s*[年년]\s*)?(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]?")
_YEAR = re.compile(r"\d{4}")
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_MONTHS = (  # in English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Swedish; without marks
    "january januar janvier enero janeiro gennaio januari stycznia styczen janner",
    "february februar fevrier febrero fevereiro febbraio februari lutego luty",
    "march marz mars marzo marco maart mrt marca marzec",
    "april avril abril aprile kwietnia kwiecien",
    "may mai mayo maio maggio mei maja maj",
    "june juni juin junio junho giugno czerwca czerwiec",
    "july juli juillet julio julho luglio lipca lipiec",
    "august aout agosto augustus sierpnia sierpien augusti",
    "september septembre septiembre setembro settembre wrzesnia wrzesien",
    "october oktober octobre octubre outubro ottobre pazdziernika pazdziernik",
    "november novembre noviembre novembro listopada listopad",
    "december dezember decembre diciembre dezembro dicembre grudnia grudzien",
)
_SHORTEST_MONTH = 3  # letters of an abbreviation
_BETWEEN = frozenset(("de", "del", "of", "st", "nd", "rd", "th", "er", "den", "am", "le"))  # the parts of a date


def read_date(text: str, order: DateOrder | None, no_year: tuple[int, ...] = NO_YEAR) -> Birthday:
    """The date; {} for one that is not set.

    Args:
        order: None if it is not known; then a date that depends on it is not read.
        no_year: the years that mean that there is none.

    Raises:
        NotADate: "not_a_date", "not_a_day" for one that does not exist, or "ambiguous_date".
    """
    text = text.strip()
    if not text or not text.strip("0./- :T"):
        return {}
    numbers = _numbers(text, order)
    if numbers is None:
        raise NotADate("not_a_date")
    year, month, day = numbers
    if year in PLACEHOLDER_YEARS:
        return {}
    year = 0 if year in no_year else year
    is_usual = 0 < day <= _DAYS_OF_EVERY_MONTH and 0 < month <= MONTHS and (not year or year in YEARS)
    if not is_usual and not is_day(year, month, day):
        raise NotADate("not_a_day")
    known = {"year": year, "month": month, "day": day}
    return {name: number for name, number in known.items() if number}  # type: ignore[return-value] # its keys


def date_of_parts(parts: Mapping[str, str], no_year: tuple[int, ...] = NO_YEAR) -> Birthday:
    """The date whose year, month and day are written apart; any of them may be missing. Raises as `read_date`."""
    year, month, day = (parts.get(part, "").removesuffix(".0").lstrip("0") for part in ("year", "month", "day"))
    text = f"{year or '-'}-{month or 0}-{day or 0}" if month or day else year
    return read_date(text, None, no_year)


def iso(day: Birthday) -> str:
    """A date in ISO 8601, without the parts that are not known; "" for none."""
    year, month = day.get("year"), day.get("month")
    if month is None:
        return f"{year:04d}" if year else ""
    return f"{year:04d}-{month:02d}-{day['day']:02d}" if year else f"--{month:02d}-{day['day']:02d}"


def _numbers(text: str, order: DateOrder | None) -> tuple[int, int, int] | None:
    """Year, month and day, 0 for those that are missing; None for other texts."""
    if ":" in text or "T" in text:
        text = _TIME.sub("", text, count=1)
    if written := _ISO.fullmatch(text) or _EAST_ASIAN.fullmatch(text) or _SHORT_ISO.fullmatch(text):
        return int(written[1] or 0), int(written[2]), int(written[3])
    if _YEAR.fullmatch(text):
        return (int(text), 0, 0) if int(text) in YEARS else None
    if written := _IN_NUMBERS.fullmatch(text):
        return _in_order(written[1], written[2], written[3], written[4], order)
    return _in_words(text)


def _in_order(
    first: str, separator: str, second: str, last: str | None, order: DateOrder | None
) -> tuple[int, int, int] | None:
    left, right = int(first), int(second)
    if len(first) > len("31"):
        is_whole = len(first) == len("1980") and last is not None and len(last) <= len("31")
        return (left, right, int(last or 0)) if is_whole else None
    year = _year_of(last)
    if year is None or (last is None and separator == "-"):
        return None
    if separator == ".":
        order = DateOrder.MONTH_FIRST if right > MONTHS else DateOrder.DAY_FIRST
    order = order or _only_order(left, right)
    return (year, right, left) if order is DateOrder.DAY_FIRST else (year, left, right)


def _only_order(left: int, right: int) -> DateOrder:
    if left <= MONTHS and right <= MONTHS and left != right:
        raise NotADate("ambiguous_date")
    return DateOrder.DAY_FIRST if left > MONTHS else DateOrder.MONTH_FIRST


def _year_of(digits: str | None) -> int | None:
    """The year; 0 for none, None for digits that are no year."""
    if digits is None:
        return 0
    if len(digits) == len("80"):
        return int(digits) + (1900 if int(digits) >= _FIRST_LONG_AGO else 2000)
    return int(digits) if len(digits) == len("1980") else None


def _in_words(text: str) -> tuple[int, int, int] | None:
    """A date with the name of its month: "12 Mar 2021", "March 12, 2021", "12 de marzo"."""
    folded = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if sign.isascii())
    words = _WORDS.findall(folded)
    months = [month for word in words if (month := _MONTH_OF.get(word))]
    numbers = [word for word in words if word.isdigit()]
    others = [word for word in words if not word.isdigit() and word not in _MONTH_OF and word not in _BETWEEN]
    years = [int(number) for number in numbers if len(number) == len("1980")]
    days = [int(number) for number in numbers if len(number) <= len("31")]
    if len(months) != 1 or len(days) != 1 or len(years) > 1 or others or len(numbers) != len(years) + 1:
        return None
    return (years[0] if years else 0), months[0], days[0]


def _abbreviations() -> Iterator[tuple[str, int]]:
    """Every name of a month, and the beginnings of names that no other month shares."""
    months_of: dict[str, set[int]] = {}
    for month, names in enumerate(_MONTHS, 1):
        for name in names.split():
            for length in range(_SHORTEST_MONTH, len(name) + 1):
                months_of.setdefault(name[:length], set()).add(month)
    whole = {name: month for month, names in enumerate(_MONTHS, 1) for name in names.split()}
    for start, months in months_of.items():
        if start in whole or len(months) == 1:
            yield start, whole.get(start) or min(months)


_MONTH_OF = dict(_abbreviations())


class OrderEvidence:
    """What the dates of one column say about the order of day and month."""

    __slots__ = ("_days_first", "_months_first", "_open")

    def __init__(self) -> None:
        self._days_first, self._months_first, self._open = 0, 0, 0

    def add(self, text: str) -> None:
        """Counts one cell, unless its day exists in neither order."""
        written = _IN_NUMBERS.match(text.strip())
        if written is None or written[2] == "." or len(written[1]) > len("31"):
            return
        left, right, year = int(written[1]), int(written[3]), _year_of(written[4]) or 0
        if left > MONTHS >= right:
            self._days_first += is_day(year, right, left)
        elif right > MONTHS >= left:
            self._months_first += is_day(year, left, right)
        elif left != right and left and right and left <= MONTHS:
            self._open += 1

    @property
    def order(self) -> DateOrder | None:
        """The order of all dates; None if they contradict each other, or fit both orders."""
        if bool(self._days_first) == bool(self._months_first):
            return None
        return DateOrder.DAY_FIRST if self._days_first else DateOrder.MONTH_FIRST

    @property
    def is_mixed(self) -> bool:
        """Whether dates contradict each other."""
        return bool(self._days_first and self._months_first)

    @property
    def is_open(self) -> bool:
        """Whether some date depends on an order that cannot be seen."""
        return self.is_mixed or bool(self._open and self.order is None)
