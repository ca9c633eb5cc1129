"""Display names in the order of their script, names in lists by family name, and the sort keys of both.

The first letter with a script decides, the family name's before the given name's. Hangul and Han put the family name
first without a space, Japanese and Khmer with one, all others the given name first (Unicode CLDR 48, person names). A
part that is missing is never made up. Source of the lists by family name: the same data, and taaladvies.net for Dutch.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from chalicelib.contacts.fold_text import fold_words, order_key
from chalicelib.contacts.sort_order import Order
from chalicelib.contacts.source_record import ContactFields

NAME_PARTS = ("prefix", "given", "middle", "family", "suffix")
_NEEDED = ("given", "family")
_BETWEEN = "\x01"  # family and given name in a key: comes before every letter and before the space
_ASCII_LETTER = re.compile("[A-Za-z]")
_SCRIPTS = re.compile(
    "(?P<hangul>[\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7fb\uffa0-\uffdc])"
    "|(?P<kana>[\u3041-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f])"
    "|(?P<han>[\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003347f])"
    "|(?P<khmer>[\u1780-\u17d3])"
    "|(?P<given_only>[\u0b80-\u0bff\u0d80-\u0dff])"  # Tamil, Sinhala: lists go by the given name
    "|(?P<thai>[\u0e01-\u0e3a\u0e40-\u0e4e])"
    "|(?P<other>[^\\W\\d_])"
)
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9f]")
_JAPANESE_ONLY = frozenset("々辻畑峠込沢浜桜斎榊栃畠笹樋辺渋広恵栄実竜滝関鉄")
_CHINESE_ONLY = frozenset("陈张刘伟黃吳赵孙杨郑冯韩萧邓许谢吕苏卢贾闫龙东晓丽华颖军")
_COMPOUNDS = (  # Chinese family names of two characters
    "歐陽欧阳司徒司馬司马上官諸葛诸葛夏侯皇甫尉遲尉迟慕容令狐東方东方公孫公孙端木南宮南宫長孫长孙宇文鮮于鲜于"
)
_CHINESE_COMPOUNDS = frozenset(_COMPOUNDS[start : start + 2] for start in range(0, len(_COMPOUNDS), 2))
_COUNTRY_CODES = {"+81": True, "+86": False, "+886": False, "+852": False, "+853": False, "+65": False}
_COUNTRIES = {
    **dict.fromkeys(("japan", "jp", "jpn", "日本", "日本国", "nippon"), True),
    **dict.fromkeys(("china", "cn", "chn", "中国", "中國", "taiwan", "tw", "twn", "台湾", "台灣", "臺灣"), False),
    **dict.fromkeys(
        ("hong kong", "hk", "hkg", "香港", "macao", "macau", "mo", "澳門", "澳门", "singapore", "sg"), False
    ),
}
_ARTICLE = re.compile(r"^(?:(?:al|el|ar|as|ash|at|ad|an|az)[-‐‑ ](?=\w)|ال(?=\w{2}))", re.IGNORECASE)


class _Way(StrEnum):
    """How the parts of a name are assembled."""

    WESTERN = "western"
    GIVEN_ONLY = "given_only"  # as Western, but lists go by the given name
    THAI = "thai"  # as Western, with the title written together with the name
    KHMER = "khmer"
    CHINESE = "chinese"
    JAPANESE = "japanese"
    KOREAN = "korean"


_TOGETHER = (_Way.CHINESE, _Way.KOREAN)
_FAMILY_FIRST = (*_TOGETHER, _Way.JAPANESE, _Way.KHMER)


# ── what a person is called


def computed_display(fields: ContactFields) -> str:
    """The display name of a contact that has none; "" if it has no field to compute one from."""
    named = full_name(fields) or fields.get("nickname") or phonetic_name(fields)
    if called := named or fields.get("organization") or fields.get("file_as"):
        return called
    for email in fields.get("emails", ()):
        return email["value"]
    for phone in fields.get("phones", ()):
        return phone["raw"]
    titles = " ".join(filter(None, (fields.get("prefix"), fields.get("suffix"))))
    return titles or _any_value(fields)


def _any_value(fields: ContactFields) -> str:
    """Any other value that identifies a contact without a name, an address or a number."""
    if work := fields.get("title") or fields.get("department"):
        return work
    values = (*fields.get("ims", ()), *fields.get("urls", ()), *fields.get("custom_fields", ()))
    return next((value["value"] for value in values), "")


def full_name(fields: ContactFields) -> str:
    """The parts of the name, in the order of their script; "" where there is neither given, middle nor family name."""
    given, middle, family = fields.get("given", ""), fields.get("middle", ""), fields.get("family", "")
    prefix, suffix = fields.get("prefix", ""), fields.get("suffix", "")
    if not (given or middle or family):
        return ""
    if (given + middle + family + prefix + suffix).isascii():
        return _spaced(prefix, given, middle, family, suffix)
    way = _way(fields, family, given, middle)
    if way in _FAMILY_FIRST:
        name = _joined(way, _joined(way, family, middle), given)
        return _with_titles(way, prefix, name, suffix)
    name = _spaced(given, middle, family)
    return _with_titles(way, prefix, name, suffix)


def phonetic_name(fields: ContactFields) -> str:
    """The phonetic name, in the order of its script; "" if unknown."""
    readings = {part: _text(fields, f"phonetic_{part}") for part in ("given", "middle", "family")}
    return full_name(readings) if any(readings.values()) else ""  # type: ignore[arg-type] # some of ContactFields


def follows_parts(shown: ContactFields, edited: ContactFields) -> bool:
    """Whether a contact's display name is recomputed when its parts are edited, because it consists of them.

    Args:
        edited: the parts after the edit. A display name without any parts stays if it contains them already.
    """
    display = shown.get("display", "")
    if not display or display == computed_display({**shown, "display": ""}):
        return True
    words, needed = set(fold_words(display)), _words_of(shown, _NEEDED)
    if not needed:
        return not _words_of(edited, NAME_PARTS) <= words
    return needed <= words <= _words_of(shown, NAME_PARTS)


def _words_of(fields: ContactFields, parts: Iterable[str]) -> set[str]:
    return {word for part in parts for word in fold_words(_text(fields, part))}


# ── lists by family name or given name


def listed_name(shown: ContactFields, order: Order) -> str:
    """The name in a list with this order: "Lovelace, Ada" by family name, otherwise the display name."""
    display = shown.get("display", "")
    if order is not Order.FAMILY:
        return display
    family, given = shown.get("family", ""), shown.get("given", "")
    way = _way(shown, family, given)
    if not (family or given) or way in (*_FAMILY_FIRST, _Way.GIVEN_ONLY):
        return display
    if filed := shown.get("file_as"):
        return filed
    if not family:
        return display
    particle, core = _particle(family)
    names = _spaced(given, shown.get("middle", ""), particle)
    return ", ".join(filter(None, (core, names, shown.get("suffix", ""))))


def sort_keys(shown: ContactFields) -> tuple[str, str]:
    """The sort keys by family name and by given name; "" to sort by display name."""
    family, given, filed = shown.get("family", ""), shown.get("given", ""), shown.get("file_as", "")
    if not (family or given):
        return "", ""
    first, last = order_key(_spaced(given, shown.get("middle", ""))), order_key(family)
    by_given = f"{first} {last}".strip()
    if filed and (filed_key := _filed_key(filed)):
        return filed_key, by_given
    if not last:
        return "", by_given
    if not family.isascii() and _way(shown, family, given) is _Way.GIVEN_ONLY:
        return by_given, by_given
    particle, core = _particle(family)
    main = order_key(_ARTICLE.sub("", core)) if core != family or _ARTICLE.match(core) else last
    return _BETWEEN.join(filter(None, (main or last, first, order_key(particle)))), by_given


def _filed_key(filed: str) -> str:
    """A source's own sort name; the part before its first comma is the family name."""
    return _BETWEEN.join(filter(None, map(order_key, filed.split(",", 1))))


def _particle(family: str) -> tuple[str, str]:
    """The particle a list puts behind, and the rest: the words before the first one that does not begin small."""
    if not family[:1].islower():
        return "", family
    words = family.split()
    at = next((place for place, word in enumerate(words) if not word[0].islower()), 0)
    if at == 0 or any(_ARTICLE.match(f"{word} x") for word in words[:at]):
        return "", family
    return " ".join(words[:at]), " ".join(words[at:])


# ── putting together


def _with_titles(way: _Way, prefix: str, name: str, suffix: str) -> str:
    together = way in (_Way.CHINESE, _Way.JAPANESE)
    name = _touching(prefix, name) if way is _Way.THAI else _spaced(prefix, name)
    return _touching(name, suffix) if together else _spaced(name, suffix)


def _joined(way: _Way, left: str, right: str) -> str:
    return _touching(left, right) if way in _TOGETHER else _spaced(left, right)


def _touching(left: str, right: str) -> str:
    """The two parts without a space, unless one side is of a script with spaces."""
    if left and right and (_has_spaces(left[-1]) or _has_spaces(right[0])):
        return f"{left} {right}"
    return left + right


def _has_spaces(sign: str) -> bool:
    found = _SCRIPTS.match(unicodedata.normalize("NFC", sign))
    return found is None or found.lastgroup in ("other", "given_only", "khmer")


def _spaced(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _text(shown: ContactFields, field: str) -> str:
    return str(shown.get(field, ""))


# ── the script


def _way(fields: ContactFields, *parts: str) -> _Way:
    script = _script(parts)
    if script in ("kana", "han"):
        return _Way.JAPANESE if script == "kana" or _is_japanese(fields, "".join(parts)) else _Way.CHINESE
    ways = {"hangul": _Way.KOREAN, "khmer": _Way.KHMER, "thai": _Way.THAI, "given_only": _Way.GIVEN_ONLY}
    return ways.get(script, _Way.WESTERN)


def _script(parts: Iterable[str]) -> str:
    """The script of the first letter."""
    for part in parts:
        if found := _SCRIPTS.search(unicodedata.normalize("NFC", part)):
            return found.lastgroup or "other"
    return "other"


def _is_japanese(fields: ContactFields, name: str) -> bool:
    """Whether a name in Han characters is Japanese: by its reading, else the person's country, else its characters."""
    readings = _text(fields, "phonetic_given") + _text(fields, "phonetic_family") + name
    if _KANA.search(readings):
        return True
    place = _is_in_japan(fields)
    if place is not None:
        return place
    signs = set(name)
    if signs & _JAPANESE_ONLY or signs & _CHINESE_ONLY:
        return not signs & _CHINESE_ONLY
    family = _text(fields, "family")
    return len(family) == 2 and family not in _CHINESE_COMPOUNDS and bool(fields.get("given"))


def _is_in_japan(fields: Mapping[str, Any]) -> bool | None:
    """Whether the person is in Japan, by phone, else by address; None if unknown."""
    for phone in fields.get("phones", ()):
        number = (phone.get("e164") or phone["raw"]).replace(" ", "")
        for code, is_japan in _COUNTRY_CODES.items():
            if number.startswith(code):
                return is_japan
    for address in fields.get("addresses", ()):
        country = str(address.get("country", "")).strip().casefold()
        if country in _COUNTRIES:
            return _COUNTRIES[country]
    return None
