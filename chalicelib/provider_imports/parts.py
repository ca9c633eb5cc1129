"""The parts of the imports room."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.accounts.access_tokens import MarkLostConsent
    from chalicelib.accounts.parts import AccountsParts
    from chalicelib.provider_imports.account_choices import OfferChoices, PreviewChoice
    from chalicelib.provider_imports.apply_removals import ApplyRemovals
    from chalicelib.provider_imports.begin_import import BeginImport
    from chalicelib.provider_imports.cancel_import import CancelImport
    from chalicelib.provider_imports.change_refresh import ChangeRefresh
    from chalicelib.provider_imports.choose_contacts import ChooseContacts
    from chalicelib.provider_imports.copy_contacts import CopyContacts
    from chalicelib.provider_imports.export_ledger import ExportLedger
    from chalicelib.provider_imports.follow_import import FollowImport
    from chalicelib.provider_imports.held_removals import DecideRemovals
    from chalicelib.provider_imports.import_again import ImportAgain
    from chalicelib.provider_imports.list_connections import ListConnections
    from chalicelib.provider_imports.list_imports import ListImports, ReadLedger
    from chalicelib.provider_imports.retry_import import RetryImport
    from chalicelib.provider_imports.start_due_refreshes import StartDueRefreshes
    from chalicelib.shared_parts import SharedParts

NO_OWNER = "check"  # an owner without pages


class SourceCount(Protocol):
    """The number of contacts of a source."""

    @property
    def contacts(self) -> int: ...
    @property
    def only_source(self) -> int: ...  # how many of them no other source has


class BookCounts(Protocol):
    """A person's contacts, counted by source."""

    @property
    def by_source(self) -> Mapping[str, SourceCount]: ...
    @property
    def as_of(self) -> datetime | None: ...


class CountContacts(Protocol):
    """Counts a person's contacts by source."""

    def __call__(self, owner: str) -> BookCounts: ...


class ImportsParts:
    """The parts that import contacts from connected accounts, each built on first use."""

    def __init__(self, shared: SharedParts, accounts: AccountsParts, *, count_contacts: CountContacts) -> None:
        self.shared = shared
        self.accounts = accounts
        self.count_contacts = count_contacts

    @cached_property
    def copy_contacts(self) -> CopyContacts:
        from chalicelib.accounts.access_tokens import OpenAccount
        from chalicelib.provider_imports.copy_contacts import CopyContacts
        from chalicelib.provider_imports.raw_pages import RawPages

        shared, accounts = self.shared, self.accounts
        return CopyContacts(
            jobs=shared.jobs,
            contacts=shared.contacts,
            change_book=shared.change_book,
            open_account=OpenAccount(accounts.connections, accounts.access_tokens, accounts.providers.contacts),
            import_finished_write=accounts.connections.writes.finish_import,
            raw_pages=RawPages(shared.blobs),
            fingerprints=accounts.fingerprints,
            executor=shared.executor,
            clock=shared.clock,
            region=shared.settings.default_region,
            removal_limit=shared.settings.removal_limit,
        )

    @cached_property
    def import_step(self) -> MarkLostConsent:
        """The step of an import job."""
        from chalicelib.accounts.access_tokens import MarkLostConsent

        accounts = self.accounts
        return MarkLostConsent(self.copy_contacts, accounts.connections, accounts.note_lost_consent, self.shared.clock)

    @cached_property
    def removals_step(self) -> ApplyRemovals:
        from chalicelib.provider_imports.apply_removals import ApplyRemovals

        return ApplyRemovals(self.accounts.connections, self.shared.jobs, self.accounts.remove_records)

    @cached_property
    def follow_import(self) -> FollowImport:
        from chalicelib.provider_imports.follow_import import FollowImport

        shared = self.shared
        has_queue = bool(shared.settings.work_queue_url)
        return FollowImport(shared.jobs, self.accounts.find_connection, shared.store_clock, has_queue)

    @cached_property
    def list_imports(self) -> ListImports:
        from chalicelib.provider_imports.list_imports import ListImports

        return ListImports(self.shared.jobs)

    @cached_property
    def read_ledger(self) -> ReadLedger:
        from chalicelib.provider_imports.list_imports import ReadLedger

        return ReadLedger(self.shared.jobs, self.shared.contacts)

    @cached_property
    def export_ledger(self) -> ExportLedger:
        from chalicelib.provider_imports.export_ledger import ExportLedger

        return ExportLedger(self.shared.jobs, self.shared.contacts, self.shared.executor)

    @cached_property
    def cancel_import(self) -> CancelImport:
        from chalicelib.provider_imports.cancel_import import CancelImport

        return CancelImport(self.shared.jobs, self.shared.cancel_job)

    @cached_property
    def begin_import(self) -> BeginImport:
        from chalicelib.provider_imports.begin_import import BeginImport

        return BeginImport(self.accounts.connections, self.accounts.refreshes, self.shared.jobs, self.shared.work_queue)

    @cached_property
    def import_again(self) -> ImportAgain:
        from chalicelib.provider_imports.import_again import ImportAgain

        return ImportAgain(self.begin_import, self.shared.jobs)

    @cached_property
    def retry_import(self) -> RetryImport:
        from chalicelib.provider_imports.retry_import import RetryImport

        return RetryImport(self.begin_import, self.shared.jobs)

    @cached_property
    def decide_removals(self) -> DecideRemovals:
        from chalicelib.provider_imports.held_removals import DecideRemovals

        return DecideRemovals(self.accounts.connections, self.shared.jobs, self.shared.work_queue)

    @cached_property
    def list_connections(self) -> ListConnections:
        from chalicelib.provider_imports.list_connections import ListConnections

        return ListConnections(self.accounts.connections, self.accounts.refreshes, self.shared.jobs)

    @cached_property
    def change_refresh(self) -> ChangeRefresh:
        from chalicelib.provider_imports.change_refresh import ChangeRefresh

        return ChangeRefresh(self.accounts.connections, self.accounts.refreshes)

    @cached_property
    def offer_choices(self) -> OfferChoices:
        from chalicelib.provider_imports.account_choices import OfferChoices

        accounts = self.accounts
        return OfferChoices(
            accounts.connections, accounts.access_tokens, accounts.providers.entry, accounts.providers.choices
        )

    @cached_property
    def preview_choice(self) -> PreviewChoice:
        from chalicelib.provider_imports.account_choices import PreviewChoice

        return PreviewChoice(self.offer_choices, self.shared.contacts, self.shared.settings.removal_limit)

    @cached_property
    def choose_contacts(self) -> ChooseContacts:
        from chalicelib.provider_imports.choose_contacts import ChooseContacts

        shared, accounts = self.shared, self.accounts
        return ChooseContacts(
            self.offer_choices, accounts.connections, accounts.refreshes, shared.jobs, shared.work_queue
        )

    @cached_property
    def start_due_refreshes(self) -> StartDueRefreshes:
        from chalicelib.provider_imports.start_due_refreshes import StartDueRefreshes

        shared, accounts = self.shared, self.accounts
        return StartDueRefreshes(
            accounts.refreshes, accounts.connections, shared.jobs, shared.work_queue, shared.store_clock
        )

    def check_bucket(self) -> None:
        """Check that raw pages can be listed. Raises the error of the bucket."""
        from chalicelib.provider_imports.raw_pages import pages_prefix

        self.shared.blobs.check(pages_prefix(NO_OWNER))
