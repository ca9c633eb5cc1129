"""Finds the format of a file from its content.

Its name and media type are hints that only help to name a document that we do not read.
"""

import json
import re
import zipfile
from enum import StrEnum
from io import BytesIO
from typing import NamedTuple

from chalicelib.files.containers import is_zip, unpack, zip_names
from chalicelib.files.encodings import FoundEncoding, check_encoding, find_encoding, open_text
from chalicelib.files.other_documents import (
    OLE_STREAMS,
    encrypted_document,
    unknown_binary,
    unreadable_binary,
    unreadable_ole,
    unreadable_text,
    unreadable_zip,
)
from chalicelib.files.unreadable import UnreadableFile


class Format(StrEnum):
    """What a file is."""

    VCARD = "vcard"
    DELIMITED = "delimited"  # CSV, TSV, or any other delimiter
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    LDIF = "ldif"
    JSON = "json"  # any list or object but those below
    NDJSON = "ndjson"  # one value per line
    JCARD = "jcard"
    JSCONTACT = "jscontact"
    PEOPLE = "people"  # as Google's People API answers
    GRAPH = "graph"  # as Microsoft Graph answers


WORKBOOKS = frozenset({Format.XLSX, Format.XLSB, Format.XLS, Format.ODS})

_HEAD = 1 << 16  # characters that are looked at
_BLANK = b" \t\r\n\x00\xef\xbb\xbf\xfe\xff"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_WORKBOOKS = ("Workbook", "Book")
_LONGEST_PART = 1_000_000  # bytes of a part of a document that is looked at
_WIDE = "utf-16", "utf-32"

_VCARD = re.compile(r"(?:^|[\r\n])[ \t]*BEGIN[ \t]*:[ \t]*VCARD[ \t]*(?:$|[\r\n])", re.IGNORECASE)
_LDIF = re.compile(r"(?:#.*\n|\s)*(?:version:\s*\d|dn::?\s|objectclass::?\s*\w+\s*\n\w+::?\s)", re.IGNORECASE)
_JSON = re.compile(r"""\s*(?:\{\s*["}]|\[\s*[\[{"\]\d])""")
_JSON_KINDS = {
    Format.JCARD: re.compile(r"""\s*\[\s*(?:\[\s*)?"vcard"\s*,""", re.IGNORECASE),
    Format.JSCONTACT: re.compile(r""""@type"\s*:\s*"(?:Card|CardGroup|jscard)\""""),
    Format.PEOPLE: re.compile(r""""resourceName"\s*:\s*"(?:people|otherContacts)/"""),
    Format.GRAPH: re.compile(r""""@odata\.|"emailAddresses"\s*:\s*\[\s*\{\s*"(?:address|name)\""""),
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x7f-\x84\x86-\x9f\ufffe\uffff]")
_FEW_CONTROLS = 4, 0.02  # that a text may have: so many, and that share


class Recognized(NamedTuple):
    """An upload, unpacked, and what it is."""

    data: bytes
    name: str
    format: Format
    #: None of workbooks, which are not text.
    encoding: FoundEncoding | None


def recognize(data: bytes, name: str = "", media_type: str = "", *, encoding: str = "") -> Recognized:
    """Unpack an upload and find out what it is.

    Args:
        encoding: the one that a person chose; "" to find it.

    Raises:
        UnreadableFile: it is none of the formats, is too large, or its archive cannot be unpacked.
    """
    data, name = unpack(data, name)
    if not data.strip(_BLANK):
        raise UnreadableFile("empty", "The file is empty.")
    if workbook := _workbook_format(data, f"{name} {media_type}".lower()):
        return Recognized(data, name, workbook, None)
    found = FoundEncoding(encoding, True, (check_encoding(encoding),)) if encoding else find_encoding(data)
    if not found.name.startswith(_WIDE):
        data = data.rstrip(b"\x00")  # what some systems pad files with
    return Recognized(data, name, _text_format(open_text(data, found.name).read(_HEAD)), found)


def _workbook_format(data: bytes, hint: str) -> Format | None:
    """The format of a workbook; None of a text."""
    if data.startswith(_OLE):
        return _ole_format(data)
    if is_zip(data):
        return _zip_format(data, hint)
    if error := unreadable_binary(data):
        raise error
    return None


def _ole_format(data: bytes) -> Format:
    """The format of a document of the old Office, by the first stream that is known. A later one may be embedded."""
    places = {stream: data.find(stream.encode("utf-16-le") + b"\x00\x00") for stream in (*_OLE_WORKBOOKS, *OLE_STREAMS)}
    first = min((stream for stream, place in places.items() if place >= 0), key=places.__getitem__, default="")
    if first in _OLE_WORKBOOKS:
        return Format.XLS
    raise unreadable_ole(first)


def _zip_format(data: bytes, hint: str) -> Format:
    names = [name.replace("\\", "/") for name in zip_names(data)]
    if "xl/workbook.bin" in names:
        return Format.XLSB
    if any(name.startswith("xl/") for name in names):
        return Format.XLSX
    media_type = _part(data, "mimetype").decode("ascii", "replace")
    if "opendocument" in media_type and b"encryption-data" in _part(data, "META-INF/manifest.xml"):
        raise encrypted_document()
    if "opendocument.spreadsheet" in media_type:
        return Format.ODS
    raise unreadable_zip(names, media_type=media_type, hint=hint)


def _part(data: bytes, name: str) -> bytes:
    """The beginning of a part of a document; empty if it has none or it is damaged."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(name) as part:
            return part.read(_LONGEST_PART)
    except Exception:  # the reader of the document reports the damage
        return b""


def _text_format(head: str) -> Format:
    if _VCARD.search(head):
        return Format.VCARD
    if error := unreadable_text(head):
        raise error
    if _LDIF.match(head):
        return Format.LDIF
    if _JSON.match(head):
        return _json_format(head)
    most, share = _FEW_CONTROLS
    if len(_CONTROL.findall(head)) > max(most, len(head) * share):
        raise unknown_binary()
    return Format.DELIMITED


def _json_format(head: str) -> Format:
    if _JSON_KINDS[Format.JCARD].match(head):  # they may be one a line
        return Format.JCARD
    lines = [line for line in head.split("\n") if line.strip()]
    if len(lines) > 1 and _JSON.match(lines[1]) and _is_json(lines[0]):
        return Format.NDJSON
    return next((kind for kind, pattern in _JSON_KINDS.items() if pattern.search(head)), Format.JSON)


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
