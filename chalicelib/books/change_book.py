"""The one way to change a person's book: read it, plan a chunk, commit it while the next is planned, to the end.

What people edit meanwhile is read again and planned again; that is never a failure. Where a worker crashes, chunks
shrink until the one record that crashes it stands alone and is given up. Where the time is up, the job is handed over.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Generic

from chalicelib.books.book_store import BookStore
from chalicelib.books.changes import At, Changes, Ending, PlannedChunk
from chalicelib.books.chunk import LARGEST_LEDGER, Limits
from chalicelib.books.notice import REPLANNED
from chalicelib.books.planner import Planner
from chalicelib.books.version import Edits
from chalicelib.foundation.dynamo import LARGEST_TRANSACTION, ResponseLost, size_of
from chalicelib.foundation.executor import Executor, Task
from chalicelib.foundation.json import Json
from chalicelib.jobs.job import CHANGED_UNCOUNTED
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import ExtraWriteRefused, Replan, StoreBusy
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import OWN_WRITES

MOST_BYTES = 3_500_000  # of one commit with everything that goes along; DynamoDB takes 4 MB
JOB_BYTES = 20_000  # of it, for the job's own item
CHUNK_BYTES = MOST_BYTES - LARGEST_LEDGER - JOB_BYTES  # for contacts and extra writes
LOOK_EVERY = timedelta(seconds=1)  # for edits that people make meanwhile


@dataclass(frozen=True)
class ChangeBook:
    """Args:
    limits: what one chunk carries at most. What DynamoDB takes in one transaction bounds it further.
    """

    books: BookStore
    executor: Executor
    limits: Limits = Limits()  # noqa: RUF009 # frozen

    def begin(self, run: Run, planner: Planner, *, has_book: bool = False) -> "BookChange":
        """Read the book, unless `planner` has one already."""
        seen = self.books.edits(run.job.owner)
        if not has_book:
            planner.reload_book()
        return BookChange(self, run, planner, seen)


@dataclass(frozen=True, slots=True)
class _Pending(Generic[At]):
    """A commit under way, and where its chunk begins."""

    begun: Task[Edits | None]
    planned: PlannedChunk[At]
    start: At
    gives_up: bool


class BookChange:
    """One claim's changes of one book.

    `_most` is how many contacts the next chunk may write: chunks that meet edits become smaller, so that the time
    between reading a contact and writing it becomes shorter.
    """

    def __init__(self, parts: ChangeBook, run: Run, planner: Planner, seen: Edits) -> None:
        self._books, self._beside = parts.books, parts.executor
        self._run, self._planner, self._seen = run, planner, seen
        self._limits = _within_a_transaction(parts.limits)
        self._most = self._limits.contacts
        self._replanned = 0
        self._looked_at, self._has_looked = run.time_left(), True
        self._unlinked = {each for ids in seen.recent for each in ids} if run.job.chunk else set[str]()

    def apply(self, changes: Changes[At], start: At) -> At | None:
        """Commit all of the changes from `start` on.

        Returns:
            The position behind the last chunk; None when the time was up before.
        """
        at, gives_up = after_crashes(start, self._run.job.crashes)
        pending: _Pending[At] | None = None
        is_idle = True  # then what is known of crashes is for the changes that follow
        try:
            while not self._run.out_of_time():
                planned = changes.skip_poisoned(at) if gives_up else changes.plan(at, self._limits_at(at))
                settled, pending = pending, None
                if settled is not None and (back := self._settle(settled)) is not None:
                    at, gives_up = back
                elif planned is None:
                    if self._linked():
                        return start if is_idle else at
                elif not planned.needs_commit:
                    self._planner.confirm(planned.chunk)
                    at, gives_up = planned.after, False
                elif not self._is_too_large(planned):
                    pending = _Pending(self._begun(planned), planned, at, gives_up)
                    at, gives_up, is_idle = planned.after, False, False
            if pending is not None:
                self._settle(pending)
            return None
        except Exception:
            if pending is not None:  # it must not meet what the worker does with the job next
                with contextlib.suppress(Exception):
                    pending.begun.result()
            raise

    def end(self, ending: Ending) -> None:
        """Commit the end of the job."""
        details = {**self._noted(), **ending.details}
        self._run.commit(Progress(ending.cursor, state=ending.state, extra_writes=ending.extra_writes, details=details))

    # ── chunks

    def _limits_at(self, at: At) -> Limits:
        return replace(
            self._limits,
            contacts=min(self._most, self._limits.contacts),
            lines=min(at.backoff.chunk_lines, self._limits.lines),
        )

    def _is_too_large(self, planned: PlannedChunk[At]) -> bool:
        """Whether it cannot be committed with its extra writes; then from now on chunks leave more room for them."""
        chunk = planned.chunk
        writes = len(chunk.writes) + len(planned.extra_writes) - (LARGEST_TRANSACTION - OWN_WRITES)
        size = chunk.size_bytes + sum(map(size_of, planned.extra_writes)) - CHUNK_BYTES
        if writes <= 0 and size <= 0:
            return False
        if len(chunk.writes) <= 1:
            raise ValueError("the extra writes of one contact do not fit into a transaction")
        self._planner.roll_back()
        contacts = max(1, len(chunk.writes) - writes) if writes > 0 else self._limits.contacts
        self._limits = replace(self._limits, contacts=contacts, size_bytes=self._limits.size_bytes - max(size, 0))
        return True

    def _begun(self, planned: PlannedChunk[At]) -> Task[Edits | None]:
        chunk = planned.chunk
        progress = Progress(
            planned.after.cursor(),
            lines=planned.lines,
            deleted_ids=planned.deleted_ids,
            writes=chunk.writes,
            extra_writes=planned.extra_writes,
            estimate=planned.estimate,
            details=self._noted(uncounted=bool(chunk.writes) and not planned.lines),
        )
        return self._beside.start(partial(self._committed, progress))

    def _committed(self, progress: Progress) -> Edits | None:
        """Commit, and look now and then what was edited meanwhile."""
        self._run.commit(progress)
        self._has_looked = False
        return self._look() if self._looked_at - self._run.time_left() >= LOOK_EVERY else None

    def _look(self) -> Edits | None:
        self._looked_at = self._run.time_left()
        try:
            edits = self._books.edits(self._run.job.owner)
        except ResponseLost:  # the next look tells
            return None
        self._has_looked = True
        return edits

    def _settle(self, pending: _Pending[At]) -> tuple[At, bool] | None:
        """Wait for a commit. Where what was planned behind it is void: the position to plan from, else None."""
        try:
            edits = pending.begun.result()
        except (Replan, StoreBusy) as refused:
            self._plan_smaller(refused, len(pending.planned.chunk.writes))
            return pending.start, pending.gives_up
        except ExtraWriteRefused:
            if pending.planned.without_extra_writes is None:
                raise
            self._planner.roll_back()
            return pending.planned.without_extra_writes, pending.gives_up
        self._planner.confirm(pending.planned.chunk)
        self._most = min(self._limits.contacts, 2 * self._most)
        pending.planned.on_commit()
        return (pending.planned.after, False) if edits is not None and self._must_reread(edits) else None

    # ── what people edit meanwhile

    def _plan_smaller(self, refused: Replan | StoreBusy, writes: int) -> None:
        """Take back what was planned, and read what moved again."""
        self._planner.roll_back()
        self._most = max(1, writes // 2)
        if isinstance(refused, Replan):
            self._replanned += 1
            self._planner.refresh(moved.key["sk"]["S"] for moved in refused.refused)

    def _must_reread(self, edits: Edits) -> bool:
        """Bring the book up to these edits. True when there were too many: then the whole book was read again."""
        edited, self._seen = edits.since(self._seen.count), edits
        if edited is None:
            self._unlinked.update(each for ids in edits.recent for each in ids)
            self._planner.reload_book()
            return True
        self._unlinked.update(edited)
        self._planner.refresh(edited)
        return False

    def _linked(self) -> bool:
        """Link what this job wrote to those who were given the same address or number at the same moment.

        False when something else came of it: an edit, or the end of the time.
        """
        if not self._has_looked and (latest := self._look()) is not None:
            self._must_reread(latest)
        if not self._unlinked:
            return True
        edited = sorted(self._unlinked)
        chunk = self._planner.plan_links(edited, self._run.job.job_id, self._limits)
        if chunk.writes:
            noted = self._noted(uncounted=True)
            try:
                self._run.commit(Progress(self._run.job.cursor, writes=chunk.writes, details=noted))
            except (Replan, StoreBusy) as refused:
                self._plan_smaller(refused, len(chunk.writes))
                return False
        self._planner.confirm(chunk)
        self._unlinked.difference_update(edited[: chunk.consumed])
        return not self._unlinked

    def _noted(self, *, uncounted: bool = False) -> Mapping[str, Json]:
        """What the job's details must say and do not yet."""
        known = self._run.job.details
        before = int(known.get(REPLANNED, 0))
        noted: dict[str, Json] = {REPLANNED: before + self._replanned} if self._replanned else {}
        self._replanned = 0
        return {**noted, CHANGED_UNCOUNTED: True} if uncounted and CHANGED_UNCOUNTED not in known else noted


def after_crashes(at: At, crashes: int) -> tuple[At, bool]:
    """The position with chunks as small as so many crashes ask for, and whether the record behind it is poison."""
    backoff, is_poison = at.backoff.after_crashes(crashes, at.offset)
    return at.with_backoff(backoff), is_poison


def _within_a_transaction(limits: Limits) -> Limits:
    """The limits, bounded by what one transaction takes beside the job's own writes."""
    return replace(
        limits,
        contacts=min(limits.contacts, LARGEST_TRANSACTION - OWN_WRITES),
        size_bytes=min(limits.size_bytes, CHUNK_BYTES),
    )
