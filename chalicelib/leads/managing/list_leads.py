"""Lists the leads of an organization, page by page, without an index: its shards are read in their order."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.executor import Executor, Task
from chalicelib.leads.channels.lead_keys import SHARDS
from chalicelib.leads.lead import Lead
from chalicelib.leads.managing.lead_filter import LeadFilter
from chalicelib.leads.store.lead_store import LeadStore, SearchPage

READ_AHEAD = 48  # shards: three for each thread, so that a slow response delays few others
FEWEST_READ = 100  # items of a shard in one request
MOST_REQUESTS = (
    256  # for one page, beside those read ahead; a page of rare leads may be short, and the next one goes on
)
MOST_LOOKED_AT = 50_000  # items, for one page of rare leads
_CURSOR = re.compile(r"([0-9]{1,4})\.([a-z2-7]{24})?")

LeadPage = tuple[list[Lead], str | None]  # the leads of a page, and the cursor of the next one


class ListsImported(Protocol):
    """Lists the leads of an import from its results; None if that cannot be."""

    def __call__(self, organization: str, wanted: LeadFilter, *, cursor: str | None, limit: int) -> LeadPage | None: ...


@dataclass(frozen=True)
class ListLeads:
    """One page of a list, in the order of the ids; of the leads of an import, in the order of its rows."""

    store: LeadStore
    executor: Executor
    imported: Callable[[], ListsImported]  #: loaded when an import is asked for
    most_looked_at: int = MOST_LOOKED_AT

    def __call__(self, organization: str, wanted: LeadFilter, *, cursor: str | None, limit: int) -> LeadPage:
        """The leads of a page, and the cursor of the next one. A page may be short, or empty, before the last one.

        Raises:
            InvalidInput: the cursor is none of ours.
        """
        page = self.imported()(organization, wanted, cursor=cursor, limit=limit) if wanted.source is not None else None
        return self._searched(organization, wanted, cursor, limit) if page is None else page

    def _searched(self, organization: str, wanted: LeadFilter, cursor: str | None, limit: int) -> LeadPage:
        shard, after = _position(cursor)
        leads: list[Lead] = []
        requests = looked_at = 0
        for number, begins, page in self._pages(organization, wanted, shard, after, limit):
            if requests == MOST_REQUESTS + limit or looked_at >= self.most_looked_at:
                return leads, encode_cursor(f"{number}.{begins}")
            requests, looked_at = requests + 1, looked_at + page.looked_at
            for entry in page.entries:
                if entry.lead is not None and wanted.has(entry.lead):
                    leads.append(entry.lead)
                    if len(leads) == limit:
                        return leads, encode_cursor(f"{number}.{entry.key}")
        return leads, None

    def _pages(
        self, organization: str, wanted: LeadFilter, shard: int, after: str, limit: int
    ) -> Iterator[tuple[int, str, SearchPage]]:
        """The pages of each shard that has items, each with the shard's number and the key behind which it begins.

        The first shard is read alone, since it may fill the list's page; then more and more are read ahead, since the
        shards of a small organization have a lead or two.
        """
        read = partial(self._page, organization, wanted, limit)
        started: deque[Task[SearchPage]] = deque()
        shards = self.store.shards(organization, first=shard)
        for index, number in enumerate(shards):
            ahead = min(max(2 * index, 1), READ_AHEAD)
            for each in shards[index + len(started) : index + ahead]:
                started.append(self.executor.start(partial(read, each, after if each == shard else "")))
            begins, page = after if number == shard else "", started.popleft().result()
            yield number, begins, page
            while page.last is not None:
                begins, page = page.last, read(number, page.last)
                yield number, begins, page

    def _page(self, organization: str, wanted: LeadFilter, limit: int, shard: int, after: str) -> SearchPage:
        if wanted != LeadFilter():
            return self.store.search(organization, shard, after, tag=wanted.tag, source=wanted.source)
        entries, last = self.store.page(organization, shard, after, max(limit, FEWEST_READ))
        return SearchPage(entries, last, len(entries))


def share_looked_through(cursor: str) -> float | None:
    """How much of an organization a list has looked through that goes on with this cursor; None if it is not known."""
    try:
        return _position(cursor)[0] / SHARDS
    except InvalidInput:
        return None


def _position(cursor: str | None) -> tuple[int, str]:
    if cursor is None:
        return 0, ""
    _, shard, after = decode_cursor(cursor, _CURSOR)
    return min(int(shard), SHARDS - 1), after or ""
