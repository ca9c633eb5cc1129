"""Folds names for matching. This is stricter than the folding for search: marks such as accents are kept.

`fold_name` joins only variants that everyone who writes the script takes for the same letter: case, width, invisible
characters, Arabic and Persian keyboards, pointing, kana, cedilla and comma, traditional and simplified characters.
Spellings for keyboards without a letter are compared by two other functions: `written_out` (Müller, Mueller) and
`agree_without_marks` (Müller, Muller). Two different marks make two different letters. A word folded by `fold_name` is
called a strict word here.

Sources: CLDR 48 (root collation for search, and its tailorings for sv, da, de, hr, pl, ro, vi), ICAO Doc 9303 part 3
(letters written out in passports), Unicode Standard Annex 15 (compatibility forms).
"""

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache

from chalicelib.contacts.fold_text import han_folds, with_anusvara

_STROKE, _SLASH, _DOTLESS, _TURNED, _ETH = "\u0335", "\u0338", "\u0320", "\u0321", "\u0337"  # as marks of a letter
_CEDILLA, _RING, _DIAERESIS = "\u0327", "\u030a", "\u0308"
_LETTERS = {
    "đ": "d" + _STROKE, "ħ": "h" + _STROKE, "ł": "l" + _STROKE, "ŧ": "t" + _STROKE, "ø": "o" + _SLASH,
    "ð": "d" + _ETH, "ı": "i" + _DOTLESS, "ə": "e" + _TURNED, "ǝ": "e" + _TURNED,
    "ё": "е",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ي", "ى": "ي", "ی": "ي", "ې": "ي", "ة": "ه",
    "ہ": "ه", "ھ": "ه", "ە": "ه", "ۀ": "ه", "ۂ": "ه", "ۃ": "ه", "ک": "ك",
    "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ",
    "ऩ": "न", "ऱ": "र", "ऴ": "ळ",
    "ൺ": "ണ്", "ൻ": "ന്", "ർ": "ര്", "ൽ": "ല്", "ൾ": "ള്", "ൿ": "ക്",
}  # fmt: skip
_WRITTEN_OUT = {
    "a" + _DIAERESIS: "ae", "o" + _DIAERESIS: "oe", "u" + _DIAERESIS: "ue", "o" + _SLASH: "oe", "a" + _RING: "aa",
    "d" + _ETH: "d", "æ": "ae", "œ": "oe", "þ": "th",
}  # fmt: skip
_JAPANESE = (  # the modern form or that of a register, each with their common form
    "沢澤辺邊邉邊斎齋斉齊浜濱濵濱広廣桜櫻嶋島嶌島国國恵惠眞真滝瀧竜龍徳德浅淺会會円圓豊豐蔵藏桧檜栄榮"
    "寿壽黒黑済濟実實学學亀龜鉄鐵関關県縣欧歐条條戸戶頼賴渋澁塩鹽渕淵髙高﨑崎嵜崎𠮷吉栁柳曽曾増增巌巖"
    "穂穗凛凜遥遙尭堯暁曉弥彌薫薰衞衛靏鶴靍鶴峯峰槙槇緑綠"
)
_TWO_FAMILIES = frozenset("葉")  # 叶 is a family of its own, though not in Taiwan
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u0640\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_APOSTROPHES = re.compile("['`\u00b4\u02b9-\u02bf\u02c8\u02ee\u05f3\u05f4\u2018-\u201b\u2032\u2033\uff07]")
_LATIN = re.compile("[a-zæœþŋɛɔ]")
_OPTIONAL = re.compile(  # pointing, nukta and stress: signs that may be left out everywhere
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u093c\u0a3c]"
)
_THAI_AM = re.compile("\u0e4d([\u0e48-\u0e4b])\u0e32")
_TONE = "[\u0300\u0301\u0303\u0309\u0323]"
_TONE_IN_FRONT = re.compile(f"(o)({_TONE})([ae])|(u)({_TONE})(y)")
_SPACELESS = re.compile(  # scripts whose names are written with or without a space: Han, kana, Hangul, Thai to Khmer
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
_VIETNAMESE = re.compile("[\u0309\u0323\u031b]|[\u0302\u0306][\u0300\u0301\u0303]|[\u0300\u0301\u0303][\u0302\u0306]")
_VIETNAMESE_WORDS = frozenset(
    unicodedata.normalize("NFD", word)
    for word in ("lê", "võ", "vũ", "bùi", "hoàng", "lý", "đinh", "đoàn", "phùng", "hà", "tô", "văn", "đình", "đào")
)


@lru_cache(maxsize=8_192)
def fold_name(word: str) -> str:
    """Fold a word for matching. Each Latin letter is followed by its marks, as separate characters.

    >>> fold_name("MÜLLER") == "mu" + "\u0308" + "ller"
    True
    """
    if word.isascii():
        return _APOSTROPHES.sub("", word.lower())
    text = unicodedata.normalize("NFKC", _APOSTROPHES.sub("", _INVISIBLE.sub("", word)))
    text = unicodedata.normalize("NFC", text.casefold())
    text = with_anusvara(_OPTIONAL.sub("", unicodedata.normalize("NFC", text)))
    text = _THAI_AM.sub("\\1\u0e4d\u0e32", text)
    letters: list[str] = []
    for sign in text:
        letters.append(_letter(sign, letters[-1] if letters else ""))
    found = "".join(letters)
    return _TONE_IN_FRONT.sub(_tone_behind, found) if _LATIN.search(found) else found


def written_out(word: str, *, with_aa: bool = True) -> str:
    """Spell a strict word without its special letters, as passports do: "müller" as "mueller", "åse" as "aase".

    Args:
        with_aa: whether an initial å becomes aa. Families that spell their name with Aa may be other ones.
    """
    for letter, others in _WRITTEN_OUT.items():
        if letter in word:
            start = 2 if letter == "a" + _RING and not with_aa and word.startswith(letter) else 0
            word = word[:start] + word[start:].replace(letter, others)
    return word


def agree_without_marks(left: str, right: str) -> bool:
    """Whether two strict words have the same letters, and differ only in marks that one of them omits.

    Each word may omit some. If either contains a dotless i, which is a letter of its own, only one of them may.
    """
    mine, theirs = _units(left), _units(right)
    if len(mine) != len(theirs):
        return False
    differing = [(one, other) for one, other in zip(mine, theirs, strict=True) if one != other]
    if not all(one[0] == other[0] and (len(one) == 1 or len(other) == 1) for one, other in differing):
        return False
    left_out = {len(one) == 1 for one, _ in differing}
    return len(left_out) < 2 or _DOTLESS not in left + right


def without_marks(word: str) -> str:
    """A strict word without the marks of its Latin letters."""
    return word if word.isascii() else "".join(unit[0] for unit in _units(word))


def is_spaceless(word: str) -> bool:
    """Whether a strict word is of a script that may be written without spaces between given and family name."""
    return not word.isascii() and _SPACELESS.fullmatch(word) is not None


def is_east_asian(word: str) -> bool:
    """Whether a strict word is Chinese, Japanese or Korean, where the family name is written first."""
    return word >= "\u3000" and is_spaceless(word)


def has_vietnamese_tones(words: tuple[str, ...]) -> bool:
    """Whether any of these strict words is Vietnamese, where a name without its marks is another name."""
    return any(not word.isascii() and (word in _VIETNAMESE_WORDS or _VIETNAMESE.search(word)) for word in words)


@lru_cache(maxsize=2_048)
def _units(word: str) -> tuple[str, ...]:
    """The letters of a strict word, each with its marks."""
    units: list[str] = []
    for sign in word:
        if units and unicodedata.combining(sign) and _LATIN.match(units[-1]):
            units[-1] += sign
        else:
            units.append(sign)
    return tuple(units)


def _letter(sign: str, before: str) -> str:
    """The folded form of a character; `before` is the folded one before it."""
    known = _LETTERS.get(sign)
    if known is not None:
        return known
    point = ord(sign)
    if point < 0x370 or 0x1E00 <= point < 0x1F00:
        return _latin(sign, before)
    if point < 0x400 or 0x1F00 <= point < 0x2000:  # Greek: tonos, dialytika and breathings do not count
        return unicodedata.normalize("NFD", sign)[0]
    if 0x30A1 <= point <= 0x30F6:
        return chr(point - 0x60)  # katakana as hiragana
    if sign == "々":
        return before
    return _han().get(sign, sign) if point >= 0x3400 else sign


def _latin(sign: str, before: str) -> str:
    """A Latin letter followed by its marks; a comma below counts as a cedilla."""
    if unicodedata.combining(sign):  # a mark without a composed form; of other scripts it is a stress
        return sign.replace("\u0326", _CEDILLA) if _LATIN.match(before) else ""
    return unicodedata.normalize("NFD", sign).replace("\u0326", _CEDILLA)


def _tone_behind(found: re.Match[str]) -> str:
    """The matched Vietnamese vowels with the tone on the second one: hòa as hoà."""
    first, tone, second = (part for part in found.groups() if part)
    return first + second + tone


@cache
def _han() -> dict[str, str]:
    """Han characters, each with the form that represents all its variants.

    These are the folds of search, without those that would join two family names: where the simplified character is
    also a traditional one (範 and 范, 雲 and 云), or stands for several (鐘 and 鍾).
    """
    folds = han_folds()
    meant = Counter(fold for form, fold in folds.items() if _is_traditional(form))
    sure = {
        form: fold
        for form, fold in folds.items()
        if not _is_traditional(form) or not (_is_traditional(fold) or meant[fold] > 1 or form in _TWO_FAMILIES)
    }
    older = dict(zip(_JAPANESE[::2], _JAPANESE[1::2], strict=True))
    return {**sure, "傳": "传", **{form: sure.get(old, old) for form, old in older.items()}}


def _is_traditional(sign: str) -> bool:
    """Whether a character is in Big5, the character set of Taiwan."""
    try:
        return bool(sign.encode("big5"))
    except UnicodeEncodeError:
        return False
