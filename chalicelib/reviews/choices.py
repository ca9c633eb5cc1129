"""The values that a person chooses for a merged contact, field by field: pure functions.

A choice names a side, both sides of a list, or one of their values. A field without a choice follows the rules of every
contact: the person's own words first, then the first source; lists are united.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.contacts.contact_fields import FIELDS, LISTS, NAME
from chalicelib.contacts.fold_records import same_value
from chalicelib.contacts.source_record import ContactFields
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.json import Json
from chalicelib.reviews.compare_contacts import COMPARED, NAME_FIELD

LEFT, RIGHT, BOTH = "left", "right", "both"
_Fields = Mapping[str, Any]


def chosen_values(left: ContactFields, right: ContactFields, choices: Mapping[str, Json]) -> dict[str, Json]:
    """The values of the fields with a choice, as merging takes them; "" or None clears a field.

    Args:
        choices: by the fields of a comparison: "left", "right", "both" for a list, or a value of one of the sides;
            of a list, a list of such values.

    Raises:
        InvalidInput: names the field whose choice is not possible.
    """
    values: dict[str, Json] = {}
    for field, choice in choices.items():
        if field not in COMPARED:
            raise InvalidInput(f'There is no field "{field[:100]}" to choose for.', field=f"choices.{field[:100]}")
        if field in LISTS:
            values |= _chosen_list(field, left, right, choice)
        elif choice in (LEFT, RIGHT):
            values |= _values_of(field, left if choice == LEFT else right)
        else:
            values |= _chosen_value(field, left, right, choice)
    return values


def _values_of(field: str, side: _Fields) -> dict[str, Json]:
    """What one side has of a field, or of the whole name."""
    if field == NAME_FIELD:
        return {part: side.get(part, "") for part in NAME}
    return {field: side.get(field, None if field == "birthday" else "")}


def _chosen_value(field: str, left: _Fields, right: _Fields, choice: Json) -> dict[str, Json]:
    """The values of the side that has this value."""
    shown = "display" if field == NAME_FIELD else field
    for side in (left, right):
        if choice and side.get(shown) == choice:
            return _values_of(field, side)
    raise _not_possible(field)


def _chosen_list(field: str, left: _Fields, right: _Fields, choice: Json) -> dict[str, Json]:
    if choice == BOTH:
        return {}
    if choice in (LEFT, RIGHT):
        return {field: list((left if choice == LEFT else right).get(field, ()))}
    if not isinstance(choice, list):
        raise _not_possible(field)
    known = united(field, left, right)
    chosen = [value for value in known if any(_is_same(field, value, each) for each in choice)]
    if not all(any(_is_same(field, value, each) for value in known) for each in choice):
        raise _not_possible(field)
    return {} if len(chosen) == len(known) else {field: chosen}


def united(field: str, left: ContactFields | _Fields, right: ContactFields | _Fields) -> Sequence[Any]:
    """The values of a list of both sides, each once, as the left side spells it."""
    sides: Sequence[_Fields] = (left, right)
    values: list[Any] = []
    for value in (value for side in sides for value in side.get(field, ())):
        if not any(same_value(field, value, other) for other in values):
            values.append(value)
    return values


def _is_same(field: str, value: Any, other: Any) -> bool:
    """Whether a caller's value is this one; never raises, whatever a caller sends."""
    if isinstance(value, str) or isinstance(other, str):
        return bool(value == other) or (FIELDS[field].is_pair and _main_part(field, value) == other)
    try:
        return same_value(field, value, other)
    except (KeyError, TypeError, AttributeError):
        return False


def _main_part(field: str, value: Any) -> Any:
    return value.get(FIELDS[field].value) if isinstance(value, Mapping) else None


def _not_possible(field: str) -> InvalidInput:
    words = '"left", "right" or "both", or a list of values' if field in LISTS else '"left" or "right", or a value'
    return InvalidInput(f"The choice for {field} must be {words} that one of the two has.", field=f"choices.{field}")
