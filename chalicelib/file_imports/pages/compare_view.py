"""What the page of a comparison shows of each row and contact. Pure functions."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.contacts.contact_fields import FIELDS
from chalicelib.file_imports.comparing.compare import Compared, Sides
from chalicelib.file_imports.comparing.compared_kind import ComparedKind
from chalicelib.file_imports.pages.record_view import field_texts

_TELLING = ("emails", "phones", "organization")  # who it is, if one side alone has it


class KindWords(NamedTuple):
    """What the page says about a kind."""

    title: str
    explanation: str
    nothing: str  #: instead of the explanation, if there is none


class FieldSides(NamedTuple):
    """The values of one field on both sides, as people read them."""

    title: str
    file: Sequence[str]
    book: Sequence[str]


class ComparedRow(NamedTuple):
    """A row and its contact, or one of them alone."""

    name: str
    number: int | None  #: of the row; None of a contact that no row is
    position: int
    contact_id: str | None
    #: Of both sides, the fields that differ; of one side alone, those that tell who it is.
    fields: Sequence[FieldSides]


KINDS: Mapping[ComparedKind, KindWords] = {
    ComparedKind.DIFFERING: KindWords(
        "Differing",
        "Your contact shows something else in a field that the row has.",
        "No row differs from its contact in a field that the row has.",
    ),
    ComparedKind.ONLY_IN_FILE: KindWords(
        "Only in the file",
        "None of your contacts is known to be the same person.",
        "Each row is a contact that you have.",
    ),
    ComparedKind.ONLY_IN_BOOK: KindWords(
        "Only in the book",
        "No row of the file is known to be this contact.",
        "No contact of yours is missing from the file.",
    ),
    ComparedKind.EQUAL: KindWords(
        "Equal", "Your contact shows everything that the row has.", "No contact shows everything that its row has."
    ),
}


def compared_row(compared: Compared) -> ComparedRow:
    """One row of the page."""
    is_both = compared.kind is ComparedKind.DIFFERING
    names = compared.fields if is_both else [name for name in _TELLING if name in compared.fields]
    fields = [_field_sides(name, compared.fields[name]) for name in names]
    return ComparedRow(compared.name, compared.row, compared.position, compared.contact_id, fields)


def _field_sides(name: str, sides: Sides) -> FieldSides:
    return FieldSides(FIELDS[name].title, field_texts(name, sides.file), field_texts(name, sides.book))
