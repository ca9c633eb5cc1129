"""The step of a cleanup: what one run made is found by the marks in the book, and taken away or, dry, only listed.

The marks decide, when the step runs, whatever the run's own job says; its ledger only proposes where to begin. A
contact that only the run speaks of goes; one that a person edited since, or that another source speaks of too, loses
what the run said and is kept. What was taken away has no mark any more, so the job goes on wherever it stopped; its
ledger says what is done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chalicelib.books.book import Book, Entry, Mark
from chalicelib.books.change_book import BookChange, ChangeBook
from chalicelib.books.changes import ForEach, ListPosition
from chalicelib.books.chunk import Chunk, Limits, Result
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.planner import Planner
from chalicelib.bulk.bulk_job import CREATE_KIND, CleanupDetails, key_of
from chalicelib.bulk.outcome_reasons import EDITED, FORBIDDEN, NOT_FOUND, OTHERS
from chalicelib.bulk.own_jobs import find_own_job
from chalicelib.bulk.shared_collections import Collections
from chalicelib.bulk.submitted_lists import ListExpired, SubmittedLists
from chalicelib.contacts.contact import PERSON
from chalicelib.contacts.source import is_enrichment
from chalicelib.contacts.tracking_keys import job_of
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.garbage_collector import collect_rarely
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, JobState, LedgerLine
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore

FIRST_VERSION = 1  # of a contact; each write adds one


@dataclass(frozen=True)
class CleanUp:
    jobs: JobStore
    contacts: ContactStore
    change_book: ChangeBook
    lists: SubmittedLists
    collections: Collections
    clock: Clock

    def __call__(self, run: Run) -> None:
        collect_rarely()
        details = CleanupDetails.of(run.job)
        try:
            named = None if details.contact_ids is None else self.lists.get(run.job.owner, details.contact_ids)
        except ListExpired:
            run.fail("The list that was sent is not there any more. Send it again.", "list_gone")
            return
        _Cleaning(self, run, details, None if named is None else frozenset(named)).work()


class _Cleaning:
    """One claim's work on one cleanup."""

    def __init__(self, parts: CleanUp, run: Run, details: CleanupDetails, named: frozenset[str] | None) -> None:
        self._parts, self._run, self._details, self._named = parts, run, details, named

    def work(self) -> None:
        if self._removed_as_created() and self._removed_as_marked():
            self._end()

    def _removed_as_created(self) -> bool:
        """Take away what the run created and nobody has touched since, before the book is read.

        The run's ledger proposes; a deletion on the condition that the contact is as it was created decides. One that
        is not is read, and judged as it is then. False when the time was up before.
        """
        details = self._details
        if details.dry_run or self._named is not None or self._run.job.chunk:
            return True
        create = find_own_job(self._parts.jobs, self._run.job.owner, details.run, CREATE_KIND)
        if create is None:
            return True
        planner = self._planner(key_of(create), book_as_created(self._parts.jobs, create))
        changing = self._parts.change_book.begin(self._run, planner, has_book=True)
        candidates = sorted(planner.contact_ids())
        return self._removed(changing, planner, candidates, total=len(candidates), is_seen=False)

    def _removed_as_marked(self) -> bool:
        """Take away what bears the run's mark, and say which contacts were asked for and do not."""
        planner = self._planner(self._details.tracking_key)
        changing = self._parts.change_book.begin(self._run, planner)
        planner.switch_source(source_in_book(planner.book, self._details))
        here = planner.contact_ids()
        wanted = here if self._named is None else here & self._named
        done = {line.source_id for line in self._ledger()}
        missing = sorted((self._named or frozenset()) - wanted - done)
        candidates = sorted(wanted - done)
        total = len(done) + len(candidates) + len(missing)
        if not self._listed(changing, self._missing(missing), total=total):
            return False
        if self._details.dry_run:
            kept = [Result(each, Outcome.UNCHANGED, each, self._why(planner, each)) for each in candidates]
            return self._listed(changing, kept, total=total)
        return self._removed(changing, planner, candidates, total=total)

    def _end(self) -> None:
        lines = self._ledger()
        deleted = [line.source_id for line in lines if line.outcome is Outcome.REMOVED]
        self._parts.collections.forget_contacts(self._run.job.owner, deleted)
        partly = self._run.job.counts.failed or (self._run.job.cursor or {}).get("forbidden")
        state = JobState.PARTIAL if partly else JobState.COMPLETED
        self._run.commit(Progress(self._run.job.cursor, estimate=len(lines), state=state))

    # ── below

    def _planner(self, source: str, book: Book | None = None) -> Planner:
        return Planner(
            self._parts.contacts, owner=self._run.job.owner, source=source, now=self._parts.clock.now, book=book
        )

    def _ledger(self) -> list[LedgerLine]:
        job = self._run.job
        return [line for chunk in self._parts.jobs.ledger(job) for line in chunk.lines] if job.chunk else []

    def _missing(self, missing: Sequence[str]) -> list[Result]:
        """What is said of contacts that were asked for and are no candidates."""
        seen = self._parts.collections.seen_through(self._run.job.owner, missing) if missing else {}
        forbidden = {contact_id for contact_id, role in seen.items() if not role.may_edit}
        return [Result(each, Outcome.SKIPPED, None, FORBIDDEN if each in forbidden else NOT_FOUND) for each in missing]

    def _listed(self, changing: BookChange, results: Sequence[Result], *, total: int) -> bool:
        """Commit results that change nothing; False when the time was up before."""
        by_id = {result.source_id: result for result in results}

        def plan(rest: Sequence[str], limits: Limits) -> Chunk:
            some = rest[: limits.lines]
            return Chunk([by_id[each] for each in some], [], len(some))

        return self._carried_out(changing, list(by_id), plan, total)

    def _removed(
        self, changing: BookChange, planner: Planner, candidates: Sequence[str], *, total: int, is_seen: bool = True
    ) -> bool:
        """Take the run's records of these contacts away; False when the time was up before.

        Args:
            is_seen: the candidates were in the book; one that is gone before its turn is reported as `not_found`.
        """

        def plan(rest: Sequence[str], limits: Limits) -> Chunk:
            why = {each: self._why(planner, each) for each in rest[: limits.lines]}
            chunk = planner.plan_withdrawal(rest, limits)
            results = {result.source_id: result for result in chunk.results}
            told = [_told(results.get(each), each, why[each]) for each in rest[: chunk.consumed]]
            chunk.results[:] = [result for result in told if is_seen or result.source_id in results]
            return chunk

        return self._carried_out(changing, candidates, plan, total)

    def _carried_out(
        self, changing: BookChange, ids: Sequence[str], plan: Callable[[Sequence[str], Limits], Chunk], total: int
    ) -> bool:
        start = ListPosition.of(self._run.job.cursor)
        return changing.apply(ForEach(ids, start, plan, total, _behind), start) is not None

    def _why(self, planner: Planner, contact_id: str) -> str | None:
        return why_kept(planner.book, contact_id, planner.source)


def _told(result: Result | None, contact_id: str, why: str | None) -> Result:
    if result is None:
        return Result(contact_id, Outcome.SKIPPED, None, NOT_FOUND)  # gone before its turn
    return result if result.outcome is Outcome.REMOVED or result.reason else result._replace(reason=why)


def _behind(at: ListPosition, chunk: Chunk) -> ListPosition:
    """The cursor counts what was forbidden, for the status."""
    forbidden = sum(result.reason == FORBIDDEN for result in chunk.results)
    return replace(at.after(chunk.consumed), base={"forbidden": at.base.get("forbidden", 0) + forbidden})


def book_as_created(jobs: JobStore, create: Job) -> Book:
    """The book as it would be with nothing but what this run created, as it created it."""
    book, source = Book(), key_of(create)
    for line in (line for chunk in jobs.ledger(create) for line in chunk.lines):
        if line.outcome is Outcome.CREATED and line.contact_id is not None:
            mark = Mark(line.contact_id, source, line.source_id, "", create.job_id, create.generation, line.outcome)
            book.put(Entry(line.contact_id, FIRST_VERSION, (), (), (mark,)))
    return book


def source_in_book(book: Book, details: CleanupDetails) -> str:
    """The run's tracking key as the book has it, with all its parts."""
    return next((source for source in book.sources() if job_of(source) == details.run), details.tracking_key)


def why_kept(book: Book, contact_id: str, source: str) -> str | None:
    """Why this contact stays when the source's records go; None for one that goes with them."""
    others = {each for each in book.sources_of(contact_id) if each != source and not is_enrichment(each)}
    return EDITED if PERSON in others else OTHERS if others else None
