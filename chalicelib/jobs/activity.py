"""Activity: what happened, for operators and for the person whom it concerns.

Jobs tell of themselves, so only what is no job is noted: one item by its day, and one for each person whom it concerns,
in the transaction that makes it true wherever there is one. No item has anyone's data: people appear by their ids. An
erasure takes the person out, and notes what their jobs were, since it deletes these.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.foundation.acting_client import acting_client
from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Dynamo, Item, Write
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import Job, JobState
from chalicelib.tables.keys import ACTIVITY, OWN_ACTIVITY, Key

LASTS = timedelta(days=365)


class ActivityKind(StrEnum):
    """The kinds of events that are not jobs."""

    CONNECTED = "connected"
    CONSENT_LOST = "consent-lost"
    EXPORTED = "exported"
    MERGED = "merged"
    UNMERGED = "unmerged"
    SPLIT = "split"
    DELETED = "deleted"  # by hand; only the person sees it
    VENDOR_CHANGED = "vendor-changed"
    CLIENT_ALLOWED = "client-allowed"
    CLIENT_REVOKED = "client-revoked"
    CLIENT_READ = "client-read"  # within the hour that begins then
    CLIENT_ACTED = "client-acted"  # noted before the change is made


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""

    event_id: str
    #: When, in milliseconds since 1970.
    at: int
    #: An `ActivityKind`, or the kind of a job of a person who was erased since.
    kind: str
    #: Whom it concerns; "" for nobody in particular.
    owner: str = ""
    #: Who did it, if that is someone else.
    by: str = ""
    #: Numbers and names of settings, never anyone's data.
    details: Mapping[str, Json] = field(default_factory=dict)
    #: Whether the person whom it concerns, or the one who did it, was erased.
    is_erased: bool = False

    @property
    def sort_key(self) -> str:
        """Text that sorts events, and jobs among them, by time."""
        return ACTIVITY.key(date="", at=self.at, event_id=self.event_id).sk


@dataclass(frozen=True)
class ActivityStore:
    """Notes and reads what happened, in the jobs table. Every method that sends a request may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str
    lasts: timedelta = LASTS

    # ── noting

    def writes(self, event: Event) -> list[Write]:
        """The writes that note an event. Repeating them changes nothing."""
        people = dict.fromkeys(filter(None, (event.owner, event.by)))
        own = [{**_own_key(event, person).item, "ttl": self._ttl(event)} for person in people]
        items = [{**_key(event).item, "ttl": self._ttl(event), **_attributes(event)}, *own]
        return [{"Put": {"TableName": self.table, "Item": item}} for item in items]

    def noted(
        self,
        kind: ActivityKind,
        now: datetime,
        owner: str = "",
        by: str = "",
        details: Mapping[str, Json] | None = None,
    ) -> list[Write]:
        """The writes that note something that happens now, with the service client that does it.

        Args:
            owner: whom it concerns; "" for nobody in particular.
            by: who did it; the owner does not count as somebody else.
        """
        doer, client = "" if by == owner else by, acting_client()
        of_client: Mapping[str, Json] = {"client": client} if client else {}
        told = {**of_client, **(details or {})}
        return self.writes(Event(fresh_id(), milliseconds(now), kind.value, owner, doer, told))

    # ── reading

    def on_day(self, date: str, *, before: str, limit: int) -> list[Event]:
        """The events of a UTC day ("2026-11-30"), newest first, whose sort keys are before this one."""
        page = self.dynamo.query_page(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND sk < :before",
            ExpressionAttributeValues={":pk": {"S": ACTIVITY.partition(date=date)}, ":before": {"S": before}},
            ScanIndexForward=False,
            Limit=limit,
        )
        return [_to_event(item) for item in page["Items"]]

    def of_person(self, owner: str, *, before: str) -> Iterator[Event]:
        """What a person did or was concerned by, newest first, with sort keys before this one."""
        keys = list(self._own_keys(owner, before))
        for start in range(0, len(keys), 100):
            some = [_key_of(each).item for each in keys[start : start + 100]]
            found = {item["sk"]["S"]: item for item in self.dynamo.get_many(self.table, some)}
            yield from (_to_event(found[each["sk"]["S"]]) for each in some if each["sk"]["S"] in found)

    # ── erasing

    def note_erased_job(self, job: Job) -> None:
        """Note what a job of a person was who is being erased. May be repeated."""
        counts = {name: count for name, count in job.counts.items() if count}
        state = job.state if job.is_finished else JobState.COMPLETED  # the erasure itself, which goes on to its end
        details: dict[str, Json] = {"state": state.value, "counts": counts}
        event = Event(job.job_id, milliseconds(job.created_at), job.kind, details=details, is_erased=True)
        self.dynamo.commit(self.writes(event))

    def forget(self, owner: str) -> None:
        """Take a person out of everything that happened. May be repeated."""
        for own in list(self._own_keys(owner, "~")):
            key = _key_of(own)
            item = self.dynamo.get(self.table, key.item)
            if item is not None:
                kept = {name: value for name, value in item.items() if value != {"S": owner}}
                self.dynamo.put(TableName=self.table, Item={**kept, "is_erased": {"BOOL": True}})
            self.dynamo.delete(TableName=self.table, Key=own.item)

    # ── items

    def _own_keys(self, owner: str, before: str) -> Iterator[Key]:
        prefix = OWN_ACTIVITY.sk_prefix()
        items = self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": OWN_ACTIVITY.partition(owner=owner)},
                ":first": {"S": prefix},
                ":last": {"S": f"{prefix}{before}"},
            },
            ScanIndexForward=False,
            ConsistentRead=True,
            ProjectionExpression="pk, sk",
        )
        return (key for key in map(Key.of, items) if key.sk != f"{prefix}{before}")

    def _ttl(self, event: Event) -> Item:
        return {"N": str(round(event.at / 1000 + self.lasts.total_seconds()))}


def _key(event: Event) -> Key:
    return ACTIVITY.key(date=_date(event.at), at=event.at, event_id=event.event_id)


def _own_key(event: Event, person: str) -> Key:
    return OWN_ACTIVITY.key(owner=person, at=event.at, event_id=event.event_id)


def _key_of(own: Key) -> Key:
    """The key of the event to which a person's own item points."""
    parts = OWN_ACTIVITY.parts(own)
    at = int(parts["at"])
    return ACTIVITY.key(date=_date(at), at=at, event_id=parts["event_id"])


def _date(at: int) -> str:
    return instant(at).date().isoformat()


def _attributes(event: Event) -> Item:
    named = {"kind": event.kind, "owner": event.owner, "by": event.by, "details": encode_json(dict(event.details))}
    item: Item = {name: {"S": text} for name, text in named.items() if text}
    return {**item, "is_erased": {"BOOL": True}} if event.is_erased else item


def _to_event(item: Item) -> Event:
    parts = ACTIVITY.parts(Key.of(item))
    return Event(
        parts["event_id"],
        int(parts["at"]),
        item["kind"]["S"],
        item.get("owner", {}).get("S", ""),
        item.get("by", {}).get("S", ""),
        decode_json(item["details"]["S"]),
        "is_erased" in item,
    )
