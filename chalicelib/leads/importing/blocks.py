"""Reads a range of a file in blocks: the next ones are fetched while one is worked on, so memory stays small."""

import codecs
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain

from chalicelib.foundation.executor import Executor, Task

BLOCK = 1 << 20  # bytes of one request
AHEAD = 2  # blocks that are fetched before they are needed
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GZIP = 31  # for zlib: a gzip header, and the largest window


class UnpackedTooLarge(Exception):
    """The unpacked file is larger than any file may be."""


class DamagedArchive(Exception):
    """The file is no gzip file, or is not whole."""


def blocks(
    read: Callable[[int, int], bytes], start: int, end: int, executor: Executor, *, size: int = BLOCK
) -> Iterator[bytes]:
    """The bytes from `start` up to `end`, block by block. Raises what `read` raises."""
    places = iter(range(start, end, size))
    under_way: deque[Task[bytes]] = deque()
    while True:
        while len(under_way) < AHEAD and (place := next(places, None)) is not None:
            under_way.append(executor.start(partial(read, place, min(place + size, end))))
        if not under_way:
            return
        yield under_way.popleft().result()


def unpacked(packed: Iterable[bytes], *, skipped: int = 0, largest: int, size: int = BLOCK) -> Iterator[bytes]:
    """The content of a file that is packed by gzip, or in UTF-16, or both, from byte `skipped` on, in UTF-8.

    Packed files that were joined are read one after another.

    Raises:
        DamagedArchive: it is no gzip file, or is not whole.
        UnpackedTooLarge: the content has more than `largest` bytes.
    """
    offset = 0
    first, read = _with_first(iter(packed))
    for piece in _in_utf_8(read if is_utf_16(first) else unpacked_by_gzip(read, size)):
        offset += len(piece)
        if offset > largest:
            raise UnpackedTooLarge
        if offset > skipped:
            yield piece[max(0, skipped - offset + len(piece)) :]


def is_utf_16(text: bytes) -> bool:
    """Whether a text begins as one in UTF-16 does, with a byte order mark."""
    return text.startswith(_UTF_16) and not text.startswith(codecs.BOM_UTF32_LE)


def _in_utf_8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The text in UTF-8 without the byte order mark of UTF-16; as it is if it has none."""
    first, read = _with_first(pieces)
    if not is_utf_16(first):
        yield from read
        return
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    for piece in read:
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", final=True).encode()


def _with_first(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The beginning of a text, long enough for a byte order mark, and all pieces of it."""
    first: list[bytes] = []
    while sum(map(len, first)) < len(codecs.BOM_UTF32_LE) and (piece := next(pieces, None)) is not None:
        first.append(piece)
    return b"".join(first), chain(first, pieces)


def unpacked_by_gzip(packed: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The content of a gzip file in pieces of at most `size` bytes. Raises DamagedArchive."""
    unpacking, is_whole = zlib.decompressobj(_GZIP), False
    try:
        for block in packed:
            data = block
            while data:
                if unpacking.eof:
                    unpacking = zlib.decompressobj(_GZIP)
                piece = unpacking.decompress(data, size)
                data = unpacking.unused_data if unpacking.eof else unpacking.unconsumed_tail
                if piece:
                    yield piece
            is_whole = unpacking.eof
    except zlib.error as error:
        raise DamagedArchive from error
    if not is_whole:
        raise DamagedArchive
