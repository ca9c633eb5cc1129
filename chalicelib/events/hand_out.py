"""Hands events out: makes a delivery of each event for each endpoint that wants it.

Each transaction takes items out of the outbox, adds their deliveries and makes the endpoints due, so no event is lost
and none is handed out twice. Contacts that a person changed by hand within a minute are one event for each type.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from chalicelib.events.delivery import Delivery
from chalicelib.events.delivery_store import DeliveryStore
from chalicelib.events.endpoint import MOST_ENDPOINTS, Endpoint
from chalicelib.events.endpoint_store import EndpointStore
from chalicelib.events.event_store import EventStore, Happened, StoredEvent
from chalicelib.events.start_deliveries import StartDeliveries
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import LARGEST_TRANSACTION, TransactionCanceled
from chalicelib.foundation.json import Json
from chalicelib.foundation.log import error_origin
from chalicelib.jobs.events import CONTACT_TYPES, CONTACTS_OF_JOB

log = logging.getLogger(__name__)

MOST_OWNERS = 100  # that one run of the schedule looks at
LONGEST_RUN = timedelta(seconds=15)  # of the schedule; the rest follows in the next minute
AT_ONCE = 500  # items of the outbox of one owner; the rest follows in the next minute
EDITS_TOGETHER = LARGEST_TRANSACTION - 2 * MOST_ENDPOINTS  # of contacts, told as one event
TRIES = 5  # of one transaction


@dataclass(frozen=True)
class HandOutEvents:
    """Hands out what the outbox holds."""

    events: EventStore
    endpoints: EndpointStore
    deliveries: DeliveryStore
    start_deliveries: StartDeliveries
    clock: Clock

    def __call__(self) -> None:
        """Hand out what waits, the longest waiting first, for a short time: due jobs wait for it."""
        end = self.clock.now() + LONGEST_RUN
        for owner in self.events.owners(self.clock.now(), limit=MOST_OWNERS):
            if self.clock.now() >= end:
                return
            try:
                self.of_owner(owner)
            except Exception as error:  # the other owners are not to wait for it; the next minute tries again
                log.error("events_not_handed_out", extra=error_origin(error))

    def of_owner(self, owner: str) -> None:
        """Hand out what has happened to an owner, and start to send it."""
        for together in _grouped(self.events.of_owner(owner, limit=AT_ONCE)):
            self._hand_out(owner, together)
        for endpoint in self.endpoints.of_owner(owner):
            self.start_deliveries.start(endpoint)

    def _hand_out(self, owner: str, together: Sequence[Happened]) -> None:
        """One transaction, repeated while the endpoints change. Another process may be faster."""
        for _ in range(TRIES):
            getting = [each for each in self.endpoints.of_owner(owner) if each.wanted]
            deliveries = [each for endpoint in getting for each in _deliveries(endpoint, together)]
            now, due = milliseconds(self.clock.now()), {each.endpoint_id for each in deliveries}
            taken = [self.events.delete_write(each) for each in together]
            try:
                self.events.dynamo.commit(
                    [
                        *taken,
                        *map(self.deliveries.put_write, deliveries),
                        *(
                            self.endpoints.put_write(each, each.to_send(now))
                            for each in getting
                            if each.endpoint_id in due
                        ),
                    ]
                )
            except TransactionCanceled as refused:
                if not refused.by_others:
                    raise
                if any(reason.is_condition for reason in refused.reasons[: len(taken)]):
                    return  # another process has handed out some of them; what is left is read again
                continue
            return


def _grouped(happened: Sequence[Happened]) -> list[list[Happened]]:
    """Edits of contacts of one type in a row belong together; everything else is on its own."""
    groups: list[list[Happened]] = []
    for kind, some in groupby(happened, key=lambda each: each.edit.type if each.edit is not None else None):
        listed = list(some)
        size = EDITS_TOGETHER if kind is not None else 1
        groups += [listed[at : at + size] for at in range(0, len(listed), size)]
    return groups


def _deliveries(endpoint: Endpoint, together: Sequence[Happened]) -> list[Delivery]:
    events = [_joined(together)] if together[0].edit is not None else together[0].events
    return [
        Delivery(
            owner=endpoint.owner,
            endpoint_id=endpoint.endpoint_id,
            event_id=event.event_id,
            type=event.type,
            at=together[0].at + order,  # so that they are sent in the order in which they were told
            data=event.data,
        )
        for order, event in enumerate(events)
        if endpoint.may_get(CONTACT_TYPES if event.type == CONTACTS_OF_JOB else (event.type,))
    ]


def _joined(together: Sequence[Happened]) -> StoredEvent:
    """One event of all these edits, by the id of the first."""
    edits = [each.edit for each in together if each.edit is not None]
    names = dict.fromkeys(name for edit in edits for name in edit.data)
    data: Mapping[str, Json] = {
        name: [value for edit in edits for value in (edit.data.get(name) or ())] for name in names
    }
    return StoredEvent(edits[0].event_id, edits[0].type, data)
