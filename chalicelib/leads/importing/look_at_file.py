"""Looks at a file of leads before it is imported: whether it can be read, its headers, and its first rows."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from typing import Protocol

from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.foundation.pinned_object import ObjectChanged, Pinned
from chalicelib.foundation.safe_csv import unescape_cell
from chalicelib.leads.importing.blocks import DamagedArchive, UnpackedTooLarge, unpacked
from chalicelib.leads.importing.columns import InvalidColumns, check_headers, find_delimiter
from chalicelib.leads.importing.cutting import RowTooLong
from chalicelib.leads.importing.import_details import HEADER_ROW
from chalicelib.leads.importing.row_reader import RowChunk, RowReader
from chalicelib.leads.importing.uploads import check_folder, check_type
from chalicelib.leads.own_files import is_escaped

HEAD = 1 << 18  # bytes that are read to find the columns
LONGEST_HEADERS = 20_000  # characters
FIRST_ROWS = 20  # of which a person sees values
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_PACKED = b"\x1f\x8b"


class Blobs(Protocol):
    """What is needed of the bucket."""

    def pin(self, key: str) -> Pinned | None: ...
    def read_range(self, pinned: Pinned, start: int, end: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class FileLook:
    """What a file begins with."""

    source: Pinned
    is_packed: bool
    delimiter: str
    headers: Sequence[str]
    start: int  #: the offset of the first row behind the headers, in the unpacked file
    text: bytes  #: the beginning of the unpacked file

    def first_rows(self) -> list[list[str]]:
        """Up to `FIRST_ROWS` rows behind the headers."""
        return list(islice(self.rows(), FIRST_ROWS))

    def rows(self) -> Iterator[list[str]]:
        """The rows behind the headers that the beginning of the file has whole."""
        chunks = RowReader(iter([self.text[self.start :]]), self.delimiter, 0, HEADER_ROW + 1)
        is_whole = self.source.size <= HEAD and len(self.text) < HEAD
        unescape = unescape_cell if is_escaped(self.headers) else None
        last: list[str] | None = None  # which may be cut off
        with suppress(RowTooLong):
            for row in chain.from_iterable(chunk.rows for chunk in chunks):
                if last is not None:
                    yield last
                last = list(map(unescape, row)) if unescape else row
            if last is not None and is_whole:
                yield last


def look_at_file(blobs: Blobs, organization: str, key: str, *, largest: int) -> FileLook:
    """Look at a file in the folder of the organization.

    Args:
        largest: bytes that it may have, packed and unpacked.

    Raises:
        InvalidInput: it cannot be imported; `code` says why.
        NotFound: there is no such file.
    """
    check_folder(organization, key)
    source = blobs.pin(key)
    if source is None:
        raise NotFound("There is no such file. It may have been deleted, or have expired.", field="s3Key")
    check_type(source.content_type, field="s3Key")
    if source.size == 0:
        raise _refused("empty", "The file is empty.")
    if source.size > largest:
        raise _refused("too_large", f"The file is larger than {largest:,} bytes. Split it.")
    head, is_packed = _head(blobs, source, largest)
    delimiter, headers, start = _headers(head)
    return FileLook(source, is_packed, delimiter, headers, start, head)


def _head(blobs: Blobs, source: Pinned, largest: int) -> tuple[bytes, bool]:
    """The beginning of the unpacked file, and whether it is packed."""
    try:
        head = blobs.read_range(source, 0, min(source.size, HEAD))
    except ObjectChanged:
        raise _refused("file_changed", "The file is being changed. Try again when it is whole.") from None
    if not head.startswith(_PACKED):
        return head, False
    text = b""
    try:
        for piece in unpacked([head], largest=largest, size=HEAD):
            text += piece
            if len(text) >= HEAD:
                break
    except (DamagedArchive, UnpackedTooLarge):
        if not text:
            raise _refused("damaged_archive", "The gzip file is damaged.") from None
    return text, True


def _headers(head: bytes) -> tuple[str, list[str], int]:
    """The delimiter, the headers, and where the first row behind them begins."""
    if head.startswith(_UTF_16) or b"\x00" in head[:1_000]:
        raise _refused("wrong_encoding", "The file is no text in UTF-8. Save it as CSV in UTF-8.")
    skipped = len(_BYTE_ORDER_MARK) if head.startswith(_BYTE_ORDER_MARK) else 0
    text = head[skipped:]
    delimiter = find_delimiter(text.split(b"\n", 1)[0].split(b"\r", 1)[0].decode("utf-8", "replace"))
    first = _first_row(text, delimiter)
    headers = [header.strip() for header in first.rows[0]]
    if is_escaped(headers):
        headers = list(map(unescape_cell, headers))
    if sum(map(len, headers)) > LONGEST_HEADERS:
        raise _refused("no_headers", "The first row of the file must hold the headers of its columns.")
    try:
        check_headers(headers)
    except InvalidColumns as invalid:
        raise _refused(invalid.code, invalid.words) from None
    return delimiter, headers, skipped + first.end


def _first_row(text: bytes, delimiter: str) -> RowChunk:
    try:
        return next(iter(RowReader(iter([text]), delimiter, 0, HEADER_ROW, most_rows=1)))
    except (StopIteration, RowTooLong):
        raise _refused("no_headers", "The first row of the file must hold the headers of its columns.") from None


def _refused(code: str, words: str) -> InvalidInput:
    return InvalidInput(words, field="s3Key", code=code)
