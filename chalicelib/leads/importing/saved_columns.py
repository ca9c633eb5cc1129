"""What the columns of a file of leads are by a mapping that a person confirmed for a file of contacts.

Fields of contacts that leads lack become custom fields. Such a mapping names no channels: columns whose header does
are identities, and otherwise the phone number or the address is the one on the channel of the import.
"""

from collections.abc import Sequence

from chalicelib.files.mapping.column_mapping import ColumnMapping, MappedColumn, Rule
from chalicelib.files.mapping.target import UID
from chalicelib.leads.importing.columns import (
    IGNORED,
    OF_MEANINGS,
    Columns,
    columns_of_fields,
    custom_field,
    field_of_header,
    is_identity,
)

_FIELDS = {**OF_MEANINGS, ("groups", ""): "tags"}


def saved_columns(headers: Sequence[str], saved: ColumnMapping, *, channels: Sequence[str], channel: str) -> Columns:
    """The columns of a file with these headers; perhaps none identifies people.

    Args:
        saved: of a file with columns of these names, in any order; others are recognized by their headers.
        channel: that of identities whose channel nothing says.

    Raises:
        InvalidColumns: there are no headers, or too many.
    """
    known = {column.header.strip(): column for column in saved.columns}
    fields = [_field(header, known.get(header), saved, channels) for header in headers]
    return columns_of_fields(headers, fields, channels=channels, channel=channel)


def fields_of_saved(saved: ColumnMapping, channels: Sequence[str]) -> dict[str, str]:
    """What the columns of a mapping are for leads, by header."""
    return {each.header.strip(): _field(each.header.strip(), each, saved, channels) for each in saved.columns}


def _field(header: str, column: MappedColumn | None, saved: ColumnMapping, channels: Sequence[str]) -> str:
    recognized = field_of_header(header, channels)
    if column is None or is_identity(recognized):
        return recognized or custom_field(header)
    target = column.target
    if not target.field or target.field == UID or saved.rules.get(target.field) is Rule.NEVER:
        return IGNORED
    return _FIELDS.get((target.field, target.part)) or custom_field(_custom_name(column))


def _custom_name(column: MappedColumn) -> str:
    """The name of a custom field: the one that it has in contacts, or the header."""
    is_named = column.target.field == "custom_fields" and column.target.label
    return column.target.label if is_named else column.header
