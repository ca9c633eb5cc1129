"""STEPS: what one invocation does for a job of each kind. Loaded when there is a job to work on, not before."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from chalicelib.accounts.access_tokens import MarkLostConsent, OpenAccount
from chalicelib.accounts.connection import IMPORT_KIND
from chalicelib.accounts.disconnect import DISCONNECT_KIND
from chalicelib.accounts.disconnect_step import DisconnectStep
from chalicelib.address_book.index_cache import index_prefix
from chalicelib.books.remove_records import RemoveRecords
from chalicelib.bulk.bulk_job import CLEANUP_KIND, CREATE_KIND
from chalicelib.bulk.submitted_lists import lists_prefix
from chalicelib.erasing.erase_person import KIND as ERASE_KIND
from chalicelib.erasing.erase_person import Erasing
from chalicelib.foundation.delivery import exports_prefix
from chalicelib.jobs.worker import Step
from chalicelib.provider_imports.apply_removals import ApplyRemovals
from chalicelib.provider_imports.copy_contacts import CopyContacts
from chalicelib.provider_imports.held_removals import REMOVALS_KIND
from chalicelib.provider_imports.raw_pages import RawPages, pages_prefix

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring

STEPS: Mapping[str, "Callable[[Wiring], Step]"] = {
    IMPORT_KIND: lambda parts: MarkLostConsent(_copy_contacts(parts), parts.connections, parts.clock),
    DISCONNECT_KIND: lambda parts: DisconnectStep(
        parts.connections, parts.tokens, parts.authority, _remove_records(parts)
    ),
    REMOVALS_KIND: lambda parts: ApplyRemovals(parts.connections, parts.jobs, _remove_records(parts)),
    CREATE_KIND: lambda parts: parts.bulk.create_contacts,
    CLEANUP_KIND: lambda parts: parts.bulk.clean_up,
    ERASE_KIND: lambda parts: Erasing(parts.jobs, parts.books, _forgets(parts)),
}


def _copy_contacts(parts: "Wiring") -> CopyContacts:
    return CopyContacts(
        jobs=parts.jobs,
        contacts=parts.contacts,
        change_book=parts.change_book,
        open_account=OpenAccount(parts.connections, parts.access, parts.provider),
        import_finished_write=parts.connections.import_finished_write,
        raw_pages=RawPages(parts.blobs),
        executor=parts.executor,
        clock=parts.clock,
        region=parts.settings.default_region,
        removal_limit=parts.settings.removal_limit,
    )


def _remove_records(parts: "Wiring") -> RemoveRecords:
    return RemoveRecords(parts.jobs, parts.contacts, parts.change_book, parts.clock)


def _forgets(parts: "Wiring") -> Sequence[Callable[[str], None]]:
    def forget_contacts(owner: str) -> None:
        parts.contacts.erase(owner)

    def forget_connections(owner: str) -> None:
        parts.connections.erase(owner)

    def forget_collections(owner: str) -> None:
        parts.collections.erase(owner)

    def forget_pages(owner: str) -> None:
        parts.blobs.delete_prefix(pages_prefix(owner))

    def forget_submitted_lists(owner: str) -> None:
        parts.blobs.delete_prefix(lists_prefix(owner))

    def forget_sessions(owner: str) -> None:
        parts.sessions.erase(owner)

    def forget_index(owner: str) -> None:
        parts.indexes.remembered.forget(owner)
        parts.blobs.delete_prefix(index_prefix(owner))

    def forget_exports(owner: str) -> None:
        parts.blobs.delete_prefix(exports_prefix(owner))

    return [
        forget_contacts,
        forget_connections,
        forget_collections,
        forget_pages,
        forget_submitted_lists,
        forget_index,
        forget_exports,
        forget_sessions,
    ]
