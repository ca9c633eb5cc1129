"""Files that are not CSV: each is refused with a sentence that says what it is, and what to do."""

import re
from typing import NamedTuple

from chalicelib.files.containers import is_zip


class OtherFile(NamedTuple):
    """What a file is that cannot be imported."""

    code: str  #: for programs
    words: str  #: what it is, and what to upload instead


_SAVE_AS_CSV = "Open it in a spreadsheet, and save the sheet with the leads as CSV in UTF-8."
_EXCEL = OtherFile("excel", f"This is an Excel workbook. {_SAVE_AS_CSV}")
_OLD_OFFICE = OtherFile("old_office", f"This is a document of the old Office, such as .xls. {_SAVE_AS_CSV}")
_OPEN_DOCUMENT = OtherFile("opendocument", f"This is an OpenDocument file. {_SAVE_AS_CSV}")
_NUMBERS = OtherFile("iwork", "This is an Apple document. Open it in Numbers, and export it as CSV in UTF-8.")
_WORD = OtherFile("word", f"This is a text document. Copy its table into a spreadsheet. {_SAVE_AS_CSV}")
_ZIP = OtherFile("zip", "This is a ZIP archive. Unpack it and upload the CSV file inside, or pack that by gzip.")
_IMAGE = OtherFile("image", "This is a picture. Upload the list itself, as CSV.")
_HTML = OtherFile("html", f"This is a web page, whatever its name says. {_SAVE_AS_CSV}")
_XML = OtherFile("xml", f"This is an XML file. {_SAVE_AS_CSV}")
_JSON = OtherFile(
    "json", "This is JSON. Export the leads as CSV, or send them to `resolve-batch`, up to 1,000 in a request."
)
_VCARD = OtherFile("vcard", "This is a vCard. Export the contacts as CSV.")
_ARCHIVES = {
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"\x1f\x8b": "second gzip",
}
_BY_START = {
    b"%PDF-": OtherFile("pdf", "This is a PDF. Upload the list that it was made from, as CSV."),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _OLD_OFFICE,
    b"\x89PNG": _IMAGE,
    b"\xff\xd8\xff": _IMAGE,
    b"GIF8": _IMAGE,
    b"PAR1": OtherFile("parquet", "This is a Parquet file. Write its table as CSV."),
    b"SQLite format 3\x00": OtherFile("database", "This is a database. Export its table as CSV."),
    b"{\\rtf": _WORD,
}
_BY_TEXT = {  # the first that matches the beginning of a text
    rb"(?i)<(?:!doctype html|html|head|body|table|meta|style|div)\b": _HTML,
    rb"(?i)mime-version:": _HTML,
    rb"(?i)<(?:\?xml|!--|(?:\w+:)?workbook)\b": _XML,
    rb'\{\s*"[^"\n]*"\s*:|\[\s*[{\[]': _JSON,
    rb"(?i)begin:vcard\b": _VCARD,
}
# The beginning of each file in a ZIP archive: the length of its name, that of what is behind the name, and the name.
_NAMES_IN_ZIP = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)
_OF_FOLDERS = {b"xl/": _EXCEL, b"word/": _WORD, b"ppt/": _WORD}


def other_file(head: bytes) -> OtherFile | None:
    """What a file is by its beginning, if it is certainly not CSV."""
    if is_zip(head):
        return _in_zip(head)
    for start, kind in _ARCHIVES.items():
        if head.startswith(start):
            return OtherFile("other_archive", f"This is a {kind} archive. Unpack it, and upload the CSV file inside.")
    for start, found in _BY_START.items():
        if head.startswith(start):
            return found
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1_000]
    return next((found for pattern, found in _BY_TEXT.items() if re.match(pattern, text)), None)


def _in_zip(head: bytes) -> OtherFile:
    places = [(found.end(), int.from_bytes(found[1], "little")) for found in _NAMES_IN_ZIP.finditer(head)]
    names = [head[start : start + length] for start, length in places]
    for folder, found in _OF_FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            return found
    if b"mimetype" in names[:1]:
        return _OPEN_DOCUMENT
    if any(name.endswith(b".iwa") or name == b"Index.zip" for name in names):
        return _NUMBERS
    return _EXCEL if b"[Content_Types].xml" in names else _ZIP
