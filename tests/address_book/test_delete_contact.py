"""A person's delete: for good, once, and respected by every import."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.books.enrichment_status import Attempt, ContactStatuses
from chalicelib.books.status_kind import StatusKind
from chalicelib.contacts.contact import Contact
from chalicelib.erasing.erase_person import ErasePerson
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.jobs.refusals import Replan
from tests.address_book.room import ANN, Meanwhile, Room, person
from tests.fakes.lost_responses import LosesResponses


@pytest.fixture
def bob(book: Room) -> str:
    return book.id_of("Bob Bell")


class TestADelete:
    def test_is_respected_by_the_next_import(self, book, bob):
        book.delete(ANN, bob)

        again = book.import_contacts(person("Bob Bell"), person("Carl Cox"))

        assert again.outcomes() == [("skipped", "deleted_by_person"), ("created", None)]
        assert "Bob Bell" not in book.names()

    def test_goes_for_every_source_that_knew_the_contact(self, book):
        book.import_contacts(person("Carl Cox", email="carl@x.org"))
        book.import_contacts(person("Carl Cox", "m/carl", email="carl@x.org"), source="microsoft:m1")
        book.delete(ANN, book.id_of("Carl Cox"))

        assert book.import_contacts(person("Carl Cox")).outcomes() == [("skipped", "deleted_by_person")]
        again = book.import_contacts(person("Carl Cox", "m/carl"), source="microsoft:m1")
        assert again.outcomes() == [("skipped", "deleted_by_person")]

    def test_goes_for_every_source_that_has_the_contact_later(self, book):
        book.import_contacts(person("Carl Cox", email="carl@x.org"))
        book.delete(ANN, book.id_of("Carl Cox"))

        again = book.import_contacts(
            person("Carl Cox", "m/carl", email="carl@x.org"),
            person("Dora Cox", "m/dora", email="carl@x.org"),
            source="microsoft:m1",
        )

        assert again.outcomes() == [("skipped", "deleted_by_person"), ("created", None)]

    def test_uses_one_key_for_all_of_a_book(self, book):
        book.import_contacts(person("Carl Cox", email="carl@x.org"), person("Dora Dunn", email="dora@x.org"))
        for name in ("Carl Cox", "Dora Dunn"):
            book.delete(ANN, book.id_of(name))

        again = book.import_contacts(
            person("Carl Cox", "m/1", email="carl@x.org"),
            person("Dora Dunn", "m/2", email="dora@x.org"),
            source="microsoft:m1",
        )

        assert again.outcomes() == [("skipped", "deleted_by_person")] * 2

    def test_leaves_none_of_its_values(self, book):
        book.import_contacts(person("Carl Cox", "p/9", email="carl@x.org"))
        book.delete(ANN, book.id_of("Carl Cox"))

        assert "carl" not in str(book.client.stored_items()).lower()

    def test_done_twice_is_done_once(self, book, bob):
        book.delete(ANN, bob)
        before = book.books.state(ANN)
        book.delete(ANN, bob)

        assert book.books.state(ANN) == before

    def test_whose_response_was_lost_is_done(self, book, bob):
        book.again(client=LosesResponses(book.client, "transact_write_items", 3)).delete(ANN, bob)

        assert book.contacts.find(ANN, bob) is None


def attempt(number: int) -> Attempt:
    return Attempt(StatusKind.FAILED, "no_match", number)


def store_statuses(book: Room, statuses: ContactStatuses) -> None:
    book.contacts.dynamo.commit([book.statuses.put_write(ANN, statuses), book.books.statuses_write(ANN)])


class TestADeleteOfAContactWithStatuses:
    def test_deletes_and_keeps_them(self, book, bob):
        store_statuses(book, ContactStatuses(bob, {"hunter": attempt(1)}))
        kept = []

        replace(book.delete, keep=lambda owner, contact, statuses: kept.append(statuses))(ANN, bob)

        assert kept == [[ContactStatuses(bob, {"hunter": attempt(1)}, rev=1)]]
        assert book.statuses.all(ANN) == {}

    @pytest.mark.parametrize("rev", [0, 1], ids=["none before, the first of the book", "others before"])
    def test_keeps_those_that_are_stored_meanwhile(self, book, bob, rev):
        if rev:
            store_statuses(book, ContactStatuses(bob, {"hunter": attempt(1)}))
        kept = []

        def keep(owner: str, contact: Contact, statuses: Sequence[ContactStatuses]) -> None:
            if not kept:
                store_statuses(book, ContactStatuses(bob, {"hunter": attempt(2)}, rev))
            kept.append([each.attempts for each in statuses])

        replace(book.delete, keep=keep)(ANN, bob)

        assert kept == [[{"hunter": attempt(1)}] if rev else [], [{"hunter": attempt(2)}]]
        assert book.statuses.all(ANN) == {}

    def test_keeps_the_first_of_the_contact_that_are_stored_meanwhile(self, book, bob):
        store_statuses(book, ContactStatuses("another", {"hunter": attempt(1)}))
        kept = []

        def keep(owner: str, contact: Contact, statuses: Sequence[ContactStatuses]) -> None:
            if not kept:
                store_statuses(book, ContactStatuses(bob, {"hunter": attempt(2)}))
            kept.append([each.attempts for each in statuses])

        replace(book.delete, keep=keep)(ANN, bob)

        assert kept == [[], [{"hunter": attempt(2)}]]
        assert set(book.statuses.all(ANN)) == {"another"}


class TestARefusedDelete:
    def test_of_another_persons_contact_is_not_found(self, book, bob):
        for owner, contact_id in (("bert", bob), (ANN, "A" * 22), (ANN, "~grave#" + bob)):
            with pytest.raises(NotFound):
                book.delete(owner, contact_id)

        assert book.contacts.find(ANN, bob) is not None

    def test_while_the_person_is_being_erased(self, book, bob):
        ErasePerson(book.jobs, book.books)(ANN)

        with pytest.raises(Conflict, match="being erased"):
            book.delete(ANN, bob)


class TestRaces:
    def test_an_import_that_planned_before_it_plans_again(self, book, bob):
        at_work = book.start_import()
        chunk = at_work.plan([person("Bob Bell", title="Clerk")])
        book.delete(ANN, bob)

        with pytest.raises(Replan):
            at_work.commit(chunk)
        at_work.look()
        at_work.commit(at_work.plan([person("Bob Bell", title="Clerk")]), ends=True)

        assert at_work.outcomes() == [("skipped", "deleted_by_person")]
        assert book.contacts.find(ANN, bob) is None

    def test_an_import_hears_of_the_first_delete_of_a_book_while_it_runs(self, book):
        book.import_contacts(person("Carl Cox", email="carl@x.org"))
        at_work = book.start_import("microsoft:m1")
        book.delete(ANN, book.id_of("Carl Cox"))
        at_work.intake.refresh(book.books.edits(ANN).recent_ids)

        at_work.commit(at_work.plan([person("Carl Cox", "m/carl", email="carl@x.org")]), ends=True)

        assert at_work.outcomes() == [("skipped", "deleted_by_person")]

    def test_two_first_deletes_of_a_book_use_the_key_of_one(self, book):
        book.import_contacts(person("Carl Cox", email="carl@x.org"), person("Dora Dunn", email="dora@x.org"))
        carl, dora = book.id_of("Carl Cox"), book.id_of("Dora Dunn")

        book.again(client=Meanwhile(book.client, lambda: book.delete(ANN, dora))).delete(ANN, carl)

        again = book.import_contacts(
            person("Carl Cox", "m/1", email="carl@x.org"),
            person("Dora Dunn", "m/2", email="dora@x.org"),
            source="microsoft:m1",
        )
        assert again.outcomes() == [("skipped", "deleted_by_person")] * 2

    def test_a_contact_that_changed_meanwhile_goes_with_all_it_has_become(self, book, bob):
        """A record that joined it in between is in the grave too."""
        other = book.again()

        def edit_and_import():
            other.edit(ANN, bob, {"emails": [{"value": "bob@x.org"}]})
            other.import_contacts(person("Bob Bell", "m/bob", email="bob@x.org"), source="microsoft:m1")

        book.again(client=Meanwhile(book.client, edit_and_import)).delete(ANN, bob)

        again = book.import_contacts(person("Bob Bell", "m/bob"), source="microsoft:m1")
        assert again.outcomes() == [("skipped", "deleted_by_person")]
