"""The step of a cleanup: what one run made is found by the marks in the book, and taken away or, dry, only listed.

The marks decide, when the step runs, whatever the run's own job says; its ledger only proposes where to begin. A
contact that only the run speaks of goes; one that a person edited since, or that another source speaks of too, loses
what the run said and is kept. What was taken away has no mark any more, so the job goes on wherever it stopped; its
ledger says what is done.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from chalicelib.books.book import Book, Entry, Mark
from chalicelib.books.chunk import Chunk
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Limits
from chalicelib.books.planning import Planning
from chalicelib.bulk.bulk_job import CREATE_KIND, CleanupDetails, key_of
from chalicelib.bulk.one_ahead import OneAhead
from chalicelib.bulk.own_jobs import find_own
from chalicelib.bulk.reasons import EDITED, FORBIDDEN, NOT_FOUND, OTHERS
from chalicelib.bulk.sent_lists import ListGone, SentLists
from chalicelib.bulk.shared_collections import Collections
from chalicelib.contacts.contact import PERSON
from chalicelib.contacts.tracking import job_of
from chalicelib.foundation.beside import Beside
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.collector import collect_rarely
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, JobState, LedgerLine
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore, Replan

MOST_REPLANS = 20  # in a row, each because a person edited the book meanwhile
FIRST_VERSION = 1  # of a contact; each write adds one


@dataclass(frozen=True)
class CleanUp:
    jobs: JobStore
    contacts: ContactStore
    lists: SentLists
    collections: Collections
    beside: Beside
    clock: Clock
    limits: Limits = Limits()  # noqa: RUF009 # frozen

    def __call__(self, run: Run) -> None:
        collect_rarely()
        details = CleanupDetails.of(run.job)
        try:
            named = None if details.contact_ids is None else self.lists.get(run.job.owner, details.contact_ids)
        except ListGone:
            run.fail("The list that was sent is not there any more. Send it again.", "list_gone")
            return
        cleaning = _Cleaning(self, run, details, None if named is None else frozenset(named))
        try:
            cleaning.work()
        except Exception:
            cleaning.ahead.abandon()
            raise


class _Cleaning:
    """One claim's work on one cleanup.

    `_promised` are candidates that this claim has seen: one that is gone before its turn is told as not found.
    """

    def __init__(self, parts: CleanUp, run: Run, details: CleanupDetails, named: frozenset[str] | None) -> None:
        self._parts, self._run, self._details, self._named = parts, run, details, named
        self.ahead = OneAhead(run, parts.beside)
        self._promised: set[str] = set()
        self._replans = 0
        self._forbidden = 0

    def work(self) -> None:
        self._begin_as_made()
        while True:
            try:
                book = self._parts.contacts.read_book(self._run.job.owner)
                self._consider(book, source_of(book, self._details))
                self._promised.update(self._candidates)
                self._clean()
                return
            except Replan:
                self._replans += 1
                if self._replans > MOST_REPLANS:
                    raise

    def _begin_as_made(self) -> None:
        """Take away what the run created and nobody has touched since, before the book is read.

        The run's ledger proposes; a deletion on the condition that the contact is as it was created decides. At the
        first that is not, and for all that is left, the book is asked.
        """
        owner, details = self._run.job.owner, self._details
        if details.dry_run or self._named is not None or self._run.job.chunk:
            return
        create = find_own(self._parts.jobs, owner, details.run, CREATE_KIND)
        if create is not None:
            with suppress(Replan):
                self._consider(as_made(self._parts.jobs, create), key_of(create))
                self._take_away()

    def _consider(self, book: Book, source: str) -> None:
        """What there is to do, as the book and this job's ledger say now."""
        self._source = source
        self._planning = Planning(
            self._parts.contacts, owner=self._run.job.owner, source=source, now=self._parts.clock.now, book=book
        )
        lines = self._told_before()
        done = {line.source_id for line in lines}
        self._deleted = [line.source_id for line in lines if line.outcome is Outcome.REMOVED]
        self._forbidden = sum(line.reason == FORBIDDEN for line in lines)
        here = set(book.contacts_of(self._source))
        wanted = here if self._named is None else here & self._named
        self._candidates = sorted(wanted - done)
        self._missing = sorted((self._promised | (self._named or frozenset())) - wanted - done)
        self._total = len(done) + len(self._candidates) + len(self._missing)

    def _told_before(self) -> list[LedgerLine]:
        job = self._run.job
        return [line for chunk in self._parts.jobs.ledger(job) for line in chunk.lines] if job.chunk else []

    # ── the work

    def _clean(self) -> None:
        if not (self._tell_missing() and self._take_away()):
            return
        self._parts.collections.forget_contacts(self._run.job.owner, self._deleted)
        partly = self._run.job.counts.failed or self._forbidden
        self._run.commit(self._progress([], state=JobState.PARTIAL if partly else JobState.COMPLETED))

    def _tell_missing(self) -> bool:
        """Those that were named and are no candidates; False when the time was up before."""
        if not self._missing:
            return True
        seen = self._parts.collections.seen_through(self._run.job.owner, self._missing)
        forbidden = {contact_id for contact_id, role in seen.items() if not role.may_edit}
        lines = [
            LedgerLine(each, Outcome.SKIPPED, None, FORBIDDEN if each in forbidden else NOT_FOUND)
            for each in self._missing
        ]
        return self._told(lines)

    def _told(self, lines: Sequence[LedgerLine]) -> bool:
        """Commit lines without anything they did."""
        most = self._parts.limits.lines
        for start in range(0, len(lines), most):
            if self._run.out_of_time():
                self.ahead.settle()
                return False
            self.ahead.begin(self._progress(lines[start : start + most]), self._moved_on)
        self.ahead.settle()
        return True

    def _take_away(self) -> bool:
        """All candidates, or their list where the run is a dry one; False when the time was up before."""
        whys = {each: why_kept(self._planning.book, each, self._source) for each in self._candidates}
        if self._details.dry_run:
            return self._told([LedgerLine(each, Outcome.UNCHANGED, each, whys[each]) for each in self._candidates])
        rest = self._candidates
        while rest:
            if self._run.out_of_time():
                self.ahead.settle()
                return False
            chunk = self._planning.plan_withdrawal(rest, self._parts.limits)
            rest = rest[chunk.consumed :]
            lines = [
                LedgerLine(each.source_id, each.outcome, each.contact_id, each.reason or whys[each.source_id])
                if each.outcome is not Outcome.REMOVED
                else LedgerLine(each.source_id, each.outcome)
                for each in chunk.results
            ]
            progress = replace(self._progress(lines), writes=chunk.writes)
            self.ahead.begin(progress, lambda chunk=chunk: self._landed(chunk))  # type: ignore[misc]
        self.ahead.settle()
        return True

    def _landed(self, chunk: Chunk) -> None:
        self._moved_on()
        self._deleted += [each.source_id for each in chunk.results if each.outcome is Outcome.REMOVED]
        self._planning.committed(chunk)

    def _moved_on(self) -> None:
        self._replans = 0

    def _progress(self, lines: Sequence[LedgerLine], state: JobState | None = None) -> Progress:
        self._forbidden += sum(line.reason == FORBIDDEN for line in lines)
        return Progress({"forbidden": self._forbidden}, lines=lines, estimate=self._total, state=state)


def as_made(jobs: JobStore, create: Job) -> Book:
    """The book as it would be with nothing but what this run created, as it created it."""
    book, source = Book(), key_of(create)
    for line in (line for chunk in jobs.ledger(create) for line in chunk.lines):
        if line.outcome is Outcome.CREATED and line.contact_id is not None:
            mark = Mark(line.contact_id, source, line.source_id, "", create.job_id, create.generation, line.outcome)
            book.put(Entry(line.contact_id, FIRST_VERSION, (), (), (mark,)))
    return book


def source_of(book: Book, details: CleanupDetails) -> str:
    """The run's tracking key as the book has it, with all its parts."""
    return next((source for source in book.sources() if job_of(source) == details.run), details.tracking_key)


def why_kept(book: Book, contact_id: str, source: str) -> str | None:
    """Why this contact stays when the source's records go; None for one that goes with them."""
    others = book.sources_of(contact_id) - {source}
    return EDITED if PERSON in others else OTHERS if others else None
