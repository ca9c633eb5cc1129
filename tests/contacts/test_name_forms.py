"""Two names agree by their texts exactly where comparing them says that they are equal, and never where it does not."""

import itertools

import pytest

from chalicelib.contacts.compare_names import Likeness, contradict, likeness
from chalicelib.contacts.name_cards import Card, card_of, card_text
from chalicelib.contacts.name_forms import remembered_forms, sought_forms
from chalicelib.contacts.source_record import ContactFields
from tests.contacts.test_same_person import PEOPLE

#: Every third card of the pairs that matching is specified by, and some that differ in what the texts leave out.
CARDS = [
    *(card_of(card_text(card)) for card in PEOPLE[::3]),
    *(
        card_of(card_text(ContactFields(given=given, family=family)))
        for given, family in itertools.product(
            ("", "Ada", "Zoë", "Zoe", "Ada Mary", "Ada Byron", "Baby"), ("", "Lovelace", "Müller", "Mueller", "Ada")
        )
    ),
    *(card_of(card_text(ContactFields(display=text))) for text in ("Lovelace Ada", "Ada Mary Müller", "李小龙")),
]


def found(remembered: Card, sought: Card) -> Likeness:
    kept, wanted = remembered_forms(remembered), sought_forms(sought)
    if set(kept.equal) & set(wanted.equal):
        return Likeness.EQUAL
    return Likeness.FITS if set(kept.fitting) & set(wanted.fitting) else Likeness.DIFFERS


@pytest.mark.parametrize("one", CARDS, ids=lambda card: " ".join(card.words) or card.kind.value)
def test_texts_agree_as_the_names_do(one):
    for other in CARDS:
        if contradict(one, other):
            continue
        alike, by_texts = likeness(one, other), found(one, other)

        assert (by_texts is Likeness.EQUAL) == (alike is Likeness.EQUAL), other
        assert by_texts is not Likeness.FITS or alike is Likeness.FITS, other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Lovelace", "Ada"),
        ("Ada Lovelace", "Ada Mary Lovelace"),
        ("Zoë Müller", "Zoe Muller"),
        ("李 小龙", "小龙"),
    ],
)
def test_an_incomplete_name_is_found_from_both_sides(one, other):
    cards = [card_of(card_text(ContactFields(display=text))) for text in (one, other)]

    assert [found(*pair) for pair in itertools.permutations(cards)] == [Likeness.FITS] * 2
