"""Makes the message of a delivery, as the endpoint may get it at that moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from chalicelib.events.contact_batches import ContactBatch, ContactBatches
from chalicelib.events.delivery import Delivery, DeliveryState
from chalicelib.events.endpoint import Endpoint
from chalicelib.events.message import Message
from chalicelib.foundation.json import Json
from chalicelib.jobs.events import CONTACT_TYPES, CONTACTS_OF_JOB

#: Adds what an event is about to its data: of an owner, by the type of the event.
FullData = Callable[[str, str, Mapping[str, Json]], Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class Composed:
    """A message, and which part of its delivery it is."""

    message: Message
    #: Of the contacts of a job; None for a message that is all of its delivery.
    batch: ContactBatch | None = None

    def after_success(self, delivery: Delivery, now: int) -> Delivery:
        """The delivery once the message was accepted: done, or with the next batch to send."""
        if self.batch is None:
            return replace(delivery, state=DeliveryState.DELIVERED)
        return replace(delivery, batch=self.batch.after, next_at=now, failures=0)


@dataclass(frozen=True)
class Compose:
    """Makes messages."""

    batches: ContactBatches
    full_data: FullData

    def __call__(self, endpoint: Endpoint, delivery: Delivery) -> Composed | None:
        """The next message of the delivery; None if nothing is left to send, or the endpoint may not get it."""
        if delivery.type == CONTACTS_OF_JOB:
            return self._batch(endpoint, delivery)
        if not endpoint.may_get((delivery.type,)):
            return None
        data = self._data(endpoint, delivery.type, delivery.data)
        return Composed(Message(delivery.event_id, delivery.type, delivery.at, data))

    def _batch(self, endpoint: Endpoint, delivery: Delivery) -> Composed | None:
        types = endpoint.wanted & CONTACT_TYPES
        batch = self.batches.first(endpoint.owner, delivery.job_id, delivery.batch, types) if types else None
        if batch is None:
            return None
        message_id = "-".join([delivery.event_id, *map(str, batch.position)])
        data = self._data(endpoint, batch.type, {**delivery.data, "contact_ids": list(batch.contact_ids)})
        return Composed(Message(message_id, batch.type.value, delivery.at, data), batch)

    def _data(self, endpoint: Endpoint, name: str, data: Mapping[str, Json]) -> Mapping[str, Json]:
        return data if endpoint.is_thin else self.full_data(endpoint.owner, name, data)
