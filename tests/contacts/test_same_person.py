"""Different people stay apart and one person is merged, in any order of cards and from any number of accounts."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.contacts.compare_names import Likeness, likeness
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.name_cards import card_of, card_text
from chalicelib.contacts.source_record import ContactFields, SourceContact
from tests.books.world import World
from tests.contacts.making import GOOGLE, MICROSOFT
from tests.contacts.pairs import ONE, PAIRS, TWO, Pair
from tests.examples import examples
from tests.shared_cases import shared_cases

LANDLINE, MAILBOX = {"phones": [{"raw": "+44 1632 960123"}]}, {"emails": [{"value": "reached@mail.example"}]}
ACCOUNTS = [(GOOGLE, GOOGLE), (GOOGLE, MICROSOFT)]
PEOPLE = list({card_text(card): card for pair in PAIRS for card in (pair.one, pair.other)}.values())
CARDS = [card_of(card_text(card)) for card in PEOPLE]


def book_of(*cards: ContactFields, accounts=itertools.repeat(GOOGLE)) -> list[Contact]:  # noqa: B008 # it never ends
    """Of an empty book, after each card was imported by itself."""
    world = World()
    for number, (card, account) in enumerate(zip(cards, accounts, strict=False)):
        world.import_contacts(SourceContact(f"id/{number}", card), source=account, job=f"job-{number}")
    return world.book()


def assert_two_that_are_linked(book: list[Contact]) -> None:
    first, second = book
    assert second.possible_duplicates == (first.contact_id,)


@pytest.mark.parametrize("accounts", ACCOUNTS, ids=["one-account", "two-accounts"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.promise.replace(" ", "-"))
class TestPairs:
    def test_on_a_landline(self, pair: Pair, accounts):
        for cards in itertools.permutations((pair.one, pair.other)):
            book = book_of(*({**card, **LANDLINE} for card in cards), accounts=accounts)

            if pair.are == ONE:
                assert len(book) == 1
            else:
                assert_two_that_are_linked(book)

    def test_at_an_email(self, pair: Pair, accounts):
        for cards in itertools.permutations((pair.one, pair.other)):
            book = book_of(*({**card, **MAILBOX} for card in cards), accounts=accounts)

            if pair.are == TWO:
                assert_two_that_are_linked(book)
            else:
                assert len(book) == 1


class TestInAnyOrder:
    """Whatever cards come: what two of them tell does not depend on which was there first."""

    @given(st.sampled_from(CARDS), st.sampled_from(CARDS))
    def test_likeness_knows_no_order(self, one, other):
        assert likeness(one, other) is likeness(other, one)

    @given(st.sampled_from(CARDS))
    def test_a_card_is_equal_to_itself(self, card):
        assert likeness(card, card) is Likeness.EQUAL

    @settings(max_examples=examples(60), deadline=None)
    @given(st.lists(st.sampled_from(PEOPLE), min_size=3, max_size=4), st.sampled_from([LANDLINE, MAILBOX]))
    def test_no_contact_holds_two_that_disagree(self, people, address):
        for contact in book_of(*({**person, **address} for person in people)):
            cards = [card_of(card_text(record.fields)) for record in contact.records]
            for one, other in itertools.combinations(cards, 2):
                assert likeness(one, other) is not Likeness.DIFFERS

    @settings(max_examples=examples(60), deadline=None)
    @given(st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=4), st.sampled_from([LANDLINE, MAILBOX]))
    def test_all_contacts_that_share_an_address_are_linked(self, people, address):
        book = book_of(*({**person, **address} for person in people))

        for first, second in itertools.combinations(book, 2):
            linked = first.contact_id in second.possible_duplicates or second.contact_id in first.possible_duplicates
            assert linked


@pytest.mark.parametrize("case", shared_cases("cases/names.json", "same_person"))
def test_a_shared_case_holds_in_either_order_from_one_account_or_two(case):
    address = _address(case["shared"])
    for order, accounts in itertools.product(("ab", "ba"), ACCOUNTS):
        cards = [{**fields_of_card(case[letter]), **address} for letter in order]
        book = book_of(*cards, accounts=accounts)
        is_one = len(book) == 1

        assert is_one is (case["merge"] is True), case["why"]
        assert is_one or book[1].possible_duplicates == (book[0].contact_id,)


def _address(shared: dict[str, str]) -> ContactFields:
    value = shared["value"]
    if shared["kind"] == "email":
        return {"emails": [{"value": value}]}
    return {"phones": [{"raw": value}]}


def fields_of_card(card: dict[str, str]) -> ContactFields:
    values = {field: text for field, text in card.items() if field not in ("company", "birthday")}
    if "company" in card:
        values["organization"] = card["company"]
    if "birthday" in card:
        values["birthday"] = dict(zip(("year", "month", "day"), map(int, card["birthday"].split("-")), strict=True))
    return values
