"""The store, the same promises over a simple AWS in this process and over the embedded one."""

import random
from collections.abc import Iterator

import pytest

from chalicelib.books.contact_rows import DELETION_MARKERS
from chalicelib.books.contact_store import LARGEST_CONTACT, ContactStore
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.dynamo import Dynamo, TransactionCanceled, Write
from chalicelib.foundation.errors import NotFound, TooLarge
from chalicelib.foundation.ids import fresh_id
from chalicelib.tables.keys import TABLES
from local.embedded_aws.resources import create_table
from tests.contacts.making import GOOGLE, record, said
from tests.fakes.executor import InlineExecutor

ANNA = "anna"


@pytest.fixture(params=["plain_aws", pytest.param("aws_client", marks=pytest.mark.ministack)])
def dynamo(request) -> Iterator[Dynamo]:
    client = request.getfixturevalue(request.param)("dynamodb")
    create_table(client, "contacts", TABLES["contacts"])
    yield Dynamo(client, SystemClock(), random.Random(1))
    client.delete_table(TableName="contacts")


@pytest.fixture
def store(dynamo) -> ContactStore:
    return ContactStore(dynamo, "contacts", shelves=3, executor=InlineExecutor())


def contact(contact_id: str, name: str = "Ada Lovelace", *, version: int = 0, **more) -> Contact:
    records = [record(GOOGLE, said(name, **more), source_id="p/" + contact_id, aliases=("old/" + contact_id,))]
    return Contact(contact_id, version, records, 1, 2, ("c9",))


def put(store: ContactStore, *contacts: Contact, owner: str = ANNA) -> None:
    for each in contacts:
        write(store, store.put_write(owner, each))


def write(store: ContactStore, *writes: Write) -> None:
    store.dynamo.transact(writes, token=fresh_id())


class TestContacts:
    def test_what_was_put_is_what_one_gets_one_version_on(self, store):
        put(store, contact("c1", email="ada@example.com", phone="0170 1234567"))

        expected = contact("c1", email="ada@example.com", phone="0170 1234567", version=1)
        assert store.get(ANNA, "c1") == expected
        assert store.get_many(ANNA, ["c1", "c1", "c2"]) == {"c1": expected}

    def test_a_new_one_never_takes_the_place_of_another(self, store):
        put(store, contact("c1"))

        with pytest.raises(TransactionCanceled):
            put(store, contact("c1", "Alan Turing"))

        assert store.get(ANNA, "c1").shown["given"] == "Ada"

    def test_a_known_one_is_written_over_the_version_that_was_read_and_no_other(self, store):
        put(store, contact("c1"))
        put(store, contact("c1", "Ada King", version=1))

        with pytest.raises(TransactionCanceled):
            put(store, contact("c1", "Ada Byron", version=1))

        assert (store.get(ANNA, "c1").shown["family"], store.get(ANNA, "c1").version) == ("King", 2)

    def test_one_that_is_gone_is_not_written_back(self, store):
        with pytest.raises(TransactionCanceled):
            put(store, contact("c1", version=1))

    def test_one_is_removed_as_the_version_that_was_read(self, store):
        put(store, contact("c1"))

        with pytest.raises(TransactionCanceled):
            write(store, store.remove_write(ANNA, contact("c1", version=2)))
        write(store, store.remove_write(ANNA, contact("c1", version=1)))

        with pytest.raises(NotFound):
            store.get(ANNA, "c1")

    def test_nobody_gets_what_is_somebody_elses(self, store):
        put(store, contact("c1"), owner="bert")

        with pytest.raises(NotFound):
            store.get(ANNA, "c1")
        assert list(store.all(ANNA)) == []
        assert len(store.read_book(ANNA)) == 0

    @pytest.mark.parametrize("contact_id", ["", "é", "\ud800", "x" * 5_000, DELETION_MARKERS + "c1", "c1#"])
    def test_what_is_no_id_is_nobodys(self, store, contact_id):
        write(store, store.deletion_marker_write(ANNA, contact("c1")))

        with pytest.raises(NotFound):
            store.get(ANNA, contact_id)

    def test_a_contact_holds_64_kilobytes_and_no_more(self, store):
        store.put_write(ANNA, contact("c1", notes="x" * (LARGEST_CONTACT - 1_000)))

        with pytest.raises(TooLarge):
            store.put_write(ANNA, contact("c1", notes="x" * LARGEST_CONTACT))
        with pytest.raises(TooLarge):
            store.put_write(ANNA, contact("c1", notes="é" * (LARGEST_CONTACT // 2)))


class TestBook:
    def test_it_knows_every_contact_by_its_records_names_and_identities(self, store):
        put(store, contact("c1", email="Ada@example.com"), contact("c2", "Alan Turing"), contact("c3"))

        book = store.read_book(ANNA)

        assert len(book) == 3
        assert book.contacts_with("ada@example.com") == ("c1",)
        assert book.record(GOOGLE, "p/c2").contact_id == "c2"
        assert book.record_by_alias(GOOGLE, "old/c3", ()).contact_id == "c3"
        assert book.entry("c1").version == 1

    def test_it_knows_whom_a_person_deleted_and_nothing_more_of_them(self, store, dynamo):
        put(store, contact("c1", email="ada@example.com"))
        deleted = store.get(ANNA, "c1")
        write(store, store.remove_write(ANNA, deleted), store.deletion_marker_write(ANNA, deleted))

        book = store.read_book(ANNA)

        assert len(book) == 0
        assert book.is_deleted(GOOGLE, ("p/c1",))
        assert book.is_deleted(GOOGLE, ("new", "old/c1"))
        [deletion_marker] = dynamo.client.scan(TableName="contacts")["Items"]
        assert "ada" not in str(deletion_marker).lower()
        assert (
            store.was_deleted(ANNA, "c1"),
            store.was_deleted(ANNA, "c2"),
            store.was_deleted(ANNA, DELETION_MARKERS),
        ) == (
            True,
            False,
            False,
        )

    def test_shelves_are_read_side_by_side_by_real_threads_too(self, dynamo):
        store = ContactStore(dynamo, "contacts", shelves=8)
        put(store, *[contact(f"c{index}") for index in range(20)])

        assert len(store.read_book(ANNA)) == 20


class TestAll:
    @pytest.mark.parametrize("shelves", [1, 3, 40])
    def test_everybody_comes_once_and_nobody_who_was_deleted(self, dynamo, shelves):
        store = ContactStore(dynamo, "contacts", shelves=shelves, executor=InlineExecutor())
        put(store, *[contact(f"c{index}") for index in range(11)])
        put(store, contact("c1"), owner="bert")
        deleted = store.get(ANNA, "c3")
        write(store, store.remove_write(ANNA, deleted), store.deletion_marker_write(ANNA, deleted))

        found = list(store.all(ANNA))

        assert sorted(each.contact_id for each in found) == sorted(f"c{index}" for index in range(11) if index != 3)
        assert all(each == store.get(ANNA, each.contact_id) for each in found)


class TestErase:
    def test_nothing_of_the_owner_is_left_and_everything_of_others_is(self, store, dynamo):
        put(store, *[contact(f"c{index}") for index in range(30)])
        put(store, contact("c1"), owner="bert")
        write(store, store.deletion_marker_write(ANNA, contact("c99")))

        store.erase(ANNA)
        store.erase(ANNA)

        [left] = dynamo.client.scan(TableName="contacts")["Items"]
        assert left["pk"]["S"].startswith("bert#")
