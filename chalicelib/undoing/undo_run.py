"""The step of an undo: takes back what a run did, wherever it still stands as the run left it.

Contacts that are undone are no longer as the run left them, so a later claim finds only the rest, and undoing a run
twice finds nothing. The undo keeps what it replaces, as every run does, so that it can itself be undone.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.books.change_book import ChangeBook
from chalicelib.books.changes import ForEach, ListPosition
from chalicelib.books.chunk import Chunk
from chalicelib.books.contact_store import ContactStore
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import ServiceError
from chalicelib.foundation.memory import tune_memory
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, JobState, LedgerLine
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore
from chalicelib.undoing.job_kinds import COLLECTION, UNDO, UNDOES
from chalicelib.undoing.run_words import ReadRunWords, RunWords
from chalicelib.undoing.undo_planner import UndoPlanner
from chalicelib.undoing.untouched_planner import UntouchedPlanner


class Beside(Protocol):
    """What a job wrote beside contacts, and what undoing it, or doing it again, makes of that."""

    @property
    def contact_ids(self) -> Sequence[str]:
        """The contacts beside which it wrote something."""

    def writes(self, contact_ids: Sequence[str], chunk: Chunk) -> Sequence[Write]:
        """The writes that go with a chunk which does so in these contacts; at most two for each."""


@dataclass(frozen=True)
class UndoRun:
    """Runs the job of an undo."""

    jobs: JobStore
    contacts: ContactStore
    change_book: ChangeBook
    read_words: ReadRunWords
    collections: CollectionStore
    connections: ConnectionStore
    clock: Clock
    #: Returns what goes along in the same transactions when a job is undone or, if False, done again; None for nothing.
    beside: Callable[[Job, bool], Beside | None]
    #: Is given the run, and the id of the undo or, if the run stands again, None. May be called again.
    after_undo: Callable[[Job, str | None], object]

    def __call__(self, run: Run) -> None:
        tune_memory()
        undone = self.jobs.find(str(run.job.details[UNDOES]))
        if undone is None or undone.owner != run.job.owner:
            run.fail("What it did has expired.", "run_gone")
            return
        words = self.read_words(undone)
        is_first = not (run.job.chunk or run.job.crashes)
        if is_first and not self._undo_untouched(run, words):
            return
        is_all_undone = is_first and words.is_creation and run.job.counts.removed == len(words.created)
        if is_all_undone or self._undo_others(run, words):
            self._finish(run, undone, words)

    def _undo_untouched(self, run: Run, words: RunWords) -> bool:
        """Remove the contacts that are still as the run created them, before the book is read. False if time ran out.

        If nothing else is left of the run, the book is not read at all.
        """
        ids, start = words.created_only, ListPosition.of(run.job.cursor)
        if not ids:
            return True
        planner = UntouchedPlanner(self.contacts, words, now=self.clock.now)
        changing = self.change_book.begin(run, planner, has_book=True)
        return changing.apply(ForEach(ids, start, planner.plan_untouched, words.total), start) is not None

    def _undo_others(self, run: Run, words: RunWords) -> bool:
        """Undo the run in the contacts that are left. False if time ran out."""
        planner = UndoPlanner(self.contacts, words, now=self.clock.now)
        changing = self.change_book.begin(run, planner)
        done, beside = {line.source_id for line in self._ledger(run.job)}, self._beside(words.run)
        concerned = [*words.contact_ids(planner.read_book()), *(beside.contact_ids if beside else ())]
        ids = [each for each in dict.fromkeys(concerned) if each not in done]
        start = ListPosition.of(run.job.cursor)
        changes = ForEach(ids, start, planner.plan_undo, len(done) + len(ids))
        if beside is not None:
            changes = replace(changes, writes_beside=beside.writes, most_beside=2)
        return changing.apply(changes, start) is not None

    def _beside(self, undone: Job) -> Beside | None:
        first, is_undone = self._first_run(undone)
        return None if first is None else self.beside(first, is_undone)

    def _finish(self, run: Run, undone: Job, words: RunWords) -> None:
        self._restore_memberships(run.job, undone, words)
        if run.job.has_changed:  # if not, another undo has settled it
            self._settle_first_run(run.job, undone)
        state = JobState.PARTIAL if run.job.counts.failed else JobState.COMPLETED
        run.commit(Progress(None, state=state, extra_writes=self._sync_writes(undone)))

    def _ledger(self, job: Job) -> list[LedgerLine]:
        return [line for chunk in self.jobs.ledger(job) for line in chunk.lines] if job.chunk else []

    # ── what goes along; may be repeated

    def _restore_memberships(self, job: Job, undone: Job, words: RunWords) -> None:
        """Put contacts that came back into their collections, and take those out that the run put there."""
        lines = self._ledger(job)
        self.collections.forget_contacts(
            job.owner, [line.source_id for line in lines if line.outcome == Outcome.REMOVED]
        )
        joining: dict[str, list[str]] = {}
        for line in lines:
            if line.outcome == Outcome.CREATED:
                for each in words.history(line.source_id).words[-1].collections:
                    joining.setdefault(each, []).append(line.source_id)
        collection_id = job.details.get(COLLECTION)
        if collection_id is not None:
            changed = [line.source_id for line in lines if line.outcome == Outcome.UPDATED]
            were_in, others = _by_membership(words, changed, str(collection_id))
            self._take_out(job.owner, str(collection_id), others)
            if undone.kind == UNDO.name:  # it took them out
                joining.setdefault(str(collection_id), []).extend(were_in)
        for each, contact_ids in joining.items():
            with suppress(ServiceError):  # it was deleted, is full, or is no longer shared with the person
                self.collections.add_members(job.owner, each, contact_ids)

    def _take_out(self, owner: str, collection_id: str, contact_ids: Sequence[str]) -> None:
        if contact_ids:
            own = [each for each in self.collections.members(collection_id) if each.adder == owner]
            self.collections.drop(collection_id, [each for each in own if each.contact_id in contact_ids])

    def _settle_first_run(self, job: Job, undone: Job) -> None:
        """Do what is left of the run that was undone, or that stands again since its undo was undone."""
        run, is_undone = self._first_run(undone)
        if run is None:
            return
        if COLLECTION in job.details:
            self._settle_unchanged(job, undone, run, is_undone=is_undone)
        self.after_undo(run, job.job_id if is_undone else None)

    def _first_run(self, undone: Job) -> tuple[Job | None, bool]:
        """The run that is undone or, if False, done again because its undo is undone; None if it has expired."""
        run: Job | None = undone
        is_undone = True
        while run is not None and run.kind == UNDO.name:
            run, is_undone = self.jobs.find(str(run.details[UNDOES])), not is_undone
        return run, is_undone

    def _settle_unchanged(self, job: Job, undone: Job, run: Job, *, is_undone: bool) -> None:
        """Take contacts out of the collection that the run put there and did not change, or put them back."""
        collection_id = str(job.details[COLLECTION])
        unchanged = {
            line.contact_id for line in self._ledger(run) if line.contact_id and line.outcome == Outcome.UNCHANGED
        }
        members = {each.contact_id: each for each in self.collections.members(collection_id) if each.adder == job.owner}
        if is_undone:
            added = [each for each in unchanged & members.keys() if _is_added_by(undone, members[each].added_at)]
            self._take_out(job.owner, collection_id, added)
        elif missing := self.contacts.get_many(job.owner, sorted(unchanged - members.keys())):
            with suppress(ServiceError):  # as above
                self.collections.add_members(job.owner, collection_id, list(missing))

    def _sync_writes(self, undone: Job) -> Sequence[Write]:
        """The write after which the next import of the account reads all of its contacts; [] without an account."""
        connection_id = undone.details.get("connection_id")
        known = None if connection_id is None else self.connections.find(undone.owner, str(connection_id))
        return [] if known is None else [self.connections.writes.forget_sync(known)]


def _is_added_by(job: Job, added_at: int) -> bool:
    """Whether a contact was added to a collection while the job was under way."""
    ended = job.finished_at or job.created_at
    return milliseconds(job.created_at) <= added_at <= milliseconds(ended)


def _by_membership(words: RunWords, contact_ids: Sequence[str], collection_id: str) -> tuple[list[str], list[str]]:
    """Those of the contacts that were in the collection before the run, and those that were not."""
    were_in: list[str] = []
    others: list[str] = []
    for contact_id in contact_ids:
        found = words.history(contact_id).words
        if found and found[0].version:
            (were_in if collection_id in found[0].collections else others).append(contact_id)
    return were_in, others
