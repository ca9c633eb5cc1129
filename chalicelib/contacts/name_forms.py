"""The texts by which a name is recognized if only hashes of them are kept.

One name is remembered and another one is sought. If they have a text in common, the names agree as `compare_names` has
it: they are equal by a text of `equal`, and fit with something left out by a text of `fitting`. All equal names are
found. Of names with something left out those are found that lack a middle name, marks, or everything but the given
name, or in which given and family name are swapped; others, such as initials, are not, because a hash cannot be
compared in part.

Which orders of the words count depends on both names. For example, the family name may come first only if one of them
does not separate given and family name. So each text begins with what the other name has to be.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chalicelib.contacts.compare_names import distinguish, word_orders
from chalicelib.contacts.fold_name import (
    has_vietnamese_tones,
    is_east_asian,
    is_spaceless,
    without_marks,
    written_out,
)
from chalicelib.contacts.name_cards import Card, Kind


class NameForms(NamedTuple):
    """The texts of one name in one role."""

    equal: tuple[str, ...]  #: one in common: the names are equal
    fitting: tuple[str, ...] = ()  #: one in common: the names agree, with something left out


def remembered_forms(card: Card) -> NameForms:
    """The texts of a name that is remembered."""
    if card.kind is not Kind.PERSON:
        return NameForms(tuple(_of_others(card)))
    loose, separate = ("loose", "") if card.is_loose else ("", "separate")
    equal = [*_equal(card, loose or separate)]
    fitting: list[str] = []
    for name, text in _shortened(card, two="few", more="many", alone="alone", given="given"):
        fitting.append(f"{name}={text}")
        if (bare := _bare(text)) != text:
            fitting.append(f"{name}-{bare}")
    return _forms(card, equal, fitting)


def sought_forms(card: Card) -> NameForms:
    """The texts of a name that is sought among the remembered ones."""
    if card.kind is not Kind.PERSON:
        return NameForms(tuple(_of_others(card)))
    equal = [*_equal(card, "separate" if card.is_loose else "loose")]
    fitting: list[str] = []
    for name, text in _shortened(card, two="many", more="few", alone="given", given="alone"):
        bare = _bare(text)
        fitting += [f"{name}={text}", f"{name}-{text}" if bare == text else f"{name}={bare}"]
    return _forms(card, equal, fitting)


def _forms(card: Card, equal: Sequence[str], fitting: Sequence[str]) -> NameForms:
    """The texts with the generation: without one it may be the father or the son."""
    equal, fitting = ([f"{card.generation}:{text}" for text in dict.fromkeys(texts)] for texts in (equal, fitting))
    return NameForms(tuple(equal), tuple(fitting))


def _of_others(card: Card) -> Iterator[str]:
    """The texts of cards without a name, of companies, and of households, which also match a person of these words."""
    if card.kind is Kind.HOUSEHOLD:
        yield f":as written {' '.join(card.words)}"
    else:
        yield f"{card.kind.value} {' '.join(card.words)}"


# ── equal names


def _equal(card: Card, order: str) -> Iterator[str]:
    """The texts of all spellings.

    Args:
        order: begins the texts in every order of given and family name.
    """
    yield f"as written {' '.join(card.words)}"
    for spelling in _spellings(card.words):
        yield f"words {spelling}"
    orders = list(word_orders(card, loosely=True))
    if card.is_loose:
        for spelling in _spellings(card.words):
            yield f"{order} {spelling}"
        yield f"turned {min(min(_spellings(words)) for words in orders)}"
    else:
        for words in orders:
            for spelling in _spellings(words):
                yield f"{order} {spelling}"


def _spellings(words: Sequence[str]) -> Sequence[str]:
    """The words as they are and written out, without spaces where the script may leave them out."""
    if all(map(is_spaceless, words)):
        return ("".join(words),)
    plain = " ".join(words)
    if plain.isascii():
        return (plain,)
    return plain, " ".join(written_out(word, with_aa=at == 0) for at, word in enumerate(words))


# ── names with something left out


def _shortened(card: Card, *, two: str, more: str, alone: str, given: str) -> Iterator[tuple[str, str]]:
    """Shorter texts of the name, each with what is said in front of it.

    Args:
        two: of two words, for names with words between them. more: of the first and the last word of a longer name.
        alone: of the only word. given: of the given name of a longer name.
    """
    words = ["".join(word) for word in card.name]
    if len(words) == 1:
        if card.given:
            yield alone, words[0]
        return
    first = _given(card, words)
    if not distinguish(word for at, word in enumerate(card.name) if at != first) and card.given:
        yield given, words[first]
    if len(words) == 2:
        yield "two", " ".join(sorted(words))
        yield two, " ".join(words)
    elif not distinguish(card.name[1:-1]):
        yield more, f"{words[0]} {words[-1]}"


def _given(card: Card, words: Sequence[str]) -> int:
    """The place of the given name among the words: the last one where the family name comes first."""
    is_family_first = card.is_loose and (has_vietnamese_tones(card.words) or is_east_asian(words[0]))
    return len(card.given) - 1 if is_family_first else 0


def _bare(text: str) -> str:
    """The text without marks, unless it is Vietnamese, where that is another name."""
    words = text.split(" ")
    return text if has_vietnamese_tones(tuple(words)) else " ".join(map(without_marks, words))
