"""Stores the leads of all organizations, and whom each identity belongs to."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, NamedTuple, TypeVar

from chalicelib.foundation.dynamo import (
    KEYS_PER_BATCH_GET,
    STATEMENTS_PER_BATCH,
    Dynamo,
    Item,
    Statement,
    TransactionCanceled,
    Write,
)
from chalicelib.foundation.executor import Executor, Task
from chalicelib.leads.channels.identity import Identity
from chalicelib.leads.channels.lead_keys import shard
from chalicelib.leads.lead import Lead, Profile, Stamp
from chalicelib.leads.store.entry import Entry, Gone
from chalicelib.leads.store.lead_rows import entry_key, is_lead, texts_of, to_entry, to_item
from chalicelib.leads.store.lead_shards import LeadShards
from chalicelib.leads.store.lead_statements import entry_statement, insert_statement, update_statement
from chalicelib.tables.keys import LEAD

T = TypeVar("T")
R = TypeVar("R")
READ_AHEAD = 16  # shards whose first page is in memory when all leads are read; a page has one megabyte at most


class Stored(NamedTuple):
    """What is stored of one identity."""

    #: its own item
    entry: Entry
    #: the item with the lead that it belongs to; None if it is free
    home: Entry | None

    @property
    def lead(self) -> Lead | None:
        """The lead that the identity belongs to; None if it is free."""
        return None if self.home is None else self.home.lead

    @property
    def gone(self) -> Gone | None:
        return self.entry.gone


class SearchPage(NamedTuple):
    """Some items of a shard that may be wanted, of those that were looked at."""

    entries: Sequence[Entry]
    last: str | None  #: the key from behind which the next page goes on; None if there is none
    looked_at: int


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What one item becomes, if it is still as it was read."""

    before: Entry
    #: its `rev` does not matter: the write counts it
    after: Entry


@dataclass(frozen=True)
class LeadStore:
    """The items of the leads table. Every method may raise `ResponseLost` if DynamoDB does not respond."""

    dynamo: Dynamo
    table: str
    executor: Executor
    #: of the secret that keys are computed with; stored with each item
    version: int = 1

    # ── reading

    def find_many(self, organization: str, keys: Sequence[str], *, consistent: bool = False) -> dict[str, Stored]:
        """What is stored of the identities with these keys, by key; those without an item are left out.

        Args:
            consistent: whether to see everything that was written before; it costs twice as much.
        """
        return self.read(organization, self.items(organization, keys, consistent=consistent))

    def items(self, organization: str, keys: Iterable[str], *, consistent: bool = False) -> dict[str, Item]:
        """The items of the identities with these keys as DynamoDB returns them, by key. `consistent` as above."""
        wanted = list(dict.fromkeys(keys))
        pieces = [wanted[start : start + KEYS_PER_BATCH_GET] for start in range(0, len(wanted), KEYS_PER_BATCH_GET)]
        read = partial(self._some_items, organization, consistent)
        return {item["sk"]["S"]: item for found in self._each(read, pieces) for item in found}

    def read(self, organization: str, items: Mapping[str, Item]) -> dict[str, Stored]:
        """What these items say, by key, with the leads that their identities belong to."""
        entries = {key: to_entry(organization, item) for key, item in items.items()}
        elsewhere = {entry.owner for entry in entries.values() if entry.owner is not None} - entries.keys()
        owners = {**entries, **(self._entries(organization, sorted(elsewhere)) if elsewhere else {})}
        return {
            key: Stored(entry, None if entry.owner is None else owners.get(entry.owner))
            for key, entry in entries.items()
        }

    @staticmethod
    def holds(item: Item, identity: Identity, profile: Profile, *, untouched_by: str) -> bool:
        """Whether an item certainly holds a lead of this identity alone with this profile. Reads next to nothing.

        Args:
            untouched_by: the source whose stamp the lead does not have.
        """
        return is_lead(item, identity, profile) and untouched_by not in item["lead"]["S"]

    def find(self, organization: str, lead_id: str) -> Lead | None:
        """The lead with this id."""
        entry = self.entry(organization, lead_id)
        return None if entry is None else entry.lead

    def entry(self, organization: str, key: str) -> Entry | None:
        """The item of an identity."""
        item = self.dynamo.get(self.table, entry_key(organization, key))
        return None if item is None else to_entry(organization, item)

    def entries(self, organization: str, keys: Sequence[str]) -> dict[str, Entry]:
        """The items of these identities as they are now; an empty one where there is none."""
        found = self._entries(organization, keys)
        return {key: found.get(key) or Entry(key) for key in keys}

    def page(
        self, organization: str, shard: int, after: str = "", most: int | None = None
    ) -> tuple[list[Entry], str | None]:
        """Some items of a shard from behind `after`, in the order of their keys: as many as one response holds.

        Args:
            most: at most this many.

        Returns:
            The items, and the key from behind which the next page goes on; None if there is none.
        """
        limit = {} if most is None else {"Limit": most}
        response = self.dynamo.query_page(**self._query(organization, shard, after), **limit)
        return [to_entry(organization, item) for item in response["Items"]], _last(response)

    def search(
        self, organization: str, shard: int, after: str = "", *, tag: str | None, source: str | None
    ) -> SearchPage:
        """Those items of a shard from behind `after` whose lead may have this tag and this source.

        DynamoDB looks through a megabyte of items for one page, which costs as much as if it returned them all.
        """
        query = self._query(organization, shard, after)
        texts = {f":text{number}": {"S": text} for number, text in enumerate(texts_of(tag, source))}
        query["ExpressionAttributeValues"] |= texts
        response = self.dynamo.query_page(
            **query,
            FilterExpression=" AND ".join(f"contains(#lead, {name})" for name in texts),
            ExpressionAttributeNames={"#lead": "lead"},
        )
        entries = [to_entry(organization, item) for item in response["Items"]]
        return SearchPage(entries, _last(response), response["ScannedCount"])

    def _query(self, organization: str, shard: int, after: str) -> dict[str, Any]:
        values = {":pk": {"S": LEAD.partition(organization=organization, shard=shard)}}
        condition = "pk = :pk"
        if after:
            condition, values = "pk = :pk AND sk > :after", {**values, ":after": {"S": after}}
        return {"TableName": self.table, "KeyConditionExpression": condition, "ExpressionAttributeValues": values}

    def shards(self, organization: str, *, first: int = 0) -> list[int]:
        """The shards from `first` on that may have items, in their order; all others have none."""
        return [number for number in self._shards.listed(organization) if number >= first]

    def all(self, organization: str, *, first: int = 0, after: str = "") -> Iterator[tuple[int, list[Entry]]]:
        """All items in pieces, each with the number of its shard; the next shards are read while one is used.

        Memory holds a few megabytes of them, however many there are.

        Args:
            first: the shard to begin with, behind `after`.
        """
        started: deque[Task[tuple[list[Entry], str | None]]] = deque()
        shards = self.shards(organization, first=first)
        for index, number in enumerate(shards):
            for ahead in shards[index + len(started) : index + READ_AHEAD]:
                read = partial(self.page, organization, ahead, after if ahead == first else "")
                started.append(self.executor.start(read))
            entries, last = started.popleft().result()
            yield number, entries
            while last is not None:
                entries, last = self.page(organization, number, last)
                yield number, entries

    # ── writing

    def add_shards_of(self, organization: str, keys: Iterable[str]) -> None:
        """List the shards of items that several writes are about to store; otherwise each write lists its own."""
        self._shards.add(organization, map(shard, keys))

    def insert_many(self, organization: str, leads: Sequence[Lead]) -> dict[str, Stored]:
        """Insert new leads with one identity each, whose identities have no item yet.

        A lead that an earlier try of the same row or input inserted counts as inserted.

        Returns:
            What is stored instead, by the ids of the leads that were not inserted.
        """
        self.add_shards_of(organization, (lead.id for lead in leads))
        refused = self._execute([insert_statement(self.table, lead, self.version) for lead in leads])
        others = self._stored_of(organization, [leads[index] for index in refused])
        own = {lead.id: lead.created_by for lead in leads}
        return {key: each for key, each in others.items() if not _is_created_by(each.entry.lead, own[key])}

    def replace_many(self, organization: str, leads: Sequence[Lead]) -> dict[str, Stored]:
        """Replace stored leads, each if it still has the revision that `lead.rev` names. Identities stay as they are.

        A lead that an earlier try replaced counts as replaced.

        Returns:
            What is stored instead, by the ids of the leads that were not replaced.
        """
        refused = self._execute([update_statement(self.table, lead) for lead in leads])
        others = self._stored_of(organization, [leads[index] for index in refused])
        wanted = {lead.id: replace(lead, rev=lead.rev + 1) for lead in leads}
        return {key: each for key, each in others.items() if each.entry.lead != wanted[key]}

    def update_many(self, organization: str, changes: Sequence[EntryChange]) -> set[str]:
        """Change stored items, each on its own if it is still as it was read, for half the price of a transaction.

        Returns:
            The keys of those that were refused, also of some that an earlier try has changed: read them again.
        """
        refused = self._execute(
            [entry_statement(self.table, organization, each.before, each.after) for each in changes]
        )
        return {changes[index].after.key for index in refused}

    def commit(self, organization: str, changes: Sequence[EntryChange]) -> bool:
        """Write all of these items in one transaction, if each is still as it was read; False if one is not, or others
        are writing it.
        """
        try:
            self.dynamo.commit(self.writes(organization, changes))
        except TransactionCanceled as canceled:
            if not canceled.by_others:
                raise
            return False
        return True

    def writes(self, organization: str, changes: Sequence[EntryChange]) -> list[Write]:
        """The writes of `commit`, for a transaction that does more. The shards of new items are listed at once."""
        self.add_shards_of(organization, (each.after.key for each in changes if not each.before.rev))
        return [self._write(organization, each) for each in changes]

    # ── below

    @cached_property
    def _shards(self) -> LeadShards:
        return LeadShards(self.dynamo, self.table)

    def _write(self, organization: str, change: EntryChange) -> Write:
        """The write of one item. An item without content is deleted."""
        before, after = change.before, replace(change.after, rev=change.before.rev + 1)
        condition = _is_as_read(before.rev)
        if after == Entry(after.key, after.rev):
            return {"Delete": {"TableName": self.table, "Key": entry_key(organization, after.key), **condition}}
        return {"Put": {"TableName": self.table, "Item": to_item(organization, after, self.version), **condition}}

    def _execute(self, statements: Sequence[Statement]) -> list[int]:
        """Send the statements, several requests at once; returns the indexes of those that were refused."""
        batches = [
            statements[start : start + STATEMENTS_PER_BATCH]
            for start in range(0, len(statements), STATEMENTS_PER_BATCH)
        ]
        results = self._each(self.dynamo.execute, batches)
        written = [each for batch in results for each in batch]
        return [index for index, is_written in enumerate(written) if not is_written]

    def _stored_of(self, organization: str, leads: Sequence[Lead]) -> dict[str, Stored]:
        """What is stored at the ids of these leads, also where nothing is."""
        ids = [lead.id for lead in leads]
        found = self.find_many(organization, ids, consistent=True) if ids else {}
        return {each: found.get(each) or Stored(Entry(each), None) for each in ids}

    def _entries(self, organization: str, keys: Iterable[str]) -> dict[str, Entry]:
        items = self.items(organization, keys, consistent=True)
        return {key: to_entry(organization, item) for key, item in items.items()}

    def _some_items(self, organization: str, consistent: bool, keys: Sequence[str]) -> list[Item]:
        wanted = [entry_key(organization, key) for key in keys]
        return list(self.dynamo.get_many(self.table, wanted, ConsistentRead=consistent))

    def _each(self, work: Callable[[T], R], pieces: Sequence[T]) -> list[R]:
        """The results of `work` for each piece; more than one at the same time."""
        if len(pieces) == 1:
            return [work(pieces[0])]
        return self.executor.all([partial(work, piece) for piece in pieces])


def _last(response: Mapping[str, Any]) -> str | None:
    """The key behind which the next page of a query goes on; None if there is none."""
    last = response.get("LastEvaluatedKey")
    return None if last is None else str(last["sk"]["S"])


def _is_created_by(lead: Lead | None, stamp: Stamp) -> bool:
    return lead is not None and lead.created_by == stamp


def _is_as_read(rev: int) -> Mapping[str, Any]:
    """The condition that an item still has this revision; 0 is that there is none."""
    if not rev:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {"ConditionExpression": "n = :n", "ExpressionAttributeValues": {":n": {"N": str(rev)}}}
