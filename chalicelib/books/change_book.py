"""The one way to change a person's book: read it, plan a chunk, commit it while the next one is planned, and so on.

Contacts that people edit meanwhile are read and planned again; that is never a failure. If a worker crashes, chunks
shrink until the one record that crashes it is isolated and skipped. When the time is up, the job is handed over.

What a chunk replaces is kept first (`replaced_words_store.py`), so that the job can be undone. One such chunk waits, so
that its blob is written while the chunk before is committed and the one after is planned.
"""

import contextlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Generic

from chalicelib.books.book_store import BookStore
from chalicelib.books.changes import At, Changes, Ending, PlannedChunk
from chalicelib.books.chunk import LARGEST_LEDGER, Limits
from chalicelib.books.notice import REPLANNED
from chalicelib.books.planner import Planner
from chalicelib.books.replaced_words_store import KeptBlob, WordKeeper, WordStore
from chalicelib.books.status_store import StatusStore
from chalicelib.books.version import BookState, BookVersion, Edits
from chalicelib.foundation.dynamo import LARGEST_TRANSACTION, ResponseLost, size_of
from chalicelib.foundation.executor import Executor, Task
from chalicelib.foundation.json import Json
from chalicelib.jobs.contact_changes import ContactChanges
from chalicelib.jobs.events import PAIRS
from chalicelib.jobs.job import CHANGED_UNCOUNTED
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import ExtraWriteRefused, Replan, StoreBusy
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import OWN_WRITES

MOST_BYTES = 3_500_000  # of one commit with its extra writes; DynamoDB takes 4 MB
JOB_BYTES = 20_000  # of it, for the job's own item
CHUNK_BYTES = MOST_BYTES - LARGEST_LEDGER - JOB_BYTES  # for contacts and extra writes
READ_EDITS_EVERY = timedelta(seconds=1)  # while chunks are committed
MOST_AHEAD = 1  # chunks that wait for their blobs while another one is committed


@dataclass(frozen=True)
class ChangeBook:
    """Starts the changes of a job."""

    books: BookStore
    executor: Executor  #: commits a chunk while the next one is planned
    limits: Limits = Limits()  # noqa: RUF009 # frozen #: of one chunk; a transaction's limits bound it further
    words: WordStore | None = None  #: keeps what the jobs replace; None: they cannot be undone
    statuses: StatusStore | None = None  #: of enrichment, which go with the contacts that jobs remove

    def begin(self, run: Run, planner: Planner, *, has_book: bool = False) -> "BookChange":
        """Start changing the book of the job's owner.

        Args:
            has_book: whether `planner` has read the book already.
        """
        state = self.books.state(run.job.owner, front=run.job)
        planner.carry_statuses(self.statuses_in(state))
        if not has_book and not planner.knows(state.version):
            if self.books.is_empty(run.job, state):
                planner.take_empty_book()
            else:
                planner.reload_book()
        return BookChange(self, run, planner, state)

    def statuses_in(self, state: BookState) -> StatusStore | None:
        """The store of the statuses that go with contacts; None if the book has none, so that nothing is written."""
        return self.statuses if state.has_statuses else None


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[At]):
    """A planned chunk that waits to be committed."""

    planned: PlannedChunk[At]
    start: At  #: where the chunk begins
    is_poisoned: bool  #: whether it skips a poisonous record
    blob: KeptBlob | None  #: with what it replaces


@dataclass(frozen=True, slots=True)
class _Pending(Generic[At]):
    """A chunk that is being committed."""

    commit: Task[Edits | None]
    chunk: _Waiting[At]


@dataclass(slots=True)
class _Line(Generic[At]):
    """The chunks that are planned and not committed, in order."""

    pending: _Pending[At] | None = None
    waiting: deque[_Waiting[At]] = field(default_factory=deque)

    def wait(self) -> None:
        """Wait for everything that was started, so that nothing races with what the worker writes next."""
        tasks = [each.blob.written for each in self.waiting if each.blob is not None]
        for task in [*tasks, *([self.pending.commit] if self.pending is not None else [])]:
            with contextlib.suppress(Exception):
                task.result()


class BookChange:
    """One claim's changes of one book."""

    def __init__(self, parts: ChangeBook, run: Run, planner: Planner, state: BookState) -> None:
        self._books, self._executor = parts.books, parts.executor
        self._run, self._planner, self._begun, self._seen = run, planner, state, state.edits
        words = parts.words
        self._words: WordKeeper | None = None if words is None else words.keeper(run.job, parts.statuses_in(state))
        self._limits = _within_a_transaction(parts.limits)
        # The contacts that the next chunk may write. Chunks that meet edits become smaller, so that the time between
        # reading a contact and writing it becomes shorter.
        self._most = self._limits.contacts
        self._replanned = 0
        self._edits_read_at, self._has_latest_edits = run.time_left(), True
        # A merge moves records. If that happens while the book is read, the book may lack them, or have them twice.
        self._is_book_checked = False  # whether nobody edited the book while it, or a part of it, was last read
        self._unlinked = {each for ids in state.edits.recent for each in ids} if run.job.chunk else set[str]()

    def apply(self, changes: Changes[At], start: At) -> At | None:
        """Commit all of the changes from `start` on.

        Returns:
            The position after the last chunk; None if the time was up before.

        Raises:
            Fenced, ExtraWriteRefused, ResponseLost: as `JobStore.commit`.
        """
        at, is_poisoned = after_crashes(start, self._run.job.crashes)
        line = _Line[At]()
        is_idle = True  # no chunk was committed, so the crashes concern the changes that follow
        try:
            while not self._run.out_of_time():
                planned = changes.skip_poisoned(at) if is_poisoned else changes.plan(at, self._limits_at(at))
                if (edits := self._edits_in_reading()) is not None:
                    at, is_poisoned = self._plan_again(edits, line) or (at, is_poisoned)
                elif planned is not None and planned.needs_commit and self._excess(planned) is None:
                    line.waiting.append(_Waiting(planned, at, is_poisoned, self._keep_words(planned)))
                    back = self._commit_waiting(line, most=self._most_waiting(line))
                    at, is_poisoned, is_idle = (*(back or (planned.after, False)), False)
                elif (back := self._finish_line(line)) is not None:
                    at, is_poisoned = back
                elif planned is None:
                    if self._link_edited():
                        return start if is_idle else at
                elif not planned.needs_commit:
                    self._planner.confirm(planned.chunk)
                    at, is_poisoned = planned.after, False
                else:
                    self._make_room(planned)
            self._finish_line(line)
            return None
        except Exception:
            line.wait()
            raise

    def version_at_end(self) -> BookVersion:
        """The version of the planner's book once the job has ended. An edit it has not seen changes the version."""
        return self._begun.version.after_job(self._run.job, edits=self._seen.count - self._begun.edits.count)

    def end(self, ending: Ending) -> None:
        """Commit the end of the job. Raises as `JobStore.commit`."""
        details = {**self._changed_details(), **ending.details}
        self._run.commit(Progress(ending.cursor, state=ending.state, extra_writes=ending.extra_writes, details=details))

    # ── chunks

    def _limits_at(self, at: At) -> Limits:
        return replace(
            self._limits,
            contacts=min(self._most, self._limits.contacts),
            lines=min(at.backoff.chunk_lines, self._limits.lines),
        )

    def _excess(self, planned: PlannedChunk[At]) -> tuple[int, int] | None:
        """By how many writes and bytes the chunk with its extra writes exceeds a transaction; None if it does not."""
        chunk = planned.chunk
        writes = len(chunk.writes) + len(planned.extra_writes) - (LARGEST_TRANSACTION - OWN_WRITES)
        size = chunk.size_bytes + sum(map(size_of, planned.extra_writes)) - CHUNK_BYTES
        return (writes, size) if writes > 0 or size > 0 else None

    def _make_room(self, planned: PlannedChunk[At]) -> None:
        """Drop a chunk that exceeds a transaction; later chunks leave more room for extra writes."""
        writes, size = self._excess(planned) or (0, 0)
        chunk = planned.chunk
        if len(chunk.writes) <= 1:
            raise ValueError("the extra writes of one contact do not fit into a transaction")
        self._planner.roll_back()
        contacts = max(1, len(chunk.writes) - writes) if writes > 0 else self._limits.contacts
        self._limits = replace(self._limits, contacts=contacts, size_bytes=self._limits.size_bytes - max(size, 0))

    def _keep_words(self, planned: PlannedChunk[At]) -> KeptBlob | None:
        """Start to keep what the chunk replaces; None if it replaces nothing."""
        if self._words is None or not planned.chunk.writes:
            return None
        changes_members = bool(planned.extra_writes) or "collection_id" in self._run.job.details
        return self._words.keep(planned.chunk.replaced(), changes_members=changes_members)

    def _most_waiting(self, line: _Line[At]) -> int:
        """How many chunks may wait for their blobs.

        None if no other one is being committed. None after crashes, which concern the record at the cursor, and none
        while chunks are small because they met edits: a chunk that waits is more likely to meet another one.
        """
        is_calm = not self._run.job.crashes and not line.waiting[-1].start.backoff.level
        is_calm = is_calm and self._most >= self._limits.contacts and line.pending is not None
        return MOST_AHEAD if is_calm and any(each.blob is not None for each in line.waiting) else 0

    def _commit_waiting(self, line: _Line[At], *, most: int) -> tuple[At, bool] | None:
        """Commit until at most `most` chunks wait; the last commit may be under way then. Returns as `_settle`."""
        while len(line.waiting) > most:
            back = self._settle_pending(line)
            if back is not None:
                return back
            line.pending = self._start_commit(line.waiting.popleft())
        return None

    def _finish_line(self, line: _Line[At]) -> tuple[At, bool] | None:
        """Commit all chunks that wait. Returns as `_settle`."""
        return self._commit_waiting(line, most=0) or self._settle_pending(line)

    def _settle_pending(self, line: _Line[At]) -> tuple[At, bool] | None:
        """Wait for the commit that is under way. Returns as `_settle`; then no chunk is waiting any more."""
        pending, line.pending = line.pending, None
        back = None if pending is None else self._settle(pending)
        if back is not None:
            line.wait()  # so that no blob is written any more once the job has ended
            line.waiting.clear()
        return back

    def _start_commit(self, waiting: _Waiting[At]) -> _Pending[At]:
        progress = self._progress(waiting.planned, waiting.blob)
        return _Pending(self._executor.start(partial(self._commit, progress, waiting.blob)), waiting)

    def _progress(self, planned: PlannedChunk[At], blob: KeptBlob | None) -> Progress:
        chunk = planned.chunk
        return Progress(
            planned.after.cursor(),
            lines=planned.lines,
            deleted_ids=planned.deleted_ids,
            writes=chunk.writes,
            extra_writes=planned.extra_writes,
            estimate=planned.estimate,
            details=self._changed_details(
                uncounted=bool(chunk.writes) and not self._counts_change(planned), pairs=chunk.pairs
            ),
            blob=None if blob is None else blob.name,
            contacts=self._untold_contacts(planned),
        )

    def _untold_contacts(self, planned: PlannedChunk[At]) -> ContactChanges | None:
        """The contacts that a chunk changes; None if its lines tell exactly these."""
        told = ContactChanges.told_by(planned.lines, self._run.job.counts.outcomes.changing)
        return None if told.is_same_as(planned.chunk.changes) else planned.chunk.changes

    def _counts_change(self, planned: PlannedChunk[At]) -> bool:
        """Whether the outcomes of a chunk tell that it changes something."""
        changing = self._run.job.counts.outcomes.changing
        return any(line.outcome in changing for line in planned.lines)

    def _commit(self, progress: Progress, blob: KeptBlob | None) -> Edits | None:
        """Commit once the blob is written, and return the latest edits now and then."""
        if blob is not None:
            blob.written.result()
        self._run.commit(progress)
        self._has_latest_edits = False
        return self._read_edits() if self._edits_read_at - self._run.time_left() >= READ_EDITS_EVERY else None

    def _read_edits(self) -> Edits | None:
        self._edits_read_at = self._run.time_left()
        try:
            edits = self._books.edits(self._run.job.owner)
        except ResponseLost:  # the next read will do
            return None
        self._has_latest_edits = True
        return edits

    def _settle(self, pending: _Pending[At]) -> tuple[At, bool] | None:
        """Wait for a commit.

        Returns:
            Where to plan from, if the chunks planned after it are void: a position, and whether its record is
            poisonous.
        """
        planned = pending.chunk.planned
        try:
            edits = pending.commit.result()
        except (Replan, StoreBusy) as refused:
            self._shrink(refused, len(planned.chunk.writes))
            return pending.chunk.start, pending.chunk.is_poisoned
        except ExtraWriteRefused:
            if planned.without_extra_writes is None:
                raise
            self._planner.roll_back()
            return planned.without_extra_writes, pending.chunk.is_poisoned
        self._planner.confirm(planned.chunk)
        self._most = min(self._limits.contacts, 2 * self._most)
        planned.on_commit()
        return (planned.after, False) if edits is not None and self._apply_edits(edits) else None

    # ── concurrent edits

    def _edits_in_reading(self) -> Edits | None:
        """The edits, if they may have moved records while the book was read; None if it was read in one state.

        Raises:
            ResponseLost: DynamoDB does not respond.
        """
        if not self._planner.has_book or (self._is_book_checked and not self._planner.has_met_move):
            return None
        edits = self._books.edits(self._run.job.owner)
        self._is_book_checked, self._planner.has_met_move = True, False
        return edits if edits.may_have_moved(self._seen.count) else None

    def _plan_again(self, edits: Edits, line: _Line[At]) -> tuple[At, bool] | None:
        """Commit what is planned but for the last chunk, and bring the book up to these edits. Returns as `_settle`."""
        back = self._finish_line(line)
        self._planner.roll_back()
        self._apply_edits(edits)
        return back

    def _shrink(self, refused: Replan | StoreBusy, writes: int) -> None:
        """After a refused commit: drop what was planned, read the changed contacts again, and plan smaller chunks."""
        self._planner.roll_back()
        self._most = max(1, writes // 2)
        if isinstance(refused, Replan):
            self._replanned += 1
            self._planner.refresh({*(write.key["sk"]["S"] for write in refused.refused), *self._seen.moved_ids})

    def _apply_edits(self, edits: Edits) -> bool:
        """Bring the book up to these edits. True if there were too many, so that the whole book was read again."""
        edited, self._seen = edits.since(self._seen.count), edits
        if edited is None:
            self._is_book_checked = False
            self._unlinked.update(each for ids in edits.recent for each in ids)
            self._planner.reload_book()
            return True
        self._unlinked.update(edited)
        self._planner.refresh(edited)
        return False

    def _link_edited(self) -> bool:
        """Note contacts edited during the job as possible duplicates of those it wrote, if they share an identity.

        Returns:
            Whether all are done; else call it again.
        """
        if not self._has_latest_edits and (latest := self._read_edits()) is not None:
            self._apply_edits(latest)
        if not self._unlinked:
            return True
        edited = sorted(self._unlinked)
        chunk = self._planner.plan_links(edited, self._run.job.job_id, self._limits)
        if chunk.writes:
            details = self._changed_details(uncounted=True, pairs=chunk.pairs)
            try:
                self._run.commit(Progress(self._run.job.cursor, writes=chunk.writes, details=details))
            except (Replan, StoreBusy) as refused:
                self._shrink(refused, len(chunk.writes))
                return False
        self._planner.confirm(chunk)
        self._unlinked.difference_update(edited[: chunk.consumed])
        return not self._unlinked

    def _changed_details(self, *, uncounted: bool = False, pairs: int = 0) -> Mapping[str, Json]:
        """The entries of the job's details that the next commit changes.

        Args:
            uncounted: whether the commit changes contacts that no outcome counts.
            pairs: how many possible duplicates it notes.
        """
        known = self._run.job.details
        added = {REPLANNED: self._replanned, PAIRS: pairs}
        details: dict[str, Json] = {name: int(known.get(name, 0)) + count for name, count in added.items() if count}
        self._replanned = 0
        return {**details, CHANGED_UNCOUNTED: True} if uncounted and CHANGED_UNCOUNTED not in known else details


def after_crashes(at: At, crashes: int) -> tuple[At, bool]:
    """The position with the backoff after this many crashes, and whether the record at it is poisonous."""
    backoff, is_poison = at.backoff.after_crashes(crashes, at.offset)
    return at.with_backoff(backoff), is_poison


def _within_a_transaction(limits: Limits) -> Limits:
    """The limits, bounded by the room that one transaction has after the job's own writes."""
    return replace(
        limits,
        contacts=min(limits.contacts, LARGEST_TRANSACTION - OWN_WRITES),
        size_bytes=min(limits.size_bytes, CHUNK_BYTES),
    )
