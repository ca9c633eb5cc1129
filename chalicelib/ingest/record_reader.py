"""Reads what a record says of itself: the sender's id of it, the id of the event, and its time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.ingest.record_cells import Cells
from chalicelib.ingest.source import RecordRules

# Usual names, most certain first; compared without case.
ID_FIELDS = (
    "external_id",
    "externalId",
    "record_id",
    "recordId",
    "hs_object_id",
    "id",
    "userId",
    "user_id",
    "contact_id",
    "contactId",
    "vid",
    "objectId",
    "customer_id",
    "customerId",
    "uuid",
)
EVENT_FIELDS = ("messageId", "message_id", "eventId", "event_id", "notification_id")
TIME_FIELDS = (
    "occurredAt",
    "occurred_at",
    "updated_at",
    "updatedAt",
    "modified_at",
    "last_modified",
    "lastModifiedDate",
    "hs_lastmodifieddate",
    "SystemModstamp",
    "timestamp",
)
_BESIDE_EVENT = "subscriptionid"  # HubSpot's ids of events are unique in one subscription
_MILLISECONDS = 100_000_000_000  # a number of this size or greater counts milliseconds, not seconds
_LONGEST_NUMBER = 16  # digits
LONGEST_ID = 500  # characters


@dataclass(frozen=True, slots=True)
class RecordIdentity:
    """What a record says of itself."""

    #: the sender's id of the record; "" for none
    record_id: str = ""
    #: the id of the event that brought it; "" for none
    event_id: str = ""
    #: when the sender changed it, in milliseconds since 1970; None if it does not say
    at: int | None = None
    #: the fields that say so, which are no values of a contact unless they are mapped
    fields: frozenset[str] = frozenset()


def identity_of(cells: Cells, rules: RecordRules) -> RecordIdentity:
    """What a record says of itself, by the fields of the rules or by their usual names."""
    by_name = {name.casefold(): name for name in reversed(cells)}
    id_field = _first(cells, by_name, rules.id_field, ID_FIELDS)
    event_field = _first(cells, by_name, rules.event_field, EVENT_FIELDS)
    time_field, at = _time(cells, by_name, rules.time_field)
    event_id = _id(cells, event_field)
    beside = by_name.get(_BESIDE_EVENT, "")
    if event_id and beside:
        event_id = f"{event_id}:{_id(cells, beside)}"
    used = {id_field, event_field, time_field, beside if event_id else ""} - {""}
    return RecordIdentity(_id(cells, id_field), event_id, at, frozenset(used))


def _first(cells: Cells, by_name: Mapping[str, str], chosen: str, usual: Sequence[str]) -> str:
    """The field that is chosen, or else the first usual one that the record has; "" if it has none."""
    if chosen:
        return chosen if cells.get(chosen) else ""
    return next((name for name in _present(by_name, usual) if cells[name]), "")


def _present(by_name: Mapping[str, str], usual: Sequence[str]) -> Iterator[str]:
    return (by_name[each.casefold()] for each in usual if each.casefold() in by_name)


def _id(cells: Cells, field: str) -> str:
    return (cells.get(field) or "").strip()[:LONGEST_ID]


def _time(cells: Cells, by_name: Mapping[str, str], chosen: str) -> tuple[str, int | None]:
    names = [chosen] if chosen else list(_present(by_name, TIME_FIELDS))
    for name in names:
        at = instant_of(cells.get(name) or "")
        if at is not None:
            return name, at
    return "", None


def instant_of(text: str) -> int | None:
    """The instant in a text, in milliseconds since 1970: ISO 8601, or a number of seconds or milliseconds.

    Without a time zone it counts as UTC. None if it is no instant.
    """
    text = text.strip()
    if text.isascii() and text.isdecimal():
        if len(text) > _LONGEST_NUMBER:
            return None
        return int(text) if int(text) >= _MILLISECONDS else int(text) * 1000
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    try:
        return round(aware.timestamp() * 1000)
    except (OverflowError, ValueError):
        return None
