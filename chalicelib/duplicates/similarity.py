"""How alike two words of names are."""

from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from chalicelib.duplicates.nicknames import names_of
from chalicelib.duplicates.romanize import sound
from chalicelib.duplicates.weights import WordLikeness

_ALIKE = 0.88  # of Jaro and Winkler: one error in a word of six letters
_FAR_APART = 0.7  # no single error makes two words less alike
_SOUNDS_ALIKE = 0.65  # with the same consonants


@lru_cache(maxsize=65_536)
def likeness_of_words(one: str, other: str) -> WordLikeness:
    """How alike two romanized words are; symmetric."""
    if one == other:
        return WordLikeness.SAME
    if len(one) == 1 or len(other) == 1:
        return WordLikeness.INITIAL if one[0] == other[0] else WordLikeness.DIFFERENT
    alike = JaroWinkler.similarity(one, other)
    heard, other_heard = sound(one), sound(other)
    if heard == other_heard and (alike >= _SOUNDS_ALIKE or len(heard) > 2):
        return WordLikeness.SPELLED
    if not (names_of(one) | {heard}).isdisjoint(names_of(other)) or other_heard in names_of(one):
        return WordLikeness.NICKNAME
    if alike < _FAR_APART:
        return WordLikeness.DIFFERENT
    if alike >= _ALIKE or (min(len(one), len(other)) >= 4 and OSA.distance(one, other, score_cutoff=1) <= 1):
        return WordLikeness.MISTYPED
    return WordLikeness.DIFFERENT
