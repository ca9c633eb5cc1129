"""What the book's readers and writers may rely on, on the fake and on the embedded AWS alike."""

from typing import Any

import pytest

from chalicelib.books.contact_store import ContactStore
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source_record import ContactFields, SourceRecord, Stamp
from chalicelib.foundation.dynamo import TransactionCanceled
from chalicelib.foundation.errors import NotFound, TooLarge
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.outcomes import Outcome
from tests.fakes.executor import InlineExecutor

GOOGLE = "google:1"


@pytest.fixture(params=[1, 4], ids=["one shelf", "four shelves"])
def store(request: pytest.FixtureRequest, ground: Any) -> ContactStore:
    return ContactStore(ground.dynamo, ground.names.contacts, request.param, InlineExecutor())


def contact(number: int, version: int = 0, notes: str = "") -> Contact:
    said = ContactFields(display=f"Person {number}", emails=[{"value": f"p{number}@example.org"}])
    if notes:
        said["notes"] = notes
    stamp = Stamp("j1", 0, Outcome.CREATED)
    record = SourceRecord(GOOGLE, f"people/c{number}", said, f"digest {number}", stamp, 1, 2, (f"old/{number}",))
    return Contact(f"contact-{number:03d}", version, [record], 1, 2)


def write(store: ContactStore, *writes: Any) -> None:
    store.dynamo.transact(writes, token=fresh_id())


def filled(store: ContactStore, count: int = 5, owner: str = "ada") -> None:
    write(store, *[store.put_write(owner, contact(number)) for number in range(count)])


class TestOneContact:
    def test_comes_back_as_it_was_put_one_version_on(self, store):
        filled(store, 1)

        assert store.get("ada", "contact-000") == contact(0, version=1)

    def test_of_somebody_else_is_not_there(self, store):
        filled(store, 1)

        assert store.find("eve", "contact-000") is None
        with pytest.raises(NotFound):
            store.get("eve", "contact-000")

    def test_is_put_only_where_none_is(self, store):
        filled(store, 1)

        with pytest.raises(TransactionCanceled):
            write(store, store.put_write("ada", contact(0)))

    def test_is_changed_and_removed_only_as_it_was_read(self, store):
        filled(store, 1)
        write(store, store.put_write("ada", contact(0, version=1, notes="newer")))

        for stale in (store.put_write("ada", contact(0, version=1)), store.remove_write("ada", contact(0, version=1))):
            with pytest.raises(TransactionCanceled):
                write(store, stale)
        assert store.get("ada", "contact-000").shown["notes"] == "newer"

        write(store, store.remove_write("ada", contact(0, version=2)))
        assert store.find("ada", "contact-000") is None

    def test_is_at_most_64_kilobytes(self, store):
        with pytest.raises(TooLarge):
            store.put_write("ada", contact(0, notes="ä" * 40_000))


class TestTheBook:
    def test_knows_every_contact_by_its_records_and_aliases(self, store):
        filled(store)
        filled(store, 2, owner="eve")

        book = store.read_book("ada")

        assert len(book) == 5
        assert book.source_ids(GOOGLE) == {f"people/c{number}" for number in range(5)}
        mark = book.record(GOOGLE, "people/c3")
        assert (mark.contact_id, mark.digest, mark.job) == ("contact-003", "digest 3", "j1")
        assert book.record_by_alias(GOOGLE, "old/4", ()).contact_id == "contact-004"

    def test_remembers_whom_the_person_deleted_by_ids_alone(self, store):
        filled(store, 1)
        kept = store.get("ada", "contact-000")
        write(store, store.remove_write("ada", kept), store.deletion_marker_write("ada", kept))

        book = store.read_book("ada")

        assert len(book) == 0
        assert book.is_deleted(GOOGLE, ("people/c0",))
        assert book.is_deleted(GOOGLE, ("old/0",))
        assert store.was_deleted("ada", "contact-000")
        assert list(store.all("ada")) == []

    def test_comes_whole_each_contact_once(self, store):
        filled(store, 9)
        filled(store, 1, owner="eve")

        found = sorted(store.all("ada"), key=lambda one: one.contact_id)

        assert found == [contact(number, version=1) for number in range(9)]

    def test_gives_many_at_once_and_leaves_out_who_is_not_there(self, store):
        filled(store, 2)

        many = store.get_many("ada", ["contact-000", "contact-001", "contact-001", "contact-777"])

        assert sorted(many) == ["contact-000", "contact-001"]

    def test_says_which_of_many_it_has_and_no_grave_is_one(self, store):
        filled(store, 3)
        filled(store, 1, owner="eve")
        gone = store.get("ada", "contact-002")
        write(store, store.remove_write("ada", gone), store.deletion_marker_write("ada", gone))
        asked = ["contact-000", "contact-001", "contact-001", "contact-002", "~grave#contact-002", "", "x" * 3_000]

        assert store.existing_ids("ada", asked) == {"contact-000", "contact-001"}
        assert store.existing_ids("eve", [*asked, *(f"none-{number}" for number in range(1_500))]) == {"contact-000"}

    def test_is_erased_whole_and_no_other_with_it(self, store):
        filled(store, 30)
        filled(store, 2, owner="eve")

        store.erase("ada")
        store.erase("ada")

        assert len(store.read_book("ada")) == 0
        assert len(store.read_book("eve")) == 2
