"""Compares two contacts field by field, as a person reviews them: what differs first. Pure functions.

All parts of a name are one field, `name`, because a name comes from one record as a whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_fields import FIELDS, LISTS, NAME, TABLE
from chalicelib.contacts.contact_json import contact_details_json
from chalicelib.contacts.fold_records import same_value
from chalicelib.contacts.source_record import ContactFields
from chalicelib.contacts.source_row import SourceRows
from chalicelib.contacts.value_source import ValueSource, value_source
from chalicelib.contacts.value_text import text_of
from chalicelib.reviews.mark_differences import UNLIKE, Segments, likeness, marked, unmarked

NAME_FIELD, NAME_TITLE = "name", "Name"
COMPARED = (NAME_FIELD, *(field.name for field in TABLE if not field.is_of_name))
MOST_COMPARISONS = 100  # of values of two lists, to find those that resemble each other


class Difference(StrEnum):
    """How the values of a field compare, in the order in which they are shown."""

    DIFFERENT = "different"
    ONE_SIDED = "one_sided"  # only one side has any
    EQUAL = "equal"


_RANK = {difference: rank for rank, difference in enumerate(Difference)}


@dataclass(frozen=True, slots=True)
class SideValue:
    """One value of one side."""

    value: Any
    text: str
    #: Its kind ("work"), the name of a custom field, or the part of a name it is; "" for none.
    label: str
    #: The text, with marks where it differs from the other side's.
    segments: Segments
    #: Whether the other side has the same value.
    is_common: bool
    #: Empty for a computed value.
    sources: Sequence[ValueSource]


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """The values of one field, or of the name, on both sides."""

    field: str
    title: str
    difference: Difference
    left: Sequence[SideValue]
    right: Sequence[SideValue]

    @property
    def is_list(self) -> bool:
        return self.field in LISTS


@dataclass(frozen=True, slots=True)
class ComparedContact:
    """One side of a comparison."""

    contact: Contact
    #: The rows of files that its records came from.
    source_rows: SourceRows
    #: What people call its sources, by key.
    source_names: Mapping[str, str]


def title_of(field: str) -> str:
    """What pages call a field of a comparison."""
    return NAME_TITLE if field == NAME_FIELD else FIELDS[field].title


def differing_fields(left: ContactFields, right: ContactFields) -> tuple[str, ...]:
    """The fields that both sides have, with different values."""
    return tuple(field for field in COMPARED if difference_of(field, left, right) is Difference.DIFFERENT)


def difference_of(field: str, left: ContactFields, right: ContactFields) -> Difference:
    """How the values of a field compare. Lists are equal if they have the same values in any order and spelling."""
    has_left, has_right = _has(field, left), _has(field, right)
    if has_left != has_right:
        return Difference.ONE_SIDED
    if not has_left or _are_equal(field, left, right):
        return Difference.EQUAL
    return Difference.DIFFERENT


def compare(left: ComparedContact, right: ComparedContact) -> list[FieldComparison]:
    """The comparison of each field that a side has: those that differ, those of one side, then the equal ones."""
    sides = _Side.of(left), _Side.of(right)
    fields = [field for field in COMPARED if any(_has(field, side.shown) for side in sides)]
    compared = [_compare_field(field, *sides) for field in fields]
    return sorted(compared, key=lambda each: _RANK[each.difference])


@dataclass(frozen=True, slots=True)
class _Side:
    shown: ContactFields
    provenance: Mapping[str, Sequence[Mapping[str, Any]]]
    source_names: Mapping[str, str]

    @classmethod
    def of(cls, side: ComparedContact) -> "_Side":
        details = contact_details_json(side.contact, source_rows=side.source_rows)
        return cls(side.contact.shown, details["provenance"], side.source_names)

    def values(self, field: str) -> list[SideValue]:
        """The values that the contact shows, without marks."""
        shown = self.shown.get(field)
        values: Sequence[Any] = shown if isinstance(shown, list) else [shown] if shown else []
        return [self._value(field, value) for value in values]

    def _value(self, field: str, value: Any) -> SideValue:
        text = text_of(field, value)
        return SideValue(
            value, text, _label_of(field, value), unmarked(text), False, tuple(self._sources(field, value))
        )

    def _sources(self, field: str, value: Any) -> Iterator[ValueSource]:
        for provided in self.provenance.get(field, ()):
            if provided["shown"] and (field == "notes" or same_value(field, value, provided["value"])):
                yield from (value_source(source, self.source_names) for source in provided["sources"])


def _label_of(field: str, value: Any) -> str:
    if field in NAME:
        return "" if field == "display" else FIELDS[field].title
    return str(value.get("label") or value.get("name") or "") if isinstance(value, Mapping) else ""


def _has(field: str, fields: ContactFields) -> bool:
    return any(fields.get(part) for part in _parts(field))


def _parts(field: str) -> Sequence[str]:
    return NAME if field == NAME_FIELD else (field,)


def _are_equal(field: str, left: ContactFields, right: ContactFields) -> bool:
    if field not in LISTS:
        return all(left.get(part) == right.get(part) for part in _parts(field))
    values: Mapping[str, Any] = left
    others: Mapping[str, Any] = right
    return _has_all(field, values[field], others[field]) and _has_all(field, others[field], values[field])


def _has_all(field: str, values: Sequence[Any], others: Sequence[Any]) -> bool:
    return all(any(same_value(field, value, other) for value in values) for other in others)


def _compare_field(field: str, left: _Side, right: _Side) -> FieldComparison:
    if field in LISTS:
        values = _compare_lists(field, left.values(field), right.values(field))
    else:
        values = _compare_texts(_compared_parts(field, left, right), left, right)
    return FieldComparison(field, title_of(field), difference_of(field, left.shown, right.shown), *values)


def _compared_parts(field: str, left: _Side, right: _Side) -> Sequence[str]:
    """The name as it is displayed, with the parts that differ if it is displayed alike."""
    if field != NAME_FIELD:
        return (field,)
    if left.shown.get("display") != right.shown.get("display"):
        return ("display",)
    return ("display", *(part for part in NAME[1:] if left.shown.get(part) != right.shown.get(part)))


def _compare_texts(fields: Sequence[str], left: _Side, right: _Side) -> tuple[Sequence[SideValue], Sequence[SideValue]]:
    left_values, right_values = list[SideValue](), list[SideValue]()
    for field in fields:
        here, there = left.values(field), right.values(field)
        if here and there:
            here, there = _marked_pair(here[0], there[0], is_common=here[0].value == there[0].value)
        left_values += here
        right_values += there
    return left_values, right_values


def _compare_lists(
    field: str, left: Sequence[SideValue], right: Sequence[SideValue]
) -> tuple[Sequence[SideValue], Sequence[SideValue]]:
    """Common values, and marks in values that resemble one of the other side."""
    values, others = _with_common(field, left, right), _with_common(field, right, left)
    rest = [at for at, each in enumerate(values) if not each.is_common]
    others_rest = [at for at, each in enumerate(others) if not each.is_common]
    if len(rest) * len(others_rest) > MOST_COMPARISONS:
        return values, others
    for at, other_at in _alike(values, rest, others, others_rest):
        [values[at]], [others[other_at]] = _marked_pair(values[at], others[other_at], is_common=False)
    return values, others


def _with_common(field: str, values: Sequence[SideValue], others: Sequence[SideValue]) -> list[SideValue]:
    return [
        replace(each, is_common=any(same_value(field, each.value, other.value) for other in others)) for each in values
    ]


def _alike(
    values: Sequence[SideValue], rest: Sequence[int], others: Sequence[SideValue], others_rest: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """The places of values that resemble each other, the most alike first, each once."""
    pairs = [(_alikeness(values[at], others[other_at]), at, other_at) for at in rest for other_at in others_rest]
    used, others_used = set[int](), set[int]()
    for alike, at, other_at in sorted(pairs, reverse=True):
        if alike >= UNLIKE and at not in used and other_at not in others_used:
            used.add(at)
            others_used.add(other_at)
            yield at, other_at


def _alikeness(value: SideValue, other: SideValue) -> float:
    same_label = bool(value.label) and value.label == other.label
    return likeness(value.text, other.text) + (UNLIKE if same_label else 0.0)


def _marked_pair(left: SideValue, right: SideValue, *, is_common: bool) -> tuple[list[SideValue], list[SideValue]]:
    here, there = marked(left.text, right.text)
    return (
        [replace(left, segments=here, is_common=is_common)],
        [replace(right, segments=there, is_common=is_common)],
    )
