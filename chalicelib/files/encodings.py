"""Finds the encoding of a text file, and decodes without dropping a byte.

A byte order mark decides, then strict UTF-8. Anything else is a choice by scores, which a person can change.
"""

import codecs
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from chalicelib.files.alphabets import share_of_words
from chalicelib.files.records import LONGEST_SHOWN
from chalicelib.files.unreadable import UnreadableFile

UTF_8 = "utf-8"
MIXED = "utf-8 and windows-1252"  # UTF-8, with lines in Windows-1252 between
AS_WINDOWS = "as-windows-1252"  # how to treat errors of UTF-8, for `bytes.decode`

#: All encodings that can be chosen, by the name that is stored, each with its name for people. Of two that read a file
#: equally well, the first one is the likelier.
ENCODINGS: Mapping[str, str] = {
    UTF_8: "Unicode (UTF-8)",
    MIXED: "Unicode (UTF-8), partly Western European",
    "utf-16-le": "Unicode (UTF-16)",
    "utf-16-be": "Unicode (UTF-16, big-endian)",
    "utf-32-le": "Unicode (UTF-32)",
    "utf-32-be": "Unicode (UTF-32, big-endian)",
    "cp1252": "Western European (Windows)",
    "cp1250": "Central European (Windows)",
    "cp1254": "Turkish (Windows)",
    "cp1257": "Baltic (Windows)",
    "cp1255": "Hebrew (Windows)",
    "cp1256": "Arabic (Windows)",
    "cp1251": "Cyrillic (Windows)",
    "cp1253": "Greek (Windows)",
    "cp949": "Korean",
    "cp932": "Japanese (Shift JIS)",
    "gb18030": "Chinese, simplified (GB 18030)",
    "big5hkscs": "Chinese, traditional (Big5)",
    "euc_jis_2004": "Japanese (EUC)",
    "iso2022_jp_ext": "Japanese (ISO 2022)",
    "cp874": "Thai (Windows)",
    "cp1258": "Vietnamese (Windows)",
    "koi8-r": "Cyrillic (KOI8-R)",
    "koi8-u": "Cyrillic (KOI8-U)",
    "iso8859-15": "Western European (ISO)",
    "iso8859-2": "Central European (ISO)",
    "mac-roman": "Western European (Macintosh)",
    "mac-latin2": "Central European (Macintosh)",
    "mac-cyrillic": "Cyrillic (Macintosh)",
    "cp850": "Western European (DOS)",
    "cp852": "Central European (DOS)",
    "cp866": "Cyrillic (DOS)",
    "cp437": "Western European (DOS, United States)",
}
MOST_CANDIDATES = 5
TELLING_LINES = 5

_BOMS = {
    codecs.BOM_UTF8: UTF_8,
    codecs.BOM_UTF32_LE: "utf-32-le",  # begins as that of UTF-16
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"\x84\x31\x95\x33": "gb18030",
}
WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
JAPANESE_IN_ASCII = "iso2022_jp_ext"
#: In these an ASCII byte may be a part of another character.
NOT_BASED_ON_ASCII = frozenset({*WIDE, JAPANESE_IN_ASCII})
_BY_BYTES = [name for name in ENCODINGS if name not in (UTF_8, MIXED, *NOT_BASED_ON_ASCII)]
_MOST_COMMON = "cp1252"
_SAMPLE = 200_000  # bytes of lines beyond ASCII
_PIECE = 1 << 20  # bytes
_LEAST_OF_WIDE = 0.05  # share of two- or four-byte units that are ASCII; separators and line ends are
_BEFORE, _PART = 80, 1_000  # bytes of a long line before the first sign beyond ASCII and behind it
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_TWO_OF_ASCII = re.compile(rb"[\x00-\x7f]{2}")  # behind them a sign begins, in every encoding
_ASCII = frozenset(map(chr, range(128)))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_TO_JAPANESE = b"\x1b$"


@dataclass(frozen=True)
class FoundEncoding:
    """The encoding of a file, as found."""

    name: str
    is_certain: bool
    #: `name` first, then others that fit the bytes, the likelier first.
    candidates: Sequence[str]


class TellingLine(NamedTuple):
    """A line that shows whether an encoding is the right one."""

    number: int
    before: str  #: with the bytes beyond ASCII as numbers: "J\\xfcrgen"
    after: str  #: decoded


def find_encoding(data: bytes) -> FoundEncoding:
    """The encoding of a text file; a certain one, or the likeliest."""
    if name := _certain(data):
        return FoundEncoding(name, True, (name,))
    lines = [line for _, line in _lines_beyond_ascii(data)]
    fitting = islice((name for name in _by_score(lines) if _decodes(data, name)), MOST_CANDIDATES - 1)
    candidates = list(fitting) or [_MOST_COMMON]
    if _is_mostly_utf_8(lines):
        candidates.insert(0, MIXED)
    return FoundEncoding(candidates[0], False, tuple(candidates))


def check_encoding(name: str) -> str:
    """Raises: UnreadableFile: a person chose an encoding that is not offered."""
    if name not in ENCODINGS:
        raise UnreadableFile("unknown_encoding", "This text encoding is not offered. Choose one of the list.")
    return name


def open_text(data: bytes, encoding: str) -> io.TextIOWrapper:
    r"""The text of a file, decoded as it is read, without byte order marks and with its own line ends.

    A byte that the encoding does not have comes as its number: `\x81`.
    """
    skipped = len(_mark(data, encoding))
    if encoding in (UTF_8, MIXED) and _has_mark(data, skipped):  # files were joined
        data, skipped = data.replace(codecs.BOM_UTF8, b""), 0
    binary = io.BytesIO(data)
    binary.seek(skipped)
    codec, errors = (UTF_8, AS_WINDOWS) if encoding == MIXED else (encoding, "backslashreplace")
    return io.TextIOWrapper(binary, codec, errors, newline="")


def to_utf_8(data: bytes, encoding: str) -> bytes:
    """The file in UTF-8, for readers of bytes."""
    return data if encoding == UTF_8 else open_text(data, encoding).read().encode(UTF_8, "surrogatepass")


def telling_lines(data: bytes, encoding: str) -> Sequence[TellingLine]:
    """The lines by which a person can judge an encoding: those with the most signs that no other of them has.

    Empty for encodings whose line ends are more than one byte; these are certain.
    """
    if encoding in WIDE:
        return ()
    lines = (line for line in _lines_beyond_ascii(data) if encoding != MIXED or not _decodes(line[1], UTF_8))
    left = [(frozenset(_decode(line, encoding)) - _ASCII, -number, line) for number, line in lines]
    shown: list[TellingLine] = []
    seen: frozenset[str] = frozenset()
    while left and len(shown) < TELLING_LINES:
        best = max(left, key=lambda line: (len(line[0] - seen), line[1]))
        left.remove(best)
        seen |= best[0]
        shown.append(_telling_line(-best[1], best[2], encoding))
    return sorted(shown)


def _telling_line(number: int, line: bytes, encoding: str) -> TellingLine:
    before, after = line.decode("ascii", "backslashreplace"), _decode(line, encoding)
    return TellingLine(number, before[:LONGEST_SHOWN], after[:LONGEST_SHOWN])


def _mark(data: bytes, encoding: str) -> bytes:
    """The byte order mark at the start. That of UTF-8 is none of the text in other encodings either."""
    marks = (mark for mark, name in _BOMS.items() if name in (encoding, UTF_8) and data.startswith(mark))
    return next(marks, b"")


def _has_mark(data: bytes, start: int) -> bool:
    """Whether there is a mark of UTF-8 from `start` on. A single byte is found ten times as fast as three."""
    first = data.find(codecs.BOM_UTF8[:1], start)
    return first >= 0 and data.find(codecs.BOM_UTF8, first) >= 0


def _certain(data: bytes) -> str:
    """The encoding that the bytes prove; "" if they prove none."""
    for mark, name in _BOMS.items():
        if data.startswith(mark) and _decodes(data, name):
            return name
    for name in WIDE:
        if _looks_wide(data[: _SAMPLE - _SAMPLE % 4], name):
            return name
    if _TO_JAPANESE in data and data.isascii() and _decodes(data, JAPANESE_IN_ASCII):
        return JAPANESE_IN_ASCII
    return UTF_8 if _decodes(data, UTF_8) else ""


def _looks_wide(sample: bytes, name: str) -> bool:
    """Whether zero bytes are where the encoding puts them, in all but the last or the first byte of ASCII signs."""
    size = 4 if "32" in name else 2
    places = range(size) if name.endswith("be") else range(size - 1, -1, -1)
    *zeros, other = (sample[place::size].count(0) for place in places)
    units = len(sample) // size
    if min(zeros) <= max(units * _LEAST_OF_WIDE, 2) or other * 10 > min(zeros):
        return False
    controls = _CONTROL.findall(sample.decode(name, "replace"))
    return _decodes(sample, name, is_whole=False) and len(controls) < units * _LEAST_OF_WIDE


def _by_score(lines: Sequence[bytes]) -> Sequence[str]:
    """The encodings that have all bytes of these lines, best first; one of those that read the same text."""
    sample = b"\n".join(lines)
    texts: dict[str, str] = {}
    for name in _BY_BYTES:
        if _decodes(sample, name, is_whole=False):
            texts.setdefault(sample.decode(name, "ignore"), name)
    scores = {name: share_of_words(text) for text, name in texts.items()}
    return sorted(scores, key=lambda name: -scores[name])


def _is_mostly_utf_8(lines: Sequence[bytes]) -> bool:
    """Whether there are more signs in UTF-8 than bytes that are not; chance hardly makes one."""
    signs = [sign for line in lines for sign in line.decode(UTF_8, "surrogateescape") if not sign.isascii()]
    wrong = sum("\udc80" <= sign <= "\udcff" for sign in signs)
    return len(signs) > 2 * wrong


def _lines_beyond_ascii(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The first lines with bytes beyond ASCII, each with its number, from 1. Of a long line, the parts around signs."""
    number, counted, size, position = 1, 0, 0, len(_mark(data, UTF_8))
    line_end = b"\n" if b"\n" in data else b"\r"
    while size < _SAMPLE and (found := _BEYOND_ASCII.search(data, position)):
        place = found.start()
        start = max(data.rfind(line_end, position, place) + 1 or position, place - _BEFORE)
        number, counted = number + data.count(line_end, counted, start), start
        end = data.find(line_end, place)
        position = len(data) if end < 0 else end + 1
        if position - place > _PART:
            between_signs = _TWO_OF_ASCII.search(data, place + _PART, position)
            position = min(between_signs.end() if between_signs else position, place + _SAMPLE)
        size += position - start
        yield number, data[start:position].rstrip(b"\r\n")


def _decodes(data: bytes, name: str, *, is_whole: bool = True) -> bool:
    """Whether all bytes are of an encoding. Decodes in pieces, to keep little text in memory."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE], is_whole and start + _PIECE >= len(data))
    except UnicodeDecodeError:
        return False
    return True


def _decode(line: bytes, encoding: str) -> str:
    return line.decode(UTF_8, AS_WINDOWS) if encoding == MIXED else line.decode(encoding, "backslashreplace")


def _read_as_windows(error: UnicodeError) -> tuple[str, int]:
    """Decode the bytes that are not UTF-8 as Windows-1252, and the five that it lacks as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_WINDOWS.get(byte, chr(byte)) for byte in wrong), error.end


_WINDOWS = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)}
codecs.register_error(AS_WINDOWS, _read_as_windows)
