"""The room of people and their book."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.ground import Ground

if TYPE_CHECKING:
    from chalicelib.address_book.count_book import CountBook
    from chalicelib.address_book.delete_contact import DeleteContact
    from chalicelib.address_book.edit_contact import EditContact
    from chalicelib.address_book.index_store import IndexStore
    from chalicelib.address_book.list_contacts import ListContacts
    from chalicelib.address_book.read_contact import ReadContact


class AddressBook(Ground):
    """List, read, count, edit, delete."""

    @cached_property
    def indexes(self) -> IndexStore:
        from chalicelib.address_book.index_store import IndexStore

        return IndexStore(self.contacts, self.books, self.blobs, self.clock)

    @cached_property
    def list_contacts(self) -> ListContacts:
        from chalicelib.address_book.list_contacts import ListContacts

        return ListContacts(self.contacts, self.indexes)

    @cached_property
    def count_book(self) -> CountBook:
        from chalicelib.address_book.count_book import CountBook

        return CountBook(self.indexes)

    @cached_property
    def read_contact(self) -> ReadContact:
        from chalicelib.address_book.read_contact import ReadContact

        return ReadContact(self.contacts, self.indexes)

    @cached_property
    def edit_contact(self) -> EditContact:
        from chalicelib.address_book.edit_contact import EditContact

        return EditContact(self.contacts, self.books, self.indexes, self.clock, self.settings.default_region)

    @cached_property
    def delete_contact(self) -> DeleteContact:
        from chalicelib.address_book.delete_contact import DeleteContact

        return DeleteContact(self.contacts, self.books, self.indexes)
