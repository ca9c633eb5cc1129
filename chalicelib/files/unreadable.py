"""The one error of a file that cannot be read, and the limits of files."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import TypeVar

from chalicelib.foundation.errors import InvalidInput

_Row = TypeVar("_Row")

LARGEST_FILE = 50 * 1024 * 1024  # bytes, packed and unpacked
MOST_ROWS = 100_000  # after the header
MOST_COLUMNS = 1_000


class UnreadableFile(InvalidInput):
    """The file as a whole cannot be read.

    Args:
        code: for programs, such as "empty"; it does not change.
        detail: one sentence or two, shown to people: what the file is and what to upload instead.
    """

    slug, title = "unreadable-file", "Unreadable file"

    def __init__(self, code: str, detail: str, **members: object) -> None:
        super().__init__(detail, field="file", code=code, **members)
        self.code = code


def check_size(size: int) -> None:
    """Raises: UnreadableFile: a file of `size` bytes is too large."""
    if size > LARGEST_FILE:
        raise file_too_large()


def file_too_large() -> UnreadableFile:
    """The error of a file that is larger than the limit."""
    limit = LARGEST_FILE // (1024 * 1024)
    return UnreadableFile("too_large", f"The file is larger than {limit} MB. Split it, or leave out photos.")


def too_many_rows(kind: str = "rows") -> UnreadableFile:
    """The error of a file with more rows, or contacts, than the limit."""
    return UnreadableFile("too_many_rows", f"The file has more than {MOST_ROWS:,} {kind}. Split it into smaller files.")


def within_limit(rows: Iterator[_Row], kind: str = "rows") -> Iterator[_Row]:
    """The rows; behind the last one that is allowed, another one raises `UnreadableFile`."""
    return chain(islice(rows, MOST_ROWS), _none_left(rows, kind))


def _none_left(rows: Iterator[_Row], kind: str) -> Iterator[_Row]:
    for _ in rows:
        raise too_many_rows(kind)
    yield from ()


def no_such_header(row: int) -> UnreadableFile:
    """The error of a row that a person chose as the header, but that is empty or far below the first ones."""
    return UnreadableFile("no_such_header", f"Row {row:,} cannot be the header. Choose another one.")
