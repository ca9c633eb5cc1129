"""Finds the pairs of contacts in a book that may be one person, and tells which of them are certain."""

from collections.abc import Callable, Iterator, Sequence
from math import inf
from typing import NamedTuple

from chalicelib.contacts.compare_names import Likeness, likeness
from chalicelib.contacts.name_cards import Kind
from chalicelib.contacts.shared_addresses import is_mobile
from chalicelib.duplicates.blocking import candidate_pairs
from chalicelib.duplicates.commonness import Commonness
from chalicelib.duplicates.compare_names import are_plainly_two
from chalicelib.duplicates.evidence import score_of, weigh
from chalicelib.duplicates.profile import Profile
from chalicelib.duplicates.weights import FOUND, Evidence

MOST_OWNERS_OF_A_KEY = 3  # contacts with a personal address or number that makes a pair certain


class FoundPair(NamedTuple):
    """Two contacts that may be one person."""

    one: str  #: the smaller contact id
    other: str
    score: float  #: in bits; see `weights`
    evidence: tuple[Evidence, ...]
    #: Whether both have a personal address or number and names that agree; the score alone is never enough.
    is_certain: bool

    @property
    def probability(self) -> float:
        """How likely they are one person, from 0 to 1; one half just below the threshold."""
        return round(1 / (1 + 2 ** (FOUND - 1 - self.score)), 4)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes of what speaks for the pair, the strongest first."""
        found = [each for each in self.evidence if each.points > 0]
        return tuple(each.reason.value for each in sorted(found, key=lambda each: (-each.points, each.reason)))


def find_pairs(
    profiles: Sequence[Profile],
    is_different: Callable[[str, str], bool] = lambda _one, _other: False,
    least: float = FOUND,
) -> Iterator[FoundPair]:
    """The pairs with at least this score, in no particular order.

    Args:
        is_different: whether the person said that two contacts, given by their ids, are different people.
    """
    commonness = Commonness(profiles)
    for at, other_at in candidate_pairs(profiles):
        one, other = profiles[at], profiles[other_at]
        if are_plainly_two(one, other):
            continue
        pair = judge(one, other, commonness, least)
        if pair.score >= least and not is_different(pair.one, pair.other):
            yield pair


def judge(one: Profile, other: Profile, commonness: Commonness, least: float = -inf) -> FoundPair:
    """The pair of two contacts, whichever is named first.

    Args:
        least: see `weigh`.
    """
    if other.contact_id < one.contact_id:
        one, other = other, one
    evidence = tuple(weigh(one, other, commonness, least))
    score = score_of(evidence)
    is_certain = score >= FOUND and _is_certain(one, other, commonness)
    return FoundPair(one.contact_id, other.contact_id, score, evidence, is_certain)


def _is_certain(one: Profile, other: Profile, commonness: Commonness) -> bool:
    if not (one.has_full_name and other.has_full_name and one.kind is other.kind is Kind.PERSON):
        return False
    keys = [*set(one.emails).intersection(other.emails), *set(one.phones).intersection(other.phones)]
    if not any(_is_personal(key, commonness) for key in keys):
        return False
    return likeness(one.card, other.card) in (Likeness.EQUAL, Likeness.FITS)


def _is_personal(identity: str, commonness: Commonness) -> bool:
    if commonness.owners(identity) > MOST_OWNERS_OF_A_KEY or commonness.is_shared(identity):
        return False
    return "@" in identity or is_mobile(identity)
