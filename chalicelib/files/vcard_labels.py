"""Labels of values in vCards: from their types, and from the lines in which Apple keeps a person's own labels.

A label is what Google's and Microsoft's contacts have too: "home", "mobile", "workFax", or the person's own word.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_WITHOUT_MEANING = frozenset(
    {
        *("pref", "voice", "msg", "text", "internet", "smtp", "x400", "dom", "intl", "postal", "parcel", "uri", "url"),
        *("individual", "x-internet", "video", "pcs"),
    }
)
_PLACES = ("home", "work", "other")
_PHONES = {  # the kind of a number to its label without and with a place
    "fax": ("fax", {"home": "homeFax", "work": "workFax", "other": "otherFax"}),
    "pager": ("pager", {"work": "workPager"}),
    "cell": ("mobile", {"work": "workMobile"}),
    "mobile": ("mobile", {"work": "workMobile"}),
}
_WORDS = {
    "main": "main",
    "car": "car",
    "isdn": "isdn",
    "bbs": "bbs",
    "modem": "modem",
    "textphone": "textphone",
    "iphone": "iPhone",
    "applewatch": "appleWatch",
    "school": "school",
    "homepage": "homePage",
    "homefax": "homeFax",
    "workfax": "workFax",
}
_KNOWN = frozenset({*_WITHOUT_MEANING, *_PLACES, *_PHONES, *_WORDS})
_SPECIFIC = ("iphone", "applewatch")
_BUILT_IN = re.compile(r"_\$!<(.*)>!\$_").fullmatch
_MOST_LABELS = 1_000  # that are remembered
_OF_GOOGLE = {
    "BLOG": "blog",
    "DOMESTIC_PARTNER": "domesticPartner",
    "GRAND_CENTRAL": "googleVoice",
    "PROFILE": "profile",
    "REFERRED_BY": "referredBy",
    "RELATIVE": "relative",
}


def is_known_type(word: str) -> bool:
    return word.strip().lower() in _KNOWN


def label_of_types(types: Sequence[str]) -> str:
    """The label that the types of a property mean, such as "workFax"; "" for none. A person's own label wins."""
    if not types:
        return ""
    words = [word.lower() for word in types]
    for word, written in zip(words, types, strict=True):
        if word not in _KNOWN:
            return _without_prefix(written)
    return next((_WORDS[word] for word in words if word in _SPECIFIC), "") or _label_of_words(words)


def _label_of_words(words: Iterable[str]) -> str:
    words = list(words)
    place = next((each for each in _PLACES if each in words), "")
    for kind, (alone, at_places) in _PHONES.items():
        if kind in words:
            return at_places.get(place, alone)
    return place or next((_WORDS[word] for word in words if word in _WORDS), "")


def _without_prefix(label: str) -> str:
    """Extensions begin with X-, and Android and khard write a person's own label as one."""
    return _OF_GOOGLE.get(label, label[2:] if label[:2] in ("X-", "x-") else label)


@lru_cache(_MOST_LABELS)
def label_of_line(text: str) -> str:
    """The label in a line of Apple's, where one of the system's own is written as `_$!<Mobile>!$_`."""
    text = text.strip()
    built_in = _BUILT_IN(text)
    if built_in is None:
        return _OF_GOOGLE.get(text, text)
    word = built_in[1].replace("FAX", "Fax")
    return word if word == "iPhone" else word[:1].lower() + word[1:]
