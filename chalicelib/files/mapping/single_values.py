"""Reads the values of fields that are neither texts nor lists of objects: names, birthdays, groups and ids."""

import re
from collections.abc import Mapping
from functools import lru_cache

from chalicelib.files.mapping.cell_values import GOOGLES
from chalicelib.files.mapping.column_mapping import MappedColumn
from chalicelib.files.mapping.draft import Cells, Draft, Read
from chalicelib.files.mapping.person_names import NameOrder, split_name
from chalicelib.files.mapping.presets import Preset
from chalicelib.files.mapping.written_dates import NO_YEAR_OF_BIRTH, NotADate, date_of_parts, read_date

_BETWEEN_GROUPS = re.compile(r"[;,\r\n]+")
_CELLS_AT_ONCE = 1_024  # with groups, that are remembered


def whole_name(place: int, order: NameOrder) -> Read:
    def read(cells: Cells, draft: Draft) -> None:
        for part, words in split_name(cells[place], order).items():
            draft.fields.setdefault(part, words)

    return read


def uid(place: int) -> Read:
    def read(cells: Cells, draft: Draft) -> None:
        draft.uid = cells[place].strip()

    return read


def birthday(place: int, column: MappedColumn, preset: Preset) -> Read:
    order = column.date_order or preset.date_order
    no_year = () if preset.is_own else NO_YEAR_OF_BIRTH

    def read(cells: Cells, draft: Draft) -> None:
        text = cells[place]
        try:
            day = read_date(text, order, no_year)
        except NotADate as error:
            draft.reject(column.header, text.strip(), str(error))
            return
        if day:
            draft.fields["birthday"] = day

    return read


def birthday_of_parts(places: Mapping[str, int], header: str) -> Read:
    def read(cells: Cells, draft: Draft) -> None:
        parts = {part: cells[place].strip() for part, place in places.items()}
        try:
            day = date_of_parts(parts, NO_YEAR_OF_BIRTH)
        except NotADate as error:
            draft.reject(header, "-".join(filter(None, parts.values())), str(error))
            return
        if day:
            draft.fields["birthday"] = day

    return read


def groups(place: int, preset: Preset) -> Read:
    hidden = {group.casefold() for group in preset.system_groups}
    has_own_separator = preset.separators is not None

    @lru_cache(_CELLS_AT_ONCE)
    def names_in(cell: str) -> tuple[str, ...]:
        parts = cell.split(GOOGLES) if GOOGLES in cell or has_own_separator else _BETWEEN_GROUPS.split(cell)
        return tuple(dict.fromkeys(name for part in parts if (name := _group(part, hidden))))

    def read(cells: Cells, draft: Draft) -> None:
        if names := names_in(cells[place]):
            draft.fields["groups"] = list(names)

    return read


def _group(written: str, hidden: set[str]) -> str:
    """The name of a group; "" for one that a program made for itself, which it marks with a star."""
    name = written.strip()
    if not hidden or not name.startswith("*"):
        return name
    name = name[1:].strip()
    return "" if name.casefold() in hidden else name
