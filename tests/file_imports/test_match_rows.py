"""A row matches conservatively: a shared number or address and names that do not disagree, or else a person decides."""

import pytest

from chalicelib.books.book import Book, Entry
from chalicelib.books.matching import Candidate
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.identities import emails_of, phones_of, with_e164
from chalicelib.contacts.name_cards import card_text
from chalicelib.contacts.source_record import ContactFields, SourceRecord, Stamp
from chalicelib.file_imports.planning.match_rows import (
    Conflict,
    MatchBy,
    NewContact,
    OpenConflict,
    SameContact,
    match_row,
)
from chalicelib.foundation.outcomes import Outcome

MOBILE, OTHER_MOBILE, SWITCHBOARD = "+491701234567", "+491707654321", "+49301234000"
NARROW, WIDE = MatchBy.NUMBER_AND_NAME, MatchBy.NUMBER_OR_EMAIL_AND_NAME


def fields(name="", *, phone="", email="", **more) -> ContactFields:
    given, _, family = name.partition(" ")
    made = {"given": given, "family": family, **more}
    if phone:
        made["phones"] = [{"raw": phone}]
    if email:
        made["emails"] = [{"value": email}]
    return with_e164({name: value for name, value in made.items() if value}, "DE")  # type: ignore[arg-type] # a test's own


def book_of(*contacts: ContactFields) -> Book:
    book = Book()
    for number, each in enumerate(contacts, 1):
        record = SourceRecord("person", f"c{number}", each, "digest", Stamp("job", 0, Outcome.CREATED), 0, 0)
        book.put(Entry.of(Contact(f"c{number}", 1, [record], 0, 0)))
    return book


def row(made: ContactFields) -> Candidate:
    return Candidate(card_text(made), emails_of(made), phones_of(made))


ANNA = fields("Anna Keller", phone=MOBILE, email="anna@example.com")


class TestANumber:
    @pytest.mark.parametrize("name", ["Anna Keller", "Keller Anna", "Anna", ""])
    @pytest.mark.parametrize("match_by", MatchBy)
    def test_and_a_name_that_does_not_disagree_are_the_same_contact(self, name, match_by):
        match = match_row(book_of(ANNA), row(fields(name, phone=MOBILE)), match_by)

        assert match == SameContact("c1", "number")

    def test_and_a_contact_without_a_name_are_the_same_contact(self):
        book = book_of(fields(phone=MOBILE))

        assert match_row(book, row(fields("Anna Keller", phone=MOBILE)), NARROW) == SameContact("c1", "number")

    def test_with_another_name_is_a_conflict(self):
        match = match_row(book_of(ANNA), row(fields("Bert Brecht", phone=MOBILE)), NARROW)

        assert match == OpenConflict(("c1",), Conflict.OTHER_NAME)

    def test_of_a_family_belongs_to_the_one_with_the_name(self):
        book = book_of(fields("Anna Keller", phone=MOBILE), fields("Bert Keller", phone=MOBILE))

        assert match_row(book, row(fields("Bert Keller", phone=MOBILE)), NARROW) == SameContact("c2", "number")

    def test_of_two_contacts_of_the_same_name_is_a_conflict(self):
        match = match_row(book_of(ANNA, ANNA), row(fields("Anna Keller", phone=MOBILE)), NARROW)

        assert match == OpenConflict(("c1", "c2"), Conflict.SEVERAL_MATCHES)

    def test_of_a_switchboard_with_another_name_is_a_new_contact(self):
        book = book_of(fields("Anna Keller", phone=SWITCHBOARD))

        assert match_row(book, row(fields("Bert Brecht", phone=SWITCHBOARD)), NARROW) == NewContact()

    def test_of_a_switchboard_with_the_same_name_is_the_same_contact(self):
        book = book_of(fields("Anna Keller", phone=SWITCHBOARD))

        assert match_row(book, row(fields("Anna Keller", phone=SWITCHBOARD)), NARROW) == SameContact("c1", "number")

    def test_that_nobody_has_is_a_new_contact(self):
        assert match_row(book_of(ANNA), row(fields("Anna Keller", phone=OTHER_MOBILE)), NARROW) == NewContact()


class TestAnEmailAddress:
    ROW = row(fields("Anna Keller", phone=OTHER_MOBILE, email="anna@example.com"))

    def test_is_a_conflict_under_the_narrow_rule(self):
        assert match_row(book_of(ANNA), self.ROW, NARROW) == OpenConflict(("c1",), Conflict.SAME_EMAIL)

    def test_is_the_same_contact_under_the_wide_rule(self):
        assert match_row(book_of(ANNA), self.ROW, WIDE) == SameContact("c1", "email")

    def test_with_another_name_is_a_conflict_under_the_wide_rule(self):
        match = match_row(book_of(ANNA), row(fields("Bert Brecht", email="anna@example.com")), WIDE)

        assert match == OpenConflict(("c1",), Conflict.OTHER_NAME)

    def test_comes_after_a_number(self):
        book = book_of(fields("Anna Keller", email="anna@example.com"), fields("Anna Keller", phone=MOBILE))

        match = match_row(book, row(fields("Anna Keller", phone=MOBILE, email="anna@example.com")), WIDE)

        assert match == SameContact("c2", "number")

    def test_of_a_role_with_another_name_is_a_new_contact(self):
        book = book_of(fields("Anna Keller", email="info@example.com"))

        assert match_row(book, row(fields("Bert Brecht", email="info@example.com")), WIDE) == NewContact()


def test_an_equal_name_decides_before_one_that_fits():
    book = book_of(fields("Anna", phone=MOBILE), fields("Anna Keller", phone=MOBILE))

    assert match_row(book, row(fields("Anna Keller", phone=MOBILE)), NARROW) == SameContact("c2", "number")


def test_a_row_without_numbers_and_addresses_is_a_new_contact():
    assert match_row(book_of(ANNA), row(fields("Anna Keller")), WIDE) == NewContact()
