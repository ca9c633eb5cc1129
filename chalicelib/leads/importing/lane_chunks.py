"""The chunks of rows that a lane works on: from its range of the file, or those that other lanes have deferred."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from chalicelib.foundation.pinned_object import ObjectChanged
from chalicelib.foundation.safe_csv import unescape_cell
from chalicelib.jobs.job import Job
from chalicelib.leads.importing.blocks import DamagedArchive, UnpackedTooLarge, blocks, unpacked
from chalicelib.leads.importing.cutting import RowTooLong
from chalicelib.leads.importing.import_details import ImportDetails, LaneDetails
from chalicelib.leads.importing.import_parts import ImportParts, ImportStopped
from chalicelib.leads.importing.outcome import DEFERRED
from chalicelib.leads.importing.result_blobs import ResultBlobs, ResultsExpired
from chalicelib.leads.importing.row_parser import is_empty
from chalicelib.leads.importing.row_reader import RowReader
from chalicelib.leads.own_files import is_escaped

MOST_CELLS = 50_000  # of a chunk, which short ones make large: at most four chunks are in memory at the same time
Cursor = Mapping[str, int]


class LaneChunk(NamedTuple):
    """Some rows in their order."""

    rows: Sequence[tuple[int, Sequence[str]]]  #: numbers and cells; empty rows are left out
    after: Cursor  #: where the next chunk begins


def chunks_of_range(
    parts: ImportParts, details: ImportDetails, lane: LaneDetails, cursor: Cursor | None
) -> Iterator[LaneChunk]:
    """The chunks of the range of a lane.

    Args:
        cursor: None for the beginning.

    Raises:
        ImportStopped: the file cannot be read any more.
    """
    cursor = cursor or {"offset": lane.start, "row": lane.row}
    escaped = is_escaped(details.columns.headers)
    try:
        for chunk in _reader(parts, details, lane, cursor["offset"], cursor["row"]):
            if chunk.next > parts.limits.rows + 2:
                raise ImportStopped("too_many_rows", f"The file has more than {parts.limits.rows:,} rows. Split it.")
            numbered = enumerate(map(_unescaped, chunk.rows) if escaped else chunk.rows, chunk.first)
            rows = [(number, cells) for number, cells in numbered if not is_empty(cells)]
            yield LaneChunk(rows, {"offset": chunk.end, "row": chunk.next})
    except ObjectChanged:
        raise ImportStopped("file_changed", "The file was changed or deleted while it was imported.") from None
    except RowTooLong as error:
        words = f"Row {error.row} is too long to be one row. A quotation mark may be missing there."
        raise ImportStopped("row_too_long", words) from None
    except DamagedArchive:
        raise ImportStopped("damaged_archive", "The gzip file is damaged or not whole.") from None
    except UnpackedTooLarge:
        raise ImportStopped("too_large", "The unpacked file is larger than the limit. Split it.") from None


def _reader(parts: ImportParts, details: ImportDetails, lane: LaneDetails, offset: int, row: int) -> RowReader:
    limits = parts.limits
    read = partial(parts.blobs().read_range, details.source)
    size, executor = limits.block, parts.reading
    content: Iterator[bytes]
    if details.is_packed:
        packed = blocks(read, 0, details.source.size, executor, size=size)
        content = unpacked(packed, skipped=offset, largest=limits.size, size=size)
    else:
        end = details.source.size if lane.end is None else lane.end
        content = blocks(read, offset, end, executor, size=size)
    return RowReader(content, details.delimiter, offset, row, _most_rows(parts, details))


def _most_rows(parts: ImportParts, details: ImportDetails) -> int:
    """Of a chunk."""
    limits = parts.limits
    most = min(limits.chunk_rows, limits.several_rows) if details.has_several else limits.chunk_rows
    return min(most, MOST_CELLS // len(details.columns.headers))


def _unescaped(cells: list[str]) -> list[str]:
    cells[:] = map(unescape_cell, cells)
    return cells


def deferred_chunks(
    parts: ImportParts, details: ImportDetails, import_id: str, lanes: Sequence[Job], cursor: Cursor | None
) -> Iterator[LaneChunk]:
    """The rows that these lanes have deferred, in the order of the file.

    Args:
        lanes: those of all ranges, in their order.

    Raises:
        ResultsExpired: what a lane has written is no longer kept.
    """
    cursor = cursor or {"lane": 0, "chunk": -1}
    results, most_rows = parts.results(details, import_id), _most_rows(parts, details)
    rows: list[tuple[int, Sequence[str]]] = []
    for number, lane in enumerate(lanes[cursor["lane"] :], cursor["lane"]):
        after = cursor["chunk"] if number == cursor["lane"] else -1
        for chunk in parts.jobs.ledger(lane, after=after):
            if chunk.counted.get(DEFERRED) and chunk.blob is not None:
                rows += _deferred_rows(results, chunk.blob)
            if len(rows) >= most_rows:
                yield LaneChunk(rows, {"lane": number, "chunk": chunk.chunk})
                rows = []
    if rows:
        yield LaneChunk(rows, {"lane": len(lanes), "chunk": -1})


def _deferred_rows(results: ResultBlobs, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    result = results.get(name)
    if result is None:
        raise ResultsExpired
    for line, cells in zip(result.lines, result.cells, strict=True):
        if line.outcome == DEFERRED:
            yield line.row, cells
