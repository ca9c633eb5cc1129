"""The form in which a person says what the columns of a file become. Pure functions."""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import FIELDS
from chalicelib.files.mapping.column_mapping import ColumnMapping, MappedColumn
from chalicelib.files.mapping.target import MOST_ENTRIES, TITLES, Target
from chalicelib.files.mapping.written_dates import DateOrder
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import Form
from chalicelib.foundation.json import JsonObject

_NAMED_BY_HEADER = ("custom_fields", "events")


def mapping_of_form(form: Form, current: ColumnMapping) -> ColumnMapping:
    """The mapping after a submitted form, which may have some of the columns only.

    Raises:
        InvalidInput: it names what does not exist.
    """
    try:
        mapping = replace(current, columns=_columns(form, current))
        return ColumnMapping.from_json({**mapping.to_json(), **_settings(form, mapping)})
    except ValueError:
        raise InvalidInput("The form is incomplete. Reload the page and try again.", field="columns") from None


def _columns(form: Form, current: ColumnMapping) -> list[MappedColumn]:
    columns = list(current.columns)
    unnumbered: list[tuple[int, str]] = []
    for place, column in enumerate(columns):
        chosen = form.text(f"target-{place}", column.target.text)
        order = form.text(f"date-{place}", column.date_order.value if column.date_order else "")
        is_list = chosen in TITLES and _is_list(chosen)
        target = Target() if is_list else Target.of(chosen)
        if is_list:
            unnumbered.append((place, chosen))
        columns[place] = MappedColumn(column.header, target, DateOrder(order) if order else None)
    for place, kind in unnumbered:
        target = _numbered(kind, columns[place].header, [column.target for column in columns])
        columns[place] = replace(columns[place], target=target)
    return columns


def _is_list(kind: str) -> bool:
    field = FIELDS.get(kind.partition(".")[0])
    return field is not None and field.kind is Kind.OBJECTS


def _numbered(kind: str, header: str, others: Iterable[Target]) -> Target:
    """The target in the first value of the list that does not have this part yet."""
    field, _, part = kind.partition(".")
    label = " ".join(header.split()) if field in _NAMED_BY_HEADER and not part else ""
    taken = {(target.kind, target.entry) for target in others}
    entry = next(number for number in range(1, MOST_ENTRIES + 1) if (kind, number) not in taken)
    numbered = ".".join(filter(None, (field, str(entry), part)))
    return Target.of(f"{numbered}={label}" if label else numbered)


def _settings(form: Form, mapping: ColumnMapping) -> JsonObject:
    """What holds for all rows, as far as the form says it."""
    rules = {name.removeprefix("rule-"): form.text(name) for name in form.fields if name.startswith("rule-")}
    changed: JsonObject = {"rules": {**{name: rule.value for name, rule in mapping.rules.items()}, **rules}}
    for name in ("region", "name_order"):
        if name in form.fields:
            changed[name] = form.text(name)
    if "default_field" in form.fields:
        pairs = zip(form.every("default_field"), form.every("default_value"), strict=False)
        changed["defaults"] = {field: value.strip() for field, value in pairs if field and value.strip()}
    return changed
