"""Writes a comparison as a CSV for spreadsheets: one line per field that differs, and per row or contact alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.contacts.contact_field import ContactField, Kind
from chalicelib.contacts.contact_fields import FIELDS
from chalicelib.file_imports.comparing.compare import Compared, Sides
from chalicelib.file_imports.comparing.compared_kind import ComparedKind
from chalicelib.foundation.safe_csv import csv_pieces

HEADER = ("Comparison", "Row", "Contact ID", "Name", "Field", "In the file", "In the book")
BETWEEN = " ::: "  # joins several values in one cell, as our other CSVs do
_REACHED_AT = ("emails", "phones")  # the fields that tell who it is, if one side alone has it
_TITLES = {
    ComparedKind.ONLY_IN_FILE: "only in the file",
    ComparedKind.ONLY_IN_BOOK: "only in the book",
    ComparedKind.DIFFERING: "differs",
}


def comparison_csv(compared: Iterable[Compared]) -> Iterator[str]:
    """The pieces of the file. Equal rows have no line."""
    return csv_pieces(HEADER, (line for each in compared for line in _lines(each)))


def _lines(compared: Compared) -> Iterator[Sequence[str]]:
    if compared.kind is ComparedKind.EQUAL:
        return
    row = "" if compared.row is None else str(compared.row)
    beginning = (_TITLES[compared.kind], row, compared.contact_id or "", compared.name)
    if compared.kind is ComparedKind.DIFFERING:
        for name, (file, book) in compared.fields.items():
            yield *beginning, FIELDS[name].title, _text(name, file), _text(name, book)
    else:
        yield *beginning, "", *_reached_at(compared.fields)


def _reached_at(fields: Mapping[str, Sides]) -> tuple[str, str]:
    """The addresses and numbers in the file, and in the book."""
    known = [(name, fields[name]) for name in _REACHED_AT if name in fields]
    in_file, in_book = ([_text(name, sides[side]) for name, sides in known] for side in (0, 1))
    return BETWEEN.join(filter(None, in_file)), BETWEEN.join(filter(None, in_book))


def _text(name: str, value: Any) -> str:
    """The value of a field as the text of one cell; "" for no value."""
    field = FIELDS[name]
    match field.kind:
        case Kind.LINES:
            return BETWEEN.join(value or ())
        case Kind.OBJECTS:
            return BETWEEN.join(_part_texts(field, each) for each in value or ())
        case Kind.DAY:
            return _day(value or {})
    return value or ""


def _part_texts(field: ContactField, value: Mapping[str, str]) -> str:
    """One value of a list as text, with its label: "Work: ada@example.com"."""
    text = ", ".join(value[part.name] for part in field.parts if part.is_content and part.name in value)
    return f"{value[field.label]}: {text}" if value.get(field.label) else text


def _day(birthday: Mapping[str, int]) -> str:
    """A birthday with the parts that are known: 1815-12-10, --12-10 without the year, 1815."""
    year, month, day = (birthday.get(part) for part in ("year", "month", "day"))
    parts = [f"{year:04d}" if year else "-", *(f"{part:02d}" if part else "" for part in (month, day))]
    return "-".join(parts).rstrip("-")
