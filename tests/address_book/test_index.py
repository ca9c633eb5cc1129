"""The index as a value: the same whatever way it came to be."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address_book.contact_filter import ContactFilter
from chalicelib.address_book.index import LONGEST_NAME, NAMELESS, Index, SourceCount, name_key, other_names, row_of
from chalicelib.address_book.search import Search, searchable
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.sort_order import Order
from chalicelib.contacts.source import PERSON
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record
from tests.contacts.strategies import hostile, records, texts


def contact(contact_id: str, *kept, duplicates=()) -> Contact:
    return Contact(contact_id, 1, list(kept), 1, 2, duplicates)


contacts = st.lists(records(texts), max_size=6).map(
    lambda books: [contact(f"c{number}", *kept, duplicates=("c1",)) for number, kept in enumerate(books) if kept]
)


def answers_of(index: Index):
    """Every answer that the index gives."""
    everybody = [position.contact_id for position in index.positions]
    return (
        index.positions,
        index.other_keys,
        index.searchable,
        {order: list(index.find(None, order)) for order in Order},
        index.counts(),
        index.tags,
        {tag: list(index.find(None, Order.NAME, ContactFilter(tag=tag).places)) for tag in index.tags},
        {group: list(index.find(None, Order.NAME, ContactFilter(group=group).places)) for group in index.group_names},
        (index.versions, index.updated_at, index.source_keys, index.linked),
        {each: list(index.referring_to(each)) for each in everybody},
        sorted(index.possible_pairs),
    )


class TestOrder:
    @pytest.mark.parametrize(
        ("name", "plain"),
        [
            ("Émile Zola", "emile zola"),
            ("  «Straße, O'Neil»", "strasse oneil"),
            ("\u202eada\u2069", "ada"),
            ("ada@example.com", "ada example com"),
            ("+49 170 1", "49 170 1"),
            ("😀", NAMELESS),
            ("", NAMELESS),
            ("x" * 3_000, "x" * LONGEST_NAME),
        ],
    )
    def test_is_that_of_plain_words(self, name, plain):
        assert name_key(name) == plain

    @given(hostile)
    def test_has_a_position_for_every_name(self, name):
        assert 0 < len(name_key(name)) <= LONGEST_NAME


class TestIndex:
    @given(contacts)
    def test_is_the_same_after_a_way_through_json(self, book):
        index = Index.of(map(row_of, book))

        assert answers_of(Index.of_json(index.to_json())) == answers_of(index)

    @given(contacts, records(texts))
    def test_that_learns_of_one_change_is_the_one_of_the_changed_book(self, book, kept):
        changed = contact("c0", *kept, duplicates=("c2",))
        rest = [each for each in book if each.contact_id != "c0"]
        index = Index.of(map(row_of, book))

        assert answers_of(index.with_rows({"c0": row_of(changed)})) == answers_of(
            Index.of(map(row_of, [*rest, changed]))
        )
        assert answers_of(index.with_rows({"c0": None})) == answers_of(Index.of(map(row_of, rest)))
        assert answers_of(index) == answers_of(Index.of(map(row_of, book)))

    @given(records(texts), texts)
    def test_finds_the_same_contacts_as_a_search_of_the_contacts(self, kept, text):
        one = contact("c0", *kept)

        found = Index.of([row_of(one)]).find(Search(text))

        assert bool(found) == Search(text).matches(one.shown, other_names(one))

    def test_of_an_endless_contact_is_not_endless(self):
        row = row_of(contact("c0", record(GOOGLE, fields("x" * 50_000, phone="1" * 50_000))))

        assert len("".join((*row.position, row.other_keys, *row.searchable))) < 20_000

    def test_pairs_of_possible_duplicates_are_listed_once_and_only_if_both_are_in_the_book(self):
        ada, bob = record(GOOGLE, fields("Ada")), record(GOOGLE, fields("Bob"))
        people = [contact("c1", ada, duplicates=("c2", "c9", "c1")), contact("c2", bob, duplicates=("c1",))]

        assert Index.of(map(row_of, people)).possible_pairs == [("c1", "c2")]

    def test_knows_which_contacts_link_to_each_contact(self):
        ada, bob = record(GOOGLE, fields("Ada")), record(GOOGLE, fields("Bob"))
        index = Index.of(map(row_of, [contact("c1", ada, duplicates=("c2", "c9")), contact("c2", bob)]))

        assert [list(index.referring_to(each)) for each in ("c1", "c2", "c9")] == [[], ["c1"], ["c1"]]


class TestCounts:
    ADA = fields("Ada")

    def counts(self, *books):
        return Index.of(row_of(contact(f"c{number}", *kept)) for number, kept in enumerate(books)).counts()

    def test_are_of_contacts_not_of_records(self):
        twice = [record(GOOGLE, self.ADA, source_id="1"), record(GOOGLE, self.ADA, source_id="2")]

        assert self.counts(twice) == {GOOGLE: SourceCount(1, 1)}

    def test_include_the_contacts_without_another_source(self):
        google, microsoft = record(GOOGLE, self.ADA), record(MICROSOFT, self.ADA)

        counted = self.counts([google], [google], [google, microsoft])

        assert counted == {GOOGLE: SourceCount(3, 2), MICROSOFT: SourceCount(1, 0)}

    def test_a_contact_with_an_edit_outlasts_its_source(self):
        google, own = record(GOOGLE, self.ADA), record(PERSON, {"title": "Countess"})

        assert self.counts([google, own]) == {GOOGLE: SourceCount(1, 0), PERSON: SourceCount(1, 0)}

    def test_enrichment_keeps_no_contact(self):
        google, acme = record(GOOGLE, self.ADA), record("enrichment:acme", fields(title="CTO"))

        assert self.counts([google, acme]) == {GOOGLE: SourceCount(1, 1), "enrichment:acme": SourceCount(1, 0)}

    def test_a_person_who_only_denied_something_does_not(self):
        google, own = record(GOOGLE, self.ADA), record(PERSON, {"title": "", "hidden": {"groups": ["Work"]}})

        assert self.counts([google, own]) == {GOOGLE: SourceCount(1, 1), PERSON: SourceCount(1, 0)}


class TestTags:
    ADA, BOB, CEM = fields("Ada"), fields("Bob"), fields("Cem")

    @pytest.fixture
    def index(self):
        phone = record("file:f1", self.BOB, own_tag="iris-import")
        books = ([record(GOOGLE, self.ADA), phone], [phone], [record(GOOGLE, self.CEM)])
        return Index.of(row_of(contact(f"c{number}", *kept)) for number, kept in enumerate(books))

    def ids(self, index, *find):
        return [position.contact_id for position in index.find(*find)]

    def test_are_those_of_all_records(self, index):
        assert index.tags == ["google", "iris-import"]

    @pytest.mark.parametrize("order", Order)
    @pytest.mark.parametrize(
        ("tag", "found"), [("iris-import", ["c0", "c1"]), ("google", ["c0", "c2"]), ("file", []), ("x", [])]
    )
    def test_find_the_contacts_that_have_them_in_any_order(self, index, order, tag, found):
        assert self.ids(index, None, order, ContactFilter(tag=tag).places) == found

    def test_are_combined_with_a_search(self, index):
        tagged = ContactFilter(tag="iris-import").places

        assert self.ids(index, Search("ada"), Order.FAMILY, tagged) == ["c0"]
        assert self.ids(index, Search("cem"), Order.NAME, tagged) == []

    def test_of_contacts_that_are_gone_are_gone(self, index):
        assert index.with_rows({"c0": None, "c2": None}).tags == ["iris-import"]


class TestSearchable:
    def test_a_word_is_never_found_across_two_values(self):
        one = contact("c0", record(GOOGLE, fields("Ada Lovelace", organization="Bell Labs")))

        assert Search("bell lovelace").matches(one.shown)
        assert not Search("lovelacebell").matches(one.shown)

    def test_a_contact_is_found_by_the_names_of_all_its_sources(self):
        one = contact("c0", record(GOOGLE, fields("José García")), record(MICROSOFT, fields("José García López")))

        assert Search("lopez").places([row_of(one).searchable]) == [0]

    @pytest.mark.parametrize("own", [{"given": "Pepe"}, {"given": "", "family": "", "display": ""}])
    def test_a_contact_that_the_person_named_is_not_found_by_names_of_sources(self, own):
        one = contact("c0", record(GOOGLE, fields("José García", email="j@x.org")), record(PERSON, own))

        assert Search("jose").places([row_of(one).searchable]) == []

    def test_lists_each_value_once(self):
        found = searchable(fields("Ada Lovelace", email="ada@x.org", organization="ADA Lovelace"))

        assert (found.names, found.plain) == (" ada lovelace", "ada@x.org")


def test_a_contact_is_found_by_its_fields_not_by_its_records():
    typed = record(PERSON, fields("Augusta King"))
    one = contact("c0", record(GOOGLE, fields("Ada Lovelace")), typed)

    assert row_of(one).position.name == "augusta king"
    assert row_of(replace(one, records=one.records[:1])).position.name == "ada lovelace"
