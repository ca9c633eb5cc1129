"""The parts of the room of bulk create and cleanup."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.bulk.cancel_bulk import CancelBulk
    from chalicelib.bulk.clean_up import CleanUp
    from chalicelib.bulk.create_contacts import CreateContacts
    from chalicelib.bulk.follow_bulk import BulkJobReader, FollowBulkCleanup, FollowBulkCreate
    from chalicelib.bulk.list_bulk_jobs import ListBulkJobs
    from chalicelib.bulk.list_items import ListItems
    from chalicelib.bulk.start_bulk_cleanup import StartBulkCleanup
    from chalicelib.bulk.start_bulk_create import StartBulkCreate
    from chalicelib.bulk.submitted_lists import SubmittedLists
    from chalicelib.shared_parts import SharedParts


class BulkParts:
    """Each is built when it is first needed."""

    def __init__(self, shared: SharedParts) -> None:
        self.shared = shared

    @cached_property
    def submitted_lists(self) -> SubmittedLists:
        from chalicelib.bulk.submitted_lists import SubmittedLists

        return SubmittedLists(self.shared.blobs)

    @cached_property
    def start_create(self) -> StartBulkCreate:
        from chalicelib.bulk.start_bulk_create import StartBulkCreate

        shared = self.shared
        return StartBulkCreate(shared.jobs, self.submitted_lists, shared.collections, shared.work_queue)

    @cached_property
    def start_cleanup(self) -> StartBulkCleanup:
        from chalicelib.bulk.start_bulk_cleanup import StartBulkCleanup

        return StartBulkCleanup(self.shared.jobs, self.submitted_lists, self.shared.work_queue)

    @cached_property
    def create_contacts(self) -> CreateContacts:
        from chalicelib.bulk.create_contacts import CreateContacts

        shared = self.shared
        return CreateContacts(
            shared.jobs,
            shared.contacts,
            shared.change_book,
            self.submitted_lists,
            shared.collections,
            shared.executor,
            shared.clock,
            shared.settings.default_region,
        )

    @cached_property
    def clean_up(self) -> CleanUp:
        from chalicelib.bulk.clean_up import CleanUp

        shared = self.shared
        return CleanUp(
            shared.jobs, shared.contacts, shared.change_book, self.submitted_lists, shared.collections, shared.clock
        )

    @cached_property
    def job_reader(self) -> BulkJobReader:
        from chalicelib.bulk.follow_bulk import BulkJobReader

        shared = self.shared
        return BulkJobReader(shared.jobs, shared.store_clock, bool(shared.settings.work_queue_url))

    @cached_property
    def follow_create(self) -> FollowBulkCreate:
        from chalicelib.bulk.follow_bulk import FollowBulkCreate

        return FollowBulkCreate(self.job_reader)

    @cached_property
    def follow_cleanup(self) -> FollowBulkCleanup:
        from chalicelib.bulk.follow_bulk import FollowBulkCleanup

        return FollowBulkCleanup(self.job_reader)

    @cached_property
    def list_items(self) -> ListItems:
        from chalicelib.bulk.list_items import ListItems

        return ListItems(self.shared.jobs, self.submitted_lists)

    @cached_property
    def list_jobs(self) -> ListBulkJobs:
        from chalicelib.bulk.list_bulk_jobs import ListBulkJobs

        return ListBulkJobs(self.shared.jobs)

    @cached_property
    def cancel(self) -> CancelBulk:
        from chalicelib.bulk.cancel_bulk import CancelBulk

        return CancelBulk(self.shared.jobs, self.shared.cancel_job)
