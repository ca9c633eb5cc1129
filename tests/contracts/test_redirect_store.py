"""The specification of the stores of redirects and remembered pairs, for the fake DynamoDB and for the embedded AWS."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.pair_store import PairStore
from chalicelib.books.pairs import Verdict, compared, pair_of
from chalicelib.books.redirects import MergeJournal, Redirect, RedirectStore
from chalicelib.foundation.dynamo import TransactionCanceled
from chalicelib.foundation.ids import fresh_id
from tests.contracts.test_contact_store import contact
from tests.fakes.executor import InlineExecutor

JOURNAL = MergeJournal(
    version=3,
    created_at=1,
    records=(("google:1", "people/c1"), ("person", "b")),
    into_records=(("google:1", "people/c9"),),
    known_ids=frozenset({("google:1", "people/c1"), ("google:1", "old/1")}),
    into_known_ids=frozenset({("google:1", "people/c9"), ("google:1", "old/9")}),
    possible_duplicates=("x",),
    into_duplicates=("b", "y"),
    merged=("c",),
    name={"display": "Ada"},
    into_name={"display": "Ada L."},
    names=("ada",),
    identities=("ada@x.example",),
    own_before={},
    own_after={"title": "Countess"},
    together=("b",),
    pair_id="p",
)


@pytest.fixture
def store(ground: Any) -> RedirectStore:
    return RedirectStore(ground.dynamo, ground.names.contacts)


def redirect(contact_id: str, into: str, merge_id: str = "m1") -> Redirect:
    return Redirect(contact_id, into, merge_id, 12, "ada", JOURNAL)


def put(store: RedirectStore, *redirects: Redirect, owner: str = "ada") -> None:
    store.dynamo.transact([store.put_write(owner, each) for each in redirects], token=fresh_id())


class MergesAgain:
    """A client over which a merge is taken back and another one made just before an item is put."""

    def __init__(self, store: RedirectStore, before: Redirect, after: Redirect) -> None:
        self._store, self._before, self._after = store, before, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store.dynamo.client, name)

    def put_item(self, **request: Any) -> Any:
        self._store.dynamo.transact([self._store.remove_write("ada", self._before)], token=fresh_id())
        put(self._store, self._after)
        return self._store.dynamo.client.put_item(**request)


class TestRedirects:
    def test_come_back_as_they_were_put(self, store):
        put(store, redirect("b", "a"))

        assert store.find("ada", "b") == redirect("b", "a")
        assert list(store.all("ada")) == [redirect("b", "a")]

    def test_of_another_person_are_not_found(self, store):
        put(store, redirect("b", "a"))

        assert store.find("eve", "b") is None
        assert store.find("ada", "~grave#b") is None
        assert store.resolve("eve", ["b"]) == {}

    def test_lead_to_the_end_of_the_chain(self, store):
        put(store, redirect("c", "b"), redirect("b", "a"), redirect("x", "y"))

        assert store.resolve("ada", ["c", "b", "a", "x", "c"]) == {"c": "a", "b": "a", "x": "y"}

    def test_that_form_a_circle_end_somewhere(self, store):
        put(store, redirect("a", "b"), redirect("b", "a"))

        assert set(store.resolve("ada", ["a", "b"])) == {"a", "b"}

    def test_are_put_once(self, store):
        put(store, redirect("b", "a"))

        with pytest.raises(TransactionCanceled):
            put(store, redirect("b", "c", "m2"))

    def test_are_taken_away_by_the_merge_that_put_them(self, store):
        put(store, redirect("b", "a", "m2"))

        with pytest.raises(TransactionCanceled):
            store.dynamo.transact([store.remove_write("ada", redirect("b", "a", "m1"))], token=fresh_id())
        store.dynamo.transact([store.remove_write("ada", redirect("b", "a", "m2"))], token=fresh_id())
        assert store.find("ada", "b") is None

    def test_get_another_journal_by_the_merge_that_put_them(self, store):
        put(store, redirect("b", "a", "m2"))
        renewed = replace(JOURNAL, name={"display": "Bea"})
        other = replace(redirect("b", "a", "m1"), journal=renewed)

        with pytest.raises(TransactionCanceled):
            store.dynamo.transact([store.renew_write("ada", other)], token=fresh_id())
        mine = replace(redirect("b", "a", "m2"), journal=renewed)
        store.dynamo.transact([store.renew_write("ada", mine)], token=fresh_id())

        assert store.find("ada", "b") == mine

    def test_of_an_older_version_come_back_without_what_it_did_not_note(self, store):
        write = store.put_write("ada", redirect("b", "a"))
        journal = json.loads(write["Put"]["Item"]["journal"]["S"])
        del journal["into_known_ids"]
        write["Put"]["Item"]["journal"]["S"] = json.dumps(journal)
        store.dynamo.transact([write], token=fresh_id())

        assert store.find("ada", "b").journal == replace(JOURNAL, into_known_ids=frozenset())

    def test_keep_ids_and_dates_alone_once_their_words_are_forgotten(self, store):
        put(store, redirect("b", "a"), redirect("c", "b"))

        for _ in range(2):
            store.forget_words("ada", ["b", "never"])

        bare = replace(JOURNAL, name={}, into_name={}, names=(), identities=(), own_before={}, own_after={})
        assert store.find("ada", "b") == replace(redirect("b", "a"), journal=bare)
        assert store.find("ada", "c") == redirect("c", "b")

    def test_of_another_merge_keep_their_words(self, store):
        put(store, redirect("b", "a", "m1"))
        merged_again = MergesAgain(store, redirect("b", "a", "m1"), redirect("b", "x", "m2"))

        replace(store, dynamo=replace(store.dynamo, client=merged_again)).forget_words("ada", ["b"])

        assert store.find("ada", "b") == redirect("b", "x", "m2")

    def test_that_lead_to_a_contact_are_found_along_the_whole_chain(self, store):
        put(store, redirect("d", "c"), redirect("c", "b"), redirect("b", "a"), redirect("y", "x"), redirect("q", "a"))

        assert sorted(store.leading_to("ada", "a")) == ["b", "c", "d", "q"]
        assert store.leading_to("ada", "d") == []
        assert store.leading_to("eve", "a") == []

    def test_are_erased_with_their_owner_alone(self, store):
        put(store, redirect("b", "a"), redirect("c", "a"))
        put(store, redirect("b", "a"), owner="eve")

        store.erase("ada")

        assert list(store.all("ada")) == []
        assert list(store.all("eve")) == [redirect("b", "a")]


class TestPairs:
    def test_are_read_with_the_book_and_erased_with_it(self, ground):
        contacts = ContactStore(ground.dynamo, ground.names.contacts, 4, InlineExecutor())
        pairs = PairStore(ground.dynamo, ground.names.contacts)
        left, right = contact(1), contact(2)
        pair = pair_of(left, right, Verdict.DIFFERENT, at=1, by="ada")
        writes = [contacts.put_write("ada", left), contacts.put_write("ada", right), pairs.put_write("ada", pair)]
        ground.dynamo.transact(writes, token=fresh_id())

        assert contacts.read_book("ada").is_different(left.contact_id, right.contact_id)
        assert pairs.all("ada").are_different(compared(left), compared(right))
        assert not pairs.all("eve")
        assert len(list(contacts.all("ada"))) == 2
        contacts.erase("ada")
        assert not pairs.all("ada")

    def test_are_forgotten_by_their_id(self, ground):
        pairs = PairStore(ground.dynamo, ground.names.contacts)
        pair = pair_of(contact(1), contact(2), Verdict.SAME, at=1)
        ground.dynamo.transact([pairs.put_write("ada", pair)], token=fresh_id())

        ground.dynamo.transact([pairs.remove_write("ada", pair.pair_id)], token=fresh_id())

        assert not pairs.all("ada")
