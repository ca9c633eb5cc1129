"""Contacts that an edit gives the same address are linked, also where the index did not show the edit who has it."""

from dataclasses import replace

import pytest

from tests.address_book.room import ANN, Meanwhile, person

CARLS = [{"value": "carl@x.example"}]


@pytest.fixture
def large(book):
    """The same book where a request does not make its index."""
    book.indexes.build(ANN)
    return book.again(large=2)


def prepare(room):
    room.indexes.build(ANN)
    room.link_duplicates(ANN)


class TestAnIndexFromBeforeAnImport:
    def test_does_not_show_the_edit_who_has_the_address_so_a_worker_links_them(self, book, large):
        book.import_contacts(person("Carl Cox", emails=CARLS))
        bob = book.id_of("Bob Bell")
        large.edit(ANN, bob, {"emails": CARLS})
        assert large.books.edits(ANN).unlinked == {bob}
        assert ANN in large.requested_builds

        prepare(book)

        assert large.contacts.get(ANN, bob).possible_duplicates == (book.id_of("Carl Cox"),)
        assert large.books.edits(ANN).unlinked == frozenset()

    def test_is_no_matter_for_an_edit_that_adds_no_address(self, book, large):
        book.import_contacts(person("Carl Cox", emails=CARLS))

        large.edit(ANN, book.id_of("Bob Bell"), {"title": "Boss"})

        assert large.books.edits(ANN).unlinked == frozenset()
        assert large.requested_builds == []

    def test_leaves_nothing_to_link_if_no_contact_has_the_address(self, book, large):
        book.import_contacts(person("Carl Cox"))
        bob = book.id_of("Bob Bell")
        large.edit(ANN, bob, {"emails": CARLS})
        before = large.contacts.get(ANN, bob)

        prepare(book)

        assert large.contacts.get(ANN, bob) == before
        assert large.books.edits(ANN).unlinked == frozenset()

    def test_leaves_nothing_to_link_where_the_contact_was_deleted_since(self, book, large):
        book.import_contacts(person("Carl Cox", emails=CARLS))
        bob = book.id_of("Bob Bell")
        large.edit(ANN, bob, {"emails": CARLS})
        large.delete(ANN, bob)

        prepare(book)

        assert large.books.edits(ANN).unlinked == frozenset()

    def test_links_in_one_direction_only(self, book, large):
        book.import_contacts(person("Carl Cox", emails=CARLS))
        bob, carl = book.id_of("Bob Bell"), book.id_of("Carl Cox")
        large.edit(ANN, bob, {"emails": CARLS})
        large.edit(ANN, carl, {"emails": [*CARLS, {"value": "c@x.example"}]})

        prepare(book)

        linked = [book.contacts.get(ANN, each).possible_duplicates for each in (bob, carl)]
        assert sorted(linked) in [[(), (bob,)], [(), (carl,)]]

    def test_is_requested_again_by_the_next_read(self, book, large):
        book.import_contacts(person("Carl Cox", emails=CARLS))
        large.edit(ANN, book.id_of("Bob Bell"), {"emails": CARLS})
        book.indexes.build(ANN)  # the message got lost, and another worker made the index
        later = book.again(large=2)

        assert later.list(ANN).is_current
        assert later.requested_builds == [ANN]

    def test_is_waited_for_while_an_import_changes_the_book(self, book, large):
        importing = book.start_import()
        importing.read(person("Carl Cox", emails=CARLS))
        bob = book.id_of("Bob Bell")
        large.edit(ANN, bob, {"emails": CARLS})

        prepare(large)
        assert large.books.edits(ANN).unlinked == {bob}

        importing.commit(importing.plan([]), ends=True)
        prepare(book)
        assert large.books.edits(ANN).unlinked == frozenset()

    def test_lets_only_so_many_wait(self, book, large):
        large.edit = replace(large.edit, books=replace(large.books, most_unlinked=1))
        book.import_contacts(person("Carl Cox", emails=CARLS))
        for name in ("Bob Bell", "Eve Adams"):
            large.edit(ANN, book.id_of(name), {"emails": CARLS})

        assert large.books.edits(ANN).unlinked == {book.id_of("Bob Bell")}


class TestTwoEditsOfOneMoment:
    def test_that_give_two_contacts_one_address_are_linked_by_the_later_one(self, book):
        bob, eve = book.id_of("Bob Bell"), book.id_of("Eve Adams")
        other = book.again()
        client = Meanwhile(book.client, lambda: other.edit(ANN, eve, {"emails": CARLS}))

        edited = book.again(client=client).edit(ANN, bob, {"emails": CARLS})

        assert edited == book.contacts.get(ANN, bob)
        assert edited.possible_duplicates == (eve,)

    def test_leave_a_contact_waiting_whose_duplicates_the_index_may_lack(self, book):
        book.indexes.build(ANN)
        book.import_contacts(person("Carl Cox", emails=CARLS))
        bob, eve = book.id_of("Bob Bell"), book.id_of("Eve Adams")
        client = Meanwhile(book.client, lambda: book.again().edit(ANN, eve, {"title": "Dr."}))

        book.again(client=client, large=2).edit(ANN, bob, {"emails": CARLS})

        assert book.books.edits(ANN).unlinked == {bob}
