"""The main job's step: copy an account's contacts into the book, page by page, chunk by chunk.

While one chunk is committed the next is planned, and while one page is copied the next is fetched. Whatever goes wrong,
the job's cursor says where to go on; what was committed is never done twice and never counted twice.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Chunk, Intake, Limits
from chalicelib.contacts.contact import SourceContact, Unreadable
from chalicelib.foundation.beside import Begun, Beside
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.collector import collect_rarely
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import ProviderBroken, ProviderEndless
from chalicelib.foundation.ids import fresh_ids
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, JobState, Json
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore, Replan
from chalicelib.provider_imports.group_names import have_changed
from chalicelib.provider_imports.loose_ends import LooseEnds, lines_of
from chalicelib.provider_imports.page_reader import PageReader, RawPages, Tokens, endless
from chalicelib.provider_imports.place import Phase, Place
from chalicelib.provider_imports.provider import ListLoops, Page, PageGone, Provider, SyncExpired
from chalicelib.provider_imports.read_ahead import Fetched
from chalicelib.provider_imports.removals import must_wait

FULL, INCREMENTAL = "full", "incremental"
MOST_LISTINGS = 8  # how often a listing may start again before the import fails because it keeps changing
MOST_LOOPS = 2  # how often after a page link that led in a circle
READ_AT_ONCE = 100  # records, where a page is not read as a whole
MOST_REPLANS = 20  # in a row, each because a person edited the book meanwhile


class ImportedConnection(Protocol):
    """What the step needs of a connection."""

    @property
    def connection_id(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def sync(self) -> Json: ...


@dataclass(frozen=True)
class CopyContacts:
    """Args:
    opened: the connection of a job, with its provider and its tokens; raises `ConsentNeeded` or `NotFound`.
    finished: the write that notes an import's end on its connection; `sync` None keeps what stands there.
    removal_limit: the share of an account's contacts that may vanish in one import without a person's word.
    """

    jobs: JobStore
    contacts: ContactStore
    opened: Callable[[Job], tuple[ImportedConnection, Provider, Tokens]]
    finished: Callable[[Job, Json], Write]
    raw_pages: RawPages
    beside: Beside
    clock: Clock
    region: str
    removal_limit: float = 0.2
    limits: Limits = Limits()  # noqa: RUF009 # frozen

    def __call__(self, run: Run) -> None:
        collect_rarely()
        connection, provider, tokens = self.opened(run.job)
        copying = _Copying(self, run, connection, provider, tokens)
        try:
            copying.work()
        except Exception:
            copying.abandon()
            raise
        finally:
            copying.reader.stop()


@dataclass(frozen=True, slots=True)
class _Pending:
    """A commit under way: the chunk, and where it began."""

    begun: Begun[None]
    chunk: Chunk
    before: Place
    fetched: Fetched


class _Copying:
    """One claim's work on one import."""

    def __init__(
        self, parts: CopyContacts, run: Run, connection: ImportedConnection, provider: Provider, tokens: Tokens
    ) -> None:
        self._parts, self._run, self._provider = parts, run, provider
        self.reader = PageReader(run, provider, tokens, parts.raw_pages, parts.beside)
        self._sync = connection.sync
        self._source = f"{connection.provider}:{connection.connection_id}"
        self._place, self._claimed_rev = self._first_place(run.job, self._mode), run.job.rev
        self._poisoned = False
        self._gone: set[str] = set()
        self._page: Fetched | None = None  # the one being copied
        self._pending: _Pending | None = None
        self._replans = 0

    def work(self) -> None:
        self._place, self._poisoned = self._place.after_crashes(self._run.job.crashes)
        if self._place.phase is Phase.COPY:
            self.reader.begin(self._place, careful=self._place.careful > 0 or self._poisoned)  # while the book is read
        self._open_book()
        if self._run.job.cursor is None and self._mode == INCREMENTAL and self._sync is None:
            self._start_over(FULL)  # the account was connected again meanwhile
        while self._place.phase is Phase.COPY and not self._run.job.is_finished:
            try:
                if not self._copy_pages():
                    return
            except ListLoops:
                if self._run.job.generation >= MOST_LOOPS:
                    raise endless(self._provider, "it leads back to pages that were already read") from None
                self._start_over(FULL if self._sync is None else self._mode)
            except PageGone:
                self._start_over(FULL if self._sync is None else self._mode)
            except SyncExpired:
                self._start_over(FULL)
        if not self._run.job.is_finished and self._tie_up():
            self._remove()

    # ── where we are

    @property
    def _mode(self) -> str:
        return str(self._run.job.details.get("mode", FULL))

    def _first_place(self, job: Job, mode: str) -> Place:
        if job.cursor is not None:
            return Place.of(job.cursor)
        return Place(self._provider.first_cursor(self._sync if mode == INCREMENTAL else None))

    def _open_book(self) -> None:
        """Read the book and what this generation has read already."""
        job = self._run.job
        self._intake = Intake(
            self._parts.contacts,
            owner=job.owner,
            source=self._source,
            region=self._parts.region,
            job=job.job_id,
            generation=job.generation,
            now=self._parts.clock.now,
            fresh_id=fresh_ids().__next__,
        )
        self._intake.reread()
        seen: list[str] = []
        self._gone = set()
        for chunk in self._parts.jobs.ledger(job):
            seen += [line.source_id for line in chunk.lines if line.outcome is not Outcome.REMOVED]
            self._gone.update(chunk.gone)
        self._intake.resume(seen)

    def _start_over(self, mode: str) -> None:
        """List from the start. What this job counted as created before is not counted as unchanged then."""
        self._settle_quietly()
        self.reader.stop()
        if self._run.job.generation >= MOST_LISTINGS:
            self._run.fail(
                f"{self._provider.title}'s list kept changing while we read it. Try again later.", "shifting"
            )
            return
        place = Place(self._provider.first_cursor(self._sync if mode == INCREMENTAL else None))
        self._run.restart(place.cursor(), {"mode": mode})
        self._place, self._poisoned = place, False
        self._open_book()

    # ── pages

    def _copy_pages(self) -> bool:
        """Copy from the present place to the last page; False when the time was up before."""
        try:
            self._page = self.reader.next(self._place)
            while not self._run.out_of_time():
                if self._copy_chunk(self._page):
                    return True
        except ProviderEndless:
            raise
        except ProviderBroken:
            if not self._was_cut_short():
                raise
        self._settle()
        return False

    def _was_cut_short(self) -> bool:
        """Whether a call may have failed for want of our own time; a claim that got nowhere failed all the same."""
        return self._run.out_of_time() and self._run.job.rev > self._claimed_rev

    # ── chunks

    def _copy_chunk(self, fetched: Fetched) -> bool:
        """Plan the next chunk while the last one is committed, then commit it; True when it was the last of all."""
        chunk = self._intake.plan(self._incoming(fetched), replace(self._parts.limits, lines=self._chunk_lines()))
        if not self._settle():
            return False  # what was planned stands on a book that moved
        place = self._place.within(chunk.consumed, fetched.digest)
        is_last = place.offset >= len(fetched.ids)
        self._begin_commit(chunk, self._page_end(fetched.page) if is_last else place, fetched, is_last=is_last)
        if not is_last:
            return False
        if fetched.page.cursor is None:
            return self._settle()
        self._page = self.reader.next(self._place)
        return False

    def _chunk_lines(self) -> int:
        return 1 if self._poisoned else min(self._place.chunk_lines, self._parts.limits.lines)

    def _page_end(self, page: Page) -> Place:
        if page.cursor is not None:
            return self._place.next_page(page.cursor)
        renamed = self._mode == INCREMENTAL and have_changed(page.groups, self._sync)  # a full one has listed them all
        return self._place.removing(page.sync, page.groups if renamed else None)

    def _incoming(self, fetched: Fetched) -> Sequence[SourceContact | Unreadable]:
        start, ids = self._place.offset, fetched.ids
        if self._poisoned:
            return [Unreadable(ids[start], "poison")] if start < len(ids) else []
        if fetched.contacts is not None:
            return fetched.contacts[start:]
        end = start + min(self._chunk_lines(), READ_AT_ONCE)
        return [self._provider.read(record) for record in fetched.page.records[start:end]]

    def _begin_commit(self, chunk: Chunk, place: Place, fetched: Fetched, *, is_last: bool) -> None:
        page = fetched.page
        gone = tuple(page.gone) if self._place.offset == 0 else ()
        self._gone.update(gone)
        progress = Progress(
            place.cursor(),
            lines=lines_of(chunk),
            gone=gone,
            writes=chunk.writes,
            estimate=page.estimate,
        )
        if is_last and page.cursor is None and not self._is_more_to_do(place, chunk):
            progress = self._final(progress, page.sync)
        before, self._place, self._poisoned = self._place, place, False
        begun = self._parts.beside.start(lambda: self._run.commit(progress))
        self._pending = _Pending(begun, chunk, before, fetched)

    def _settle(self) -> bool:
        """Wait for the commit under way. False when the book moved: then we stand where that chunk began."""
        if self._pending is None:
            return True
        pending, self._pending = self._pending, None
        try:
            pending.begun.result()
        except Replan:
            self._replans += 1
            if self._replans > MOST_REPLANS:
                raise
            self._go_back_to(pending)
            return False
        self._replans = 0
        self._intake.committed(pending.chunk)
        return True

    def _go_back_to(self, pending: "_Pending") -> None:
        if self._page is not None and self._page is not pending.fetched:
            self.reader.give_back(self._page)
        self._page, self._place = pending.fetched, pending.before
        self._intake.reread()

    def _settle_quietly(self) -> None:
        """Before starting over: whatever the commit under way planned is read again anyway."""
        while not self._settle():
            pass

    def abandon(self) -> None:
        """Let the commit under way come to its end before the job is put back, so that both do not meet."""
        if self._pending is not None:
            with contextlib.suppress(Exception):
                self._pending.begun.result()

    # ── the end

    def _is_more_to_do(self, place: Place, chunk: Chunk) -> bool:
        return place.groups is not None or bool(self._to_remove(chunk) or self._intake.stranded())

    def _tie_up(self) -> bool:
        """False when the time was up before."""
        ends = LooseEnds(self._run, self._parts.limits, self._place.cursor(), lambda: self._intake, self._open_book)
        names = self._place.groups
        return (names is None or ends.follow_renames(names, self._to_remove)) and ends.reunite()

    def _to_remove(self, chunk: Chunk | None = None) -> list[str]:
        """Source ids to take away: told to be gone, or missing from a complete listing; never one seen in this run."""
        known, seen = self._intake.known_ids(), set(self._intake.seen)
        if chunk is not None:
            seen.update(result.source_id for result in chunk.results)
        missing = known if self._mode == FULL else known & self._gone
        return sorted(missing - seen)

    def _remove(self) -> None:
        """Take away what is gone at the provider, or hold it back for the person to decide when it is too much."""
        gone = self._to_remove()
        if self._must_wait(gone) and not self._run.job.counts.removed:
            held_back = Progress(self._place.cursor(), details={"removals_pending": len(gone)})
            self._run.commit(self._final(held_back, self._place.sync))
            return
        while not self._run.job.is_finished:
            if self._run.out_of_time():
                return
            chunk = self._intake.plan_removals(gone, self._parts.limits)
            rest = gone[chunk.consumed :]
            progress = Progress(self._place.cursor(), lines=lines_of(chunk), writes=chunk.writes)
            try:
                self._run.commit(progress if rest else self._final(progress, self._place.sync))
            except Replan:
                self._open_book()
                gone = self._to_remove()
                continue
            self._intake.committed(chunk)
            gone = rest

    def _must_wait(self, gone: list[str]) -> bool:
        """One that was merged into another is not lost, unless all are gone."""
        known = len(self._intake.known_ids())
        lost = gone if len(gone) == known else self._intake.lost(gone)
        return must_wait(len(lost), known, self._parts.removal_limit)

    def _final(self, progress: Progress, sync: Json) -> Progress:
        failed = self._run.job.counts.failed + progress.tally()[Outcome.FAILED]
        noted = self._parts.finished(self._run.job, None if failed else sync)
        state = JobState.PARTIAL if failed else JobState.COMPLETED
        return replace(progress, cursor=Place(None, Phase.REMOVE).cursor(), state=state, also=(noted,))
