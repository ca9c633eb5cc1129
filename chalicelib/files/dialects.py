"""How a delimited text is written: found by reading its first rows in every way that is likely."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.files.encodings import open_text
from chalicelib.files.header_rows import SAMPLE_ROWS, FoundHeader, Knows, count_known, find_header, usual_width
from chalicelib.files.records import Row
from chalicelib.files.unreadable import UnreadableFile

if TYPE_CHECKING:
    import _csv

LONGEST_CELL = 1_000_000  # characters; Python's limit of 131,072 is less than a photo has
ONE_COLUMN = "\x1f"  # a delimiter that texts do not contain

csv.field_size_limit(LONGEST_CELL)  # holds for the process

_COMMON = ("\t", "|", ";", ",")  # of two that fit equally well the one that is rarer in texts comes first
_NEVER_DELIMITERS = ('"', "\r", "\n")
_UNLIKELY_DELIMITERS = frozenset("\"'_-.@+() \r\n")
_SAMPLE = 1 << 18  # characters
_LONGEST_HEADER_ROW = 10_000  # characters that are searched for rare delimiters
_SEPARATOR_LINE = re.compile(r'"?sep=([^"\r\n])"?\s*$', re.IGNORECASE)
_BLANKS_BEFORE_QUOTE = re.compile(' +"')


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited text is written."""

    delimiter: str  #: `ONE_COLUMN` for none
    header_row: int  #: as `Row.number`; 0 if there is no header
    #: Whether the first line only names the delimiter ("sep=;"). Spreadsheets do not show it.
    has_separator_line: bool = False
    #: Whether blanks before a quotation mark belong to no cell.
    skips_blanks: bool = False
    #: Whether a quotation mark within a cell is written with a backslash.
    escapes_quotes: bool = False


def records(lines: Iterable[str], dialect: Dialect, *, is_strict: bool = False) -> "_csv.Reader":
    """The cells of each record, as Python's csv module reads them."""
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        skipinitialspace=dialect.skips_blanks,
        escapechar="\\" if dialect.escapes_quotes else None,
        strict=is_strict,
    )


def find_dialect(
    data: bytes, encoding: str, knows: Knows, *, delimiter: str = "", header_row: int | None = None
) -> Dialect:
    """The dialect of a delimited text.

    Args:
        knows: whether a text is a known header.
        delimiter: the one that a person chose; "" to find it.
        header_row: the one that a person chose, 0 for none; None to find it.

    Raises:
        UnreadableFile: the chosen delimiter cannot be one.
    """
    if delimiter in _NEVER_DELIMITERS or len(delimiter) > 1:
        raise UnreadableFile("unknown_delimiter", "The delimiter must be one character, and no quotation mark.")
    lines = _first_lines(data, encoding)
    named = _SEPARATOR_LINE.match(lines[0]) if lines else None
    if named:
        lines, delimiter = lines[1:], delimiter or named[1]
    tried = [_try(lines, each, knows) for each in ([delimiter] if delimiter else [ONE_COLUMN, *_likely(lines, knows)])]
    best = max(tried, key=lambda trial: trial.fitness)
    if header_row is None:
        header_row = best.header.row.number if best.header.row else 0
    return Dialect(
        best.delimiter,
        header_row,
        has_separator_line=named is not None,
        skips_blanks=_has_blanks_before_quotes(lines, best.delimiter),
        escapes_quotes=_escapes_quotes(lines, best.delimiter),
    )


class _Trial(NamedTuple):
    """What the first rows are under one delimiter."""

    delimiter: str
    header: FoundHeader
    fitness: tuple[float, ...]


def _try(lines: Sequence[str], delimiter: str, knows: Knows) -> _Trial:
    rows = first_rows(lines, Dialect(delimiter, 0))
    header = find_header(rows, knows)
    if header.row:
        rows = [row for row in rows if row.number > header.row.number]
    width = len(header.row.cells) if header.row else usual_width(rows)
    regular = sum(len(row.cells) == width for row in rows) / len(rows) if rows else 1.0
    splits = width > 1 and regular >= 0.5
    several = header.known if header.known > 1 else 0  # one may be a title
    fitness = (
        header.is_of_report,
        several,
        splits,
        round(regular * _neatness(rows), 1),
        header.known,
        width if splits else 0,
    )
    return _Trial(delimiter, header, fitness)


def first_rows(lines: Iterable[str], dialect: Dialect) -> Sequence[Row]:
    """The first rows that are not empty, as far as they can be read."""
    rows: list[Row] = []
    try:
        for number, cells in enumerate(islice(records(lines, dialect), SAMPLE_ROWS), 1):
            if any(map(str.strip, cells)):
                rows.append(Row(number, cells))
    except csv.Error:
        pass  # a cell that is too long, often because of an open quotation mark
    return rows


def _neatness(rows: Sequence[Row]) -> float:
    """The share of cells that do not begin with a blank, as they do where a text was cut at its commas."""
    cells = [cell for row in rows for cell in row.cells[1:]]
    return 1 - sum(cell.startswith(" ") for cell in cells) / len(cells) if cells else 1.0


def _likely(lines: Sequence[str], knows: Knows) -> Sequence[str]:
    """The common delimiters, and signs between two or more known headers of one line."""
    others: dict[str, None] = {}
    for line in islice((line for line in lines if line.strip()), SAMPLE_ROWS // 10):
        signs = (sign for sign in dict.fromkeys(line) if not sign.isalnum() and sign not in _UNLIKELY_DELIMITERS)
        others |= {sign: None for sign in signs if count_known(line[:_LONGEST_HEADER_ROW].split(sign), knows) > 1}
    return list(dict.fromkeys([*_COMMON, *others]))


def _first_lines(data: bytes, encoding: str) -> Sequence[str]:
    """The first lines, whole ones unless there is but one."""
    text = open_text(data, encoding).read(_SAMPLE)
    lines = list(io.StringIO(text, newline=""))
    return lines[:-1] if len(text) == _SAMPLE and len(lines) > 1 else lines


def _has_blanks_before_quotes(lines: Sequence[str], delimiter: str) -> bool:
    """Whether the cells of the first row have blanks in front of their quotation marks: `"First Name", "Last Name"`."""
    if delimiter == " ":
        return False
    first = next(iter(first_rows(lines, Dialect(delimiter, 0))), None)
    return first is not None and any(_BLANKS_BEFORE_QUOTE.match(cell) for cell in first.cells)


def _escapes_quotes(lines: Sequence[str], delimiter: str) -> bool:
    """Whether the text is valid if quotation marks in cells have a backslash, and is not valid otherwise."""
    if delimiter == "\\" or not any('\\"' in line for line in lines):
        return False
    plain, escaped = (Dialect(delimiter, 0, escapes_quotes=escapes) for escapes in (False, True))
    return is_valid(lines, escaped) and not is_valid(lines, plain)


def is_valid(lines: Iterable[str], dialect: Dialect) -> bool:
    """Whether all quotation marks of these lines are where they should be."""
    try:
        for _ in records(lines, dialect, is_strict=True):
            pass
    except csv.Error:
        return False
    return True
