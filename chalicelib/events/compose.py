"""Makes the message of a delivery, as the endpoint may get it at that moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from chalicelib.events.contact_batches import ContactBatch, ContactBatches
from chalicelib.events.delivery import Delivery, DeliveryState
from chalicelib.events.endpoint import Endpoint
from chalicelib.events.message import Message
from chalicelib.foundation.json import Json
from chalicelib.jobs.events import CONTACT_TYPES, CONTACTS_OF_JOB

LARGEST_BODY = 20_000  # bytes of a full message, as Standard Webhooks advises
LEFT_OUT = "left_out"  # in the data of an event that would be larger: the names of what it lacks
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
        return Composed(self._message(endpoint, delivery, delivery.event_id, delivery.type, delivery.data))

    def _batch(self, endpoint: Endpoint, delivery: Delivery) -> Composed | None:
        """As many contacts as fit into one message. The id names them all, since a later attempt may have others."""
        types = endpoint.wanted & CONTACT_TYPES
        batch = self.batches.first(endpoint.owner, delivery.job_id, delivery.batch, types) if types else None
        while batch is not None:
            message_id = "-".join([delivery.event_id, *map(str, (*batch.position, len(batch.contact_ids)))])
            data = {**delivery.data, "contact_ids": list(batch.contact_ids)}
            message = self._message(endpoint, delivery, message_id, batch.type.value, data)
            if LEFT_OUT not in message.data or len(batch.contact_ids) == 1:
                return Composed(message, batch)
            batch = batch.half()
        return None

    def _message(
        self, endpoint: Endpoint, delivery: Delivery, message_id: str, name: str, data: Mapping[str, Json]
    ) -> Message:
        """The message, thin if the endpoint is, or if it would be too large; then it says what it lacks."""
        thin = Message(message_id, name, delivery.at, data)
        if endpoint.is_thin:
            return thin
        full = replace(thin, data=self.full_data(endpoint.owner, name, data))
        if len(full.body) <= LARGEST_BODY:
            return full
        return replace(thin, data={**data, LEFT_OUT: sorted(full.data.keys() - data.keys())})
