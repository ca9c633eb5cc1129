"""Compares the names of two contacts word by word, in the order in which they are written and in the other one."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from chalicelib.contacts.fold_name import has_vietnamese_tones
from chalicelib.duplicates.commonness import Commonness
from chalicelib.duplicates.profile import Profile
from chalicelib.duplicates.similarity import likeness_of_words
from chalicelib.duplicates.weights import FAMILY, GIVEN, MOST_RARITY_OF_MISTYPED, POINTS, Evidence, Reason, WordLikeness

_SHORTEST_PART = 3  # letters of a second name that tells something
_SAME, _SPELLED, _DIFFERENT = WordLikeness.SAME, WordLikeness.SPELLED, WordLikeness.DIFFERENT

_SWAPPED, _GIVEN_DIFFERS, _FAMILY_DIFFERS = (
    POINTS[reason] for reason in (Reason.SWAPPED_NAME, Reason.GIVEN_NAME_DIFFERS, Reason.FAMILY_NAME_DIFFERS)
)
_AGREE = (_SAME, _SPELLED, WordLikeness.NICKNAME)


class NameLikeness(NamedTuple):
    """How alike two names are."""

    given: WordLikeness
    family: WordLikeness
    agreement: float  #: bits of the words that agree
    is_swapped: bool = False

    @property
    def score(self) -> float:
        points = self.agreement + (_SWAPPED if self.is_swapped else 0.0)
        points += _GIVEN_DIFFERS if self.given is _DIFFERENT else 0.0
        return points + (_FAMILY_DIFFERS if self.family is _DIFFERENT else 0.0)

    def evidence(self) -> Iterator[Evidence]:
        if self.agreement:
            yield Evidence(Reason.NAME, self.agreement)
        if self.is_swapped:
            yield Evidence(Reason.SWAPPED_NAME, _SWAPPED)
        if self.given is _DIFFERENT:
            yield Evidence(Reason.GIVEN_NAME_DIFFERS, _GIVEN_DIFFERS)
        if self.family is _DIFFERENT:
            yield Evidence(Reason.FAMILY_NAME_DIFFERS, _FAMILY_DIFFERS)


def compare_names(one: Profile, other: Profile, commonness: Commonness) -> NameLikeness:
    """The better of both orders; symmetric. Initials are not swapped: they tell too little."""
    straight = _in_order(one, other.given, other.family, commonness)
    if straight.given is _SAME and straight.family is _SAME:
        if _have_other_tones(one.words, other.words):
            return straight._replace(given=_DIFFERENT, agreement=straight.agreement / 2)
        return straight
    if straight.given in _AGREE and straight.family in _AGREE:
        return straight
    swapped = _in_order(one, other.family, other.given, commonness)._replace(is_swapped=True)
    if WordLikeness.INITIAL in swapped[:2] or swapped.score <= straight.score:
        return straight
    return swapped


def are_plainly_two(one: Profile, other: Profile) -> bool:
    """Whether both given names are a single word, and the two differ in either order: a fast answer for most pairs."""
    if len(one.given) != 1 or len(other.given) != 1 or not (one.is_reachable or other.is_reachable):
        return False
    if likeness_of_words(one.given[0], other.given[0]) is not _DIFFERENT:
        return False
    for family in other.family:
        if likeness_of_words(one.given[0], family) is not _DIFFERENT:
            return False
    return all(likeness_of_words(other.given[0], family) is _DIFFERENT for family in one.family)


def _in_order(one: Profile, given: Sequence[str], family: Sequence[str], commonness: Commonness) -> NameLikeness:
    given_likeness, given_points = _best(one.given, given, GIVEN, commonness)
    family_likeness, family_points = _best(one.family, family, FAMILY, commonness)
    return NameLikeness(given_likeness, family_likeness, given_points + family_points)


def _best(
    one: Sequence[str], other: Sequence[str], shares: Mapping[WordLikeness, float], commonness: Commonness
) -> tuple[WordLikeness, float]:
    """The likeness of the first words, or else of any two, and the bits it counts."""
    if not one or not other:
        return WordLikeness.UNKNOWN, 0.0
    likeness = likeness_of_words(one[0], other[0])
    if likeness is _DIFFERENT:
        rarity = _rarity_of_common_part(one, other, commonness)
        return (WordLikeness.PART, shares[WordLikeness.PART] * rarity) if rarity else (_DIFFERENT, 0.0)
    rarity = min(commonness.rarity(one[0]), commonness.rarity(other[0]))
    if likeness is WordLikeness.MISTYPED:  # a mistyped word is always rare
        rarity = min(rarity, MOST_RARITY_OF_MISTYPED)
    return likeness, shares[likeness] * rarity


def _rarity_of_common_part(one: Sequence[str], other: Sequence[str], commonness: Commonness) -> float:
    """The rarity of a middle name or second family name of one that the other has too; 0 if there is none."""
    if len(one) + len(other) == 2:
        return 0.0
    alike = (
        min(commonness.rarity(word), commonness.rarity(each))
        for word, each in product(one, other)
        if min(len(word), len(each)) >= _SHORTEST_PART and likeness_of_words(word, each) in (_SAME, _SPELLED)
    )
    return max(alike, default=0.0)


def _have_other_tones(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether both are Vietnamese and differ, which can only be in their tones: Thủy and Thúy are two names."""
    return sorted(one) != sorted(other) and has_vietnamese_tones(one) and has_vietnamese_tones(other)
