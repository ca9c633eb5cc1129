"""The published JSON of endpoints and deliveries."""

from collections.abc import Sequence

from chalicelib.events.delivery import Attempt, Delivery, DeliveryState
from chalicelib.events.endpoint import Endpoint
from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.json import Json, JsonObject
from chalicelib.jobs.events import CONTACTS_OF_JOB

ALL_CONTACTS = "contact.*"  # how the batches of a job are called together


def endpoint_json(endpoint: Endpoint) -> JsonObject:
    """An endpoint, without its secrets."""
    return {
        "endpoint_id": endpoint.endpoint_id,
        "url": endpoint.url,
        "description": endpoint.description,
        "events": sorted(endpoint.types),
        "payload": "thin" if endpoint.is_thin else "full",
        "state": endpoint.state.value,
        "disabled_because": None if endpoint.disabled_because is None else endpoint.disabled_because.value,
        "failing_since": _instant(endpoint.failing_since),
        "created_at": _instant(endpoint.created_at),
        "older_secret_valid_until": _instant(next((each.until for each in endpoint.secrets if each.until), None)),
    }


def delivery_json(delivery: Delivery) -> JsonObject:
    """A delivery with its attempts, the first one first."""
    waits = delivery.state is DeliveryState.WAITING
    return {
        "delivery_id": delivery_id(delivery),
        "event_id": delivery.event_id,
        "type": ALL_CONTACTS if delivery.type == CONTACTS_OF_JOB else delivery.type,
        "happened_at": _instant(delivery.at),
        "state": delivery.state.value,
        "next_attempt_at": _instant(max(delivery.next_at, delivery.at)) if waits else None,
        "data": dict(delivery.data),
        "attempts": _attempts(delivery.attempts),
    }


def delivery_id(delivery: Delivery) -> str:
    """How a delivery is named in URLs."""
    return f"{delivery.at}-{delivery.event_id}"


def parsed_delivery_id(text: str) -> tuple[str, int]:
    """The id and the instant of the event.

    Raises:
        NotFound: there is no such delivery.
    """
    at, _, event_id = text.partition("-")
    if not (at.isascii() and at.isdecimal() and len(at) < 14 and event_id):
        raise NotFound("Delivery not found.")
    return event_id, int(at)


def _attempts(attempts: Sequence[Attempt]) -> list[Json]:
    return [
        {
            "at": _instant(each.at),
            "milliseconds": each.milliseconds,
            "status": each.status,
            "failure": each.failure or None,
            "answer": each.answer,
        }
        for each in attempts
    ]


def _instant(at: int | None) -> str | None:
    return None if at is None else rfc3339(instant(at))
