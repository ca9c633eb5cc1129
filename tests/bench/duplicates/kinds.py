"""What kind of trap a false pair fell into."""

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.bench.duplicates.invented_cards import Card
from tests.bench.duplicates.invented_people import Firm
from tests.bench.duplicates.judge import Pair


def kind_of(one: Card, other: Card) -> str:
    """The kind of two cards that are not of one person."""
    mine, theirs = one.owner, other.owner
    if isinstance(mine, Firm) or isinstance(theirs, Firm):
        return "two companies" if isinstance(mine, Firm) and isinstance(theirs, Firm) else "company and person"
    has_one_name = mine.given == theirs.given and mine.family == theirs.family
    if mine.home is theirs.home:
        if has_one_name:
            return "father and son"
        return "twins" if mine.born == theirs.born else "household"
    if has_one_name:
        return "namesakes"
    if mine.firm is not None and mine.firm is theirs.firm:
        return "colleagues"
    return "one family name" if mine.family == theirs.family else "others"


def count_kinds(cards: Sequence[Card], false: Iterable[Pair]) -> Counter[str]:
    return Counter(kind_of(cards[one], cards[other]) for one, other in false)
