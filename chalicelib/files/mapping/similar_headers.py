"""Finds the known header that an unknown one is a misspelling of."""

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


def most_similar(plain: str) -> Similar | None:
    """The nearest known header, by letters that are missing, wrong, too many or swapped.

    None if none is near, or if equally near ones mean different things.
    """
    from rapidfuzz import process  # loaded with the first unknown header
    from rapidfuzz.distance import OSA

    if len(plain) < _SHORTEST:
        return None
    most = min(_MOST_MISTAKES, len(plain) // _LETTERS_PER_MISTAKE)
    known = meanings()
    near = process.extract(plain, list(known), scorer=OSA.distance, score_cutoff=most, limit=5)
    nearest = [header for header, distance, _ in near if distance == near[0][1]]
    if not nearest or len({known[header][0] for header in nearest}) > 1:
        return None
    return Similar(nearest[0], known[nearest[0]][0], 1 - near[0][1] / len(plain))
