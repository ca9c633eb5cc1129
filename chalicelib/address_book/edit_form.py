"""The form for editing a contact: its fields filled in, and the edit that a submitted form means. Pure functions."""

from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any, NamedTuple

from chalicelib.contacts.contact_field import ContactField, Kind, Section
from chalicelib.contacts.contact_fields import EDITABLE, FIELDS, TABLE, TEXTS
from chalicelib.contacts.contact_fields import PAIRS as LISTS
from chalicelib.foundation.errors import CallerError, InvalidInput
from chalicelib.foundation.forms import Form
from chalicelib.foundation.json import JsonObject

TEXT_FIELDS = tuple(name for name in TEXTS if name in EDITABLE)  # with one text
ADDRESS_PARTS = tuple((part.name, part.title) for part in FIELDS["addresses"].parts)
BLANK_LINES = 2  # at the end of each list, for new values


class Pair(NamedTuple):
    """The form fields of a list: two for each value, and a third if values have a type."""

    #: Names of the form fields; `type_field` is "" for values without a type.
    field: str
    label_field: str
    type_field: str
    #: The parts of a value that the first two fields show.
    value: str
    label: str
    #: The types of a value; the first is the default.
    types: tuple[str, ...]

    @classmethod
    def of(cls, field: ContactField) -> "Pair":
        name = field.singular
        types = next((part.choices for part in field.parts if part.choices), ())
        return cls(name, f"{name}_{field.label}", f"{name}_type" if types else "", field.value, field.label, types)


PAIRS: Mapping[str, Pair] = {field.name: Pair.of(field) for field in LISTS}
LESS_COMMON = tuple(
    name
    for name in (*TEXT_FIELDS, *PAIRS)
    if FIELDS[name].form.section is Section.MORE and FIELDS[name].kind is not Kind.TEXT
)
_COMPUTED = "display"  # comes after the fields it is computed from


def texts(section: Section) -> list[ContactField]:
    """The fields with one line of text in a section of the form."""
    fields = (field for field in TABLE if field.name in TEXT_FIELDS and field.form.section is section)
    lines = [field for field in fields if field.kind is Kind.LINE]
    return sorted(lines, key=lambda field: field.name == _COMPUTED)


def lists(section: Section) -> list[tuple[ContactField, Pair]]:
    """The lists of pairs in a section of the form."""
    return [(field, PAIRS[field.name]) for field in LISTS if field.form.section is section]


_BIRTHDAY = {"day": "birth_day", "month": "birth_month", "year": "birth_year"}


def filled_form(shown: Mapping[str, Any]) -> JsonObject:
    """The fields of the form with the values that the contact shows."""
    fields: JsonObject = {name: shown.get(name, "") for name in TEXT_FIELDS}
    for field, pair in PAIRS.items():
        pairs = [_line(pair, each) for each in shown.get(field, ())]
        fields[field] = pairs + [_line(pair, {})] * BLANK_LINES
    parts = [part for part, _ in ADDRESS_PARTS]
    addresses = [{part: each.get(part, "") for part in parts} for each in shown.get("addresses", ())]
    fields["addresses"] = [*addresses, dict.fromkeys(parts, "")]
    fields["groups"] = "\n".join(shown.get("groups", ()))
    birthday = shown.get("birthday") or {}
    return fields | {field: str(birthday.get(part, "")) for part, field in _BIRTHDAY.items()}


def _line(pair: Pair, value: Mapping[str, str]) -> dict[str, str]:
    line = {"value": value.get(pair.value, ""), "label": value.get(pair.label, "")}
    return {**line, "type": value.get("type", pair.types[0])} if pair.types else line


def resubmitted_form(form: Form) -> JsonObject:
    """The fields as they were submitted, so that the person can correct one of them."""
    fields: JsonObject = {name: form.text(name) for name in (*TEXT_FIELDS, "groups", *_BIRTHDAY.values())}
    fields |= {field: _pairs(form, pair) for field, pair in PAIRS.items()}
    return fields | {"addresses": _addresses(form)}


def parse_form(form: Form) -> JsonObject:
    """The submitted values by contact field, without cleared lines and fields that are not in the form.

    Raises:
        InvalidInput: a part of the birthday is not a number.
    """
    values: JsonObject = {name: _text(form.text(name)) for name in TEXT_FIELDS if name in form.fields}
    for field, pair in PAIRS.items():
        if _has(form, (pair.field, pair.label_field)):
            values[field] = [_with_label(pair, each) for each in _pairs(form, pair) if each["value"].strip()]
    if _has(form, (f"address_{part}" for part, _ in ADDRESS_PARTS)):
        stripped = [{part: _text(text) for part, text in each.items()} for each in _addresses(form)]
        filled = [{part: text for part, text in each.items() if text} for each in stripped]
        values["addresses"] = [each for each in filled if set(each) - {"label"}]
    if "groups" in form.fields:
        values["groups"] = [line.strip() for line in form.text("groups").splitlines() if line.strip()]
    return values | ({"birthday": _birthday(form)} if _has(form, _BIRTHDAY.values()) else {})


def edit_of(form: Form, shown: Mapping[str, Any]) -> JsonObject:
    """The fields that differ from what the form was filled with.

    Raises:
        InvalidInput: a part of the birthday is not a number.
    """
    untouched = parse_form(_untouched(shown))
    return {field: value for field, value in parse_form(form).items() if value != untouched[field]}


def has_less_common(fields: Mapping[str, Any]) -> bool:
    """Whether any field in the collapsed section has a value."""
    return any(
        any(each["value"] or each["label"] for each in fields[name]) if name in PAIRS else fields[name]
        for name in LESS_COMMON
    )


def form_values(fields: Mapping[str, Any], problem: str = "", wrong_field: str = "") -> JsonObject:
    """What the template of the form takes.

    Args:
        fields: of the form, filled in.
        problem: the error of what was submitted; "" for none.
        wrong_field: the field that it is about; "" for none.
    """
    return {
        "fields": fields,
        "address_parts": ADDRESS_PARTS,
        "texts": {section.value: texts(section) for section in Section},
        "lists": {section.value: lists(section) for section in Section},
        "shows_more": has_less_common(fields) or wrong_field in LESS_COMMON,
        "problem": problem,
        "wrong_field": wrong_field if wrong_field in {*fields, "birthday"} else "",
    }


def wrong_field_of(error: CallerError) -> str:
    """The field that an error is about; "" for none."""
    return str(error.members.get("field", "")).partition(".")[0]


def _untouched(shown: Mapping[str, Any]) -> Form:
    """The values that a browser submits if nothing in the form was changed."""
    fields = filled_form(shown)
    submitted: dict[str, list[str]] = {name: [fields[name]] for name in (*TEXT_FIELDS, "groups", *_BIRTHDAY.values())}
    for field, pair in PAIRS.items():
        submitted[pair.field] = [each["value"] for each in fields[field]]
        submitted[pair.label_field] = [each["label"] for each in fields[field]]
        if pair.types:
            submitted[pair.type_field] = [each["type"] for each in fields[field]]
    for part, _ in ADDRESS_PARTS:
        submitted[f"address_{part}"] = [each[part] for each in fields["addresses"]]
    return Form(submitted)


def _has(form: Form, names: Iterable[str]) -> bool:
    return any(name in form.fields for name in names)


def _text(text: str) -> str:
    """Trimmed, with LF line breaks; browsers submit CR LF."""
    return text.replace("\r\n", "\n").strip()


def _pairs(form: Form, pair: Pair) -> list[dict[str, str]]:
    types = form.every(pair.type_field) if pair.types else []
    lines = zip_longest(form.every(pair.field), form.every(pair.label_field), types, fillvalue="")
    pairs = [{"value": value, "label": label, "type": type_} for value, label, type_ in lines]
    return pairs if pair.types else [{"value": each["value"], "label": each["label"]} for each in pairs]


def _addresses(form: Form) -> list[dict[str, str]]:
    names = [part for part, _ in ADDRESS_PARTS]
    columns = zip_longest(*(form.every(f"address_{name}") for name in names), fillvalue="")
    return [dict(zip(names, values, strict=True)) for values in columns]


def _with_label(pair: Pair, line: Mapping[str, str]) -> dict[str, str]:
    parts = {pair.value: _text(line["value"]), pair.label: line["label"].strip()}
    if line.get("type") not in (None, "", *pair.types[:1]):
        parts["type"] = line["type"]
    return {name: text for name, text in parts.items() if text}


def _birthday(form: Form) -> dict[str, int] | None:
    texts = {part: form.text(field).strip() for part, field in _BIRTHDAY.items()}
    return {part: _whole(text, _BIRTHDAY[part]) for part, text in texts.items() if text} or None


def _whole(text: str, field: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise InvalidInput("Enter the birthday as numbers, such as 12, 4 and 1970.", field=field)
    return int(text)
