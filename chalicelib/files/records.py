"""What readers of files return: cards, which say what their values mean, and tables, whose columns must be mapped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.contacts.source_record import ContactFields


class Problem(NamedTuple):
    """A value that could not be read as what it should be. The record is kept."""

    column: str  #: the column's header, or the property's name: "TEL"; "" for the row as a whole
    value: str  #: as it was written, shortened to `LONGEST_SHOWN` characters
    code: str  #: such as "not_a_date"


LONGEST_SHOWN = 200  # characters of a value in a problem


class Card(NamedTuple):
    """One contact of a file whose format says what each value means: a vCard, an entry of LDIF, an object of JSON."""

    number: int  #: of the card in its file, from 1
    line: int  #: at which it begins, from 1; 0 in formats without lines
    uid: str  #: the writer's id of the contact; "" for none
    fields: ContactFields
    cells: tuple[tuple[str, str], ...]  #: values as they were written, by their property's name, in the file's order
    #: What was read but has no field ("PHOTO": a hash and a size), and lines that could not be read.
    kept: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()
    unreadable: str = ""  #: a code, such as "no_end", if the card as a whole could not be read; "" if it could
    left_out: str = ""  #: a code, such as "group", if it is no contact and is left out on purpose; "" for a contact


class Row(NamedTuple):
    """One row of a table."""

    number: int  #: as a spreadsheet shows it, from 1; the header counts
    #: As many as the row has: fewer than the table's columns, or more, which `column_name` names.
    cells: Sequence[str]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Table:
    """A file of rows. Its columns are mapped to fields before its rows become contacts."""

    #: The headers, as they were written; "Column C" for the third if it has none.
    columns: Sequence[str]
    #: The number of the header's row; 0 if the file has none.
    header_row: int
    #: Rows after the header, without those that are wholly empty. Read once; may raise `UnreadableFile`.
    rows: Iterator[Row]


def column_name(index: int) -> str:
    """What a column without a header is called, as spreadsheets letter it: "Column A" for 0, "Column AA" for 26."""
    letters = ""
    while index >= 0:
        index, letter = divmod(index, 26)
        letters, index = chr(ord("A") + letter) + letters, index - 1
    return f"Column {letters}"
