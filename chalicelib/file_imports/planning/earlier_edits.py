"""What there is to know about rows that are written as in the earlier version of their file: that they are the same,
and what the person changed about them.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_files import BLOCK_ROWS, ImportFiles
from chalicelib.file_imports.storing.row_edits import RowEdits
from chalicelib.foundation.fast_json import encode_json


def edits_of_earlier_version(
    files: ImportFiles, found: FileImport, other: FileImport, decided: Collection[int]
) -> RowEdits:
    """The fixed cells and the rows left out of `other`, by the numbers of the same rows in `found`.

    Args:
        decided: the numbers of the rows of `other` that the person decided to leave out after its commit.

    Raises:
        NotFound: the files of one of them are no longer stored.
    """
    edits = (RowEdits.of(files.get(other, other.edits)) if other.edits else RowEdits()).without(decided)
    if not edits:
        return edits
    changed = edits.cells.keys() | edits.left_out
    earlier = {_content(row): number for number, row in _rows(files, other) if number in changed}
    cells: dict[int, Mapping[int, str]] = {}
    left_out: set[int] = set()
    for number, row in _rows(files, found):
        known = earlier.get(_content(row))
        if known is None:
            continue
        if known in edits.cells:
            cells[number] = edits.cells[known]
        if known in edits.left_out:
            left_out.add(number)
    return RowEdits(cells, frozenset(left_out))


def as_in_earlier_version(files: ImportFiles, found: FileImport, other: FileImport) -> list[bool]:
    """Whether each of the first rows of `found` is written as one of the first rows of `other`.

    Raises:
        NotFound: the files of one of them are no longer stored.
    """
    earlier = {_content(row) for row in files.block(other, other.reading, 0)}
    return [_content(row) in earlier for row in files.block(found, found.reading, 0)]


def _rows(files: ImportFiles, found: FileImport) -> Iterator[tuple[int, Any]]:
    """The rows as they are stored, each with its number."""
    for block in range(-(-(found.rows or 0) // BLOCK_ROWS)):
        for row in files.block(found, found.reading, block):
            yield (row[0] if isinstance(row, list) else row["number"]), row


def _content(row: Any) -> str:
    """What a stored row says, apart from its place in the file."""
    if isinstance(row, list):
        return encode_json(row[1])
    return encode_json([row["uid"], row["fields"], row["cells"]])
