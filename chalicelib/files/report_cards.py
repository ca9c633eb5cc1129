"""Reads a report about cards as the cards that it is about: its columns are their properties.

A person may correct the cells of a report and import it again. Each cell has the values of one property, a line for
each, and the header has what was before the value in the file: "TEL;TYPE=CELL" of a vCard, "mail" of an LDIF, the path
of a member of JSON, as in "emails.1.value".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from chalicelib.files.formats import Format
from chalicelib.files.jscontact import card_of_jscontact
from chalicelib.files.json_cells import object_of_cells
from chalicelib.files.json_dumps import card_of_object
from chalicelib.files.json_records import Found
from chalicelib.files.ldif import card_of_cells
from chalicelib.files.records import Card, Table
from chalicelib.files.vcard_reader import read_vcards

_Cells = Sequence[tuple[str, str]]  # those of a row that are not empty, each with its header


def is_about_cards(written_format: str) -> bool:
    """Whether a report with this format is about cards."""
    return written_format in _READERS


def cards_of(table: Table, written_format: str) -> Iterator[Card]:
    """The cards, each with the number of its row."""
    for row in table.rows:
        card = card_of_columns(row.number, zip(table.columns, row.cells, strict=False), written_format)
        if card is not None:
            yield card


def card_of_columns(number: int, columns: Iterable[tuple[str, str]], written_format: str) -> Card | None:
    """The card with these columns, each a header and a cell, which may be empty; None if there is none."""
    cells = [(header, cell) for header, cell in columns if cell.strip()]
    card = _READERS[Format(written_format)](number, cells)
    return None if card is None else card._replace(number=number, line=0)


def _vcard(_: int, cells: _Cells) -> Card | None:
    lines = [f"{head}:{value}" for head, cell in cells for value in cell.splitlines() if value.strip()]
    text = "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""])
    return next(read_vcards(text.encode("utf-8", "surrogatepass")), None)


def _jscontact(number: int, cells: _Cells) -> Card:
    return card_of_jscontact(number, Found(object_of_cells(cells)))


def _json(number: int, cells: _Cells) -> Card:
    return card_of_object(number, Found(object_of_cells(cells)))


_READERS: Mapping[str, Callable[[int, _Cells], Card | None]] = {
    Format.VCARD: _vcard,
    Format.JCARD: _vcard,
    Format.LDIF: card_of_cells,
    Format.JSCONTACT: _jscontact,
    **dict.fromkeys((Format.JSON, Format.NDJSON, Format.PEOPLE, Format.GRAPH), _json),
}
