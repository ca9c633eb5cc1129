"""Finds the known header that an unknown one is a misspelling of."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from chalicelib.files.mapping.known_headers import Meaning, meanings

_SHORTEST = 4  # letters; shorter words are too close to each other
_LETTERS_PER_MISTAKE = 4
_MOST_MISTAKES = 3


class Similar(NamedTuple):
    """A known header that is nearly the same."""

    header: str
    meaning: Meaning
    likeness: float  #: 1 for equal texts; the share of letters that need not change


@lru_cache(8_192)
def most_similar(plain: str) -> Similar | None:
    """The nearest known header, by letters that are missing, wrong, too many or swapped.

    None if none is near, or if equally near ones mean different things.
    """
    if len(plain) < _SHORTEST:
        return None
    most = min(_MOST_MISTAKES, len(plain) // _LETTERS_PER_MISTAKE)
    known = meanings()
    distances = _distances(plain, most)
    least = min(distances.values(), default=0)
    nearest = [header for header, distance in distances.items() if distance == least]
    if len({known[header][0] for header in nearest}) != 1:
        return None
    return Similar(nearest[0], known[nearest[0]][0], 1 - least / len(plain))


def _distances(plain: str, most: int) -> dict[str, int]:
    """The known headers with at most so many mistakes, and how many each has."""
    from rapidfuzz.distance import OSA  # loaded with the first unknown header
    from rapidfuzz.process import extract

    found = extract(plain, _about_as_long(len(plain), most), scorer=OSA.distance, score_cutoff=most, limit=None)
    return {header: distance for header, distance, _ in found}


@lru_cache(128)
def _about_as_long(length: int, most: int) -> Sequence[str]:
    """The known headers that so many letters, missing or too many, could make as long as this."""
    return [header for header in meanings() if abs(len(header) - length) <= most]
