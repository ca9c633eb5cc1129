from dataclasses import dataclass, field

import pytest

from chalicelib.books.book import Book, Entry
from chalicelib.books.matching import (
    CROWD,
    MOST_DUPLICATES,
    Ambiguous,
    Candidate,
    Create,
    Decision,
    Merge,
    apply_on_existing,
    decide,
)
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.identities import emails_of, phone_hints_of, phones_of, with_e164
from chalicelib.contacts.name_cards import card_text
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source import PERSON
from tests.contacts.making import GOOGLE, record, said

MAIL, OTHER_MAIL = "shared@example.com", "other@example.com"
PHONE = "+49 170 1234567"


def book_of(*people) -> Book:
    """Contacts named c0, c1, … who say this."""
    book = Book()
    for index, told in enumerate(people):
        kept = record(GOOGLE, with_e164(told, "DE"), source_id=f"people/{index}")
        book.put(Entry.of(Contact(f"c{index}", 1, [kept], 1, 1)))
    return book


def decided(book: Book, told) -> Decision:
    told = with_e164(told, "DE")
    return decide(book, Candidate(card_text(told), emails_of(told), phones_of(told), phone_hints_of(told)))


@dataclass
class Case:
    promise: str
    known: list
    incoming: dict
    decision: Decision = field(default_factory=Create)


ADA, ADA_ALONE, ADA_BYRON, ALAN, NAMELESS = "Ada Lovelace", "Ada", "Ada Byron", "Alan Turing", ""
LANDLINE, SWITCHBOARD, ROLE = "+44 1632 960123", "+49 30 5550000", "info@example.com"
CASES = [
    Case("nothing shared is somebody new", [said(ADA, email=OTHER_MAIL)], said(ADA, email=MAIL)),
    Case("an equal name alone is no evidence", [said(ADA)], said(ADA)),
    Case("a shared email and an equal name", [said(ADA, email=MAIL)], said(ADA, email=MAIL.upper()), Merge("c0")),
    Case("a shared email and the given name", [said(ADA, email=MAIL)], said(ADA_ALONE, email=MAIL), Merge("c0")),
    Case("an initial", [said(ADA, email=MAIL)], said("A. Lovelace", email=MAIL), Create(("c0",))),
    Case("a shared email and no name", [said(ADA, email=MAIL)], said(NAMELESS, email=MAIL), Merge("c0")),
    Case("a shared email with somebody nameless", [said(email=MAIL)], said(ADA, email=MAIL), Merge("c0")),
    Case("a shared phone and an equal name", [said(ADA, phone="0170 1234567")], said(ADA, phone=PHONE), Merge("c0")),
    *(
        Case(
            f"a mobile for films and the given name, {raw}",
            [said(ADA, phone=raw)],
            said(ADA_ALONE, phone=raw),
            Merge("c0"),
        )
        for raw in ("+44 7700 900123", "+33 6 39 98 01 23")
    ),
    Case("a mobile and the given name", [said(ADA, phone=PHONE)], said(ADA_ALONE, phone=PHONE), Merge("c0")),
    Case(
        "a landline and the given name", [said(ADA, phone=LANDLINE)], said(ADA_ALONE, phone=LANDLINE), Create(("c0",))
    ),
    Case("a role address and the given name", [said(ADA, email=ROLE)], said(ADA_ALONE, email=ROLE), Create(("c0",))),
    Case("a role address and an equal name", [said(ADA, email=ROLE)], said(ADA, email=ROLE), Merge("c0")),
    Case("a role address and no name", [said(ADA, email=ROLE)], said(email=ROLE), Ambiguous(("c0",), ("c0",))),
    Case("somebody nameless at a role address", [said(email=ROLE)], said(ADA, email=ROLE), Create(("c0",))),
    Case("a role address twice", [said(email=ROLE)], said(email=ROLE), Merge("c0")),
    Case("a landline alone", [said(ADA, phone=LANDLINE)], said(phone=LANDLINE), Merge("c0")),
    Case("a switchboard alone", [said(ADA, phone=SWITCHBOARD)], said(phone=SWITCHBOARD), Ambiguous(("c0",), ("c0",))),
    Case("a rival with another name", [said(ALAN, email=MAIL)], said(ADA, email=MAIL), Create(("c0",))),
    Case("a rival with another name by phone", [said(ALAN, phone=PHONE)], said(ADA, phone=PHONE), Create(("c0",))),
    Case(
        "of a family's shared address only the agreeing one, who points to the others",
        [said(ALAN, email=MAIL), said(ADA, email=MAIL)],
        said(ADA, email=MAIL),
        Merge("c1", ("c0",)),
    ),
    Case(
        "a family's shared address is nobody's own",
        [said(ALAN, email=MAIL), said(ADA, email=MAIL)],
        said(ADA_ALONE, email=MAIL),
        Create(("c0", "c1")),
    ),
    Case(
        "two that both fit are never picked from",
        [said(ADA, email=MAIL), said(ADA, email=MAIL)],
        said(ADA, email=MAIL),
        Ambiguous(("c0", "c1"), ("c0", "c1")),
    ),
    Case(
        "an equal name goes before one with something left out",
        [said(ADA_ALONE, email=MAIL), said(ADA, email=MAIL)],
        said(ADA, email=MAIL),
        Merge("c1", ("c0",)),
    ),
    Case(
        "somebody nameless may be anybody who shares the address",
        [said(ALAN, email=MAIL), said(ADA, email=MAIL)],
        said(email=MAIL),
        Ambiguous(("c0", "c1"), ("c0", "c1")),
    ),
    Case(
        "somebody nameless whose email and phone are two people's",
        [said(ALAN, email=MAIL), said(ADA, phone=PHONE)],
        said(email=MAIL, phone=PHONE),
        Ambiguous(("c0", "c1"), ("c0", "c1")),
    ),
    Case(
        "somebody nameless whose email is one's and whose phone is also one's of another birthday",
        [said(ADA, email=MAIL, phone=PHONE), said(ALAN, phone=PHONE, birthday={"year": 1912, "month": 6, "day": 23})],
        said(email=MAIL, phone=PHONE, birthday={"year": 1815, "month": 12, "day": 10}),
        Ambiguous(("c0",), ("c0", "c1")),
    ),
    Case(
        "email goes before phone",
        [said(ADA, phone=PHONE), said(ADA, email=MAIL)],
        said(ADA, email=MAIL, phone=PHONE),
        Merge("c1", ("c0",)),
    ),
    Case(
        "a phone decides where the email's owner is somebody else",
        [said(ALAN, email=MAIL), said(ADA, phone=PHONE)],
        said(ADA, email=MAIL, phone=PHONE),
        Merge("c1", ("c0",)),
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
        Ambiguous(("c1", "c0"), ("c1", "c0")),
    ),
    Case("an X500 name is no address", [said(ADA, email="/o=x/cn=ada")], said(ADA, email="/o=x/cn=ada")),
    Case("a service code is nobody's number", [said(ADA, phone="110")], said(ADA, phone="110")),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.promise)
def test_the_decision(case):
    assert decided(book_of(*case.known), case.incoming) == case.decision


class TestCrowd:
    def test_if_hundreds_share_an_address_only_an_equal_name_matches(self):
        people = [said(f"Person Nr{index}", email=MAIL) for index in range(CROWD + 50)]
        book = book_of(*people)

        first = tuple(f"c{index}" for index in range(MOST_DUPLICATES))
        assert decided(book, people[99]) == Merge("c99", first)
        assert decided(book, said("Person", email=MAIL)) == Create(first)

    def test_it_follows_changes(self):
        people = [said(f"Person Nr{index}", email=MAIL) for index in range(CROWD + 1)]
        book = book_of(*people)
        decided(book, people[0])

        book.remove("c0")
        newcomer = Contact("c99", 1, [record(GOOGLE, said(ALAN, email=MAIL), source_id="people/99")], 1, 1)
        book.put(Entry.of(newcomer))

        assert decided(book, said(ALAN, email=MAIL)).into == "c99"
        assert isinstance(decided(book, people[0]), Create)


class TestSeveralNames:
    """Of one contact: it may be called by another name at another source, or by the person."""

    def book(self, *names: str) -> Book:
        records = [record(GOOGLE, said(name, email=MAIL), source_id=f"people/{name}") for name in names]
        book = Book()
        book.put(Entry.of(Contact("c0", 1, records, 1, 1)))
        return book

    def test_a_candidate_with_one_of_the_names_matches(self):
        assert decided(self.book("Mom", "Mary Smith"), said("Mary Smith", email=MAIL)) == Merge("c0")

    def test_a_candidate_that_fits_only_the_short_name_does_not_match(self):
        assert decided(self.book(ADA_ALONE, ADA), said(ADA_BYRON, email=MAIL)) == Create(("c0",))

    def test_a_contact_of_father_and_son_matches_neither(self):
        """As a source may have changed it since."""
        both = [said("Peter Hallam", email=MAIL, suffix=suffix) for suffix in ("Sr.", "Jr.")]
        book = Book()
        book.put(Entry.of(Contact("c0", 1, [record(GOOGLE, each) for each in both], 1, 1)))

        assert decided(book, {**said(email=MAIL), "display": "Hallam, Peter, Jr."}) == Create(("c0",))

    def test_the_company_of_a_person_does_not_count_as_a_name(self):
        records = [record(GOOGLE, said(ADA, email=MAIL)), record(PERSON, {"organization": "Analytical Engines"})]
        book = Book()
        book.put(Entry.of(Contact("c0", 1, records, 1, 1)))

        assert decided(book, said(ADA, email=MAIL)) == Merge("c0")


class TestHints:
    """Another spelling of a number may be somebody else's: it suggests, and never merges."""

    def test_a_hint_alone_makes_a_possible_duplicate_in_either_order(self):
        for known, newcomer in (("+15550001", "+15550002"), ("+15550002", "+15550001")):
            book = Book()
            hints = ("+15550002",) if known == "+15550001" else ()
            book.put(Entry("c0", 1, (card_text(said(ADA)),), (known,), (), hints))

            more = ("+15550002",) if newcomer == "+15550001" else ()
            assert decide(book, Candidate(card_text(said(ADA)), (), (newcomer,), more)) == Create(("c0",))


class TestOnExisting:
    SEVERAL = Ambiguous(("c0", "c1"), ("c0", "c1", "c2"))

    def test_if_several_match_nothing_is_added(self):
        skipped, ambiguous = (apply_on_existing(self.SEVERAL, wish) for wish in (OnExisting.SKIP, OnExisting.UPDATE))

        assert (skipped.contact_id, skipped.reason) == ("c0", "exists")
        assert (ambiguous.contact_id, ambiguous.reason) == ("c0", "ambiguous")

    def test_a_contact_created_all_the_same_has_them_all_as_possible_duplicates(self):
        assert apply_on_existing(self.SEVERAL, OnExisting.CREATE) == Create(("c0", "c1", "c2"))
        assert apply_on_existing(Merge("c0", ("c1",)), OnExisting.CREATE) == Create(("c0", "c1"))
