"""The specification of the store of statuses, for the fake DynamoDB and the embedded AWS alike."""

from typing import Any

import pytest

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.enrichment_status import MOST_ANSWERED, Attempt, ContactStatuses
from chalicelib.books.status_kind import StatusKind
from chalicelib.books.status_store import StatusStore
from chalicelib.contacts.contact import Contact
from tests.contracts.stores import transact
from tests.contracts.test_contact_store import contact
from tests.fakes.executor import InlineExecutor

WHOLE = Attempt(
    StatusKind.FAILED,
    "rate_limited",
    last_attempt_at=1_790_000_000_000,
    next_attempt_at=1_790_000_060_000,
    run="j1",
    digest="d1",
    tries=2,
    gave=("title", "line_type"),
    likelihood=7,
    record_id="r1",
    answered=("q1", "q2"),
)
BARE = Attempt(StatusKind.INELIGIBLE, "no_phone", last_attempt_at=0)


@pytest.fixture
def store(ground: Any) -> StatusStore:
    return StatusStore(ground.dynamo, ground.names.contacts, InlineExecutor())


def put(store: StatusStore, *statuses: ContactStatuses, owner: str = "ada") -> bool:
    return transact(store, *[store.put_write(owner, each) for each in statuses])


def merged(contact_id: str, *ids: str) -> Contact:
    return Contact(contact_id, 1, [], 1, 2, (), ids)


class TestStatuses:
    def test_come_back_as_they_were_put_one_rev_on(self, store):
        put(store, ContactStatuses("c1", {"hunter": WHOLE, "phone-metadata": BARE}))

        stored = ContactStatuses("c1", {"hunter": WHOLE, "phone-metadata": BARE}, rev=1)
        assert store.get_many("ada", ["c1", "c2", "c1"]) == {"c1": stored}

    def test_of_another_person_are_not_found(self, store):
        put(store, ContactStatuses("c1", {"hunter": WHOLE}))

        assert store.get_many("eve", ["c1"]) == {}
        assert store.all("eve") == {}

    def test_are_asked_for_by_any_text(self, store):
        assert store.get_many("ada", ["", "~grave#1", "ü", "x" * 200]) == {}

    def test_of_more_contacts_than_one_request_asks_for_are_all_found(self, store):
        ids = [f"c{number}" for number in range(120)]
        for start in range(0, 120, 60):
            put(store, *[ContactStatuses(each, {"hunter": BARE}) for each in ids[start : start + 60]])

        assert sorted(store.get_many("ada", ids)) == sorted(ids)
        assert store.all("ada") == store.get_many("ada", ids)

    def test_remember_the_last_of_many_answered_questions(self, store):
        many = tuple(f"q{number}" for number in range(MOST_ANSWERED + 3))
        put(store, ContactStatuses("c1", {"hunter": Attempt(StatusKind.FAILED, "no_match", 1, answered=many)}))

        assert store.get_many("ada", ["c1"])["c1"].attempts["hunter"].answered == many[3:]


class TestAWrite:
    def test_replaces_the_rev_that_was_read(self, store):
        put(store, ContactStatuses("c1", {"hunter": WHOLE}))
        (read,) = store.get_many("ada", ["c1"]).values()

        assert put(store, read.with_attempt("hunter", BARE))
        assert store.get_many("ada", ["c1"])["c1"] == ContactStatuses("c1", {"hunter": BARE}, rev=2)

    def test_is_refused_if_others_were_stored_meanwhile(self, store):
        put(store, ContactStatuses("c1", {"hunter": WHOLE}))
        (read,) = store.get_many("ada", ["c1"]).values()
        put(store, read.with_attempt("hunter", BARE))

        assert not put(store, read)
        assert not put(store, ContactStatuses("c1", {"hunter": WHOLE}))
        assert store.get_many("ada", ["c1"])["c1"].attempts == {"hunter": BARE}

    def test_is_refused_if_what_was_read_is_gone(self, store):
        assert not put(store, ContactStatuses("c1", {"hunter": WHOLE}, rev=1))

    def test_without_attempts_leaves_nothing_of_the_rev_that_was_read(self, store):
        put(store, ContactStatuses("c1", {"hunter": WHOLE}))

        assert not put(store, ContactStatuses("c1", {}))
        assert put(store, ContactStatuses("c1", {}, rev=1))
        assert store.all("ada") == {}
        assert put(store, ContactStatuses("c1", {}))

    def test_that_puts_back_takes_the_place_of_anything(self, store):
        put(store, ContactStatuses("c1", {"hunter": BARE}))

        assert transact(store, *store.restore_writes("ada", [ContactStatuses("c1", {"hunter": WHOLE}, rev=4)]))
        assert store.get_many("ada", ["c1"])["c1"] == ContactStatuses("c1", {"hunter": WHOLE}, rev=5)

    def test_that_deletes_needs_nothing_to_be_stored(self, store):
        put(store, ContactStatuses("c1", {"hunter": WHOLE}), ContactStatuses("c3", {"hunter": WHOLE}))

        assert transact(store, *store.delete_writes("ada", ["c1", "c2"]))
        assert set(store.all("ada")) == {"c3"}


class TestOfAContact:
    def test_is_each_vendors_latest_attempt_about_it_or_one_that_it_consists_of(self, store):
        put(store, ContactStatuses("a", {"hunter": BARE}), ContactStatuses("b", {"hunter": WHOLE, "x": BARE}))

        assert store.of_contact("ada", merged("a", "b", "c")).attempts == {"hunter": WHOLE, "x": BARE}
        assert store.of_contact("ada", merged("a")).attempts == {"hunter": BARE}

    def test_an_opt_out_of_one_part_holds_for_the_whole_contact(self, store):
        put(store, ContactStatuses("a", {"hunter": BARE}), ContactStatuses("b", opted_out_at=5))

        found = store.of_contact("ada", merged("a", "b"))
        assert (found.attempts, found.opted_out_at) == ({"hunter": BARE}, 5)
        assert store.of_contact("ada", merged("a")).opted_out_at is None

    def test_are_read_together(self, store):
        put(store, ContactStatuses("a", {"hunter": BARE}), ContactStatuses("b", {"hunter": WHOLE}))

        found = store.of_contacts("ada", [merged("a"), merged("d", "b"), merged("e")])
        assert {each: one.attempts for each, one in found.items()} == {
            "a": {"hunter": BARE},
            "d": {"hunter": WHOLE},
            "e": {},
        }
        assert store.of_contacts("ada", []) == {}


class TestErasing:
    def test_deletes_all_of_one_person(self, store):
        put(store, *[ContactStatuses(f"c{number}", {"hunter": BARE}) for number in range(30)])
        put(store, ContactStatuses("c1", {"hunter": BARE}), owner="eve")

        store.erase("ada")
        store.erase("ada")

        assert store.all("ada") == {}
        assert set(store.all("eve")) == {"c1"}


def test_reading_the_book_reads_no_statuses(store, ground):
    contacts = ContactStore(ground.dynamo, ground.names.contacts, 4, InlineExecutor())
    transact(store, contacts.put_write("ada", contact(1)), store.put_write("ada", ContactStatuses("c9", {"x": BARE})))

    assert [each.contact_id for each in contacts.read_book("ada")] == ["contact-001"]
    assert [each.contact_id for each in contacts.all("ada")] == ["contact-001"]
