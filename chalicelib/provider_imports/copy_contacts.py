"""The step of an import: copies an account's contacts into the owner's book, page by page and chunk by chunk.

    listing ──page──► chunk ──commit──► … ──last page──► renamed groups ──► merged contacts ──► removals ──► end

The next pages are fetched while one is copied. The job's cursor has the position, so that a later run continues where
this one stopped; nothing is committed or counted twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from chalicelib.accounts.connection import FULL, INCREMENTAL
from chalicelib.accounts.fingerprint_store import FingerprintStore
from chalicelib.books.change_book import BookChange, ChangeBook, after_crashes
from chalicelib.books.changes import Ending, ForEach
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.fingerprints import Fingerprints
from chalicelib.books.intake import Intake
from chalicelib.contacts.source_record import Stamp
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import ProviderBroken, ProviderEndless
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.ids import fresh_ids
from chalicelib.foundation.json import Json
from chalicelib.foundation.memory import tune_memory
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore
from chalicelib.provider_imports.held_removals import must_hold
from chalicelib.provider_imports.import_cursor import ImportCursor, Phase
from chalicelib.provider_imports.page_changes import PageChanges
from chalicelib.provider_imports.page_reader import PageReader, RawPageStore, ReadRecord, Tokens, endless_list
from chalicelib.provider_imports.read_records import ReadRecords
from chalicelib.providers.choices import Chosen
from chalicelib.providers.group_names import names_changed
from chalicelib.providers.provider import ListLoops, PageGone, Provider, SyncExpired

MOST_LISTINGS = 8  # how often a listing may start again before the import fails because it keeps changing
MOST_LOOPS = 2  # how often it may start again because page links lead in a circle


class ImportedConnection(Protocol):
    """The part of a connection that the step needs."""

    @property
    def connection_id(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def sync(self) -> Json: ...
    @property
    def chosen(self) -> Chosen: ...
    @property
    def names_by_choice(self) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class CopyContacts:
    """Copies the contacts of an account in one or more runs."""

    jobs: JobStore
    contacts: ContactStore
    change_book: ChangeBook
    #: The connection of a job, its provider and its access tokens. Raises `ConsentNeeded`, `Conflict` or `NotFound`.
    open_account: Callable[[Job], tuple[ImportedConnection, Provider, Tokens]]
    #: The write that notes the end of an import on its connection, with the names of what is chosen if one of them is
    #: new. Without a sync state, the stored one stays.
    import_finished_write: Callable[[Job, Json, Mapping[str, str] | None], Write]
    raw_pages: RawPageStore
    fingerprints: FingerprintStore
    executor: Executor
    clock: Clock
    region: str
    #: The share of an account's contacts that one import may remove without a decision by the person.
    removal_limit: float = 0.2

    def __call__(self, run: Run) -> None:
        tune_memory()
        connection, provider, tokens = self.open_account(run.job)
        import_run = _ImportRun(self, run, connection, provider, tokens)
        try:
            import_run.work()
        finally:
            import_run.reader.close()


class _ImportRun:
    """One run of one import."""

    def __init__(
        self, parts: CopyContacts, run: Run, connection: ImportedConnection, provider: Provider, tokens: Tokens
    ) -> None:
        self._parts, self._run, self._provider, self._connection = parts, run, provider, connection
        self.reader = PageReader(run, provider, tokens, parts.raw_pages, parts.executor, self._reading)
        self._claimed_rev = run.job.rev
        self._fingerprints = self._read_fingerprints()
        self._reads_all = run.job.cursor is None  # in this run

    def work(self) -> None:
        start = self._initial_cursor()
        cursor, gives_up = after_crashes(start, self._run.job.crashes)
        if cursor.phase is Phase.COPY:
            self.reader.start(cursor, careful=cursor.careful > 0 or gives_up)  # concurrently with reading the book
        if self._is_unchanged():
            self._end_unchanged()
            return
        self._open_book()
        if self._run.job.cursor is None and self._mode == INCREMENTAL and self._connection.sync is None:
            start = self._restart(FULL)  # the account was connected again since the job was created
        read = self._read(start)
        if read is not None:
            self._finish(read)
        if not self._run.job.is_finished:
            self._keep_fingerprints(at_end=False)

    # ── without the book

    def _is_unchanged(self) -> bool:
        """Whether the account has not changed since the last import, so that there is no need to read the book.

        Only of a refresh: otherwise a person waits, and the book is read while the provider is asked.
        """
        job = self._run.job
        is_first = job.cursor is None and not job.crashes
        if not is_first or self._mode != INCREMENTAL or self._connection.sync is None or "due_at" not in job.details:
            return False
        try:
            fetched = self.reader.peek()
        except (PageGone, SyncExpired, ProviderBroken):  # raised again where it is handled
            return False
        is_empty = not fetched.ids and not fetched.page.gone and fetched.page.cursor is None
        return is_empty and not names_changed(fetched.page.groups, self._connection.sync)

    def _end_unchanged(self) -> None:
        finished = self._parts.import_finished_write(self._run.job, self.reader.peek().page.sync, None)
        cursor = ImportCursor(None, Phase.REMOVE).cursor()
        self._run.commit(Progress(cursor, state=JobState.COMPLETED, extra_writes=[finished]))

    # ── position

    @property
    def _mode(self) -> str:
        return str(self._run.job.details.get("mode", FULL))

    def _initial_cursor(self) -> ImportCursor:
        job = self._run.job
        return self._cursor_for(self._mode) if job.cursor is None else ImportCursor.of(job.cursor)

    def _cursor_for(self, mode: str) -> ImportCursor:
        sync = self._connection.sync if mode == INCREMENTAL else None
        return ImportCursor(self._provider.first_cursor(sync, self._connection.chosen))

    def _open_book(self) -> None:
        """Read the book, and the ids that this listing has already read."""
        job = self._run.job
        self._intake = Intake(
            self._parts.contacts,
            owner=job.owner,
            source=self._connection.source,
            region=self._parts.region,
            job=job.job_id,
            generation=job.generation,
            now=self._parts.clock.now,
            fresh_id=fresh_ids().__next__,
            fingerprints=self._fingerprints,
        )
        seen: list[str] = []
        gone: set[str] = set()
        for chunk in self._parts.jobs.ledger(job):
            seen += [line.source_id for line in chunk.lines if line.outcome is not Outcome.REMOVED]
            gone.update(chunk.deleted_ids)
        self._intake.resume(seen)
        self._book_change: BookChange = self._parts.change_book.begin(self._run, self._intake)
        is_full = self._mode == FULL
        self._page_changes = PageChanges(
            self._intake,
            self._provider,
            self.reader,
            self._connection.sync,
            gone,
            is_full=is_full,
            chosen_names=self._connection.names_by_choice,
        )

    def _reading(self) -> ReadRecord:
        """What converts the records of a page. Only a full import reads many records that have not changed."""
        if self._mode != FULL:
            return lambda record, _: self._provider.read(record)
        return ReadRecords(self._provider, self._parts.fingerprints.version, later=self._fingerprints.are_any_known)

    def _read_fingerprints(self) -> Fingerprints:
        if self._mode != FULL:
            return Fingerprints()
        return Fingerprints(self._parts.fingerprints.read(self._run.job.owner, self._connection.connection_id))

    def _keep_fingerprints(self, *, at_end: bool) -> None:
        """Keep what this run has found out about the records; without the book, it has found nothing new."""
        if self._mode != FULL or not self._intake.has_book:
            return
        book = self._book_change.version_at_end() if at_end and self._intake.is_settled() else None
        known = self._fingerprints.for_next_import(book, reads_all=self._reads_all)
        self._parts.fingerprints.write(self._run.job.owner, self._connection.connection_id, known)

    def _restart(self, mode: str) -> ImportCursor:
        """Start the listing again. Contacts that this job created keep their outcome in the counts."""
        self.reader.stop()
        cursor = self._cursor_for(mode)
        if self._run.job.generation >= MOST_LISTINGS:
            self._run.fail(
                f"{self._provider.title}'s list kept changing while we read it. Try again later.", "shifting"
            )
            return cursor
        self._run.restart(cursor.cursor(), {"mode": mode})
        self._reads_all, self._fingerprints = True, self._read_fingerprints()
        self._open_book()
        return cursor

    # ── reading

    def _read(self, cursor: ImportCursor) -> ImportCursor | None:
        """Copy all pages from `cursor` on.

        Returns:
            The position after the last page; None if the time is up or the job has ended.
        """
        while cursor.phase is Phase.COPY and not self._run.job.is_finished:
            try:
                return self._book_change.apply(self._page_changes, cursor)
            except ListLoops:
                if self._run.job.generation >= MOST_LOOPS:
                    raise endless_list(self._provider, "it leads back to pages that were already read") from None
                cursor = self._restart(FULL if self._connection.sync is None else self._mode)
            except PageGone:
                cursor = self._restart(FULL if self._connection.sync is None else self._mode)
            except SyncExpired:
                cursor = self._restart(FULL)
            except ProviderEndless:
                raise
            except ProviderBroken:
                if not self._ran_out_of_time():
                    raise
                return None
        return None if self._run.job.is_finished else cursor

    def _ran_out_of_time(self) -> bool:
        """Whether a call may have failed because our time was up. A run without any progress counts as failed."""
        return self._run.out_of_time() and self._run.job.rev > self._claimed_rev

    # ── after the last page

    def _finish(self, cursor: ImportCursor) -> None:
        if self._intake.has_all_known():
            self._end(cursor, {})
            return
        if cursor.groups is not None:
            renamed = self._book_change.apply(self._renames(cursor.groups, cursor), cursor)
            if renamed is None:
                return
            cursor = replace(renamed, groups=None)
        reunited = self._book_change.apply(self._reunions(cursor), cursor)
        if reunited is None:
            return
        cursor = reunited
        gone = self._to_remove()
        if self._must_hold(gone) and not self._run.job.counts.removed:
            self._end(cursor, {"removals_pending": len(gone)})
        elif self._book_change.apply(ForEach(gone, cursor, self._intake.plan_removals), cursor) is not None:
            self._end(cursor, {})

    def _renames(self, names: Mapping[str, str], cursor: ImportCursor) -> ForEach[ImportCursor]:
        """Renamed groups in the records that this import has not read."""
        job = self._run.job
        stamp = Stamp(job.job_id, job.generation, Outcome.UPDATED)
        unread = self._intake.known_ids() - self._intake.seen - set(self._to_remove())
        return ForEach(
            sorted(unread), cursor, lambda ids, limits: self._intake.plan_group_renames(names, ids, limits, stamp)
        )

    def _reunions(self, cursor: ImportCursor) -> ForEach[ImportCursor]:
        """Edits of contacts that the provider merged into others move to those."""
        seen = self._intake.seen
        orphaned_contacts = [each for each in self._intake.orphaned_contacts() if each not in seen]
        return ForEach(orphaned_contacts, cursor, self._intake.plan_reunions)

    def _to_remove(self) -> list[str]:
        """Source ids to remove: reported as deleted, or missing in a full listing, and not read in this import."""
        known, seen = self._intake.known_ids(), self._intake.seen
        missing = known if self._mode == FULL else known & self._page_changes.gone
        return sorted(each for each in missing if each not in seen)

    def _must_hold(self, gone: list[str]) -> bool:
        """Whether the removals wait for the person. Contacts merged into others do not count, unless all are gone."""
        known = len(self._intake.known_ids())
        lost = gone if len(gone) == known else self._intake.without_survivor(gone)
        return must_hold(len(lost), known, self._parts.removal_limit)

    def _end(self, cursor: ImportCursor, details: dict[str, Json]) -> None:
        self._keep_fingerprints(at_end=True)
        failed = self._run.job.counts.failed
        renamed = {**self._connection.names_by_choice, **cursor.chosen_names} if cursor.chosen_names else None
        finished_write = self._parts.import_finished_write(self._run.job, None if failed else cursor.sync, renamed)
        state = JobState.PARTIAL if failed else JobState.COMPLETED
        self._book_change.end(Ending(state, ImportCursor(None, Phase.REMOVE).cursor(), [finished_write], details))
