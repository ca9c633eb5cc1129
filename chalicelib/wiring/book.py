"""The room of people and their book."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.foundation.executor import Executor
from chalicelib.shared_parts import SharedParts

if TYPE_CHECKING:
    from chalicelib.address_book.count_book import CountBook
    from chalicelib.address_book.delete_contact import DeleteContact
    from chalicelib.address_book.edit_contact import EditContact
    from chalicelib.address_book.index_store import IndexStore
    from chalicelib.address_book.list_contacts import ListContacts
    from chalicelib.address_book.read_contact import ReadContact


class AddressBook(SharedParts):
    """List, read, count, edit, delete."""

    @cached_property
    def indexes(self) -> IndexStore:
        from chalicelib.address_book.index_cache import KeptIndexes
        from chalicelib.address_book.index_store import IndexStore

        return IndexStore(self.contacts, self.books, KeptIndexes(self.blobs), self.clock, ask=self._ask_for_index)

    @cached_property
    def _index_maker(self) -> Executor:
        return self.executor_of(1)

    def _ask_for_index(self, owner: str) -> None:
        """Have a worker do it; without a queue this process, beside its requests."""
        from chalicelib.foundation.work_queue import SqsQueue

        url = self.settings.work_queue_url
        if url:
            SqsQueue(self.clients("sqs"), url).send_index_request(owner)
        else:
            self._index_maker.start(partial(self.indexes.prepare, owner))

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
