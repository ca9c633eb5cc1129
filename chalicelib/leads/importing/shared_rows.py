"""Which rows of a file share an identity with another row.

Lanes write short hashes of the keys of their rows, each with the number of the row, in parts by hash. Equal hashes are
in the same part, so that one part at a time is enough to find them. Two keys may have the same short hash by chance:
their rows then count as rows that share one, which costs a little time and changes no result.
"""

import sys
from array import array
from collections.abc import Iterable
from itertools import pairwise

HASHES_OF_PART = 1_000_000  # about; 50 MB while they are sorted
_MOST_PART_BITS = 8
_HASH_BITS, _ROW_BITS = 32, 32
_LETTERS = 8  # of a key: 40 bits, for the part and the hash
_HASH, _ROW = (1 << _HASH_BITS) - 1, (1 << _ROW_BITS) - 1
_TO_DIGITS = str.maketrans("abcdefghijklmnopqrstuvwxyz234567", "0123456789abcdefghijklmnopqrstuv")  # of `int`


def part_bits(keys: int) -> int:
    """How many bits of a hash tell its part in a file with about so many keys."""
    return min(_MOST_PART_BITS, (keys // HASHES_OF_PART).bit_length())


class RowHashes:
    """The hashes of some rows, by part."""

    def __init__(self, bits: int) -> None:
        self._parts = [array("Q") for _ in range(1 << bits)]
        self._unused_bits = _MOST_PART_BITS - bits
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, row: int, keys: Iterable[str]) -> None:
        for key in keys:
            value = int(key[:_LETTERS].translate(_TO_DIGITS), 32) >> self._unused_bits
            self._parts[value >> _HASH_BITS].append((value & _HASH) << _ROW_BITS | row)
            self._count += 1

    def content(self, part: int) -> bytes:
        """The hashes of one part, which may be joined with those of other rows."""
        hashes = self._parts[part]
        if sys.byteorder == "big":
            hashes = array("Q", hashes)
            hashes.byteswap()
        return hashes.tobytes()


class RowSet:
    """Numbers of rows, one bit each: 1.25 MB for 10 million rows."""

    def __init__(self, content: bytes = b"") -> None:
        self._bits = bytearray(content)

    def __contains__(self, row: int) -> bool:
        at = row >> 3
        return at < len(self._bits) and bool(self._bits[at] >> (row & 7) & 1)

    def add(self, row: int) -> None:
        at = row >> 3
        if at >= len(self._bits):
            self._bits.extend(bytes(at + 1 - len(self._bits)))
        self._bits[at] |= 1 << (row & 7)

    def content(self) -> bytes:
        return bytes(self._bits)

    def add_shared(self, contents: Iterable[bytes]) -> None:
        """Add the rows whose hashes are also those of other rows.

        Args:
            contents: all that there is of one part.
        """
        hashes = array("Q")
        for content in contents:
            hashes.frombytes(content)
        if sys.byteorder == "big":
            hashes.byteswap()
        for one, other in pairwise(sorted(hashes)):
            if one >> _ROW_BITS == other >> _ROW_BITS and one != other:
                self.add(one & _ROW)
                self.add(other & _ROW)
