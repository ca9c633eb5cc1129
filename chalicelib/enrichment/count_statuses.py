"""How many contacts have each status with a vendor: counted book by book, and kept until something happens to a book.

What a book consists of, and its statuses, change only by a job of its owner or with an edit. So what was counted holds
as long as the book has the version, and its owner the latest job, that they had then.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.status_counts import count_statuses
from chalicelib.books.status_store import StatusStore
from chalicelib.enrichment.stored_answers import Blobs
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.json import JsonObject
from chalicelib.jobs.store import JobStore

AT_ONCE = 8  # books
FOLDER = "enrichment-counts/"
Counts = Mapping[str, Mapping[str, int]]  # by vendor, then by "status reason"


@dataclass(frozen=True, slots=True)
class Counted:
    """The contacts of all books by status and reason."""

    #: How many contacts have a status, for a reason ("" for none).
    by_status: Mapping[tuple[str, str], int]
    contacts: int
    books: int
    #: Books that were not counted, because the time was up.
    left_out: int


@dataclass(frozen=True)
class CountStatuses:
    """Counts the statuses of all books."""

    books: BookStore
    contacts: ContactStore
    statuses: StatusStore
    blobs: Callable[[], Blobs]
    jobs: JobStore
    owners: Callable[[], Iterator[str]]
    vendors: Sequence[str]
    executor: Executor
    clock: Clock

    def __call__(self, vendor: str, *, within: timedelta) -> Counted:
        """Count the contacts of all books by their status with a vendor. Arguments as `of_all` has them."""
        return self.of_all(within=within)[vendor]

    def of_all(self, *, within: timedelta) -> Mapping[str, Counted]:
        """Count the contacts of all books by their status with each vendor.

        Args:
            within: books that would be counted later than that are left out.
        """
        until, found = self.clock.now() + within, list[Counts | None]()
        owners = self.owners()
        while some := list(islice(owners, AT_ONCE)):
            found += self.executor.all([partial(self._of_book, owner, until) for owner in some])
        return {vendor: _added(found, vendor) for vendor in self.vendors}

    def forget(self, owner: str) -> None:
        """Delete what was counted of a book. May be repeated."""
        self.blobs().delete_prefix(_key(owner))

    def _of_book(self, owner: str, until: datetime) -> Counts | None:
        """The counts of one book; None if the time is up."""
        if self.clock.now() >= until:
            return None
        known_at, packed = self._state(owner), self.blobs().find(_key(owner))
        kept: JsonObject = decode_json(packed) if packed is not None else {}
        if known_at and kept.get("known_at") == known_at and set(self.vendors) <= set(kept["counts"]):
            counts: Counts = kept["counts"]
            return counts
        counts = self._count(owner)
        if known_at:
            self.blobs().put(_key(owner), encode_json({"known_at": known_at, "counts": counts}).encode())
        return counts

    def _state(self, owner: str) -> Sequence[str]:
        """What tells whether anything has happened to a book; nothing while a job may be changing it."""
        if self.jobs.queue(owner).jobs:
            return ()
        latest, _ = self.jobs.of_owner(owner, limit=1)
        return [*map(str, self.books.state(owner).version), *(job.job_id for job in latest)]

    def _count(self, owner: str) -> Counts:
        book, statuses = self.contacts.read_book(owner), self.statuses.all(owner)
        contacts = [(entry.contact_id, entry.merged) for entry in book]
        return {
            vendor: {
                f"{kind} {reason}": number
                for (kind, reason), number in count_statuses(contacts, statuses, vendor).items()
            }
            for vendor in self.vendors
        }


def _added(found: Sequence[Counts | None], vendor: str) -> Counted:
    """The counts of all books with one vendor; None stands for a book that was left out."""
    by_status = Counter[tuple[str, str]]()
    for counts in filter(None, found):
        for status, number in counts.get(vendor, {}).items():
            kind, _, reason = status.partition(" ")
            by_status[kind, reason] += number
    left_out = found.count(None)
    return Counted(by_status, sum(by_status.values()), len(found) - left_out, left_out)


def _key(owner: str) -> str:
    return f"{FOLDER}{id_of(owner)}.json"
