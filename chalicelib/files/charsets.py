"""Decodes bytes in a declared character set, and in the most likely one if the declared one is absent or wrong."""

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import cache

from chalicelib.files.encodings import AS_WINDOWS, UTF_8

GUESSED = "guessed_charset"  # the code of a problem
_CODECS = (
    *("utf-8", "utf-16", "utf-16-be", "utf-16-le", "utf-32"),
    *(f"cp{page}" for page in (*range(1250, 1259), 437, 850, 852, 855, 866, 874, 932, 949, 950)),
    *(f"iso8859-{part}" for part in range(1, 17) if part != 12),
    *(
        "koi8-r",
        "koi8-u",
        "gb18030",
        "big5hkscs",
        "euc-jp",
        "euc-kr",
        "iso2022_jp_ext",
        "euc_jis_2004",
        "tis-620",
        "mac-roman",
    ),
    *("mac-cyrillic", "mac-latin2", "mac-greek", "mac-turkish"),
)
# Names that the codecs do not know, or for which a larger character set is meant.
_ALIASES = {
    "ansi": "cp1252",
    "ascii": UTF_8,
    "usascii": UTF_8,
    "unicode": "utf-16",
    "iso10646ucs2": "utf-16-be",
    "ucs2": "utf-16-be",
    "utf16be": "utf-16-be",
    "utf16le": "utf-16-le",
    "xsjis": "cp932",
    "sjis": "cp932",
    "shiftjis": "cp932",
    "windows31j": "cp932",
    "xeucjp": "euc-jp",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "windows936": "gb18030",
    "big5": "big5hkscs",
    "ksc56011987": "cp949",
    "ksc5601": "cp949",
    "euckr": "cp949",
    "iso2022jp": "iso2022_jp_ext",
    "iso88598i": "iso8859-8",
    "iso88591": "cp1252",
    "latin1": "cp1252",
    "macintosh": "mac-roman",
    "xmacroman": "mac-roman",
}
_HAS_SHIFTS = re.compile(rb"[\x00\x1b]").search  # ASCII that is not ASCII: UTF-16, ISO-2022


@cache
def _codecs_by_name() -> dict[str, str]:
    """Every codec under its plain names, such as "windows1252"."""
    named = {_plain(alias): codec for codec in _CODECS for alias in (codec, *_names_of(codec))}
    return {**named, **_ALIASES}


def _names_of(codec: str) -> Iterator[str]:
    name = codecs.lookup(codec).name
    yield name
    if name.startswith("cp"):
        yield from (f"windows{name[2:]}", f"ibm{name[2:]}", f"xcp{name[2:]}")


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))


def codec_of(name: str) -> str:
    """The codec of a character set; "" if it is unknown."""
    return _codecs_by_name().get(_plain(name), "") if len(name) < 40 else ""


def decode(octets: bytes, charsets: Iterable[str] = ()) -> tuple[str, str]:
    """The text of some bytes, and the code of a problem or "".

    Args:
        charsets: names of character sets, the most likely first. UTF-8 is tried after them. If none fits, the bytes
            that are not UTF-8 are read as Windows-1252.
    """
    if octets.isascii() and not _HAS_SHIFTS(octets):
        return octets.decode("ascii"), ""
    for codec in (*filter(None, map(codec_of, charsets)), UTF_8):
        try:
            return octets.decode(codec), ""
        except UnicodeDecodeError:
            continue
    return octets.decode(UTF_8, AS_WINDOWS), GUESSED
