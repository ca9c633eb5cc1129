"""The rows of a plan by their keys: from the key of a record to the row of the file, without reading all rows.

They are in as many blobs as the rows themselves. A checksum of the key tells which of them holds it.
"""

import zlib
from typing import Any

from chalicelib.file_imports.planning.plan_rows import TAKEN
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_files import BLOCK_ROWS, ImportFiles, by_key_name, plan_name


def keep_rows_by_key(files: ImportFiles, found: FileImport, plan_id: str) -> None:
    """Store the number and the rule of each row that the plan takes, by its key. May be repeated."""
    plan, parts = plan_name(plan_id), _parts(found)
    rows: list[dict[str, tuple[int, str]]] = [{} for _ in range(parts)]
    for block in range(parts):
        for number, key, outcome, _, rule, *_ in files.block(found, plan, block):
            if outcome in TAKEN:
                rows[_part_of(key, parts)].setdefault(key, (number, rule))
    for part, content in enumerate(rows):
        files.put(found, by_key_name(plan, part), content)


def find_row(files: ImportFiles, found: FileImport, plan_id: str, key: str) -> tuple[int, str] | None:
    """The number and the rule of the row with this key; None if it is not stored."""
    rows: dict[str, Any] = files.find(found, by_key_name(plan_name(plan_id), _part_of(key, _parts(found)))) or {}
    row = rows.get(key)
    return None if row is None else (row[0], row[1])


def _parts(found: FileImport) -> int:
    """How many blobs hold the rows of the file."""
    return max(1, -(-(found.rows or 0) // BLOCK_ROWS))


def _part_of(key: str, parts: int) -> int:
    return zlib.crc32(key.encode()) % parts
