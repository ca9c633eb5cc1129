"""Maps the rows of a table to contacts. What the mapping decides is looked up once, before the first row.

Texts are taken as they are written: `contacts.cleaning` cleans them later, together with the whole contact.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import FIELDS, TABLE
from chalicelib.contacts.source_record import ContactFields
from chalicelib.files.mapping.cell_values import GOOGLES
from chalicelib.files.mapping.column_mapping import REACHED_BY, ColumnMapping, MappedColumn, Rule
from chalicelib.files.mapping.draft import Draft, Put
from chalicelib.files.mapping.list_values import Slot, day_of_parts, reader_of
from chalicelib.files.mapping.own_exports import DISPLAY
from chalicelib.files.mapping.person_names import NameOrder, split_name
from chalicelib.files.mapping.presets import Preset, preset_of
from chalicelib.files.mapping.target import NAME, UID, Target
from chalicelib.files.mapping.written_dates import NO_YEAR_OF_BIRTH, DateOrder, NotADate, read_date
from chalicelib.files.records import Problem, column_name
from chalicelib.foundation.safe_csv import unescape_cell

BLOCKING = "no_name_email_or_phone"  # the code of a row that is no contact
FOOTER = "not_a_contact"  # the code of a line behind the contacts
_ESCAPED_AS_C = re.compile(r"\\(.)", re.DOTALL)
_C = {"n": "\n", "r": "\r", "t": "\t"}
_BETWEEN_GROUPS = re.compile(r"[;,\r\n]+")
_PLACES = {field.name: place for place, field in enumerate(TABLE)}


class MappedRow(NamedTuple):
    """The contact of one row."""

    fields: ContactFields
    problems: Sequence[Problem] = ()
    #: Its id in the program that wrote the file; "" for none.
    uid: str = ""


class RowMapper:
    """Maps the rows of the table that a mapping was made for."""

    def __init__(self, mapping: ColumnMapping) -> None:
        self._preset = preset_of(mapping.preset)
        slots = _slots(mapping)
        places = {slot: place for place, slot in enumerate(slots)}
        self._readers = [reader_of(_slot(mapping, self._preset, slot)) for slot in slots]
        self._puts = [_put(column, mapping, self._preset, places) for column in mapping.columns]
        self._defaults = dict(mapping.defaults)
        self._day_header = next((each.header for each in mapping.columns if each.target.field == "birthday"), "")

    def __call__(self, cells: Sequence[str]) -> MappedRow:
        """The contact in a row. Cells beyond the last column, and rows that are no contacts, are problems."""
        if self._preset.footers and (footer := _footer(cells, self._preset)):
            return MappedRow({}, (Problem("", footer, FOOTER),))
        draft = Draft()
        for cell, put in zip(cells, self._puts, strict=False):
            if cell and put is not None and (text := cell.strip()):
                put(text, draft)
        if draft.entries:
            self._read_lists(draft)
        if draft.days and (day := day_of_parts(draft.days, self._day_header, draft, NO_YEAR_OF_BIRTH)):
            draft.fields["birthday"] = day
        if self._defaults:
            self._fill(draft)
        if len(cells) > len(self._puts):
            self._reject_beyond(cells, draft)
        if draft.fields.keys().isdisjoint(REACHED_BY):
            draft.reject("", "", BLOCKING)
        return MappedRow(cast(ContactFields, draft.fields), draft.problems, draft.uid)

    def _read_lists(self, draft: Draft) -> None:
        for place in sorted(draft.entries):
            self._readers[place](draft.entries[place], draft)
        for field, place in draft.preferred.items():
            values = draft.fields[field]
            values.insert(0, values.pop(place))

    def _reject_beyond(self, cells: Sequence[str], draft: Draft) -> None:
        for place in range(len(self._puts), len(cells)):
            if text := cells[place].strip():
                draft.reject(column_name(place), text, "no_column")

    def _fill(self, draft: Draft) -> None:
        for field, text in self._defaults.items():
            if field not in draft.fields:
                draft.fields[field] = [text] if FIELDS[field].kind is Kind.LINES else text


def _footer(cells: Sequence[str], preset: Preset) -> str:
    """The text of a line behind the last contact; "" for other rows."""
    filled = list(filter(None, cells))
    return filled[0] if len(filled) == 1 and filled[0].startswith(preset.footers) else ""


# ── what belongs together


_SlotKey = tuple[str, int]  # a list, and the number of a value in it


def _slots(mapping: ColumnMapping) -> list[_SlotKey]:
    """The list values that the columns are parts of, in the order of the fields."""
    keys = {(column.target.field, column.target.entry) for column in mapping.columns if column.target.entry}
    return sorted(keys, key=lambda key: (_PLACES[key[0]], key[1]))


def _slot(mapping: ColumnMapping, preset: Preset, key: _SlotKey) -> Slot:
    columns = [column for column in mapping.columns if (column.target.field, column.target.entry) == key]
    label_part = FIELDS[key[0]].label
    main = next((column for column in columns if column.target.part != label_part), columns[0])
    return Slot(
        field=key[0],
        header=main.header,
        label=next((column.target.label for column in columns if column.target.label), ""),
        separators=preset.separators,
        date_order=main.date_order or preset.date_order,
        region=mapping.region,
        stars=preset.stars,
        restored=_restored(mapping) if preset.is_own and key[0] == "custom_fields" else {},
        is_own=preset.is_own,
    )


def _restored(mapping: ColumnMapping) -> Mapping[str, str]:
    """The names of custom fields that an export of this service made of fields that the file has no column for."""
    present = {column.target.field for column in mapping.columns}
    lines = {each.column.header: each.name for each in TABLE if each.column and each.kind is Kind.LINE}
    return {name: field for name, field in {DISPLAY: "display", **lines}.items() if field not in present}


# ── what becomes of a cell


def _put(column: MappedColumn, mapping: ColumnMapping, preset: Preset, places: Mapping[_SlotKey, int]) -> Put | None:
    """What stores the cells of a column; None for a column that is ignored."""
    target = column.target
    if not target.field or mapping.rules.get(target.field) is Rule.NEVER:
        return None
    if target.entry:
        return _with_unescaped(_entry_part(target, places[target.field, target.entry]), preset)
    return _with_unescaped(_field(column, mapping, preset), preset)


def _field(column: MappedColumn, mapping: ColumnMapping, preset: Preset) -> Put:
    target = column.target
    if target.field == NAME:
        return _name(mapping.name_order)
    if target.field == UID:
        return _uid
    kind = FIELDS[target.field].kind
    if kind is Kind.DAY:
        return _day_part(target.part) if target.part else _birthday(column, preset)
    return _groups(preset) if kind is Kind.LINES else _text(target.field, "\n" if kind is Kind.TEXT else " ")


def _with_unescaped(put: Put, preset: Preset) -> Put:
    """`put` behind what the program did to all cells."""
    unset = preset.unset

    def put_unless_unset(text: str, draft: Draft) -> None:
        if text not in unset:
            put(text, draft)

    def put_formula(text: str, draft: Draft) -> None:
        put(unescape_cell(text) if "'" in text else text, draft)

    def put_c(text: str, draft: Draft) -> None:
        put(_ESCAPED_AS_C.sub(_unescaped_c, text) if "\\" in text else text, draft)

    ways: Mapping[str, Put] = {"formula": put_formula, "c": put_c, "": put_unless_unset if unset else put}
    return ways[preset.escapes]


def _unescaped_c(escape: re.Match[str]) -> str:
    return _C.get(escape[1], escape[1])


def _text(field: str, between: str) -> Put:
    def put(text: str, draft: Draft) -> None:
        known = draft.fields.get(field)
        draft.fields[field] = text if known is None or known == text else f"{known}{between}{text}"

    return put


def _entry_part(target: Target, place: int) -> Put:
    part = target.part
    lines = {each.name for each in FIELDS[target.field].parts if each.is_multiline}
    between = "\n" if part in lines or target.field != "addresses" else " "

    def put(text: str, draft: Draft) -> None:
        entry = draft.entries.get(place)
        if entry is None:
            draft.entries[place] = {part: text}
        else:
            entry[part] = f"{entry[part]}{between}{text}" if part in entry else text

    return put


def _name(order: NameOrder) -> Put:
    def put(text: str, draft: Draft) -> None:
        for part, words in split_name(text, order).items():
            draft.fields.setdefault(part, words)

    return put


def _uid(text: str, draft: Draft) -> None:
    draft.uid = draft.uid or text


def _birthday(column: MappedColumn, preset: Preset) -> Put:
    order: DateOrder | None = column.date_order or preset.date_order
    no_year = () if preset.is_own else NO_YEAR_OF_BIRTH

    def put(text: str, draft: Draft) -> None:
        try:
            day = read_date(text, order, no_year)
        except NotADate as error:
            draft.reject(column.header, text, str(error))
            return
        if day:
            draft.fields.setdefault("birthday", day)

    return put


def _day_part(part: str) -> Put:
    def put(text: str, draft: Draft) -> None:
        draft.days[part] = text

    return put


def _groups(preset: Preset) -> Put:
    hidden = {group.casefold() for group in preset.system_groups}

    def put(text: str, draft: Draft) -> None:
        groups = draft.fields.setdefault("groups", [])
        groups.extend(name for name in _names(text, preset, hidden) if name not in groups)
        if not groups:
            del draft.fields["groups"]

    return put


def _names(text: str, preset: Preset, hidden: set[str]) -> Iterator[str]:
    parts = text.split(GOOGLES) if GOOGLES in text or preset.separators is not None else _BETWEEN_GROUPS.split(text)
    for part in parts:
        name = part.strip()
        if hidden and name.startswith("*"):
            name = name[1:].strip()
            if name.casefold() in hidden:
                continue
        if name:
            yield name
