from dataclasses import dataclass, field

import pytest

from chalicelib.contacts.book import Book, Entry
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.identities import emails_of, phones_of, understood
from chalicelib.contacts.matching import CROWD, MOST_DUPLICATES, Create, Decision, Merge, decide
from chalicelib.contacts.names import name_key_of
from tests.contacts.making import GOOGLE, record, said

MAIL, OTHER_MAIL = "shared@example.com", "other@example.com"
PHONE = "+49 170 1234567"


def book_of(*people) -> Book:
    """Contacts named c0, c1, … who say this."""
    book = Book()
    for index, told in enumerate(people):
        kept = record(GOOGLE, understood(told, "DE"), source_id=f"people/{index}")
        book.put(Entry.of(Contact(f"c{index}", 1, [kept], 1, 1)))
    return book


def decided(book: Book, told) -> Decision:
    told = understood(told, "DE")
    return decide(book, name_key_of(told), emails_of(told), phones_of(told))


@dataclass
class Case:
    promise: str
    known: list
    incoming: dict
    decision: Decision = field(default_factory=Create)


ADA, ADA_SHORT, ALAN, NAMELESS = "Ada Lovelace", "A. Lovelace", "Alan Turing", ""
CASES = [
    Case("nothing shared is somebody new", [said(ADA, email=OTHER_MAIL)], said(ADA, email=MAIL)),
    Case("an equal name alone is no evidence", [said(ADA)], said(ADA)),
    Case("a shared email and an equal name", [said(ADA, email=MAIL)], said(ADA, email=MAIL.upper()), Merge("c0")),
    Case("a shared email and a shortened name", [said(ADA, email=MAIL)], said(ADA_SHORT, email=MAIL), Merge("c0")),
    Case("a shared email and no name", [said(ADA, email=MAIL)], said(NAMELESS, email=MAIL), Merge("c0")),
    Case("a shared email with somebody nameless", [said(email=MAIL)], said(ADA, email=MAIL), Merge("c0")),
    Case("a shared phone and an agreeing name", [said(ADA, phone="0170 1234567")], said(ADA, phone=PHONE), Merge("c0")),
    Case("a rival with another name", [said(ALAN, email=MAIL)], said(ADA, email=MAIL), Create(("c0",))),
    Case("a rival with another name by phone", [said(ALAN, phone=PHONE)], said(ADA, phone=PHONE), Create(("c0",))),
    Case(
        "of a family's shared address only the agreeing one",
        [said(ALAN, email=MAIL), said(ADA, email=MAIL)],
        said(ADA, email=MAIL),
        Merge("c1"),
    ),
    Case(
        "two that both fit are never picked from",
        [said(ADA, email=MAIL), said(ADA_SHORT, email=MAIL)],
        said(ADA, email=MAIL),
        Create(("c0", "c1")),
    ),
    Case(
        "somebody nameless fits everybody",
        [said(ALAN, email=MAIL), said(ADA, email=MAIL)],
        said(email=MAIL),
        Create(("c0", "c1")),
    ),
    Case(
        "email goes before phone",
        [said(ADA, phone=PHONE), said(ADA, email=MAIL)],
        said(ADA, email=MAIL, phone=PHONE),
        Merge("c1"),
    ),
    Case(
        "a phone decides where the email's owner is somebody else",
        [said(ALAN, email=MAIL), said(ADA, phone=PHONE)],
        said(ADA, email=MAIL, phone=PHONE),
        Merge("c1"),
    ),
    Case(
        "two emails that lead to one",
        [said(ADA, emails=[{"value": MAIL}, {"value": OTHER_MAIL}])],
        said(ADA, emails=[{"value": OTHER_MAIL}, {"value": MAIL}]),
        Merge("c0"),
    ),
    Case(
        "two emails that lead to two",
        [said(ADA, email=MAIL), said(ADA, email=OTHER_MAIL)],
        said(ADA, emails=[{"value": OTHER_MAIL}, {"value": MAIL}]),
        Create(("c1", "c0")),
    ),
    Case("an X500 name is no address", [said(ADA, email="/o=x/cn=ada")], said(ADA, email="/o=x/cn=ada")),
    Case("a service code is nobody's number", [said(ADA, phone="110")], said(ADA, phone="110")),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.promise)
def test_the_decision(case):
    assert decided(book_of(*case.known), case.incoming) == case.decision


class TestCrowd:
    def test_where_hundreds_share_an_address_only_an_equal_name_fits(self):
        people = [said(f"Person Nr{index}", email=MAIL) for index in range(CROWD + 50)]
        book = book_of(*people)

        assert decided(book, people[99]) == Merge("c99")
        assert decided(book, said("Person", email=MAIL)) == Create(
            tuple(f"c{index}" for index in range(MOST_DUPLICATES))
        )
