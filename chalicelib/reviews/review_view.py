"""The values of the page of one review: rows to choose from, the result, and the source records. Pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.contacts.contact_fields import TABLE
from chalicelib.contacts.contact_json import contact_details_json
from chalicelib.contacts.fold_records import by_rank, value_of
from chalicelib.contacts.source_record import ContactFields
from chalicelib.contacts.value_source import ValueSource, value_source
from chalicelib.contacts.value_text import text_of
from chalicelib.foundation.forms import Form
from chalicelib.foundation.json import Json
from chalicelib.reviews.choices import LEFT, RIGHT
from chalicelib.reviews.compare_contacts import (
    COMPARED,
    NAME_FIELD,
    ComparedContact,
    Difference,
    FieldComparison,
    SideValue,
    title_of,
)


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value with what the form needs to choose it."""

    value: SideValue
    #: Its name among the values of a list; "" for one that is not chosen by itself.
    key: str = ""
    is_checked: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A field to choose for."""

    comparison: FieldComparison
    left: Sequence[ShownValue]
    right: Sequence[ShownValue]
    #: The side whose value the result has, "left" or "right"; "" for a list.
    chosen: str


@dataclass(frozen=True, slots=True)
class TextRow:
    """A field with its values as text."""

    title: str
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class RecordView:
    """A source record in full."""

    source: ValueSource
    rows: Sequence[TextRow]


def rows_of(fields: Sequence[FieldComparison], result: ContactFields, choices: Mapping[str, Json]) -> list[Row]:
    """The rows to choose from, with the choices that were made.

    Args:
        result: the fields of the merged contact without any choice.
    """
    different = (field for field in fields if field.difference is not Difference.EQUAL)
    return [_list_row(each, choices) if each.is_list else _row(each, result, choices) for each in different]


def equal_rows(fields: Sequence[FieldComparison]) -> list[FieldComparison]:
    return [field for field in fields if field.difference is Difference.EQUAL]


def choices_in(form: Form, fields: Sequence[FieldComparison]) -> dict[str, Json]:
    """The choices that a form makes, as `chosen_values` takes them."""
    choices: dict[str, Json] = {}
    for field in fields:
        if not field.is_list:
            chosen = form.text(f"choice.{field.field}")
            choices |= {field.field: chosen} if chosen in (LEFT, RIGHT) else {}
        elif form.text(f"listed.{field.field}"):
            kept = set(form.every(f"keep.{field.field}"))
            values = _keyed(field)
            if not kept >= {key for key, _ in values}:
                choices[field.field] = [each.value for key, each in values if key in kept]
    return choices


def text_rows(fields: ContactFields | Mapping[str, Any]) -> list[TextRow]:
    """All values of a contact as text, the displayed name first."""
    shown: Mapping[str, Any] = fields
    rows = [TextRow(title_of(field), _texts(_shown_field(field), shown)) for field in COMPARED]
    return [row for row in rows if row.texts]


def records_of(side: ComparedContact) -> list[RecordView]:
    """The source records of one side, the person's own first."""
    details = contact_details_json(side.contact, source_rows=side.source_rows)
    views = list[RecordView]()
    for record, described in zip(by_rank(side.contact.records), details["sources"], strict=True):
        source = value_source({**described, "at": described["last_changed_at"]}, side.source_names)
        fields = {field.name: value_of(record, field.name) for field in TABLE}
        rows = [TextRow(field.title, _texts(field.name, fields)) for field in TABLE]
        views.append(RecordView(source, [row for row in rows if row.texts]))
    return views


def _row(field: FieldComparison, result: ContactFields, choices: Mapping[str, Json]) -> Row:
    shown: Mapping[str, Any] = result
    of_result = shown.get(_shown_field(field.field))
    is_left = bool(field.left) and field.left[0].value == of_result
    chosen = choices.get(field.field, LEFT if is_left or not field.right else RIGHT)
    return Row(
        field, [ShownValue(each) for each in field.left], [ShownValue(each) for each in field.right], str(chosen)
    )


def _list_row(field: FieldComparison, choices: Mapping[str, Json]) -> Row:
    kept = choices.get(field.field)
    keys = {id(each): key for key, each in _keyed(field)}

    def shown(values: Sequence[SideValue]) -> list[ShownValue]:
        return [ShownValue(each, keys.get(id(each), ""), kept is None or each.value in kept) for each in values]

    return Row(field, shown(field.left), shown(field.right), "")


def _keyed(field: FieldComparison) -> list[tuple[str, SideValue]]:
    """Each value of a list once, with its name in the form; common ones as the left side spells them."""
    left = [(f"l{number}", each) for number, each in enumerate(field.left)]
    return left + [(f"r{number}", each) for number, each in enumerate(field.right) if not each.is_common]


def _shown_field(field: str) -> str:
    return "display" if field == NAME_FIELD else field


def _texts(field: str, fields: Mapping[str, Any]) -> list[str]:
    return [text for value in _several(fields.get(field)) if (text := text_of(field, value))]


def _several(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list) else [value] if value else []
