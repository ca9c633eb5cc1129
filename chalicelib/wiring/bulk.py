"""The room of bulk create and cleanup."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.ground import Ground

if TYPE_CHECKING:
    from chalicelib.bulk.cancel_bulk import CancelBulk
    from chalicelib.bulk.follow_bulk import FollowBulkCleanup, FollowBulkCreate, Following
    from chalicelib.bulk.list_bulk_jobs import ListBulkJobs
    from chalicelib.bulk.sent_lists import SentLists
    from chalicelib.bulk.start_bulk_cleanup import StartBulkCleanup
    from chalicelib.bulk.start_bulk_create import StartBulkCreate
    from chalicelib.foundation.graphql_server import GraphQlServer


class Bulk(Ground):
    """The room of bulk create and cleanup."""

    @cached_property
    def sent_lists(self) -> SentLists:
        from chalicelib.bulk.sent_lists import SentLists

        return SentLists(self.blobs)

    @cached_property
    def start_bulk_create(self) -> StartBulkCreate:
        from chalicelib.bulk.start_bulk_create import StartBulkCreate

        return StartBulkCreate(self.jobs, self.sent_lists, self.collections, self.work_queue)

    @cached_property
    def start_bulk_cleanup(self) -> StartBulkCleanup:
        from chalicelib.bulk.start_bulk_cleanup import StartBulkCleanup

        return StartBulkCleanup(self.jobs, self.sent_lists, self.work_queue)

    @cached_property
    def following_bulk(self) -> Following:
        from chalicelib.bulk.follow_bulk import Following

        return Following(self.jobs, self.store_clock, bool(self.settings.work_queue_url))

    @cached_property
    def follow_bulk_create(self) -> FollowBulkCreate:
        from chalicelib.bulk.follow_bulk import FollowBulkCreate

        return FollowBulkCreate(self.following_bulk)

    @cached_property
    def follow_bulk_cleanup(self) -> FollowBulkCleanup:
        from chalicelib.bulk.follow_bulk import FollowBulkCleanup

        return FollowBulkCleanup(self.following_bulk)

    @cached_property
    def list_bulk_jobs(self) -> ListBulkJobs:
        from chalicelib.bulk.list_bulk_jobs import ListBulkJobs

        return ListBulkJobs(self.jobs)

    @cached_property
    def cancel_bulk(self) -> CancelBulk:
        from chalicelib.bulk.cancel_bulk import CancelBulk
        from chalicelib.jobs.cancel_job import CancelJob

        return CancelBulk(self.jobs, CancelJob(self.jobs, self.work_queue))

    @cached_property
    def graphql(self) -> GraphQlServer:
        from chalicelib.bulk.resolvers import resolvers, schema
        from chalicelib.foundation.graphql_server import GraphQlServer

        introspection = self.settings.graphql_introspection
        return GraphQlServer(schema(), resolvers(self), introspection=introspection)
