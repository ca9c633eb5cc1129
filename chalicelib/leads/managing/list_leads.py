"""Lists the leads of an organization, page by page, without an index: the shards are read one after the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.executor import Executor
from chalicelib.leads.channels.lead_keys import SHARDS
from chalicelib.leads.lead import Lead
from chalicelib.leads.store.entry import Entry
from chalicelib.leads.store.lead_store import LeadStore

SHARDS_AT_ONCE = 16
FEWEST_READ = 100  # items of a shard in one request
MOST_ITEMS = 5_000  # read for one page; a page of rare leads may be short, and the next one goes on
_CURSOR = re.compile(r"([0-9]{1,4})\.([a-z2-7]{24})?")


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads a list has."""

    tag: str | None = None
    #: the import that created or last changed them
    source: str | None = None

    def has(self, lead: Lead) -> bool:
        return (self.tag is None or self.tag in lead.profile.tags) and (
            self.source is None or self.source in (lead.source, lead.stamp.source)
        )


@dataclass(frozen=True)
class ListLeads:
    """One page of a list, in the order of the ids."""

    store: LeadStore
    executor: Executor

    def __call__(
        self, organization: str, wanted: LeadFilter, *, cursor: str | None, limit: int
    ) -> tuple[list[Lead], str | None]:
        """The leads of a page, and the cursor of the next one.

        Raises:
            InvalidInput: the cursor is none of ours.
        """
        shard, after = _position(cursor)
        leads: list[Lead] = []
        read = 0
        for number, entries, last in self._pages(organization, shard, after, limit):
            for entry in entries:
                read += 1
                if entry.lead is not None and wanted.has(entry.lead):
                    leads.append(entry.lead)
                if len(leads) == limit or read == MOST_ITEMS:
                    return leads, encode_cursor(f"{number}.{entry.key}")
            if last is not None:
                return leads, encode_cursor(f"{number}.{last}")
        return leads, None

    def _pages(
        self, organization: str, shard: int, after: str, limit: int
    ) -> Iterator[tuple[int, list[Entry], str | None]]:
        """A page of each shard, with its number and where the page ends. The first shard is read alone."""
        most = max(limit, FEWEST_READ)
        yield shard, *self.store.page(organization, shard, after, most)
        for start in range(shard + 1, SHARDS, SHARDS_AT_ONCE):
            numbers = range(start, min(start + SHARDS_AT_ONCE, SHARDS))
            reads = [partial(self.store.page, organization, each, "", most) for each in numbers]
            for number, (entries, last) in zip(numbers, self.executor.all(reads), strict=True):
                yield number, entries, last


def _position(cursor: str | None) -> tuple[int, str]:
    if cursor is None:
        return 0, ""
    _, shard, after = decode_cursor(cursor, _CURSOR)
    return min(int(shard), SHARDS - 1), after or ""
