"""Writes content lines of a vCard, folded, and escaped so that common readers return every value unchanged.

Readers differ (ical.js 2.2.1, which Thunderbird uses, and vobject 0.9.9 were run). ical.js keeps a backslash before a
semicolon in a plain text, takes an X- property for raw text and a number for a URI: so a semicolon is escaped in
structured values alone, and `VALUE=text` stands where there is something to unescape. vobject ends any text at a bare
comma, a link too: so a comma in a link is percent-encoded.
"""

import re
from collections.abc import Sequence

LONGEST_LINE = 75  # octets, without the line break
_ESCAPES = str.maketrans({"\\": "\\\\", ",": "\\,", "\n": "\\n"})
_BREAKS = re.compile(r"\r\n?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # no line of a card may have them
_WEB = re.compile(r"https?://[^\s\x00-\x1f\x7f\"<>\\]+", re.IGNORECASE).fullmatch
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+([/?#]\S*)?").fullmatch
_PARAMETER = str.maketrans({"^": "^^", '"': "^'", "\n": "^n"})  # RFC 6868


def fold_line(line: str) -> str:
    """Fold a content line into lines of at most 75 octets. Characters stay whole; continuation lines are indented."""
    if len(line) <= LONGEST_LINE and line.isascii():
        return line + "\r\n"
    octets, start, room, pieces = line.encode(), 0, LONGEST_LINE, []
    while start < len(octets):
        end = min(start + room, len(octets))
        while end < len(octets) and octets[end] & 0xC0 == 0x80:  # in the middle of a sign
            end -= 1
        pieces.append(octets[start:end].decode())
        start, room = end, LONGEST_LINE - 1
    return "\r\n ".join(pieces) + "\r\n"


def text(value: str) -> str:
    """An escaped text."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", value)).translate(_ESCAPES)


def parts(*values: str) -> str:
    """A structured value, such as a name or an address."""
    return _joined(";", [text(value).replace(";", "\\;") for value in values])


def text_list(*values: str) -> str:
    """Several escaped texts of one property."""
    return _joined(",", [text(value) for value in values])


def _joined(separator: str, escaped: Sequence[str]) -> str:
    """ical.js takes a backslash that ends a value for one that escapes the separator: a blank keeps the two apart."""
    kept_apart = [f"{value} " if value.endswith("\\") else value for value in escaped[:-1]]
    return separator.join([*kept_apart, *escaped[-1:]])


def typed_text(value: str) -> str:
    """The end of a line for a property that readers may not treat as text; declared as text if escaped."""
    escaped = text(value)
    return f";VALUE=text:{escaped}" if "\\" in escaped else f":{escaped}"


def parameter(value: str) -> str:
    """A quoted value of a parameter."""
    return '"' + _CONTROLS.sub("", _BREAKS.sub("\n", value)).translate(_PARAMETER) + '"'


def web_address(value: str) -> str:
    """`value` as a web address, with a scheme; "" if it is not one."""
    whole = f"https://{value}" if _HOST(value) else value
    return whole.replace(",", "%2C") if _WEB(whole) else ""
