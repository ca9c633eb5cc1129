"""Reads a report about vCards as the cards that it is about: its columns are their properties.

A person may correct the cells of a report and import it again. Each cell has the values of one property, a line for
each, and the header has what was before the value in the file: "TEL;TYPE=CELL".
"""

from collections.abc import Iterator, Sequence

from chalicelib.files.records import Card, Row, Table
from chalicelib.files.vcard_reader import read_vcards

_NAMED = frozenset({"FN", "N", "VERSION"})  # every vCard has one of these


def is_about_cards(columns: Sequence[str]) -> bool:
    """Whether the columns of a report, without those that it adds, are properties of vCards."""
    names = {column.partition(";")[0].rpartition(".")[2] for column in columns}
    are_properties = all(name.replace("-", "").isalnum() and name == name.upper() for name in names)
    return are_properties and not names.isdisjoint(_NAMED)


def cards_of(table: Table) -> Iterator[Card]:
    """The cards, each with the number of its row."""
    for row in table.rows:
        card = next(read_vcards(_vcard(table.columns, row)), None)
        if card is not None:
            yield card._replace(number=row.number, line=0)


def _vcard(columns: Sequence[str], row: Row) -> bytes:
    lines = [f"{head}:{value}" for head, cell in zip(columns, row.cells, strict=False) for value in _values(cell)]
    return "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""]).encode("utf-8", "surrogatepass")


def _values(cell: str) -> list[str]:
    return [line for line in cell.splitlines() if line.strip()]
