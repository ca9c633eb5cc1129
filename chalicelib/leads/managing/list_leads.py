"""Lists the leads of an organization, page by page, without an index: its shards are read in their order."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.executor import Executor, Task
from chalicelib.leads.channels.lead_keys import SHARDS
from chalicelib.leads.lead import Lead
from chalicelib.leads.store.entry import Entry
from chalicelib.leads.store.lead_store import LeadStore

READ_AHEAD = 48  # shards: three for each thread, so that a slow response delays few others
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
        """A page of each shard that has items, with its number and where the page ends.

        The first shard is read alone, since it may fill the list's page; then more and more are read ahead, since the
        shards of a small organization have a lead or two.
        """
        most = max(limit, FEWEST_READ)
        started: deque[Task[tuple[list[Entry], str | None]]] = deque()
        shards = self.store.shards(organization, first=shard)
        for index, number in enumerate(shards):
            ahead = min(max(2 * index, 1), READ_AHEAD)
            for each in shards[index + len(started) : index + ahead]:
                read = partial(self.store.page, organization, each, after if each == shard else "", most)
                started.append(self.executor.start(read))
            yield number, *started.popleft().result()


def _position(cursor: str | None) -> tuple[int, str]:
    if cursor is None:
        return 0, ""
    _, shard, after = decode_cursor(cursor, _CURSOR)
    return min(int(shard), SHARDS - 1), after or ""
