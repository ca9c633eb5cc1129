"""Finds the program that wrote a file of cards, as their first product id says."""

import re
from collections.abc import Mapping

from chalicelib.files.encodings import open_text
from chalicelib.files.formats import Format
from chalicelib.files.records import LONGEST_SHOWN
from chalicelib.files.vcard_values import unescape

_HEAD = 1 << 20  # characters that are looked at; a photo may stand before the product id
_JSON_TEXT = r'"((?:[^"\\]|\\.)*)"'
_PRODUCT_IDS: Mapping[Format, re.Pattern[str]] = {
    Format.VCARD: re.compile(r"\n(?i:PRODID)[^:\r\n]*:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)"),
    Format.JCARD: re.compile(rf'\[\s*"prodid"\s*,\s*\{{[^}}]*\}}\s*,\s*"text"\s*,\s*{_JSON_TEXT}', re.IGNORECASE),
    Format.JSCONTACT: re.compile(rf'"prodId"\s*:\s*{_JSON_TEXT}'),
}
_LONE_CR = re.compile(r"\r(?!\n)").search
_FOLDS = re.compile(r"\r?\n[ \t]")


def program_of_cards(data: bytes, encoding: str, file_format: Format) -> str:
    """The first product id in a file, such as "-//Apple Inc.//iOS 17.4//EN"; "" for none."""
    pattern = _PRODUCT_IDS.get(file_format)
    if pattern is None:
        return ""
    text = open_text(data, encoding).read(_HEAD)
    if _LONE_CR(text):
        text = text.replace("\r", "\n")
    found = pattern.search(text)
    if found is None:
        return ""
    written = found[1].replace("\\/", "/")  # some writers of JSON escape slashes
    return unescape(_FOLDS.sub("", written)).strip()[:LONGEST_SHOWN]
