"""The search through a book: all pairs above the threshold, for a cost that grows with the book."""

from itertools import combinations
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.contacts.source_record import ContactFields
from chalicelib.duplicates.blocking import candidate_pairs, keys_of
from chalicelib.duplicates.commonness import Commonness
from chalicelib.duplicates.find_pairs import FoundPair, find_pairs, judge
from chalicelib.duplicates.profile import Profile, profile_of
from chalicelib.duplicates.weights import CROWD, FOUND
from tests.contacts.strategies import field_sets, plain
from tests.duplicates.making import LANDLINE, MOBILE, contact, profiles
from tests.examples import examples

GIVEN = ("Anna", "Ana", "Robert", "Bob", "Юлия", "Yulia", "J.", "Klara")
FAMILIES = ("Berg", "Bergg", "Miller", "Петрова", "Petrova", "Berg-Miller")


@st.composite
def contacts(draw: st.DrawFn) -> ContactFields:
    more: dict[str, Any] = {}
    if draw(st.booleans()):
        more["phone"] = draw(st.sampled_from((MOBILE, LANDLINE, "+49 1512 3456780")))
    if draw(st.booleans()):
        more["email"] = draw(st.sampled_from(("anna@x.example", "anna@y.example", "info@x.example")))
    if draw(st.booleans()):
        more["born"] = draw(st.sampled_from(("1980-03-04", "--03-04", "1980-04-03", "1951-12-25")))
    if draw(st.booleans()):
        more["organization"] = draw(st.sampled_from(("Engines", "Engines GmbH", "Looms")))
    if draw(st.booleans()):
        more["address"] = draw(st.sampled_from(("12 Lindenallee, 10115 Berlin", "12 Lindenalle, 10115 Berlin")))
    name = draw(st.sampled_from(GIVEN)) + " " + draw(st.sampled_from(FAMILIES))
    return contact(draw(st.sampled_from((name, name, ""))), **more)


def found_in(book: list[Profile]) -> set[FoundPair]:
    return set(find_pairs(book))


@given(contacts(), contacts())
def test_a_pair_is_judged_alike_from_both_sides(one, other):
    mine, theirs = profiles(one, other)
    commonness = Commonness([mine, theirs])
    assert judge(mine, theirs, commonness) == judge(theirs, mine, commonness)


@given(st.lists(contacts(), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_book_does_not_matter(book, random: Random):
    ordered = profiles(*book)
    shuffled = random.sample(ordered, len(ordered))
    assert found_in(ordered) == found_in(shuffled)


@settings(max_examples=examples(100))
@given(st.lists(contacts(), max_size=8))
def test_a_search_finds_what_comparing_all_pairs_finds(book):
    every = profiles(*book)
    commonness = Commonness(every)
    pairs = (judge(one, other, commonness) for one, other in combinations(every, 2))
    assert found_in(every) == {pair for pair in pairs if pair.score >= FOUND}


@given(st.lists(field_sets(plain), max_size=5))
def test_whatever_a_source_says_can_be_searched(fields):
    book = [profile_of(str(number), each) for number, each in enumerate(fields)]
    assert all(pair.one < pair.other for pair in find_pairs(book))


def test_a_contact_alone_is_no_pair():
    assert list(find_pairs(profiles(contact("Ada Lovelace", phone=MOBILE)))) == []


def test_a_pair_that_the_person_called_different_is_left_out():
    book = profiles(contact("Ada Lovelace", phone=MOBILE), contact("Ada Lovelace", phone=MOBILE))
    called = {("contact-0", "contact-1")}
    assert list(find_pairs(book, lambda one, other: (one, other) in called)) == []


def test_a_crowd_behind_one_number_does_not_cost_its_square():
    crowd = [contact(f"{chr(97 + number % 26) * 3}{number} {number}xyz", phone=MOBILE) for number in range(CROWD * 10)]
    compared = len(list(candidate_pairs(profiles(*crowd))))
    assert compared < len(crowd) * CROWD < len(crowd) ** 2 / 2


def test_two_contacts_of_one_person_in_a_crowd_are_still_compared():
    crowd = [contact(f"{chr(97 + number % 26) * 3}{number} {number}xyz", phone=MOBILE) for number in range(CROWD * 4)]
    book = profiles(contact("Ada Lovelace", phone=MOBILE), contact("Ada Lovelace", phone=MOBILE), *crowd)
    assert (0, 1) in set(candidate_pairs(book))


def test_the_keys_of_a_contact_are_few_however_large_it_is():
    many = contact("Ada Lovelace", phones=[{"raw": f"+49151{number:08}"} for number in range(40)])
    assert len(list(keys_of(profiles(many)[0], ()))) < 200
