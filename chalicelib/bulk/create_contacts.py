"""The step of a bulk create: the list's contacts go into the book chunk by chunk, each with the run's tracking key.

While one chunk is committed the next is planned. The job's cursor says where to go on; when the book moved under a
chunk, it is read again and everything not yet committed is planned anew. Members of the collection land with their
contacts; when the permission is withdrawn meanwhile, the contacts that come after are created without.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Chunk, Intake, Limits
from chalicelib.bulk.batch import incoming
from chalicelib.bulk.bulk_job import CreateDetails, key_of
from chalicelib.bulk.one_ahead import OneAhead
from chalicelib.bulk.reasons import NOT_ADDED
from chalicelib.bulk.sent_lists import ListGone, SentLists
from chalicelib.bulk.shared_collections import Collections
from chalicelib.contacts.contact import Incoming, Said, Unreadable
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.foundation.beside import Begun, Beside
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.collector import collect_rarely
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.ids import fresh_ids
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import JobState, Json, LedgerLine
from chalicelib.jobs.narrowing import Care
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import AlsoRefused, Replan

MOST_REPLANS = 20  # in a row, each because a person edited the book meanwhile
_KEPT = (Outcome.CREATED, Outcome.UPDATED)
_COLLECTION_WRITES = 2  # of a chunk: the check and the members


@dataclass(frozen=True, slots=True)
class Place:
    """Where the run stands; the job's cursor.

    Args:
        at: how many contacts of the list are done. level, until: of our `Care`.
        not_added: how many were created without becoming members. withdrawn: none becomes one any more.
    """

    at: int = 0
    level: int = 0
    until: int = 0
    not_added: int = 0
    withdrawn: bool = False

    @classmethod
    def of(cls, cursor: Json) -> "Place":
        return cls(**(cursor or {}))

    def cursor(self) -> Json:
        return {name: value for name, value in asdict(self).items() if value or name == "at"}

    @property
    def care(self) -> Care:
        return Care(self.level, self.until)

    def after_crashes(self, crashes: int) -> tuple["Place", bool]:
        care, poisoned = self.care.after_crashes(crashes, self.at)
        return replace(self, level=care.level, until=care.until), poisoned

    def behind(self, consumed: int, not_added: int) -> "Place":
        at = self.at + consumed
        care = self.care.at(at)
        return replace(self, at=at, level=care.level, until=care.until, not_added=self.not_added + not_added)


@dataclass(frozen=True)
class CreateContacts:
    """Args:
    region: how phone numbers without a country are read.
    """

    contacts: ContactStore
    lists: SentLists
    collections: Collections
    beside: Beside
    clock: Clock
    region: str
    limits: Limits = Limits()  # noqa: RUF009 # frozen

    def __call__(self, run: Run) -> None:
        collect_rarely()
        details = CreateDetails.of(run.job)
        reading = self.beside.start(lambda: self.lists.get(run.job.owner, details.contacts))  # while the book is read
        creating = _Creating(self, run, details, reading)
        try:
            creating.work()
        except ListGone:
            run.fail("The list that was sent is not there any more. Send it again.", "list_gone")
        except Exception:
            creating.ahead.abandon()
            raise


class _Creating:
    """One claim's work on one run."""

    def __init__(self, parts: CreateContacts, run: Run, details: CreateDetails, reading: Begun[list[Said]]) -> None:
        self._parts, self._run, self._details = parts, run, details
        self.ahead = OneAhead(run, parts.beside)
        self._reading = reading
        self._place, self._poisoned = self._landed_at()
        self._replans = 0

    def work(self) -> None:
        while not self._run.job.is_finished:
            try:
                self._open_book()
                self._create()
                return
            except Replan:
                self._replans += 1
                if self._replans > MOST_REPLANS:
                    raise
                withdrawn = self._place.withdrawn
            except AlsoRefused:  # the collection is not this person's to edit any more
                withdrawn = True
            place, self._poisoned = self._landed_at()
            self._place = replace(place, withdrawn=withdrawn)

    def _landed_at(self) -> tuple[Place, bool]:
        """Where the last chunk landed, and whether what comes next is poisonous."""
        job = self._run.job
        return Place.of(job.cursor).after_crashes(job.crashes)

    def _open_book(self) -> None:
        job = self._run.job
        self._intake = Intake(
            self._parts.contacts,
            owner=job.owner,
            source=key_of(job),
            region=self._parts.region,
            job=job.job_id,
            generation=job.generation,
            now=self._parts.clock.now,
            fresh_id=fresh_ids().__next__,
            on_existing=self._details.on_existing,
        )
        self._intake.reread()
        self._members = self._members_already()

    def _members_already(self) -> set[str]:
        """Contacts that need no adding any more. A new contact never is one, so only who updates has to look."""
        details = self._details
        if details.collection_id is None or details.on_existing is not OnExisting.UPDATE:
            return set()
        return set(self._parts.collections.member_ids(details.collection_id))

    def _create(self) -> None:
        while not self._run.out_of_time():
            chunk = self._intake.plan(self._next(), self._limits())
            self.ahead.begin(self._progress(chunk), lambda chunk=chunk: self._landed(chunk))  # type: ignore[misc]
            if self._place.at >= len(self._incoming):
                break
        self.ahead.settle()

    def _landed(self, chunk: Chunk) -> None:
        self._replans = 0
        self._intake.committed(chunk)

    # ── chunks

    @cached_property
    def _incoming(self) -> Sequence[Incoming]:
        """The list. Raises ListGone."""
        return incoming(self._reading.result())

    def _next(self) -> Sequence[Incoming]:
        at = self._place.at
        if self._poisoned:
            return [Unreadable(str(at), "poison")]
        return self._incoming[at : at + self._place.care.chunk_lines]

    def _limits(self) -> Limits:
        limits = self._parts.limits
        lines = min(self._place.care.chunk_lines, limits.lines)
        room = _COLLECTION_WRITES if self._adds else 0
        return replace(limits, lines=lines, contacts=max(1, limits.contacts - room))

    @property
    def _adds(self) -> bool:
        return self._details.collection_id is not None and not self._place.withdrawn

    def _progress(self, chunk: Chunk) -> Progress:
        kept = [result.contact_id for result in chunk.results if result.outcome in _KEPT and result.contact_id]
        not_added = len(kept) if self._details.collection_id is not None and not self._adds else 0
        lines = [
            LedgerLine(
                result.source_id,
                result.outcome,
                result.contact_id,
                NOT_ADDED if not_added and result.outcome in _KEPT else result.reason,
                result.name,
            )
            for result in chunk.results
        ]
        also = self._membership(kept) if kept and self._adds else ()
        self._place, self._poisoned = self._place.behind(chunk.consumed, not_added), False
        progress = Progress(
            self._place.cursor(), lines=lines, writes=chunk.writes, also=also, estimate=self._details.total
        )
        return self._final(progress) if self._place.at >= len(self._incoming) else progress

    def _membership(self, contact_ids: Sequence[str]) -> Sequence[Write]:
        owner, collection_id = self._run.job.owner, str(self._details.collection_id)
        new = [each for each in dict.fromkeys(contact_ids) if each not in self._members]
        if not new:
            return ()
        self._members.update(new)
        members = self._parts.collections.members_write(collection_id, owner, new)
        return self._parts.collections.edit_check(owner, collection_id), members

    def _final(self, progress: Progress) -> Progress:
        self.ahead.settle()  # so that the job's counts are those of all chunks before
        failed = self._run.job.counts.failed + progress.tally()[Outcome.FAILED]
        state = JobState.PARTIAL if failed or self._place.not_added else JobState.COMPLETED
        return replace(progress, state=state)
