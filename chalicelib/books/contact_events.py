"""Events of contacts that people change by hand. What jobs change is told by their ledgers."""

from collections.abc import Sequence

from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.events import EventType, NewEvent


def created(*contact_ids: str) -> NewEvent:
    return _event(EventType.CONTACT_CREATED, contact_ids)


def updated(*contact_ids: str) -> NewEvent:
    return _event(EventType.CONTACT_UPDATED, contact_ids)


def deleted(*contact_ids: str) -> NewEvent:
    return _event(EventType.CONTACT_DELETED, contact_ids)


def merged(into: str, others: Sequence[str]) -> NewEvent:
    """The others are part of `into` now, and have its id."""
    moved = [{"contact_id": into, "merged_ids": list(others)}]
    return NewEvent(
        _fresh(), EventType.CONTACT_MERGED.value, {"contact_ids": [into], "merged": moved}, for_operators=False
    )


def _event(name: EventType, contact_ids: Sequence[str]) -> NewEvent:
    return NewEvent(_fresh(), name.value, {"contact_ids": list(contact_ids)}, for_operators=False)


def _fresh() -> str:
    return f"evt_{fresh_id()}"
