"""Unpacks a gzip, or a zip of one file: one level deep, within limits that do not trust what the archive declares.

Workbooks and other documents that are zips themselves are left as they are.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from chalicelib.files.unreadable import UnreadableFile, check_size

MOST_EXPANSION = 200  # times the archive's size
ALWAYS_ALLOWED = 1_000_000  # bytes, whatever the expansion
MOST_ENTRIES = 10_000  # of a zip; each costs memory to list

_GZIP, _ZIP = b"\x1f\x8b", b"PK"
_CENTRAL_ENTRY = b"PK\x01\x02"  # begins each entry of a zip's directory
_PIECE = 1 << 18  # bytes
_ENCRYPTED = 1  # flag of an entry
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, OverflowError, RuntimeError)
_OTHER_ARCHIVES = {
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
_OF_SYSTEMS = (".", "Thumbs.db", "desktop.ini")
_DOCUMENT_PARTS = {"[Content_Types].xml", "mimetype", "Index.zip", "index.apxl", "index.xml"}


class Unpacked(NamedTuple):
    """A file as it is without its archive."""

    data: bytes
    name: str  #: its own name in the archive, or the archive's


def unpack(data: bytes, name: str = "") -> Unpacked:
    """The file inside an archive; the file itself if it is none.

    Raises:
        UnreadableFile: the archive is damaged, encrypted, nested, of another kind, or has not exactly one file;
            or the file is larger than the limit, packed or unpacked.
    """
    check_size(len(data))
    if data.startswith(_GZIP):
        return _only_level(Unpacked(_gunzip(data), name.removesuffix(".gz")))
    if is_zip(data) and not _is_document(zip_names(data)):
        return _only_level(_unzip(data))
    for start, kind in _OTHER_ARCHIVES.items():
        if data.startswith(start):
            raise UnreadableFile("other_archive", f"This is a {kind} archive. Unpack it and upload the file inside.")
    return Unpacked(data, name)


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip does; an empty or a split one included."""
    return data.startswith(_ZIP) and data[2:4] in (b"\x03\x04", b"\x05\x06", b"\x07\x08")


def zip_names(data: bytes) -> Sequence[str]:
    """The names of all entries of a zip.

    Raises:
        UnreadableFile: it is damaged or has too many entries.
    """
    with _opened(data) as archive:
        return archive.namelist()


def _opened(data: bytes) -> zipfile.ZipFile:
    if data.count(_CENTRAL_ENTRY) > MOST_ENTRIES:
        raise UnreadableFile("several_files", "The archive contains thousands of files. Unpack it and upload one.")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise _damaged() from error


def _is_document(names: Sequence[str]) -> bool:
    return any(name in _DOCUMENT_PARTS or name.endswith(".iwa") for name in names)


def _only_level(unpacked: Unpacked) -> Unpacked:
    data = unpacked.data
    is_archive = data.startswith((_GZIP, *_OTHER_ARCHIVES)) or (is_zip(data) and not _is_document(zip_names(data)))
    if is_archive:
        raise UnreadableFile("nested_archive", "The archive contains another archive. Unpack it and upload the file.")
    return unpacked


def _gunzip(data: bytes) -> bytes:
    """The content of all members; what follows the last one, such as padding, is ignored."""
    pieces = _Pieces(len(data))
    position = 0
    for _ in range(MOST_ENTRIES):
        if not data.startswith(_GZIP, position):
            break
        position = _gunzip_member(data, position, pieces)
    return pieces.joined()


def _gunzip_member(data: bytes, position: int, pieces: "_Pieces") -> int:
    """Add what the member at `position` contains; return where it ends."""
    member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    packed = b""
    while not member.eof:
        if not packed:
            packed = data[position : position + _PIECE]
            position += len(packed)
        if not packed:
            raise _damaged()
        try:
            pieces.add(member.decompress(packed, _PIECE))
        except zlib.error as error:
            raise _damaged() from error
        packed = member.unconsumed_tail
    return position - len(member.unused_data)


def _unzip(data: bytes) -> Unpacked:
    with _opened(data) as archive:
        entries = [entry for entry in archive.infolist() if not _is_hidden(entry.filename)]
        if len(entries) != 1:
            raise _several_files([entry.filename for entry in entries])
        (entry,) = entries
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableFile("encrypted", "The archive has a password. Unpack it and upload the file inside.")
        if entry.compress_type not in _METHODS:
            raise UnreadableFile("other_archive", "The archive is compressed in a way that we do not read. Unpack it.")
        pieces = _Pieces(len(data))
        try:
            for piece in _read(archive, entry):
                pieces.add(piece)
        except _BROKEN as error:
            raise _damaged() from error
    return Unpacked(pieces.joined(), PurePosixPath(entry.filename).name)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as file:
        while piece := file.read(_PIECE):
            yield piece


def _is_hidden(name: str) -> bool:
    """Whether an entry is a folder, or one that systems add for themselves."""
    parts = PurePosixPath(name).parts
    return not parts or name.endswith("/") or "__MACOSX" in parts or parts[-1].startswith(_OF_SYSTEMS)


class _Pieces:
    """What was unpacked so far, within the limits."""

    def __init__(self, packed_size: int) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._most = max(packed_size * MOST_EXPANSION, ALWAYS_ALLOWED)

    def add(self, piece: bytes) -> None:
        self._size += len(piece)
        check_size(self._size)
        if self._size > self._most:
            message = (
                f"The archive expands to more than {MOST_EXPANSION} times its size. Unpack it and upload the file."
            )
            raise UnreadableFile("expands_too_much", message)
        self._pieces.append(piece)

    def joined(self) -> bytes:
        return b"".join(self._pieces)


def _several_files(names: Sequence[str]) -> UnreadableFile:
    if not names:
        return UnreadableFile("empty", "The archive contains no file.")
    shown = ", ".join(PurePosixPath(name).name for name in names[:5]) + (", …" if len(names) > 5 else "")
    message = f"The archive contains {len(names)} files ({shown}). Unpack it and upload one of them."
    return UnreadableFile("several_files", message)


def _damaged() -> UnreadableFile:
    return UnreadableFile("damaged_archive", "The file is damaged or incomplete. Save it again and upload it again.")
