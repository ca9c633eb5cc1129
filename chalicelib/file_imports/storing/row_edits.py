"""What a person changes about the rows of an import before it is committed: fixed cells, and rows that are left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.files.card_columns import with_fixed_cells
from chalicelib.files.records import Card, Row
from chalicelib.foundation.json import JsonObject

LEFT_OUT = "left_out"  # the reason of a row that a person left out


@dataclass(frozen=True)
class RowEdits:
    """The changes of one import, by the numbers of the rows."""

    #: The fixed cells, by the place of their column in the table, or in the card (`files/card_columns.py`).
    cells: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "RowEdits":
        cells = {
            int(row): {int(place): text for place, text in fixed.items()} for row, fixed in stored["cells"].items()
        }
        return cls(cells, frozenset(stored["left_out"]))

    def __bool__(self) -> bool:
        """Whether anything is changed."""
        return bool(self.cells or self.left_out)

    def json(self) -> JsonObject:
        cells = {str(row): {str(place): text for place, text in fixed.items()} for row, fixed in self.cells.items()}
        return {"cells": cells, "left_out": sorted(self.left_out)}

    def with_cells(self, number: int, fixed: Mapping[int, str]) -> "RowEdits":
        """With these cells of one row fixed too."""
        return replace(self, cells={**self.cells, number: {**self.cells.get(number, {}), **fixed}})

    def without(self, numbers: Iterable[int]) -> "RowEdits":
        """With these rows left out."""
        return replace(self, left_out=self.left_out | frozenset(numbers))

    def with_rows(self, numbers: Iterable[int]) -> "RowEdits":
        """With these rows taken in again."""
        return replace(self, left_out=self.left_out - frozenset(numbers))

    def apply(self, row: Row | Card, written_format: str) -> Row | Card:
        """The row of a file of this format, with its fixed cells."""
        fixed = self.cells.get(row.number)
        if not fixed:
            return row
        if isinstance(row, Card):
            return with_fixed_cells(row, fixed, written_format)
        cells = [*row.cells, *[""] * (max(fixed) + 1 - len(row.cells))]
        for place, text in fixed.items():
            cells[place] = text
        return row._replace(cells=cells)
