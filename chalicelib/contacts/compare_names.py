"""Compares the name cards of two contacts, which may be the same person if their names agree and no facts contradict.

EQUAL names are enough to merge. FITS is a name with something left out: accents, a second family name, a middle name,
spaces, or all but the given name; it is enough only for contacts that share a personal address or number.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import chain

from chalicelib.contacts.fold_name import (
    agree_without_marks,
    has_vietnamese_tones,
    is_east_asian,
    is_spaceless,
    written_out,
)
from chalicelib.contacts.name_cards import Card, Kind
from chalicelib.contacts.name_words import AND_PREFIXES, PATRONYMS, TELLING
from chalicelib.contacts.parse_name import Word


class Likeness(Enum):
    """How alike two names are, from the least to the most."""

    DIFFERS = "differs"  # different people, as far as the cards tell
    NAMELESS = "nameless"  # at least one has no name, so they cannot differ
    FITS = "fits"
    EQUAL = "equal"


def contradict(one: Card, other: Card) -> bool:
    """Whether two cards contradict each other, apart from names: birthdays, Mr and Mrs, father and son."""
    if any(mine != theirs and mine and theirs for mine, theirs in zip(one.birthday, other.birthday, strict=True)):
        return True
    if one.gender != other.gender and one.gender and other.gender:
        return True
    return one.generation != other.generation and bool(one.generation and other.generation)


def likeness(one: Card, other: Card) -> Likeness:
    """How the names of two cards compare; symmetric."""
    if contradict(one, other):
        return Likeness.DIFFERS
    if one.kind is Kind.BARE or other.kind is Kind.BARE:
        return Likeness.EQUAL if one.kind is other.kind else Likeness.NAMELESS
    if one.kind is not other.kind or one.kind in (Kind.COMPANY, Kind.HOUSEHOLD):
        # companies and households match only by exactly the same name; "Ortega y Gasset" may look like two persons
        is_written_alike = one.words == other.words and (one.kind is Kind.COMPANY) == (other.kind is Kind.COMPANY)
        return Likeness.EQUAL if is_written_alike else Likeness.DIFFERS
    if one.generation != other.generation:  # without one it may be the father or the son
        return Likeness.DIFFERS
    if _are_equal(one, other):
        return Likeness.EQUAL
    return Likeness.FITS if _fit(one, other) else Likeness.DIFFERS


# ── equal names


def _are_equal(one: Card, other: Card) -> bool:
    if one.words == other.words:
        return True
    theirs = list(word_orders(other, loosely=one.is_loose))
    return any(_are_same(mine, each) for mine in word_orders(one, loosely=other.is_loose) for each in theirs)


def word_orders(card: Card, *, loosely: bool) -> Iterator[tuple[str, ...]]:
    """The ways to write the name; just one if both cards separate given and family name."""
    yield card.words
    if card.is_loose or not loosely or _has_patronym(card.words):
        if card.is_loose and loosely and not _has_patronym(card.words):
            yield from (card.words[at:] + card.words[:at] for at in range(1, len(card.words)))
        return
    first, middle = card.given[: len(card.given) - card.middles], card.given[len(card.given) - card.middles :]
    for parts in ((card.family, first, middle), (card.family, middle, first)):
        yield tuple(part for word in chain(*parts) for part in word)


def _are_same(one: Sequence[str], other: Sequence[str]) -> bool:
    if len(one) == len(other) and all(
        _is_same_word(mine, theirs, at == 0) for at, (mine, theirs) in enumerate(zip(one, other, strict=True))
    ):
        return True
    return all(map(is_spaceless, chain(one, other))) and "".join(one) == "".join(other)


def _is_same_word(one: str, other: str, is_first: bool) -> bool:
    if one == other or (one.isascii() and other.isascii()):
        return one == other
    return written_out(one, with_aa=is_first) == other or written_out(other, with_aa=is_first) == one


# ── names with something left out


def _fit(one: Card, other: Card) -> bool:
    if len(one.words) == len(other.words):
        return _is_short_for(one, other) or _is_short_for(other, one) or _differ_only_in_marks(one, other)
    return _is_short_for(*((one, other) if len(one.words) < len(other.words) else (other, one)))


def _is_short_for(few: Card, many: Card) -> bool:
    if _differ_only_in_spaces(few.words, many.words):
        return True
    if len(few.name) == 1:
        return _is_given_name_alone(few, many)
    return _is_part(few, many) and (few.is_loose or many.is_loose or _families_meet(few, many))


def _differ_only_in_marks(one: Card, other: Card) -> bool:
    """Whether names differ only in marks, also if one writes a double name with a hyphen and one with a space."""
    if has_vietnamese_tones(one.words + other.words):
        return False
    theirs = list(word_orders(other, loosely=one.is_loose))
    return any(
        all(map(_agree_bare, mine, each)) for mine in word_orders(one, loosely=other.is_loose) for each in theirs
    )


def _is_given_name_alone(few: Card, many: Card) -> bool:
    if not few.given or not many.given:
        return False
    tones = has_vietnamese_tones(few.words + many.words)
    is_family_first = many.is_loose and (tones or is_east_asian(many.words[0]))
    given = many.given[-1 if is_family_first else 0]
    others = [word for word in many.name if word is not given]
    return _words_agree(few.given[0], given, tones) and not distinguish(others)


def _is_part(few: Card, many: Card) -> bool:
    """Whether each word of the shorter name has a match in the longer one, and the rest do not matter."""
    tones = has_vietnamese_tones(few.words + many.words)
    places: dict[int, int] = {}  # of a word of the shorter name, its place in the longer one
    taken: set[int] = set()
    for pairs in (_are_same, lambda word, each: _words_agree(word, each, tones), _is_initial):
        whole = len(places)
        for at, word in enumerate(few.name):
            found = (there for there, each in enumerate(many.name) if there not in taken and pairs(word, each))
            there = None if at in places else next(found, None)
            if there is not None:
                places[at] = there
                taken.add(there)
    if len(places) < len(few.name) or (whole < len(places) and whole < 2):
        return False  # an initial alone is too little for a given name
    order = [places[at] for at in range(len(places))]
    if order != sorted(order) and (_has_patronym(few.words) or _has_patronym(many.words)):
        return False
    return not distinguish([word for there, word in enumerate(many.name) if there not in taken])


def _families_meet(few: Card, many: Card) -> bool:
    """Whether given and family names each share a word, in the same order or swapped."""

    def meet(mine: Sequence[Word], theirs: Sequence[Word]) -> bool:
        return any(_words_agree(word, each, tones=False) for word in mine for each in theirs)

    return (meet(few.given, many.given) and meet(few.family, many.family)) or (
        len(few.name) == len(many.name) and meet(few.given, many.family) and meet(few.family, many.given)
    )


def _words_agree(one: Word, other: Word, tones: bool) -> bool:
    """Whether two words are equal, with or without marks; half of a double name is a different name."""
    if one == other or _are_same(one, other):
        return True
    return not tones and len(one) == len(other) and all(map(_agree_bare, one, other))


def _agree_bare(one: str, other: str) -> bool:
    """Whether one omits marks that the other has, also if letters are written out (ä as ae)."""
    return agree_without_marks(one, other) or (
        not (one.isascii() and other.isascii())
        and (agree_without_marks(written_out(one), other) or agree_without_marks(one, written_out(other)))
    )


def _is_initial(one: Word, other: Word) -> bool:
    if len(one) > 1 or len(other) > 1:
        return False
    short, long = sorted((one[0], other[0]), key=len)
    return len(short) == 1 and short.isascii() and long.startswith(short)


def distinguish(words: Iterable[Word]) -> bool:
    """Whether any of these words distinguishes two people whose names are otherwise equal."""
    return any(part in TELLING or part.startswith(AND_PREFIXES) for word in words for part in word)


def _has_patronym(words: Sequence[str]) -> bool:
    return any(word in PATRONYMS for word in words[1:-1])


def _differ_only_in_spaces(few: Sequence[str], many: Sequence[str]) -> bool:
    """ "De Vries" and "DeVries"."""
    return len(few) > 1 and len(few) != len(many) and "".join(few) == "".join(many)
