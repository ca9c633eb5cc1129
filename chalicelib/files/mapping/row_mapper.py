"""Maps the rows of a table to contacts. What the mapping decides is looked up once, before the first row.

Texts are taken as they are written: `contacts.cleaning` cleans them later, together with the whole contact.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple, cast

from chalicelib.contacts.contact_field import Kind
from chalicelib.contacts.contact_fields import FIELDS, TABLE
from chalicelib.contacts.source_record import ContactFields
from chalicelib.files.mapping.column_mapping import BLOCKING, REACHED_BY, ColumnMapping, Rule
from chalicelib.files.mapping.draft import Cells, Draft, Read
from chalicelib.files.mapping.list_values import Slot, reader_of
from chalicelib.files.mapping.own_exports import ADDRESS_BOOK, DISPLAY
from chalicelib.files.mapping.presets import Preset, preset_of
from chalicelib.files.mapping.single_values import birthday, birthday_of_parts, groups, uid, whole_name
from chalicelib.files.mapping.target import NAME, UID, WHOLE, Target
from chalicelib.files.mapping.unescape import UNESCAPE
from chalicelib.files.records import Problem, column_name

FOOTER = "not_a_contact"  # the code of a line behind the contacts
_WIDE = ("addresses", "events")  # lists with values of several columns; all are read in one order
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
        self._unescape = UNESCAPE.get(self._preset.escapes)
        self._width = len(mapping.columns)
        self._defaults = dict(mapping.defaults)
        columns = _Columns(mapping, self._preset)
        self._joined = columns.joined
        self._texts = columns.texts
        self._others = columns.others
        self._wide_slots = columns.wide_slots

    def __call__(self, cells: Cells) -> MappedRow:
        """The contact in a row. Cells beyond the last column, and rows that are no contacts, are problems."""
        if self._preset.footers and (footer := _footer(cells, self._preset)):
            return MappedRow({}, (Problem("", footer, FOOTER),))
        draft = Draft()
        if len(cells) != self._width or self._unescape or self._joined:
            cells = self._prepared(cells, draft)
        self._read(cells, draft)
        if draft.fields.keys().isdisjoint(REACHED_BY):  # before the defaults, which are nobody's own values
            draft.reject("", "", BLOCKING)
        if self._defaults or draft.preferred:
            self._complete(draft)
        return MappedRow(cast(ContactFields, draft.fields), draft.problems, draft.uid)

    def _read(self, cells: Cells, draft: Draft) -> None:
        fields = draft.fields
        for field, place in self._texts:
            if (cell := cells[place]) and (text := cell.strip()):
                fields[field] = text
        for place, read in self._others:
            if cells[place]:
                read(cells, draft)
        for cells_of, read in self._wide_slots:
            if any(cells_of(cells)):
                read(cells, draft)

    def _prepared(self, cells: Cells, draft: Draft) -> Cells:
        """As many cells as there are columns, without what the program did to all of them."""
        for place in range(self._width, len(cells)):
            if text := cells[place].strip():
                draft.reject(column_name(place), text, "no_column")
        prepared = [*cells[: self._width], *[""] * (self._width - len(cells))]
        if unescape := self._unescape:
            prepared = [unescape(cell) if cell else cell for cell in prepared]
        for places, between in self._joined:
            texts = [text for place in places if (text := prepared[place].strip())]
            prepared[places[0]] = between.join(dict.fromkeys(texts))
        return prepared

    def _complete(self, draft: Draft) -> None:
        """Puts preferred values first, and the mapping's defaults where the row has no value."""
        for field, place in (draft.preferred or {}).items():
            values = draft.fields[field]
            values.insert(0, values.pop(place))
        for field, text in self._defaults.items():
            if field not in draft.fields:
                draft.fields[field] = [text] if FIELDS[field].kind is Kind.LINES else text


def _footer(cells: Cells, preset: Preset) -> str:
    """The text of a line behind the last contact; "" for other rows."""
    filled = list(filter(None, cells))
    return filled[0] if len(filled) == 1 and filled[0].startswith(preset.footers) else ""


_SlotKey = tuple[str, int]  # a list, and the number of a value in it


class _Columns:
    """Where the values of a row are, and what reads them.

    Attributes:
        texts: fields that are texts, and their columns.
        others: columns, and what reads a contact's further values if the column is not empty.
        wide_slots: what takes the cells of a list value with several columns, and what reads it if one is not empty.
        joined: columns that are one text together, which comes into the first, and what is put between them.
    """

    def __init__(self, mapping: ColumnMapping, preset: Preset) -> None:
        self._mapping, self._preset = mapping, preset
        used: dict[Target, list[int]] = {}
        for place, column in enumerate(mapping.columns):
            target = column.target._replace(label="")
            if target.field and mapping.rules.get(target.field) is not Rule.NEVER:
                used.setdefault(target, []).append(place)
        self.joined = [(places, _between(target)) for target, places in used.items() if len(places) > 1]
        first = {target: places[0] for target, places in used.items()}
        self.texts = [(target.field, place) for target, place in first.items() if _is_text(target)]
        self.others: list[tuple[int, Read]] = []
        self.wide_slots: list[tuple[Callable[[Cells], Iterable[str]], Read]] = []
        for field, places, read in (*self._single(first), *self._slots(first)):
            if len(places) == 1 and field not in _WIDE:
                self.others.append((places[0], read))
            else:
                self.wide_slots.append((itemgetter(*places), read))

    def _single(self, first: Mapping[Target, int]) -> Iterator[tuple[str, Sequence[int], Read]]:
        """Fields that are neither texts nor lists of objects: each with its columns and what reads them."""
        for target, place in first.items():
            if target.field == NAME:
                yield NAME, [place], whole_name(place, self._mapping.name_order)
            elif target.field == UID:
                yield UID, [place], uid(place)
            elif target == Target("birthday"):
                yield target.field, [place], birthday(place, self._mapping.columns[place], self._preset)
            elif FIELDS[target.field].kind is Kind.LINES:
                yield target.field, [place], groups(place, self._preset)
        if parts := {each.part: place for each, place in first.items() if each.field == "birthday" and each.part}:
            header = self._mapping.columns[min(parts.values())].header
            yield "birthday", list(parts.values()), birthday_of_parts(parts, header)

    def _slots(self, first: Mapping[Target, int]) -> Iterator[tuple[str, Sequence[int], Read]]:
        """The values of lists, in the order of the lists: each with its columns and what reads them."""
        slots: dict[_SlotKey, dict[str, int]] = {}
        for target, place in first.items():
            if target.entry:
                slots.setdefault((target.field, target.entry), {})[target.part] = place
        for key in sorted(slots, key=lambda key: (_PLACES[key[0]], key[1])):
            slot = self._slot(key, slots[key])
            if slot.content_places:
                yield slot.field, slot.content_places, reader_of(slot)

    def _slot(self, key: _SlotKey, places: Mapping[str, int]) -> Slot:
        field = key[0]
        columns = [each for each in self._mapping.columns if (each.target.field, each.target.entry) == key]
        main = next((each for each in columns if each.target.part != FIELDS[field].label), columns[0])
        return Slot(
            field=field,
            places=places,
            header=main.header,
            label=next((each.target.label for each in columns if each.target.label), ""),
            separators=self._preset.separators,
            date_order=main.date_order or self._preset.date_order,
            region=self._mapping.region,
            unset=self._preset.unset,
            stars=self._preset.stars,
            restored=self._restored() if self._preset.is_own and field == "custom_fields" else {},
            restores_handles=self._preset.id == ADDRESS_BOOK and field == "custom_fields",
            is_own=self._preset.is_own,
        )

    def _restored(self) -> Mapping[str, str]:
        """Names of custom fields that an export of this service made of fields that the file has no column for."""
        present = {column.target.field for column in self._mapping.columns}
        lines = {each.column.header: each.name for each in TABLE if each.column and each.kind is Kind.LINE}
        return {name: field for name, field in {DISPLAY: "display", **lines}.items() if field not in present}


def _is_text(target: Target) -> bool:
    return target.field in FIELDS and FIELDS[target.field].kind in (Kind.LINE, Kind.TEXT, Kind.LINK)


def _between(target: Target) -> str:
    """What is put between the texts of columns that are one text together."""
    if target.field in (NAME, UID) or target.part in ("year", "month", "day"):
        return " "
    field = FIELDS[target.field]
    if target.entry:
        parts = {part.name: part for part in field.parts}
        is_line = target.field == "addresses" and target.part != WHOLE and not parts[target.part].is_multiline
        return " " if is_line else "\n"
    return " " if field.kind in (Kind.LINE, Kind.LINK, Kind.DAY) else "\n"
