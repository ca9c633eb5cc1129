"""Reads a range of a file in blocks: the next ones are fetched while one is worked on, so memory stays small."""

import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from chalicelib.foundation.executor import Executor, Task

BLOCK = 1 << 20  # bytes of one request
AHEAD = 2  # blocks that are fetched before they are needed
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
    """The content of a gzip file from byte `skipped` on. Files that were joined are read one after another.

    Raises:
        DamagedArchive: it is no gzip file, or is not whole.
        UnpackedTooLarge: the content has more than `largest` bytes.
    """
    offset = 0
    for piece in _pieces(packed, size):
        offset += len(piece)
        if offset > largest:
            raise UnpackedTooLarge
        if offset > skipped:
            yield piece[max(0, skipped - offset + len(piece)) :]


def _pieces(packed: Iterable[bytes], size: int) -> Iterator[bytes]:
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
