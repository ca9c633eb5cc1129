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
    from rapidfuzz.distance import OSA  # loaded with the first unknown header

    if len(plain) < _SHORTEST:
        return None
    most = min(_MOST_MISTAKES, len(plain) // _LETTERS_PER_MISTAKE)
    known = meanings()
    alike = [header for header in known if abs(len(header) - len(plain)) <= most]
    distances = {header: OSA.distance(plain, header, score_cutoff=most) for header in alike}
    least = min(distances.values(), default=most + 1)
    nearest = [header for header, distance in distances.items() if distance == least]
    if least > most or len({known[header][0] for header in nearest}) > 1:
        return None
    return Similar(nearest[0], known[nearest[0]][0], 1 - least / len(plain))
