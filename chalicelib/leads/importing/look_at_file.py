"""Looks at a file of leads before it is imported: whether it can be read, its headers, and its first rows."""

from codecs import BOM_UTF8, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from typing import Protocol

from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.foundation.pinned_object import ObjectChanged, Pinned
from chalicelib.foundation.safe_csv import unescape_cell
from chalicelib.leads.importing.blocks import DamagedArchive, UnpackedTooLarge, is_utf_16, unpacked, unpacked_by_gzip
from chalicelib.leads.importing.columns import InvalidColumns, check_headers
from chalicelib.leads.importing.cutting import RowTooLong
from chalicelib.leads.importing.header_row import HeaderRow, find_header_row
from chalicelib.leads.importing.other_files import other_file
from chalicelib.leads.importing.row_reader import RowReader
from chalicelib.leads.importing.uploads import check_folder, check_type
from chalicelib.leads.own_files import is_escaped

HEAD = 1 << 18  # bytes that are read to find the columns
LONGEST_HEADERS = 20_000  # characters
FIRST_ROWS = 20  # of which a person sees values
_UTF_32 = (BOM_UTF32_LE, BOM_UTF32_BE)
_PACKED = b"\x1f\x8b"


class Blobs(Protocol):
    """What is needed of the bucket."""

    def pin(self, key: str) -> Pinned | None: ...
    def read_range(self, pinned: Pinned, start: int, end: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class FileLook:
    """What a file begins with."""

    source: Pinned
    is_packed: bool  #: by gzip
    is_utf_16: bool
    delimiter: str
    headers: Sequence[str]
    header_row: int  #: the number of the row with the headers
    start: int  #: the offset of the first row behind the headers, in the unpacked file, in UTF-8
    text: bytes  #: the beginning of the unpacked file, in UTF-8

    def first_rows(self) -> list[list[str]]:
        """Up to `FIRST_ROWS` rows behind the headers."""
        return list(islice(self.rows(), FIRST_ROWS))

    def rows(self) -> Iterator[list[str]]:
        """The rows behind the headers that the beginning of the file has whole."""
        chunks = RowReader(iter([self.text[self.start :]]), self.delimiter, 0, self.header_row + 1)
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
    if source.size == 0:
        raise _refused("empty", "The file is empty.")
    if source.size > largest:
        raise _refused("too_large", f"The file is larger than {largest:,} bytes. Split it.")
    packed, text, is_utf_16 = _beginning(blobs, source, largest)
    check_type(source.content_type, field="s3Key")  # after the file itself: that tells more
    found = _header_row(text, is_whole=source.size <= HEAD)
    start = found.end + _mark_of(text)
    is_packed = packed.startswith(_PACKED)
    return FileLook(source, is_packed, is_utf_16, found.delimiter, found.headers, found.row, start, text)


def _beginning(blobs: Blobs, source: Pinned, largest: int) -> tuple[bytes, bytes, bool]:
    """The beginning of the file as it is, and unpacked in UTF-8, and whether it is in UTF-16.

    Raises:
        InvalidInput: it is not CSV.
    """
    try:
        head = blobs.read_range(source, 0, min(source.size, HEAD))
    except ObjectChanged:
        raise _refused("file_changed", "The file is being changed. Try again when it is whole.") from None
    text = _read(unpacked_by_gzip([head], HEAD)) if head.startswith(_PACKED) else head
    is_wide = is_utf_16(text)
    if is_wide:
        text = _read(unpacked([text], largest=largest))
    other = other_file(text)
    if other is not None:
        raise _refused(*other)
    if b"\x00" in text[:1_000] or text.startswith(_UTF_32):
        raise _refused("wrong_encoding", "The file is no text in UTF-8 or UTF-16. Save it as CSV in UTF-8.")
    return head, text, is_wide


def _read(pieces: Iterator[bytes]) -> bytes:
    """What the pieces have up to `HEAD` bytes, which may be cut off."""
    text = b""
    try:
        for piece in pieces:
            text += piece
            if len(text) >= HEAD:
                break
    except (DamagedArchive, UnpackedTooLarge):
        if not text:
            raise _refused("damaged_archive", "The gzip file is damaged.") from None
    return text


def _header_row(text: bytes, *, is_whole: bool) -> HeaderRow:
    """The row with the headers. Raises InvalidInput if there is none, or no file can have it."""
    found = find_header_row(text[_mark_of(text) :])
    if found is not None and found.is_open and is_whole:
        words = f"A quotation mark in row {found.row}, that of the headers, is never closed. Close it or delete it."
        raise _refused("open_quote", words)
    if found is None or sum(map(len, found.headers)) > LONGEST_HEADERS:
        raise _refused("no_headers", "The first row of the file must hold the headers of its columns.")
    try:
        check_headers(found.headers)
    except InvalidColumns as invalid:
        raise _refused(invalid.code, invalid.words) from None
    return found


def _mark_of(text: bytes) -> int:
    """The length of the byte order mark."""
    return len(BOM_UTF8) if text.startswith(BOM_UTF8) else 0


def _refused(code: str, words: str) -> InvalidInput:
    return InvalidInput(words, field="s3Key", code=code)
