"""Removes symbol tables and debugging information from compiled libraries: neither Python nor the loader reads them."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

_ELF_64_LITTLE_ENDIAN = b"\x7fELF\x02\x01"  # of Linux, on x86 and arm
_HEADER = struct.Struct(
    "<40xQ10xHHH"
)  # where the section headers begin, the size of one, how many, which has their names
_SECTION = struct.Struct("<4xIQ8xQQ")  # type, flags, where it begins, size
_IS_LOADED = 0x2  # a flag: the loader maps the section into memory
_HAS_NO_CONTENT = 8  # a type: the section takes no room in the file


class _Section(NamedTuple):
    kind: int
    flags: int
    begins: int
    size: int


def without_symbols(library: bytes) -> bytes:
    """The library with zeros in place of what is never loaded into memory; they take no room in a zip.

    Everything else stays, and stays where it is. A file of another format is returned as it is.
    """
    if not library.startswith(_ELF_64_LITTLE_ENDIAN):
        return library
    shrunk = bytearray(library)
    for section in _never_loaded(library):
        shrunk[section.begins : section.begins + section.size] = bytes(section.size)
    return bytes(shrunk)


def _never_loaded(library: bytes) -> Iterator[_Section]:
    """The sections that are never loaded, except the one with the names of all sections."""
    begins, size, count, names = _HEADER.unpack_from(library)
    for number in range(count):
        section = _Section(*_SECTION.unpack_from(library, begins + size * number))
        if number != names and not section.flags & _IS_LOADED and section.kind != _HAS_NO_CONTENT:
            yield section
