"""When two names may be one person's: neither is forgotten, translated or guessed, only shortened and put in order.

A name is compared as its key, the tuple of its plain words, so that the work of folding accents is done once.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from chalicelib.contacts.contact import Said

NameKey = tuple[str, ...]

MOST_WORDS = 12  # a hostile name of thousands of words costs no more than a long one
LONGEST_WORD = 40

_PLAIN = {
    point: None if chr(point) in "'`" else chr(point).lower() if chr(point).isalnum() else " " for point in range(128)
}
_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "’": "'", "ʼ": "'"}
)
_A_LETTER = re.compile(r"[^\W\d_]")


def name_key(name: str) -> NameKey:
    """The plain words of a name: case, accents, punctuation and invisible signs do not count.

    What is no name of a person (an address, a number, signs alone) has no words and so cannot disagree with anything.
    """
    if "@" in name or not _A_LETTER.search(name):
        return ()
    return tuple(word[:LONGEST_WORD] for word in plain_words(name)[:MOST_WORDS])


def plain_words(text: str) -> list[str]:
    """Its words without case, accents, punctuation and invisible signs; none for a text of signs alone."""
    return (text.translate(_PLAIN) if text.isascii() else _folded(text)).split()


def name_key_of(said: Said) -> NameKey:
    """The fuller of given and family name and of the name as shown."""
    given, family, display = said.get("given", ""), said.get("family", ""), said.get("display", "")
    key = name_key(f"{given} {family}") if given or family else ()
    if given and family:
        return key
    shown = name_key(display) if display else ()
    return shown if len(shown) > len(key) else key


def names_agree(left: NameKey, right: NameKey) -> bool:
    """True unless both are there and neither is a shortened or reordered form of the other."""
    if not left or not right or left == right:
        return True
    few, many = (left, right) if len(left) <= len(right) else (right, left)
    return _is_short_for(few, many) or _differ_only_in_spaces(few, many)


def fits(key: NameKey, names: Sequence[str]) -> bool:
    """Whether somebody of this name may be a contact known by these: it is one of them, or disagrees with none.

    Args:
        names: keys as the book keeps them, words joined by spaces.
    """
    return not key or " ".join(key) in names or all(names_agree(key, tuple(name.split(" "))) for name in names)


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


def _is_short_for(few: NameKey, many: NameKey) -> bool:
    """Every word of the shorter one is, or abbreviates, or is abbreviated by, a word of its own in the longer one."""
    left = list(many)
    rest = []
    for word in few:
        if word in left:
            left.remove(word)
        else:
            rest.append(word)
    for word in rest:
        partner = next((other for other in left if _is_initial(word, other)), None)
        if partner is None:
            return False
        left.remove(partner)
    return True


def _is_initial(word: str, other: str) -> bool:
    return word[0] == other[0] and (len(word) == 1 or len(other) == 1)


def _differ_only_in_spaces(few: NameKey, many: NameKey) -> bool:
    """ "De Vries" and "DeVries"; also a name written without spaces, in either order."""
    joined = "".join(few)
    return joined == "".join(many) or (len(few) == 1 and joined == "".join(reversed(many)))
