"""Makes the rows of an import from what readers of files return: mapped rows of tables, and cards.

A record that cannot be made into a contact becomes an invalid row; it never fails the import.
"""

from dataclasses import replace

from chalicelib.contacts.identities import with_e164
from chalicelib.contacts.source_record import ContactFields, LeftOut, SourceContact, Unreadable
from chalicelib.file_imports.planning.plan_rows import FileRow
from chalicelib.file_imports.planning.row_keys import row_key
from chalicelib.files.mapping.column_mapping import BLOCKING
from chalicelib.files.mapping.list_values import NO_COUNTRY
from chalicelib.files.mapping.row_mapper import FOOTER, RowMapper
from chalicelib.files.records import LONGEST_SHOWN, Card, Problem, Row
from chalicelib.foundation.ids import id_of

_LEFT_OUT = frozenset({FOOTER})
_UNREADABLE = "unreadable"
_LEAST_DIGITS = 7  # of a number that a country could complete; shorter ones are codes of services


def row_of_table(row: Row, mapper: RowMapper, region: str, key: str = "") -> FileRow:
    """The row of a table.

    Args:
        region: the country of phone numbers without a country code.
        key: of a row that is a contact, if it is known; else it is made of what the row says.
    """
    try:
        return _of_table(row, mapper, region, key)
    except MemoryError:
        raise
    except Exception:  # one malformed record must not fail the import
        return _not_taken(row.number, ascii(row.cells), _UNREADABLE, row.problems)


def row_of_card(card: Card, region: str, key: str = "") -> FileRow:
    """The row of a card; its number is the card's. `key` as in `row_of_table`."""
    try:
        return _of_card(card, region, key)
    except MemoryError:
        raise
    except Exception:  # as above
        return _not_taken(card.number, ascii((card.uid, *card.cells)), _UNREADABLE, card.problems)


def _of_table(row: Row, mapper: RowMapper, region: str, key: str) -> FileRow:
    mapped = mapper(row.cells)
    problems = (*row.problems, *mapped.problems)
    for each in problems:  # few rows have any
        if each.code in (BLOCKING, FOOTER):
            return _not_taken(row.number, repr(tuple(row.cells)), each.code, problems)
    return _taken(row.number, key, mapped.uid, mapped.fields, region, problems)


def _of_card(card: Card, region: str, key: str) -> FileRow:
    code = card.unreadable or card.left_out
    if code:
        own = f"card#{id_of(card.uid or repr(card.cells))}"
        incoming = Unreadable(own, code) if card.unreadable else LeftOut(own, code)
        return FileRow(card.number, incoming, card.problems)
    row = _taken(card.number, key, card.uid, card.fields, region, card.problems)
    if isinstance(row.incoming, SourceContact) and (without := _without_country(row.incoming.fields)):
        return replace(row, problems=(*row.problems, *without))
    return row


def _taken(
    number: int, key: str, uid: str, fields: ContactFields, region: str, problems: tuple[Problem, ...]
) -> FileRow:
    normalized = with_e164(fields, region)
    if problems:
        problems = _without_read_numbers(problems, normalized)
    return FileRow(number, SourceContact(key or row_key(uid, normalized), normalized), problems)


def _without_country(fields: ContactFields) -> list[Problem]:
    """The problems of a card's numbers that need a country. They have no column, so that all are one problem."""
    return [
        Problem("", phone["raw"][:LONGEST_SHOWN], NO_COUNTRY)
        for phone in fields.get("phones", ())
        if "e164" not in phone and _needs_country(phone["raw"])
    ]


def _needs_country(raw: str) -> bool:
    return "+" not in raw and sum(map(str.isdecimal, raw)) >= _LEAST_DIGITS


def _without_read_numbers(problems: tuple[Problem, ...], fields: ContactFields) -> tuple[Problem, ...]:
    """The problems without those of numbers that the default country could be given to."""
    read = {phone["raw"][:LONGEST_SHOWN] for phone in fields.get("phones", ()) if phone.get("e164")}
    return tuple(each for each in problems if each.code != NO_COUNTRY or each.value not in read)


def _not_taken(number: int, content: str, code: str, problems: tuple[Problem, ...]) -> FileRow:
    """A row that is no contact; its key is a hash of its content."""
    key = f"row#{id_of(content)}"
    return FileRow(number, LeftOut(key, code) if code in _LEFT_OUT else Unreadable(key, code), problems)
