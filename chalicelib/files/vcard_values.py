"""Decodes the values of vCard properties: quoted-printable, base64 and escapes.

Every value is first brought into the same form, the escaped text of vCard 3.0 and 4.0. A semicolon or a comma that
separates parts is then distinguishable from one in a part, whatever its encoding was.
"""

import binascii
import hashlib
import re
from collections.abc import Callable, Iterator

Decode = Callable[[bytes], tuple[str, str]]  # to a text and the code of a problem

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_LINE_BREAKS = re.compile(r"\r\n?")
_ESCAPED = re.compile(r'\\([nN;,:\\"])')
_MEANT = {"n": "\n", "N": "\n"}
_SEPARATORS = {each: re.compile(rf"\\.|{each}", re.DOTALL) for each in ";,"}
_TOKENS = re.compile(r"(\\.|[;,])", re.DOTALL)
_ESCAPED_SOFT_BREAK = "=\\n"  # KDE escapes the line break behind the equals sign
_FOLDED_SOFT_BREAK = " \\n"  # the same, folded behind the equals sign
_PATH = re.compile(r"(?<![A-Za-z])[A-Za-z]:\\(?![\\;,])|\\\\[\w.$-]+\\\w")  # C:\folder or \\server\share
_BLANKS = (" ", "\t")
# Lengths, with the equals sign at the end, of writers that indent the next line. Others have 76 characters at most, or
# do not count the name of the property.
_FULL_FIRST_LINES, _FULL_LINES = range(76, 79), range(77, 80)
_BASE64_URI = re.compile(r"data:[^,]*,", re.IGNORECASE)


def unescape(value: str) -> str:
    """The text of an escaped value. A backslash before any other character is part of the text."""
    if "\\" not in value:
        return value
    if "\\\\" not in value:  # then the order does not matter, and this is several times as fast
        value = value.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",")
        return value.replace("\\;", ";").replace("\\:", ":").replace('\\"', '"')
    return _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), value)


def escape(text: str) -> str:
    """A text as one part of an escaped value."""
    return _LINE_BREAKS.sub("\n", text).translate(_ESCAPES)


def split(value: str, separator: str) -> list[str]:
    """The parts of an escaped value, still escaped, between separators that are not escaped."""
    if "\\" not in value or not ("\\\\" in value or f"\\{separator}" in value):
        return value.split(separator)
    parts, start = [], 0
    for found in _SEPARATORS[separator].finditer(value):
        if found[0] == separator:
            parts.append(value[start : found.start()])
            start = found.end()
    parts.append(value[start:])
    return _rejoined(parts, separator)


def texts(value: str) -> list[str]:
    """The texts of the parts of an escaped value, between semicolons that are not escaped."""
    if "\\" in value:
        if "\\\\" in value or "\\;" in value:
            return [unescape(part).strip() for part in split(value, ";")]
        value = unescape(value)  # at once, which is several times as fast
    return [part.strip() for part in value.split(";")]


def _rejoined(parts: list[str], separator: str) -> list[str]:
    r"""The parts, without the separators that KDE escapes twice: `a\\;b` is one part.

    No name and no address ends in a backslash. Our own export has a blank behind such a part.
    """
    joined, pieces = list[str](), list[str]()
    for part in parts:
        if part.endswith("\\\\") and not part.endswith("\\\\\\\\"):
            pieces += [part[:-2], f"\\{separator}"]
        else:
            joined.append("".join([*pieces, part]))
            pieces = []
    if pieces:  # nothing follows the last backslash
        joined.append("".join([*pieces[:-1], "\\\\"]))
    return joined


def guard_paths(value: str) -> str:
    r"""Escapes the backslashes of a Windows path (C:\new). Version 2.1 has it as it is, since it escapes only `;`."""
    return re.sub(r"\\(?!;)", r"\\\\", value) if _PATH.search(value) else value


# ── quoted-printable


def unquote(value: str, decode: Decode, *, is_structured: bool = False, column: int = 0) -> tuple[str, str]:
    """The escaped text of a quoted-printable value, and the code of a problem or "".

    Args:
        value: its lines as they are in the file, with line breaks.
        is_structured: whether it has several parts. Encoded semicolons separate them if no others do.
        column: where the value begins in its first line.
    """
    readings = [_decoded(quoted, decode, is_structured) for quoted in _readings(value.split("\n"), column)]
    return next((reading for reading in readings if not reading[1]), readings[0])


def _readings(lines: list[str], column: int) -> Iterator[str]:
    """What the lines may be as one, the likeliest first; another reading is right if a character would be cut.

    A line ends in an equals sign if the next one continues it. Some writers indent that line, others have text at its
    beginning; in the lines of those that indent the sign is at the very end of what fits.
    """
    is_full = [column + len(lines[0]) in _FULL_FIRST_LINES, *(len(line) in _FULL_LINES for line in lines[1:])]
    yield _joined(lines, [line[:1] in _BLANKS and full for line, full in zip(lines[1:], is_full, strict=False)])
    if len(lines) > 1:
        yield _joined(lines, [line[:1] in _BLANKS for line in lines[1:]])
        yield lines[0] + "".join(line[1:] for line in lines[1:])  # an equals sign at an end began a character


def _joined(lines: list[str], is_indented: list[bool]) -> str:
    """The lines without soft line breaks and without folding.

    Args:
        is_indented: whether the first blank of each line but the first is not part of the text.
    """
    pieces = lines[:1]
    for line, indented in zip(lines[1:], is_indented, strict=True):
        if has_soft_break(pieces[-1]) and not line.startswith(_FOLDED_SOFT_BREAK):
            pieces[-1] = pieces[-1].rstrip(" \t")[:-1]
            pieces.append(line[indented:])
        else:
            pieces.append(line[1:])
    return "".join(pieces)


def has_soft_break(line: str) -> bool:
    """Whether a line of quoted-printable text continues on the next one."""
    return line.rstrip(" \t").endswith("=")


def _decoded(quoted: str, decode: Decode, is_structured: bool) -> tuple[str, str]:
    """The pieces between separators and escapes are decoded one by one, then escaped."""
    tokens = _TOKENS.split(quoted.replace(_ESCAPED_SOFT_BREAK, ""))
    has_parts = not is_structured or ";" in tokens
    problems = ""
    for place in range(0, len(tokens), 2):
        piece = tokens[place]
        if "=" in piece or not piece.isascii():
            text, problem = decode(binascii.a2b_qp(piece.encode("utf-8", "surrogateescape")))
            escaped = escape(text)
            tokens[place] = escaped if has_parts else escaped.replace("\\;", ";")
            problems = problems or problem
    return "".join(tokens), problems


# ── binary values


def base64_octets(text: str) -> bytes | None:
    """The bytes of a base64 text, whatever else is between its characters; None if it is not base64."""
    try:
        return binascii.a2b_base64(text.encode("ascii", "ignore") + b"==")
    except binascii.Error:
        return None


def without_data(uri: str) -> str:
    """The summary of what a data: URI in base64 holds; any other text as it is."""
    header = _BASE64_URI.match(uri)
    if header is None or not header[0][:-1].lower().endswith(";base64"):
        return uri
    octets = base64_octets(uri[header.end() :])
    return uri if octets is None else summary(octets)


def summary(octets: bytes) -> str:
    """What is kept of a picture, a sound or a key: its hash and its size."""
    return f"sha256:{hashlib.sha256(octets).hexdigest()}, {len(octets)} bytes"
