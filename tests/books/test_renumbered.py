"""Contacts with one number in two spellings: equal names match, a number alone only suggests a duplicate."""

import pytest

from chalicelib.address_book.search import Search
from chalicelib.books.book import Book, Entry
from chalicelib.books.matching import Candidate, Create, Merge, decide
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.identities import emails_of, phone_hints_of, phones_of, with_e164
from chalicelib.contacts.name_cards import card_text
from tests.contacts.making import GOOGLE, fields, record

SPELLINGS = pytest.mark.parametrize(
    ("old", "new"),
    [
        ("+55 11 8888-0123", "+55 11 98888-0123"),
        ("+52 1 55 5555 0123", "+52 55 5555 0123"),
        ("+229 97 00 01 23", "+229 01 97 00 01 23"),
    ],
)


def decide_card(known, incoming):
    book = Book()
    book.put(Entry.of(Contact("c0", 1, [record(GOOGLE, with_e164(known, "US"))], 1, 1)))
    card = with_e164(incoming, "US")
    return decide(book, Candidate(card_text(card), emails_of(card), phones_of(card), phone_hints_of(card)))


@SPELLINGS
@pytest.mark.parametrize("turn", [1, -1], ids=["old-first", "new-first"])
class TestMatching:
    def test_equal_names_are_one_person(self, old, new, turn):
        first, second = (fields("Ada Lovelace", phone=number) for number in (old, new)[::turn])

        assert decide_card(first, second) == Merge("c0")

    def test_names_that_disagree_are_possible_duplicates(self, old, new, turn):
        first, second = (old, new)[::turn]

        assert decide_card(fields("Ada Lovelace", phone=first), fields("Alan Turing", phone=second)) == Create(("c0",))

    @pytest.mark.parametrize("names", [("Ada Lovelace", ""), ("", "Ada Lovelace"), ("", "")])
    def test_a_number_without_a_name_is_a_possible_duplicate_only(self, old, new, turn, names):
        first, second = (fields(name, phone=number) for name, number in zip(names, (old, new)[::turn], strict=True))

        assert decide_card(first, second) == Create(("c0",))

    @pytest.mark.parametrize("names", [("Ada Lovelace", ""), ("", "Ada Lovelace")])
    def test_in_one_spelling_it_is_a_match(self, old, new, turn, names):
        number = (old, new)[::turn][0]
        first, second = (fields(name, phone=number) for name in names)

        assert decide_card(first, second) == Merge("c0")


class TestFinding:
    @SPELLINGS
    def test_a_contact_is_found_by_either_spelling(self, old, new):
        assert all(Search(text).matches(with_e164(fields("Ada", phone=old), "US")) for text in (old, new))

    @pytest.mark.parametrize("written", ["ada@bücher.example", "ada@xn--bcher-kva.example"])
    @pytest.mark.parametrize("text", ["bücher", "bücher.example", "ada@xn--bcher-kva.example"])
    def test_an_address_is_found_as_people_read_it_and_as_programs_write_it(self, written, text):
        assert Search(text).matches(fields("Ada", email=written))
