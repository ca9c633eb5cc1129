"""A DynamoDB that compares what a transaction does to contacts with what it tells others of them.

Whatever creates, changes or removes a contact tells so by the same transaction: by its ledger, or by an event.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.books.contact_rows import to_contact
from chalicelib.foundation.dynamo import Item, Write
from chalicelib.foundation.fast_json import decode_json
from chalicelib.jobs.contact_changes import ContactChanges
from chalicelib.jobs.events import CONTACT_TYPES, EventType, NewEvent
from chalicelib.jobs.outbox import Outbox
from chalicelib.jobs.rows import Row, to_job, to_lines
from chalicelib.tables.keys import CONTACT, EVENT, JOB, LEDGER_CHUNK, Key
from tests.fakes.dynamodb import FakeDynamo
from tests.jobs.kinds import KINDS

Told = tuple[str, str]  # what became of a contact, and its id
_TOLD = {
    EventType.CONTACT_CREATED: "created",
    EventType.CONTACT_UPDATED: "updated",
    EventType.CONTACT_MERGED: "updated",
    EventType.CONTACT_DELETED: "removed",
}


class ContactOutbox(Outbox):
    """Writes the events of edits as for an endpoint that wants those of contacts; nobody hands them out."""

    def writes(self, owner: str, events: Sequence[NewEvent], now: datetime) -> list[Write]:
        super().writes(owner, events, now)  # which reads that nobody wants them
        made = self._writes_for(owner, {"an endpoint": CONTACT_TYPES}, events, now)
        for write in made:
            del write["Put"]["Item"]["due_shard"]
        return made


@dataclass
class ComparingDynamo(FakeDynamo):
    """Notes each transaction that does something else to contacts than it tells."""

    differences: list[Any] = field(default_factory=list)

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        keys = [_key(action) for action in request["TransactItems"]]
        before, writes = self._contacts(keys), self.writes
        answer = super().transact_write_items(**request)
        if self.writes > writes:
            done = sorted(_done(before, self._contacts(keys)))
            told = sorted(self._told(request["TransactItems"]))
            if done != told:
                self.differences.append({"done": done, "told": told})
        return answer

    def _contacts(self, keys: Iterable[Key]) -> dict[str, Item]:
        items = self.tables["contacts"].items
        return {key.sk: items[key] for key in keys if key in items and "match" in items[key] and CONTACT.matches(key)}

    def _told(self, actions: Sequence[Any]) -> Iterator[Told]:
        for put in (action["Put"]["Item"] for action in actions if "Put" in action):
            key = Key.of(put)
            if LEDGER_CHUNK.matches(key):
                yield from self._of_ledger(key, put)
            elif EVENT.matches(key):
                yield from _of_events(put)

    def _of_ledger(self, key: Key, item: Item) -> Iterator[Told]:
        job_id = LEDGER_CHUNK.parts(key)["job_id"]
        job = to_job(self.tables["jobs"].items[JOB.key(job_id=job_id)], KINDS)
        if KINDS.spares_book(job.kind):
            return
        row, outcomes = Row(item), job.counts.outcomes
        listed = row.json("contacts")
        changes = (
            ContactChanges.told_by(to_lines(row, outcomes), outcomes.changing)
            if listed is None
            else ContactChanges(*listed)
        )
        for name, contact_ids in changes._asdict().items():
            yield from ((name, each) for each in contact_ids)


def _of_events(item: Item) -> Iterator[Told]:
    for event in decode_json(item["events"]["S"]):
        if event["type"] in CONTACT_TYPES:
            yield from ((_TOLD[event["type"]], each) for each in event["data"]["contact_ids"])
            for merged in event["data"].get("merged", ()):
                yield from (("removed", each) for each in merged["merged_ids"])


def _done(before: Mapping[str, Item], after: Mapping[str, Item]) -> Iterator[Told]:
    for contact_id in before.keys() | after.keys():
        old, new = before.get(contact_id), after.get(contact_id)
        if old is None or new is None:
            yield "created" if old is None else "removed", contact_id
        elif old != new and to_contact(old).records != to_contact(new).records:
            yield "updated", contact_id


def _key(action: Any) -> Key:
    ((_, request),) = action.items()
    return Key.of(request["Key"] if "Key" in request else request["Item"])
