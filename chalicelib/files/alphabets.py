"""How well a text reads as words of some language: what tells the right encoding of a file from the wrong ones.

The wrong encoding puts signs between letters (`J³rgen`), letters of two scripts into one word (`Mьller`), capitals into
the middle of words (`BartholomŠus`), and letters side by side that no language has together (`Núńez`).
"""

import re
import string
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import islice

MOST_WORDS = 500  # that are judged
_WEIGHT, _WEIGHT_WITHOUT_CAPITAL = 10, 9  # of a word; most words of a list of names have a capital, if the script has

_LATIN = {
    "Albanian": "çë",
    "Catalan": "àçèéíïòóúü",
    "Croatian, Slovenian": "čćđšž",
    "Czech": "áčďéěíňóřšťúůýž",
    "Danish, Norwegian": "æøåéöü",
    "Dutch": "áèéëïóöü",
    "Estonian": "äõöüšž",
    "French": "àâæçèéêëîïôœùûüÿ",
    "German": "äöüßé",
    "Hungarian": "áéíóöőúüű",
    "Icelandic": "áæéíðóöúýþ",
    "Italian": "àèéìíòóùú",
    "Latvian": "āčēģīķļņšūž",
    "Lithuanian": "ąčęėįšųūž",
    "Maltese": "ċġħżà",
    "Polish": "ąćęłńóśźż",
    "Portuguese": "àáâãçéêíóôõúü",
    "Romanian": "ăâîșşțţ",
    "Slovak": "áäčďéíĺľňóôŕšťúýž",
    "Spanish": "áéíñóúü",
    "Swedish, Finnish": "äåöéü",
    "Turkish": "çğıöşüâîûİ",
    "Vietnamese": "àáâãăđèéêìíòóôõơùúưýĩũ\u0300\u0301\u0303\u0309\u0323",
    "Welsh": "âêîôûŵŷ",
}
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщ"
_WITH_CAPITALS = {
    "Belarusian": _CYRILLIC.replace("и", "").replace("щ", "") + "ыьэюяёіў",
    "Greek": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "Macedonian": _CYRILLIC.replace("й", "").replace("щ", "") + "ѓќѕјљњџ",
    "Russian, Bulgarian": _CYRILLIC + "ъыьэюяё",
    "Serbian": _CYRILLIC.replace("й", "").replace("щ", "") + "ђјљњћџ",
    "Ukrainian": _CYRILLIC + "ьюяґєії",
}
_WITHOUT_CAPITALS = {  # first and last letter of each range
    "Arabic": ("\u0621\u0652", "\u067e\u067e", "\u0686\u0686", "\u0698\u0698", "\u06a9\u06af", "\u06cc\u06cc"),
    "Hebrew": ("\u05b0\u05ea", "\u05f3\u05f4"),
    "Thai": ("\u0e01\u0e3a", "\u0e40\u0e4e"),
    "Japanese": ("\u3005\u3005", "\u3041\u30fe", "\uff10\uff5a", "\uff66\uff9f"),
}
_COMMON_SIGNS = {  # first bytes of the signs that a standard lists as the common ones
    "Japanese": ("euc_jp", 0xB0, 0xCF),
    "Chinese, simplified": ("gb2312", 0xB0, 0xD7),
    "Chinese, traditional": ("big5", 0xA4, 0xC6),
    "Korean": ("euc_kr", 0xB0, 0xC8),
}
_BEYOND_ASCII = re.compile(r"[A-Za-z]{0,40}[^\x00-\x7f\s’][^\x00-@\[-`{-\x7f\s’]*")  # a word
_AROUND_WORDS = "‘“”„‚–—…·«»‹›€£°ºª§©®™¿¡\xa0"


def share_of_words(text: str) -> float:
    """The share of the words with signs beyond ASCII that languages explain, from 0 to 1.

    Half of it is the share that any language explains, half that of the one language that explains most: lists hold
    names from several languages, but seldom one name from each.
    """
    words = set(islice(_words_beyond_ascii(text), MOST_WORDS))
    by_any, by_one = 0, Counter[str]()
    for word in words:
        weight = _WEIGHT_WITHOUT_CAPITAL if word[0].islower() else _WEIGHT
        languages = _languages(word)
        by_any += weight * bool(languages)
        by_one.update(dict.fromkeys(languages, weight))
    return (by_any + max(by_one.values(), default=0)) / len(words) / _WEIGHT / 2 if words else 0.0


def _words_beyond_ascii(text: str) -> Iterator[str]:
    """The words that have signs beyond ASCII, with quotation marks and the like at their ends taken off."""
    for found in _BEYOND_ASCII.finditer(text):
        yield found[0].strip(_AROUND_WORDS) or "A"


def _languages(word: str) -> Collection[str]:
    """The languages that have all letters of a word; all languages, if its letters are ASCII."""
    alphabets = _alphabets()
    if word.isascii():
        return alphabets.keys()
    if word != word.upper() and any(letter.isupper() and not letter.isascii() for letter in word[1:]):
        return ()
    return [language for language, letters in alphabets.items() if letters.issuperset(word)]


@cache
def _alphabets() -> Mapping[str, frozenset[str]]:
    """The letters of each language, small and capital."""
    letters = {name: string.ascii_letters + small + small.upper() for name, small in _LATIN.items()}
    letters |= {name: small + small.upper() for name, small in _WITH_CAPITALS.items()}
    for name, ranges in _WITHOUT_CAPITALS.items():
        letters[name] = "".join(chr(code) for pair in ranges for code in range(ord(pair[0]), ord(pair[1]) + 1))
    for name, (codec, first_byte, last_byte) in _COMMON_SIGNS.items():
        pairs = (bytes((lead, trail)) for lead in range(first_byte, last_byte + 1) for trail in range(0x40, 0xFF))
        signs = (pair.decode(codec, "ignore") for pair in pairs)
        letters[name] = letters.get(name, "") + "".join(sign for sign in signs if not sign.isascii())
    return {name: frozenset(text) for name, text in letters.items()}
