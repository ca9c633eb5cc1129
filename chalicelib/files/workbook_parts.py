"""Looks into the parts of workbooks for what the library that reads them leaves out, or reads wrongly."""

import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^<>]*\bt=["']e["'])[^<>]*\br=["']([A-Z]{1,3})([0-9]{1,7})["'][^<>]*>"""
    rb"(?:<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v>([^<]{1,40})<"
)
_HAS_ERROR = re.compile(rb"""\st=["']e["']""")
_PIECE, _OVERLAP = 1 << 20, 10_000  # bytes; an error cell is shorter than the overlap
_SHORT_CELLS = range(12, 19)  # kinds of records whose cells are not read
_RECORDS_JUDGED = 10_000
_START_OF_XLS, _ENCRYPTED, _RECORDS_JUDGED_XLS = b"\x09\x08\x10\x00", 0x2F, 5

_BLANKS_BETWEEN_CELLS = re.compile(rb">\s+(?=</?table:)")
_BLANKS_IN_CELL = re.compile(rb"(<table:table-cell[^>]*>)\s+(?=<text:p)")
_TEXT_ELEMENTS = {
    re.compile(rb"<text:line-break\s*/>|<text:line-break\s*>\s*</text:line-break\s*>"): b"\n",
    re.compile(rb"<text:tab(?:\s[^>]*)?/>|<text:tab(?:\s[^>]*)?>\s*</text:tab\s*>"): b"\t",
}


def error_cells(data: bytes, sheet: int) -> Mapping[tuple[int, int], str]:
    """The error of each cell that has one (#N/A), by row, from 1, and index of the column, in an .xlsx workbook.

    The library reads such cells as empty. Empty if the sheet is not where workbooks have it.
    """
    found: dict[tuple[int, int], str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as workbook:
            for piece in _pieces(workbook, _sheet_part(workbook, sheet)):
                for letters, row, error in _ERROR_CELL.findall(piece) if _HAS_ERROR.search(piece) else ():
                    found[int(row), _column(letters)] = error.decode("ascii", "replace")
    except (zipfile.BadZipFile, KeyError, IndexError, ValueError, OSError, ElementTree.ParseError):
        return found
    return found


def _sheet_part(workbook: zipfile.ZipFile, sheet: int) -> str:
    sheets = [each for each in _xml(workbook, "xl/workbook.xml").iter() if each.tag.endswith("}sheet")]
    relation = sheets[sheet].get(_RELATION) or sheets[sheet].get(_STRICT_RELATION)
    relations = _xml(workbook, "xl/_rels/workbook.xml.rels")
    target = next(each.get("Target", "") for each in relations if each.get("Id") == relation)
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _xml(workbook: zipfile.ZipFile, part: str) -> ElementTree.Element:
    with workbook.open(part) as file:
        return ElementTree.fromstring(file.read())  # noqa: S314 - expat limits entities, and the process its memory


def _pieces(workbook: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    end = b""
    with workbook.open(part) as file:
        while piece := file.read(_PIECE):
            yield end + piece
            end = piece[-_OVERLAP:]


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index - 1


def repaired(data: bytes) -> bytes:
    """An OpenDocument that the library can read: without blanks between cells, with line breaks and tabs as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as document:
        content = document.read("content.xml")
        fixed = _BLANKS_IN_CELL.sub(rb"\1", _BLANKS_BETWEEN_CELLS.sub(b">", content))
        for element, text in _TEXT_ELEMENTS.items():
            fixed = element.sub(text, fixed)
        if fixed == content:
            return data
        new = io.BytesIO()
        with zipfile.ZipFile(new, "w") as archive:
            for name in ("mimetype", "META-INF/manifest.xml"):
                archive.writestr(name, document.read(name))
            archive.writestr("content.xml", fixed)
        return new.getvalue()


def has_unreadable_cells(data: bytes) -> bool:
    """Whether a sheet of an .xlsb workbook has cells in the short form that the library skips."""
    with zipfile.ZipFile(io.BytesIO(data)) as workbook:
        sheets = [name for name in workbook.namelist() if re.search(r"worksheets/[^/]*\.bin$", name)]
        return any(kind in _SHORT_CELLS for name in sheets for kind in _record_kinds(workbook.read(name)))


def has_password(data: bytes) -> bool:
    """Whether an .xls workbook says at its start that it is encrypted."""
    place = data.find(_START_OF_XLS)
    for _ in range(_RECORDS_JUDGED_XLS):
        kind, size = struct.unpack_from("<HH", data, place)
        if kind == _ENCRYPTED:
            return True
        place += 4 + size
    return False


def _record_kinds(part: bytes) -> Iterator[int]:
    """The kinds of the first records of a binary part."""
    place = 0
    for _ in range(_RECORDS_JUDGED):
        if place + 1 >= len(part):
            return
        kind, place = _number(part, place, 2)
        size, place = _number(part, place, 4)
        place += size
        yield kind


def _number(part: bytes, place: int, most: int) -> tuple[int, int]:
    """A number in seven bits of each byte, and the place behind it."""
    number = 0
    for index, byte in enumerate(part[place : place + most]):
        number |= (byte & 127) << 7 * index
        if byte < 128:
            return number, place + index + 1
    return number, place + most
