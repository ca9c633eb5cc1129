"""Reads the stored rows of an import as rows of a plan: with the fixed cells, mapped to fields."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import repeat
from typing import NamedTuple

from chalicelib.books.prepared_contact import safe_display_name
from chalicelib.contacts.source_record import LeftOut, SourceContact
from chalicelib.file_imports.planning.file_rows import row_of_card, row_of_table
from chalicelib.file_imports.planning.plan_rows import FileRow
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_files import BLOCK_ROWS, ImportFiles
from chalicelib.file_imports.storing.row_edits import LEFT_OUT, RowEdits
from chalicelib.file_imports.storing.stored_rows import from_json
from chalicelib.files.mapping.column_mapping import ColumnMapping
from chalicelib.files.mapping.row_mapper import RowMapper
from chalicelib.files.records import Card, Row


class ReadRow(NamedTuple):
    """A row of the file, with what it became."""

    written: Row | Card  #: with the cells as they were fixed
    row: FileRow
    fixed: Sequence[int] = ()  #: the places of the cells that were fixed


class ImportRowReader:
    """The rows of one import, in the order of the file."""

    def __init__(self, files: ImportFiles, found: FileImport, region: str) -> None:
        """Read the mapping and the changes of rows.

        Args:
            region: the default country of phone numbers without a country code.

        Raises:
            NotFound: the import's files are no longer stored.
        """
        self._files, self._found = files, found
        mapping = ColumnMapping.from_json(files.get(found, found.mapping)) if found.mapping else None
        self.edits = RowEdits.of(files.get(found, found.edits)) if found.edits else RowEdits()
        if mapping is not None and found.region:
            mapping = replace(mapping, region=found.region)
        self.mapping = mapping
        self._mapper = None if mapping is None else RowMapper(mapping)
        self._region = found.region or (mapping.region if mapping else "") or region

    def rows(self, start: int = 0, end: int | None = None) -> Iterator[ReadRow]:
        """The rows from one position up to another, which count from 0; to the last row if `end` is None."""
        end = min(self._found.rows or 0, end if end is not None else self._found.rows or 0)
        for number in range(start // BLOCK_ROWS, -(-end // BLOCK_ROWS)):
            first = number * BLOCK_ROWS
            yield from self.block(number)[max(start - first, 0) : end - first]

    def block(self, number: int, keys: Sequence[str] = ()) -> list[ReadRow]:
        """The rows of one block.

        Args:
            keys: what a plan has called these rows; empty if each has the key that is made of it.

        Raises:
            NotFound: it is no longer stored.
        """
        stored = map(from_json, self._files.block(self._found, self._found.reading, number))
        return [self._read(*each) for each in (zip(stored, keys, strict=True) if keys else zip(stored, repeat("")))]

    def _read(self, stored: Row | Card, key: str) -> ReadRow:
        written = self.edits.apply(stored, self._found.format)
        row = self._mapped(written, key)
        if written.number in self.edits.left_out:
            row = FileRow(row.number, LeftOut(row.incoming.source_id, LEFT_OUT, _name(row)), row.problems)
        return ReadRow(written, row, sorted(self.edits.cells.get(written.number, ())))

    def _mapped(self, written: Row | Card, key: str) -> FileRow:
        if isinstance(written, Card):
            return row_of_card(written, self._region, key)
        if self._mapper is None:
            raise ValueError("the columns of the table are not mapped")
        return row_of_table(written, self._mapper, self._region, key)


def _name(row: FileRow) -> str:
    return safe_display_name(row.incoming.fields) if isinstance(row.incoming, SourceContact) else ""
