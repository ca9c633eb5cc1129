"""The plain words of a text, for searching and sorting; what two names tell of their persons is `likeness`'s to say."""

import unicodedata
from functools import lru_cache

_PLAIN = {
    point: None if chr(point) in "'`" else chr(point).lower() if chr(point).isalnum() else " " for point in range(128)
}
_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "’": "'", "ʼ": "'"}
)


def plain_words(text: str) -> list[str]:
    """Its words without case, accents, punctuation and invisible signs; none for a text of signs alone."""
    return (text.translate(_PLAIN) if text.isascii() else _folded(text)).split()


def without_accents(text: str) -> str:
    """Casefolded and without accents, for comparing and searching; letters without a plain form stay."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


@lru_cache(maxsize=1024)
def _folded(name: str) -> str:
    return "".join(_plain_sign(sign) for sign in without_accents(name[:4_000]))


def _plain_sign(sign: str) -> str:
    if sign.isalnum():
        return sign
    if sign in "'`" or unicodedata.category(sign) == "Cf":  # zero-width and bidi controls
        return ""
    return sign if unicodedata.category(sign)[0] == "M" else " "  # vowel signs of Indic scripts are marks
