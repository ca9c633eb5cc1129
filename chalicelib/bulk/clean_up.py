"""The step of a cleanup: finds the contacts of one run by their marks in the book, and deletes or, dry, lists them.

The marks decide when the step runs; the ledger of the bulk create suggests where to start. If every contact in it could
be deleted, and the run updated no others, no mark is left and the book is not read. A contact whose only source is the
run is deleted. A contact that a person edited, or that has other sources, is kept and loses the run's data. Processed
contacts have lost their mark, so the job needs no cursor to continue; its ledger lists what is done.
"""

from collections.abc import Callable, Iterable, Sequence
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
from chalicelib.contacts.contact import FIRST_VERSION
from chalicelib.contacts.source import PERSON, is_enrichment
from chalicelib.contacts.tracking_keys import job_id_of
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.memory import tune_memory
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, JobState, LedgerLine
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore


@dataclass(frozen=True)
class CleanUp:
    """Runs the job of a cleanup."""

    jobs: JobStore
    contacts: ContactStore
    change_book: ChangeBook
    lists: SubmittedLists
    collections: Collections
    clock: Clock

    def __call__(self, run: Run) -> None:
        tune_memory()
        details = CleanupDetails.of(run.job)
        try:
            requested = None if details.contact_ids is None else self.lists.get(run.job.owner, details.contact_ids)
        except ListExpired:
            run.fail("The submitted list has expired. Submit it again.", "list_gone")
            return
        _Cleanup(self, run, details, None if requested is None else frozenset(requested)).work()


class _Cleanup:
    """The work of one claim on one cleanup."""

    def __init__(self, parts: CleanUp, run: Run, details: CleanupDetails, requested: frozenset[str] | None) -> None:
        self._parts, self._run, self._details, self._requested = parts, run, details, requested
        self._is_all_removed = False  # whether the ledger tells that no contact has the run's mark any more

    def work(self) -> None:
        if self._remove_untouched() and (self._is_all_removed or self._remove_marked()):
            self._finish()

    def _remove_untouched(self) -> bool:
        """Deletes contacts that have not changed since the run created them, before the book is read.

        The run's ledger suggests them, and each deletion is conditional on the contact's first version. Contacts that
        have changed are left to `_remove_marked`, and so are those that the run updated. Returns False if time ran out.
        """
        details = self._details
        if details.dry_run or self._requested is not None or self._run.job.chunk:
            return True
        create = find_own_job(self._parts.jobs, self._run.job.owner, details.run, CREATE_KIND)
        if create is None:
            return True
        lines = [line for chunk in self._parts.jobs.ledger(create) for line in chunk.lines]
        planner = self._planner(key_of(create), book_as_created(create, lines))
        changing = self._parts.change_book.begin(self._run, planner, has_book=True)
        candidates = sorted(planner.contact_ids())
        is_through = self._remove(changing, planner, candidates, total=len(candidates), was_seen=False)
        updated_others = any(line.outcome is Outcome.UPDATED for line in lines)
        self._is_all_removed = is_through and not updated_others and not planner.contact_ids()
        return is_through

    def _remove_marked(self) -> bool:
        """Deletes the contacts with the run's mark, and reports requested contacts without it.

        Returns False if time ran out.
        """
        planner = self._planner(self._details.tracking_key)
        changing = self._parts.change_book.begin(self._run, planner)
        planner.switch_source(source_in_book(planner.book, self._details))
        selected = self._selected(planner)
        done = {line.source_id for line in self._ledger()}
        requested = self._requested or frozenset()
        missing = sorted(each for each in requested - done if planner.book.current_id(each) not in selected)
        candidates = sorted(selected - done)
        total = len(done) + len(candidates) + len(missing)
        if not self._commit_results(changing, self._missing_results(missing), total=total):
            return False
        if self._details.dry_run:
            kept = [Result(each, Outcome.UNCHANGED, each, self._why(planner, each)) for each in candidates]
            return self._commit_results(changing, kept, total=total)
        tried: set[str] = set()
        while candidates:
            if not self._remove(changing, planner, candidates, total=total):
                return False
            tried.update(candidates)
            candidates = sorted(self._selected(planner) - tried)  # others were merged into these meanwhile
            total += len(candidates)
        return True

    def _selected(self, planner: Planner) -> set[str]:
        """The contacts that have the run's mark; of those that were requested, if some were."""
        marked = planner.contact_ids()
        if self._requested is None:
            return marked
        return marked.intersection(filter(None, map(planner.book.current_id, self._requested)))

    def _finish(self) -> None:
        lines = self._ledger()
        deleted = [line.source_id for line in lines if line.outcome is Outcome.REMOVED]
        self._parts.collections.forget_contacts(self._run.job.owner, deleted)
        is_partial = self._run.job.counts.failed or (self._run.job.cursor or {}).get("forbidden")
        state = JobState.PARTIAL if is_partial else JobState.COMPLETED
        self._run.commit(Progress(self._run.job.cursor, estimate=len(lines), state=state))

    def _planner(self, source: str, book: Book | None = None) -> Planner:
        return Planner(
            self._parts.contacts, owner=self._run.job.owner, source=source, now=self._parts.clock.now, book=book
        )

    def _ledger(self) -> list[LedgerLine]:
        job = self._run.job
        return [line for chunk in self._parts.jobs.ledger(job) for line in chunk.lines] if job.chunk else []

    def _missing_results(self, missing: Sequence[str]) -> list[Result]:
        """The results of requested contacts that are not this run's."""
        seen = self._parts.collections.roles_by_contact(self._run.job.owner, missing) if missing else {}
        forbidden = {contact_id for contact_id, role in seen.items() if not role.may_edit}
        return [Result(each, Outcome.SKIPPED, None, FORBIDDEN if each in forbidden else NOT_FOUND) for each in missing]

    def _commit_results(self, changing: BookChange, results: Sequence[Result], *, total: int) -> bool:
        """Commits results that change nothing. Returns False if time ran out."""
        by_id = {result.source_id: result for result in results}

        def plan(rest: Sequence[str], limits: Limits) -> Chunk:
            some = rest[: limits.lines]
            return Chunk([by_id[each] for each in some], [], len(some))

        return self._carry_out(changing, list(by_id), plan, total)

    def _remove(
        self, changing: BookChange, planner: Planner, candidates: Sequence[str], *, total: int, was_seen: bool = True
    ) -> bool:
        """Removes the run's records from these contacts. Returns False if time ran out.

        Args:
            was_seen: whether the candidates were read from the book; then those deleted since are reported as
                `not_found`.
        """

        def plan(rest: Sequence[str], limits: Limits) -> Chunk:
            why = {each: self._why(planner, each) for each in rest[: limits.lines]}
            chunk = planner.plan_withdrawal(rest, limits)
            results = {result.source_id: result for result in chunk.results}
            reported = [_with_reason(results.get(each), each, why[each]) for each in rest[: chunk.consumed]]
            chunk.results[:] = [result for result in reported if was_seen or result.source_id in results]
            return chunk

        return self._carry_out(changing, candidates, plan, total)

    def _carry_out(
        self, changing: BookChange, ids: Sequence[str], plan: Callable[[Sequence[str], Limits], Chunk], total: int
    ) -> bool:
        start = ListPosition.of(self._run.job.cursor)
        return changing.apply(ForEach(ids, start, plan, total, _advanced), start) is not None

    def _why(self, planner: Planner, contact_id: str) -> str | None:
        return why_kept(planner.book, contact_id, planner.source)


def _with_reason(result: Result | None, contact_id: str, why: str | None) -> Result:
    if result is None:
        return Result(contact_id, Outcome.SKIPPED, None, NOT_FOUND)  # deleted before its turn
    return result if result.outcome is Outcome.REMOVED or result.reason else result._replace(reason=why)


def _advanced(at: ListPosition, chunk: Chunk) -> ListPosition:
    """The position after a chunk; its cursor counts forbidden contacts, for the status."""
    forbidden = sum(result.reason == FORBIDDEN for result in chunk.results)
    return replace(at.after(chunk.consumed), base={"forbidden": at.base.get("forbidden", 0) + forbidden})


def book_as_created(create: Job, lines: Iterable[LedgerLine]) -> Book:
    """A book with only the contacts that this run created, as it created them.

    Args:
        lines: of the run's ledger.
    """
    book, source = Book(), key_of(create)
    for line in lines:
        if line.outcome is Outcome.CREATED and line.contact_id is not None:
            mark = Mark(line.contact_id, source, line.source_id, "", create.job_id, create.generation, line.outcome)
            book.put(Entry(line.contact_id, FIRST_VERSION, (), (), (mark,)))
    return book


def source_in_book(book: Book, details: CleanupDetails) -> str:
    """The run's full tracking key, as found in the book."""
    return next((source for source in book.sources() if job_id_of(source) == details.run), details.tracking_key)


def why_kept(book: Book, contact_id: str, source: str) -> str | None:
    """The reason why this contact is kept when the source's records are removed; None if it is deleted."""
    others = {each for each in book.sources_of(contact_id) if each != source and not is_enrichment(each)}
    return EDITED if PERSON in others else OTHERS if others else None
