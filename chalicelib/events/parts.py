"""The parts of events, each built when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.events.compose import Compose
    from chalicelib.events.deliver import DeliverEvents
    from chalicelib.events.delivery import Delivery
    from chalicelib.events.delivery_store import DeliveryStore
    from chalicelib.events.endpoint import Endpoint
    from chalicelib.events.endpoint_secrets import EndpointSecrets
    from chalicelib.events.endpoint_store import EndpointStore
    from chalicelib.events.event_store import EventStore
    from chalicelib.events.hand_out import HandOutEvents
    from chalicelib.events.manage_endpoints import ManageEndpoints
    from chalicelib.events.start_deliveries import StartDeliveries
    from chalicelib.foundation.callbacks import Callbacks
    from chalicelib.foundation.dynamo import Write
    from chalicelib.jobs.job import Job
    from chalicelib.shared_parts import SharedParts


class EventsParts:
    """Each is built when it is first needed."""

    def __init__(self, shared: SharedParts, *, email_writes: Callable[..., Sequence[Write]]) -> None:
        """Connect the room to the others.

        Args:
            email_writes: the writes that let an e-mail to a person wait; as `EmailParts.writes` has it.
        """
        self.shared, self._email_writes = shared, email_writes

    @cached_property
    def callbacks(self) -> Callbacks:
        from chalicelib.foundation.callback_client import CallbackClient

        return CallbackClient(allow_loopback=self.shared.settings.events_allow_loopback)

    @cached_property
    def endpoints(self) -> EndpointStore:
        from chalicelib.events.endpoint_store import EndpointStore

        shared = self.shared
        return EndpointStore(shared.dynamo, shared.settings.jobs_table, shared.store_clock)

    @cached_property
    def deliveries(self) -> DeliveryStore:
        from chalicelib.events.delivery_store import DeliveryStore

        shared = self.shared
        return DeliveryStore(shared.dynamo, shared.settings.jobs_table, shared.store_clock)

    @cached_property
    def events(self) -> EventStore:
        from chalicelib.events.event_store import EventStore

        return EventStore(self.shared.dynamo, self.shared.settings.jobs_table)

    @cached_property
    def secrets(self) -> EndpointSecrets:
        from chalicelib.events.endpoint_secrets import EndpointSecrets

        return EndpointSecrets(self.shared.seal)

    @cached_property
    def start_deliveries(self) -> StartDeliveries:
        from chalicelib.events.start_deliveries import StartDeliveries

        shared = self.shared
        return StartDeliveries(self.endpoints, shared.jobs, shared.work_queue, shared.store_clock)

    @cached_property
    def hand_out(self) -> HandOutEvents:
        from chalicelib.events.hand_out import HandOutEvents

        shared = self.shared
        return HandOutEvents(self.events, self.endpoints, self.deliveries, self.start_deliveries, shared.store_clock)

    @cached_property
    def manage(self) -> ManageEndpoints:
        from chalicelib.events.manage_endpoints import ManageEndpoints

        shared = self.shared
        return ManageEndpoints(
            self.endpoints,
            self.deliveries,
            self.secrets,
            self.start_deliveries,
            shared.store_clock,
            allow_loopback=shared.settings.events_allow_loopback,
        )

    @cached_property
    def deliver(self) -> DeliverEvents:
        from chalicelib.events.deliver import DeliverEvents

        shared = self.shared
        return DeliverEvents(
            self.endpoints,
            self.deliveries,
            self.compose,
            self.secrets,
            self.callbacks,
            shared.store_clock,
            shared.chance,
            told=self._told_of_disabled,
        )

    @cached_property
    def compose(self) -> Compose:
        from chalicelib.events.compose import Compose
        from chalicelib.events.contact_batches import ContactBatches
        from chalicelib.events.full_data import AddFullData

        shared = self.shared
        return Compose(ContactBatches(shared.jobs), AddFullData(shared.jobs, shared.contacts))

    def log(
        self, owner: str, endpoint_id: str, cursor: str | None, *, limit: int
    ) -> tuple[Sequence[Delivery], str | None]:
        """A page of what was sent to an endpoint, the latest event first, and where the next page starts.

        Raises:
            NotFound: there is no such endpoint.
            InvalidInput: the cursor is invalid.
        """
        from chalicelib.events.delivery_store import position
        from chalicelib.foundation.cursors import decode_time_cursor, encode_time_cursor

        self.endpoints.get(owner, endpoint_id)
        before = ""
        if cursor is not None:
            at, event_id = decode_time_cursor(cursor)
            before = f"{at:013d}#{event_id}"
        found = self.deliveries.log(owner, endpoint_id, before=before, limit=limit + 1)
        page = sorted(found, key=position, reverse=True)[:limit]
        return page, encode_time_cursor(page[-1].at, page[-1].event_id) if len(found) > limit else None

    def after_job(self, job: Job) -> None:
        """Hand out at once what is told of a job that has ended; the schedule would do so within a minute."""
        if self.shared.jobs.kinds.end_events(job):
            for owner in self.shared.outbox.holders(job.owner):
                self.hand_out.of_owner(owner)

    def forget(self, owner: str) -> None:
        """Delete all endpoints of an owner, their events and their logs. May be repeated."""
        for endpoint in self.endpoints.of_owner(owner):
            self.deliveries.forget(owner, endpoint.endpoint_id)
        self.events.forget(owner)
        self.endpoints.forget(owner)

    def _told_of_disabled(self, endpoint: Endpoint) -> Sequence[Write]:
        """Other endpoints of the owner are told by an event, and the owner by another way."""
        from chalicelib.foundation.ids import fresh_id
        from chalicelib.jobs.events import EventType, NewEvent

        reason = "" if endpoint.disabled_because is None else endpoint.disabled_because.value
        data = {"endpoint_id": endpoint.endpoint_id, "because": reason}
        event = NewEvent(f"evt_{fresh_id()}", EventType.ENDPOINT_DISABLED.value, data, for_operators=False)
        told = self.shared.outbox.writes(endpoint.owner, [event], self.shared.store_clock.now())
        return [*told, *self._disabled_email(endpoint)]

    def _disabled_email(self, endpoint: Endpoint) -> Sequence[Write]:
        """The e-mail to a person. An organization and the service have none: their endpoints' pages say it."""
        from chalicelib.events.disabled_email import disabled_email
        from chalicelib.foundation.service_owners import OF_NO_PERSON

        if endpoint.owner.startswith(OF_NO_PERSON):
            return ()
        since = str(endpoint.failing_since or endpoint.rev)
        return self._email_writes(endpoint.owner, disabled_email(endpoint), endpoint.endpoint_id, since)
