"""The parts of the address book, each built when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.address_book.count_book import BookCounts, CountBook
    from chalicelib.address_book.create_contact import CreateContact
    from chalicelib.address_book.delete_contact import DeleteContact
    from chalicelib.address_book.edit_contact import EditContact
    from chalicelib.address_book.export_contacts import ExportContacts
    from chalicelib.address_book.followed_store import FollowedStore
    from chalicelib.address_book.index_store import IndexStore
    from chalicelib.address_book.link_duplicates import LinkDuplicates
    from chalicelib.address_book.list_changes import ListChanges
    from chalicelib.address_book.list_contacts import ListContacts
    from chalicelib.address_book.opt_out_contact import OptOutContact
    from chalicelib.address_book.read_contact import ReadContact
    from chalicelib.address_book.read_history import ReadHistory
    from chalicelib.books.possible_pairs import PossiblePairs
    from chalicelib.contacts.source_row import RecordTracer
    from chalicelib.foundation.dynamo import Write
    from chalicelib.foundation.executor import Executor
    from chalicelib.shared_parts import SharedParts


class AddressBookParts:
    """Each is built when it is first needed."""

    def __init__(
        self,
        shared: SharedParts,
        *,
        source_names: Callable[[str], Mapping[str, str]],
        trace_records: RecordTracer,
    ) -> None:
        """Connect the room to the others.

        Args:
            source_names: returns the displayed names of an owner's sources, by source key.
            trace_records: finds the rows of files that the records of a contact came from.
        """
        self.shared = shared
        self.source_names = source_names
        self.trace_records = trace_records

    @cached_property
    def indexes(self) -> IndexStore:
        from chalicelib.address_book.index_cache import StoredIndexes
        from chalicelib.address_book.index_store import IndexStore

        shared = self.shared
        return IndexStore(
            shared.contacts, shared.books, StoredIndexes(shared.blobs), shared.clock, request_build=self._request_index
        )

    @cached_property
    def link_duplicates(self) -> LinkDuplicates:
        from chalicelib.address_book.link_duplicates import LinkDuplicates

        return LinkDuplicates(self.shared.contacts, self.shared.books, self.shared.pairs, self.indexes)

    def prepare_index(self, owner: str) -> None:
        """Bring the index up to date, then link the contacts that edits could not link without it."""
        self.indexes.build(owner)
        self.link_duplicates(owner)

    def contact_merged_into(self, owner: str, contact_id: str) -> str | None:
        """The id of the contact that this one is part of; None if it was not merged."""
        return self.shared.redirects.resolve(owner, [contact_id]).get(contact_id)

    @cached_property
    def _index_executor(self) -> Executor:
        return self.shared.executor_of(1)

    def _request_index(self, owner: str) -> None:
        """Have a worker prepare it; without a work queue, a thread of this process."""
        from chalicelib.foundation.work_queue import SqsQueue

        url = self.shared.settings.work_queue_url
        if url:
            SqsQueue(self.shared.clients("sqs"), url).send_index_request(owner)
        else:
            self._index_executor.start(partial(self.prepare_index, owner))

    @cached_property
    def list_contacts(self) -> ListContacts:
        from chalicelib.address_book.list_contacts import ListContacts
        from chalicelib.address_book.status_filter import FilterByStatus

        by_status = FilterByStatus(self.shared.statuses, self.shared.redirects)
        return ListContacts(self.shared.contacts, self.indexes, by_status)

    @cached_property
    def followed(self) -> FollowedStore:
        from chalicelib.address_book.followed_store import FollowedStore

        shared = self.shared
        return FollowedStore(shared.dynamo, shared.settings.jobs_table, shared.books, shared.blobs)

    @cached_property
    def list_changes(self) -> ListChanges:
        from chalicelib.address_book.list_changes import ListChanges

        shared = self.shared
        return ListChanges(shared.contacts, shared.redirects, shared.books, self.indexes, self.followed, shared.clock)

    @cached_property
    def _count_book(self) -> CountBook:
        from chalicelib.address_book.count_book import CountBook

        return CountBook(self.indexes)

    def count_contacts(self, owner: str) -> BookCounts:
        """The number of contacts, in total and by source."""
        return self._count_book(owner)

    def possible_pairs(self, owner: str) -> PossiblePairs:
        """The contacts that were noted as possible duplicates of each other."""
        from chalicelib.books.possible_pairs import PossiblePairs

        result = self.indexes.get(owner)
        index = result.index
        return PossiblePairs(index.possible_pairs, index.contact_ids, result.is_current, result.as_of)

    @cached_property
    def read_contact(self) -> ReadContact:
        from chalicelib.address_book.read_contact import ReadContact

        return ReadContact(self.shared.contacts, self.shared.redirects, self.indexes, self.shared.statuses)

    @cached_property
    def read_history(self) -> ReadHistory:
        from chalicelib.address_book.read_history import ReadHistory

        return ReadHistory(self.shared.redirects, self.shared.past_moves)

    @cached_property
    def edit_contact(self) -> EditContact:
        from chalicelib.address_book.edit_contact import EditContact

        shared = self.shared
        return EditContact(
            shared.contacts,
            shared.books,
            self.indexes,
            self.link_duplicates,
            shared.clock,
            shared.settings.default_region,
        )

    @cached_property
    def create_contact(self) -> CreateContact:
        from chalicelib.address_book.create_contact import CreateContact

        shared = self.shared
        return CreateContact(
            shared.contacts,
            shared.books,
            self.indexes,
            self.link_duplicates,
            shared.jobs.idempotency_keys,
            shared.clock,
            shared.settings.default_region,
        )

    @cached_property
    def opt_out_contact(self) -> OptOutContact:
        from chalicelib.address_book.opt_out_contact import OptOutContact

        shared = self.shared
        return OptOutContact(shared.contacts, shared.books, self.indexes, shared.statuses, shared.clock)

    @cached_property
    def delete_contact(self) -> DeleteContact:
        from chalicelib.address_book.delete_contact import DeleteContact

        shared = self.shared
        return DeleteContact(
            shared.contacts,
            shared.books,
            self.indexes,
            shared.redirects,
            shared.statuses,
            shared.words.keep_deleted,
            shared.clock,
            self._note_delete,
        )

    def _note_delete(self, owner: str, contact_id: str) -> Sequence[Write]:
        """The writes that note that a person deleted a contact."""
        from chalicelib.jobs.activity import ActivityKind

        shared = self.shared
        details = {"contact_id": contact_id}
        return shared.activity.noted(ActivityKind.DELETED, shared.clock.now(), owner, details=details)

    def note_export(self, owner: str, form: str) -> None:
        """Note that a person exports their book."""
        from chalicelib.jobs.activity import ActivityKind

        shared = self.shared
        exported = shared.activity.noted(ActivityKind.EXPORTED, shared.clock.now(), owner, details={"format": form})
        shared.dynamo.commit(exported)

    @cached_property
    def export_contacts(self) -> ExportContacts:
        from chalicelib.address_book.export_contacts import ExportContacts

        return ExportContacts(self.shared.contacts, self.indexes, self.shared.clock)
