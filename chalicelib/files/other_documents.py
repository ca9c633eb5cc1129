"""Files that we do not read: each is refused with a sentence that says what it is and what to upload instead."""

import re
from collections.abc import Sequence

from chalicelib.files.unreadable import UnreadableFile

READ = "vCard, CSV, Excel, OpenDocument, LDIF and JSON"  # the formats that we read, for people

_EXPORT_CONTACTS = "Export the contacts as vCard or CSV from the program that they are in."
_SAVE_AS_XLSX = "Open it in Excel and save it as .xlsx."
_PICTURE = ("image", "This is a picture. Upload the contacts themselves, as vCard, CSV or Excel.")
_DATABASE = ("database", f"This is a database. {_EXPORT_CONTACTS}")
_WORD = ("word", "This is a text document. Copy its table into a spreadsheet, and upload that as CSV or Excel.")
_SLIDES = ("powerpoint", "This is a presentation. Copy its table into a spreadsheet, and upload that as CSV or Excel.")
_PASSWORD = ("encrypted", "The document has a password. Save it without one and upload it again.")
_OLD_EXCEL = ("old_excel", f"This workbook is from a very old version of Excel. {_SAVE_AS_XLSX}")
_WEB_PAGE = ("html", f"This is a web page, whatever its name says. {_SAVE_AS_XLSX}")
_XML_SPREADSHEET = ("xml", f"This is an XML spreadsheet of Excel 2003. {_SAVE_AS_XLSX}")
_UNKNOWN_DOCUMENT = ("unknown_format", f"This document is not a workbook, or is incomplete. We read {READ}.")

_BY_START = {
    b"%PDF-": ("pdf", "This is a PDF. Upload the list that it was made from, as CSV or Excel."),
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF8": _PICTURE,
    b"II*\x00": _PICTURE,
    b"MM\x00*": _PICTURE,
    b"SQLite format 3\x00": _DATABASE,
    b"\x00\x01\x00\x00Standard ": _DATABASE,
    b"!BDN": ("outlook_data", "This is an Outlook data file. In Outlook, export the contacts as CSV."),
    b"bplist00": ("property_list", f"This is a property list. {_EXPORT_CONTACTS}"),
    b"{\\rtf": _WORD,
    b"\x09\x08\x10\x00": _OLD_EXCEL,
    b"\x09\x08\x08\x00": _OLD_EXCEL,
    b"\x09\x04\x06\x00": _OLD_EXCEL,
    b"\x09\x02\x06\x00": _OLD_EXCEL,
    b"\x09\x00\x04\x00": _OLD_EXCEL,
}
_PICTURE_INSIDE = re.compile(rb"RIFF....WEBP|....ftyp(?:heic|heix|mif1|avif)", re.DOTALL)
OLE_STREAMS = {  # of documents of the old Office
    "EncryptedPackage": _PASSWORD,
    "WordDocument": _WORD,
    "PowerPoint Document": _SLIDES,
    "__properties_version1.0": ("outlook_item", "This is an item of Outlook. Export the contacts as CSV or vCard."),
}
_BY_TEXT = {  # the first that matches the start of a text, in lower case
    r"<\?xml[^>]*\?>\s*(?:<\?[^>]*\?>\s*)*<(?:\w+:)?workbook\b": _XML_SPREADSHEET,
    r"<(?:\w+:)?workbook\b": _XML_SPREADSHEET,
    r"(?:<\?xml[^>]*\?>\s*)?<(?:!--.*?-->\s*<)?(?:!doctype html|html|head|body|table|meta|style|div)\b": _WEB_PAGE,
    r"mime-version:": _WEB_PAGE,
    r"<(?:\?xml\b|!doctype\b|!--|plist\b|vcards\b)": ("xml", f"This is an XML file. We read {READ}."),
    r"begin:vcalendar": ("calendar", "This is a calendar. Upload an export of the contacts instead."),
}
_OFFICE_FOLDERS = {"word/": _WORD, "ppt/": _SLIDES}
_OPEN_DOCUMENTS = {"text": _WORD, "presentation": _SLIDES}
_IWORK = {"numbers": "Numbers", "pages": "Pages", "key": "Keynote"}


def unreadable_binary(data: bytes) -> UnreadableFile | None:
    """The error of a file that begins as a known document that we do not read; None for others."""
    for start, error in _BY_START.items():
        if data.startswith(start):
            return UnreadableFile(*error)
    return UnreadableFile(*_PICTURE) if _PICTURE_INSIDE.match(data) else None


def unreadable_ole(stream: str) -> UnreadableFile:
    """The error of a document of the old Office with this stream; "" for one that is not known."""
    return UnreadableFile(*OLE_STREAMS.get(stream, _UNKNOWN_DOCUMENT))


def unreadable_zip(names: Sequence[str], *, media_type: str, hint: str) -> UnreadableFile:
    """The error of a zipped document that is no workbook.

    Args:
        media_type: what an OpenDocument says it is; "" for others.
        hint: the file's name and media type, in lower case.
    """
    if any(name.endswith(".iwa") or name in ("Index.zip", "index.apxl", "index.xml") for name in names):
        program = next((program for ending, program in _IWORK.items() if f".{ending}" in hint), "iWork")
        return UnreadableFile("iwork", f"This is an Apple {program} document. Export it as CSV or Excel.")
    for folder, error in _OFFICE_FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            return UnreadableFile(*error)
    for kind, error in _OPEN_DOCUMENTS.items():
        if f"opendocument.{kind}" in media_type:
            return UnreadableFile(*error)
    return UnreadableFile(*_UNKNOWN_DOCUMENT)


def encrypted_document() -> UnreadableFile:
    """The error of a document with a password."""
    return UnreadableFile(*_PASSWORD)


def unreadable_text(start: str) -> UnreadableFile | None:
    """The error of a text that begins as a known document that we do not read; None for others."""
    start = start.lstrip().lower()
    for pattern, error in _BY_TEXT.items():
        if re.match(pattern, start, re.DOTALL):
            return UnreadableFile(*error)
    return None


def unknown_binary() -> UnreadableFile:
    """The error of a file that is neither a workbook nor text."""
    return UnreadableFile("unknown_format", f"This file is neither a workbook nor text. We read {READ}.")
