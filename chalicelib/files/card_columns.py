"""A card as a row: its properties are columns, as in a report about it, and a person can fix their cells."""

from collections.abc import Mapping, Sequence

from chalicelib.files.formats import Format
from chalicelib.files.mapping.column_mapping import REACHED_BY
from chalicelib.files.records import Card

Column = tuple[str, str]  # what is before the values of a property, and the values, with a line for each

#: The columns for a name, a number and an address, which are also there if a card has no such property.
_ALWAYS: Mapping[str, Sequence[str]] = {
    Format.VCARD: ("FN", "TEL", "EMAIL"),
    Format.JCARD: ("FN", "TEL", "EMAIL"),
    Format.LDIF: ("cn", "telephonenumber", "mail"),
}
#: The same in formats that have several members for each; they are there if a card has none of them.
_FOR_NOBODY: Mapping[str, Sequence[str]] = {
    Format.JSCONTACT: ("name.full", "phones.p.number", "emails.e.address"),
    Format.PEOPLE: ("names.1.displayName", "phoneNumbers.1.value", "emailAddresses.1.value"),
    Format.GRAPH: ("displayName", "mobilePhone", "emailAddresses.1.address"),
    **dict.fromkeys((Format.JSON, Format.NDJSON), ("name", "phone", "email")),
}
_NOT_A_PROPERTY = "not_a_property"  # the code of a line of a vCard that is in no column


def columns_of_card(card: Card, written_format: str) -> Sequence[Column]:
    """The columns of a card, in its order; none if it is a text that could not be read as properties.

    Args:
        written_format: of the file.
    """
    lines: dict[str, list[str]] = {}
    for head, value in card.cells:
        lines.setdefault(head, []).append(value)
    if "" in lines:
        return ()
    names, added = {property_name(head) for head in lines}, _ALWAYS.get(written_format, ())
    if card.fields.keys().isdisjoint(REACHED_BY):
        added = added or _FOR_NOBODY.get(written_format, ())
    missing = [(head, "") for head in added if property_name(head) not in names]
    return [*((head, "\n".join(values)) for head, values in lines.items()), *missing]


def property_name(head: str) -> str:
    """What the property is called that is written with this head, in small letters: "tel" of "ITEM1.TEL;TYPE=CELL"."""
    return plain_name(head).partition(":")[0].casefold()


def plain_name(head: str) -> str:
    """The name of a vCard's property without its group and its parameters: "TEL" of "ITEM1.TEL;TYPE=CELL"."""
    name = head.partition(";")[0]
    return name.rpartition(".")[2] if name == name.upper() else name


def with_fixed_cells(card: Card, fixed: Mapping[int, str], written_format: str) -> Card:
    """The card with other texts in some of its columns, by their places. It keeps all columns, also those left empty.

    Args:
        written_format: of the file.
    """
    from chalicelib.files.report_cards import card_of_columns  # loads all readers of cards; few requests need them

    written = columns_of_card(card, written_format)
    columns = [(head, fixed.get(place, text)) for place, (head, text) in enumerate(written)]
    read = card_of_columns(card.number, columns, written_format) if columns else None
    if read is None:
        return card
    beside = (each for each in card.problems if each.code == _NOT_A_PROPERTY)
    return read._replace(line=card.line, cells=tuple(columns), problems=(*beside, *read.problems))
