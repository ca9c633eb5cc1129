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
from tests.contacts.making import GOOGLE, fields, record

MAIL, OTHER_MAIL = "shared@example.com", "other@example.com"
PHONE = "+49 170 1234567"


def book_of(*people) -> Book:
    """Contacts named c0, c1, … who say this."""
    book = Book()
    for index, card in enumerate(people):
        kept = record(GOOGLE, with_e164(card, "DE"), source_id=f"people/{index}")
        book.put(Entry.of(Contact(f"c{index}", 1, [kept], 1, 1)))
    return book


def decide_card(book: Book, card) -> Decision:
    card = with_e164(card, "DE")
    return decide(book, Candidate(card_text(card), emails_of(card), phones_of(card), phone_hints_of(card)))


@dataclass
class Case:
    promise: str
    known: list
    incoming: dict
    decision: Decision = field(default_factory=Create)


ADA, ADA_ALONE, ADA_BYRON, ALAN, NAMELESS = "Ada Lovelace", "Ada", "Ada Byron", "Alan Turing", ""
LANDLINE, SWITCHBOARD, ROLE = "+44 1632 960123", "+49 30 5550000", "info@example.com"
CASES = [
    Case("nothing in common creates a contact", [fields(ADA, email=OTHER_MAIL)], fields(ADA, email=MAIL)),
    Case("an equal name alone is no evidence", [fields(ADA)], fields(ADA)),
    Case("a shared email and an equal name", [fields(ADA, email=MAIL)], fields(ADA, email=MAIL.upper()), Merge("c0")),
    Case("a shared email and the given name", [fields(ADA, email=MAIL)], fields(ADA_ALONE, email=MAIL), Merge("c0")),
    Case("an initial", [fields(ADA, email=MAIL)], fields("A. Lovelace", email=MAIL), Create(("c0",))),
    Case("a shared email and no name", [fields(ADA, email=MAIL)], fields(NAMELESS, email=MAIL), Merge("c0")),
    Case("a shared email with a contact without a name", [fields(email=MAIL)], fields(ADA, email=MAIL), Merge("c0")),
    Case(
        "a shared phone and an equal name", [fields(ADA, phone="0170 1234567")], fields(ADA, phone=PHONE), Merge("c0")
    ),
    *(
        Case(
            f"a mobile for films and the given name, {raw}",
            [fields(ADA, phone=raw)],
            fields(ADA_ALONE, phone=raw),
            Merge("c0"),
        )
        for raw in ("+44 7700 900123", "+33 6 39 98 01 23")
    ),
    Case("a mobile and the given name", [fields(ADA, phone=PHONE)], fields(ADA_ALONE, phone=PHONE), Merge("c0")),
    Case(
        "a landline and the given name",
        [fields(ADA, phone=LANDLINE)],
        fields(ADA_ALONE, phone=LANDLINE),
        Create(("c0",)),
    ),
    Case(
        "a role address and the given name", [fields(ADA, email=ROLE)], fields(ADA_ALONE, email=ROLE), Create(("c0",))
    ),
    Case("a role address and an equal name", [fields(ADA, email=ROLE)], fields(ADA, email=ROLE), Merge("c0")),
    Case("a role address and no name", [fields(ADA, email=ROLE)], fields(email=ROLE), Ambiguous(("c0",), ("c0",))),
    Case("a contact without a name at a role address", [fields(email=ROLE)], fields(ADA, email=ROLE), Create(("c0",))),
    Case("a role address twice", [fields(email=ROLE)], fields(email=ROLE), Merge("c0")),
    Case("a landline alone", [fields(ADA, phone=LANDLINE)], fields(phone=LANDLINE), Merge("c0")),
    Case(
        "a switchboard alone", [fields(ADA, phone=SWITCHBOARD)], fields(phone=SWITCHBOARD), Ambiguous(("c0",), ("c0",))
    ),
    Case("a rival with another name", [fields(ALAN, email=MAIL)], fields(ADA, email=MAIL), Create(("c0",))),
    Case("a rival with another name by phone", [fields(ALAN, phone=PHONE)], fields(ADA, phone=PHONE), Create(("c0",))),
    Case(
        "of a family's shared address only the agreeing one, who points to the others",
        [fields(ALAN, email=MAIL), fields(ADA, email=MAIL)],
        fields(ADA, email=MAIL),
        Merge("c1", ("c0",)),
    ),
    Case(
        "an address shared by a family identifies no person",
        [fields(ALAN, email=MAIL), fields(ADA, email=MAIL)],
        fields(ADA_ALONE, email=MAIL),
        Create(("c0", "c1")),
    ),
    Case(
        "two that both fit are never picked from",
        [fields(ADA, email=MAIL), fields(ADA, email=MAIL)],
        fields(ADA, email=MAIL),
        Ambiguous(("c0", "c1"), ("c0", "c1")),
    ),
    Case(
        "an equal name goes before one with something left out",
        [fields(ADA_ALONE, email=MAIL), fields(ADA, email=MAIL)],
        fields(ADA, email=MAIL),
        Merge("c1", ("c0",)),
    ),
    Case(
        "a contact without a name may be anyone who shares the address",
        [fields(ALAN, email=MAIL), fields(ADA, email=MAIL)],
        fields(email=MAIL),
        Ambiguous(("c0", "c1"), ("c0", "c1")),
    ),
    Case(
        "no name, and the email and phone of two people",
        [fields(ALAN, email=MAIL), fields(ADA, phone=PHONE)],
        fields(email=MAIL, phone=PHONE),
        Ambiguous(("c0", "c1"), ("c0", "c1")),
    ),
    Case(
        "no name, the email of one person, and a phone shared with another birthday",
        [
            fields(ADA, email=MAIL, phone=PHONE),
            fields(ALAN, phone=PHONE, birthday={"year": 1912, "month": 6, "day": 23}),
        ],
        fields(email=MAIL, phone=PHONE, birthday={"year": 1815, "month": 12, "day": 10}),
        Ambiguous(("c0",), ("c0", "c1")),
    ),
    Case(
        "no name, two contacts without one, and a person who shares the number",
        [fields(email=MAIL), fields(email=MAIL), fields(ADA, phone=PHONE)],
        fields(email=MAIL, phone=PHONE),
        Ambiguous(("c0", "c1", "c2"), ("c0", "c1", "c2")),
    ),
    Case(
        "email goes before phone",
        [fields(ADA, phone=PHONE), fields(ADA, email=MAIL)],
        fields(ADA, email=MAIL, phone=PHONE),
        Merge("c1", ("c0",)),
    ),
    Case(
        "a phone decides if the email belongs to another person",
        [fields(ALAN, email=MAIL), fields(ADA, phone=PHONE)],
        fields(ADA, email=MAIL, phone=PHONE),
        Merge("c1", ("c0",)),
    ),
    Case(
        "two emails that lead to one",
        [fields(ADA, emails=[{"value": MAIL}, {"value": OTHER_MAIL}])],
        fields(ADA, emails=[{"value": OTHER_MAIL}, {"value": MAIL}]),
        Merge("c0"),
    ),
    Case(
        "two emails that lead to two",
        [fields(ADA, email=MAIL), fields(ADA, email=OTHER_MAIL)],
        fields(ADA, emails=[{"value": OTHER_MAIL}, {"value": MAIL}]),
        Ambiguous(("c1", "c0"), ("c1", "c0")),
    ),
    Case("an X500 name is no address", [fields(ADA, email="/o=x/cn=ada")], fields(ADA, email="/o=x/cn=ada")),
    Case("a service code identifies no person", [fields(ADA, phone="110")], fields(ADA, phone="110")),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.promise)
def test_the_decision(case):
    assert decide_card(book_of(*case.known), case.incoming) == case.decision


class TestCrowd:
    def test_if_hundreds_share_an_address_only_an_equal_name_matches(self):
        people = [fields(f"Person Nr{index}", email=MAIL) for index in range(CROWD + 50)]
        book = book_of(*people)

        first = tuple(f"c{index}" for index in range(MOST_DUPLICATES))
        assert decide_card(book, people[99]) == Merge("c99", first)
        assert decide_card(book, fields("Person", email=MAIL)) == Create(first)

    def test_it_follows_changes(self):
        people = [fields(f"Person Nr{index}", email=MAIL) for index in range(CROWD + 1)]
        book = book_of(*people)
        decide_card(book, people[0])

        book.remove("c0")
        newcomer = Contact("c99", 1, [record(GOOGLE, fields(ALAN, email=MAIL), source_id="people/99")], 1, 1)
        book.put(Entry.of(newcomer))

        assert decide_card(book, fields(ALAN, email=MAIL)).into == "c99"
        assert isinstance(decide_card(book, people[0]), Create)


class TestSeveralNames:
    """Of one contact: it may be called by another name at another source, or by the person."""

    def book(self, *names: str) -> Book:
        records = [record(GOOGLE, fields(name, email=MAIL), source_id=f"people/{name}") for name in names]
        book = Book()
        book.put(Entry.of(Contact("c0", 1, records, 1, 1)))
        return book

    def test_a_candidate_with_one_of_the_names_matches(self):
        assert decide_card(self.book("Mom", "Mary Smith"), fields("Mary Smith", email=MAIL)) == Merge("c0")

    def test_a_candidate_that_fits_only_the_short_name_does_not_match(self):
        assert decide_card(self.book(ADA_ALONE, ADA), fields(ADA_BYRON, email=MAIL)) == Create(("c0",))

    def test_a_contact_of_father_and_son_matches_neither(self):
        """As a source may have changed it since."""
        both = [fields("Peter Hallam", email=MAIL, suffix=suffix) for suffix in ("Sr.", "Jr.")]
        book = Book()
        book.put(Entry.of(Contact("c0", 1, [record(GOOGLE, each) for each in both], 1, 1)))

        assert decide_card(book, {**fields(email=MAIL), "display": "Hallam, Peter, Jr."}) == Create(("c0",))

    def test_the_company_of_a_person_does_not_count_as_a_name(self):
        records = [record(GOOGLE, fields(ADA, email=MAIL)), record(PERSON, {"organization": "Analytical Engines"})]
        book = Book()
        book.put(Entry.of(Contact("c0", 1, records, 1, 1)))

        assert decide_card(book, fields(ADA, email=MAIL)) == Merge("c0")


class TestHints:
    """Another spelling of a number may be another person's: it suggests a duplicate, and never merges."""

    def test_a_hint_alone_makes_a_possible_duplicate_in_either_order(self):
        for known, newcomer in (("+15550001", "+15550002"), ("+15550002", "+15550001")):
            book = Book()
            hints = ("+15550002",) if known == "+15550001" else ()
            book.put(Entry("c0", 1, (card_text(fields(ADA)),), (known,), (), hints))

            more = ("+15550002",) if newcomer == "+15550001" else ()
            assert decide(book, Candidate(card_text(fields(ADA)), (), (newcomer,), more)) == Create(("c0",))


class TestOnExisting:
    SEVERAL = Ambiguous(("c0", "c1"), ("c0", "c1", "c2"))

    def test_if_several_match_nothing_is_added(self):
        skipped, ambiguous = (
            apply_on_existing(self.SEVERAL, on_existing) for on_existing in (OnExisting.SKIP, OnExisting.UPDATE)
        )

        assert (skipped.contact_id, skipped.reason) == ("c0", "exists")
        assert (ambiguous.contact_id, ambiguous.reason) == ("c0", "ambiguous")

    def test_a_contact_created_all_the_same_has_them_all_as_possible_duplicates(self):
        assert apply_on_existing(self.SEVERAL, OnExisting.CREATE) == Create(("c0", "c1", "c2"))
        assert apply_on_existing(Merge("c0", ("c1",)), OnExisting.CREATE) == Create(("c0", "c1"))
