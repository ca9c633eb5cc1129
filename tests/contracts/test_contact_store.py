"""The specification of the store of contacts, for the fake DynamoDB and the embedded AWS alike."""

from typing import Any

import pytest

from chalicelib.books.contact_rows import DELETION_MARKERS
from chalicelib.books.contact_store import LARGEST_CONTACT, ContactStore
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source_record import ContactFields, SourceRecord, Stamp
from chalicelib.foundation.dynamo import TransactionCanceled
from chalicelib.foundation.errors import NotFound, TooLarge
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.outcomes import Outcome
from tests.fakes.executor import InlineExecutor

GOOGLE = "google:1"


@pytest.fixture(params=[1, 4, 40], ids=["one shelf", "four shelves", "more shelves than contacts"])
def store(request: pytest.FixtureRequest, ground: Any) -> ContactStore:
    return ContactStore(ground.dynamo, ground.names.contacts, request.param, InlineExecutor())


def contact(number: int, version: int = 0, notes: str = "") -> Contact:
    content = ContactFields(display=f"Person {number}", emails=[{"value": f"p{number}@example.org"}])
    if notes:
        content["notes"] = notes
    stamp = Stamp("j1", 0, Outcome.CREATED)
    record = SourceRecord(GOOGLE, f"people/c{number}", content, f"digest {number}", stamp, 1, 2, (f"old/{number}",))
    return Contact(f"contact-{number:03d}", version, [record], 1, 2)


def write(store: ContactStore, *writes: Any) -> None:
    store.dynamo.transact(writes, token=fresh_id())


def fill(store: ContactStore, count: int = 5, owner: str = "ada") -> None:
    write(store, *[store.put_write(owner, contact(number)) for number in range(count)])


class TestOneContact:
    def test_comes_back_as_it_was_put_one_version_on(self, store):
        fill(store, 1)

        assert store.get("ada", "contact-000") == contact(0, version=1)

    def test_of_another_person_is_not_found(self, store):
        fill(store, 1)

        assert store.find("eve", "contact-000") is None
        with pytest.raises(NotFound):
            store.get("eve", "contact-000")

    def test_is_put_only_where_none_is(self, store):
        fill(store, 1)

        with pytest.raises(TransactionCanceled):
            write(store, store.put_write("ada", contact(0)))

    def test_is_not_written_back_once_it_is_removed(self, store):
        with pytest.raises(TransactionCanceled):
            write(store, store.put_write("ada", contact(0, version=1)))

    @pytest.mark.parametrize(
        "contact_id", ["", "é", "\ud800", "x" * 5_000, DELETION_MARKERS + "contact-000", "contact-000#"]
    )
    def test_is_not_found_by_what_cannot_be_an_id(self, store, contact_id):
        write(store, store.deletion_marker_write("ada", contact(0)))

        with pytest.raises(NotFound):
            store.get("ada", contact_id)

    def test_is_changed_and_removed_only_as_it_was_read(self, store):
        fill(store, 1)
        write(store, store.put_write("ada", contact(0, version=1, notes="newer")))

        for stale in (store.put_write("ada", contact(0, version=1)), store.remove_write("ada", contact(0, version=1))):
            with pytest.raises(TransactionCanceled):
                write(store, stale)
        assert store.get("ada", "contact-000").shown["notes"] == "newer"

        write(store, store.remove_write("ada", contact(0, version=2)))
        assert store.find("ada", "contact-000") is None

    def test_is_at_most_64_kilobytes(self, store):
        store.put_write("ada", contact(0, notes="x" * (LARGEST_CONTACT - 1_000)))

        for notes in ("x" * LARGEST_CONTACT, "ä" * (LARGEST_CONTACT // 2)):
            with pytest.raises(TooLarge):
                store.put_write("ada", contact(0, notes=notes))


class TestTheBook:
    def test_knows_every_contact_by_its_records_aliases_and_identities(self, store):
        fill(store)
        fill(store, 2, owner="eve")

        book = store.read_book("ada")

        assert len(book) == 5
        assert book.source_ids(GOOGLE) == {f"people/c{number}" for number in range(5)}
        mark = book.record(GOOGLE, "people/c3")
        assert (mark.contact_id, mark.digest, mark.job) == ("contact-003", "digest 3", "j1")
        assert book.record_by_alias(GOOGLE, "old/4", ()).contact_id == "contact-004"
        assert book.contacts_with("p2@example.org") == ("contact-002",)
        assert book.entry("contact-002").version == 1

    def test_is_read_by_real_threads_too(self, ground):
        store = ContactStore(ground.dynamo, ground.names.contacts, shelves=8)
        fill(store, 20)

        assert len(store.read_book("ada")) == 20

    def test_remembers_deleted_contacts_by_id_only(self, store):
        fill(store, 1)
        kept = store.get("ada", "contact-000")
        marker = store.deletion_marker_write("ada", kept)
        write(store, store.remove_write("ada", kept), marker)

        book = store.read_book("ada")

        assert len(book) == 0
        assert book.is_deleted(GOOGLE, ("people/c0",))
        assert book.is_deleted(GOOGLE, ("old/0",))
        assert [store.was_deleted("ada", each) for each in ("contact-000", "contact-001", DELETION_MARKERS)] == [
            True,
            False,
            False,
        ]
        assert "Person 0" not in str(marker)
        assert "example.org" not in str(marker)
        assert list(store.all("ada")) == []

    def test_comes_whole_each_contact_once_without_those_that_were_deleted(self, store):
        fill(store, 9)
        fill(store, 1, owner="eve")
        gone = store.get("ada", "contact-003")
        write(store, store.remove_write("ada", gone), store.deletion_marker_write("ada", gone))

        found = sorted(store.all("ada"), key=lambda one: one.contact_id)

        assert found == [contact(number, version=1) for number in range(9) if number != 3]

    def test_reads_many_at_once_and_omits_missing_ones(self, store):
        fill(store, 2)

        many = store.get_many("ada", ["contact-000", "contact-001", "contact-001", "contact-777"])

        assert sorted(many) == ["contact-000", "contact-001"]

    def test_lists_which_of_many_exist_without_deletion_markers(self, store):
        fill(store, 3)
        fill(store, 1, owner="eve")
        gone = store.get("ada", "contact-002")
        write(store, store.remove_write("ada", gone), store.deletion_marker_write("ada", gone))
        ids = ["contact-000", "contact-001", "contact-001", "contact-002", "~grave#contact-002", "", "x" * 3_000]

        assert store.existing_ids("ada", ids) == {"contact-000", "contact-001"}
        assert store.existing_ids("eve", [*ids, *(f"none-{number}" for number in range(1_500))]) == {"contact-000"}

    def test_reads_the_versions_of_many(self, store):
        fill(store, 2)
        first = store.get("ada", "contact-000")
        write(store, store.put_write("ada", first))

        versions = store.versions("ada", ["contact-000", "contact-001", "contact-777"])

        assert versions == {"contact-000": first.version + 1, "contact-001": first.version}

    def test_is_erased_whole_and_no_other_with_it(self, store):
        fill(store, 30)
        fill(store, 2, owner="eve")
        write(store, store.deletion_marker_write("ada", contact(99)))

        store.erase("ada")
        store.erase("ada")

        assert len(store.read_book("ada")) == 0
        assert not store.was_deleted("ada", "contact-099")
        assert len(store.read_book("eve")) == 2
