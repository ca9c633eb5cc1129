"""The parts of undoing what a run did."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.undoing.job_kinds import UNDO, UNDOES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.accounts.connection_store import ConnectionStore
    from chalicelib.accounts.refresh_store import RefreshStore
    from chalicelib.books.version import Edits
    from chalicelib.jobs.job import Job
    from chalicelib.shared_parts import SharedParts
    from chalicelib.undoing.deleted_contacts import DeletedContacts
    from chalicelib.undoing.preview_undo import PreviewUndo
    from chalicelib.undoing.restore_contact import RestoreContact
    from chalicelib.undoing.run_words import ReadRunWords
    from chalicelib.undoing.runs_apart import RunApart
    from chalicelib.undoing.start_undo import StartUndo
    from chalicelib.undoing.undo_results import UndoResults
    from chalicelib.undoing.undo_run import Beside, UndoRun


class UndoingParts:
    """The parts, each built on first use."""

    def __init__(
        self,
        shared: SharedParts,
        *,
        connections: Callable[[], ConnectionStore],
        refreshes: Callable[[], RefreshStore],
        note_edit: Callable[[str, Edits], None],
        collection_of: Callable[[Job], str | None],
        beside: Callable[[Job, bool], Beside | None],
        after_undo: Callable[[Job, str | None], object],
        decided_apart: Callable[[Job], Sequence[RunApart]],
    ) -> None:
        """Connect the room to the others.

        Args:
            note_edit: notes that a person edited the book, with the edits before.
            collection_of: returns the id of the collection that a run added contacts to.
            beside, after_undo: as `UndoRun` has them.
            decided_apart: returns the runs that imported what a person decided after a run had left it, latest first.
        """
        self.shared, self._connections, self._refreshes = shared, connections, refreshes
        self._note_edit, self._collection_of = note_edit, collection_of
        self._beside, self._after_undo = beside, after_undo
        self.decided_apart = decided_apart

    @cached_property
    def read_words(self) -> ReadRunWords:
        from chalicelib.undoing.run_words import ReadRunWords

        return ReadRunWords(self.shared.jobs, self.shared.words, self.shared.executor)

    @cached_property
    def preview_undo(self) -> PreviewUndo:
        from chalicelib.undoing.preview_undo import PreviewUndo

        shared = self.shared
        lasts = timedelta(days=shared.settings.undo_days)
        return PreviewUndo(shared.jobs, shared.books, shared.contacts, self.read_words, shared.clock.now, lasts)

    @cached_property
    def start_undo(self) -> StartUndo:
        from chalicelib.undoing.start_undo import StartUndo

        shared = self.shared
        return StartUndo(shared.jobs, self.preview_undo, shared.work_queue, self._collection_of, self._refreshes())

    @cached_property
    def undo_run(self) -> UndoRun:
        from chalicelib.undoing.undo_run import UndoRun

        shared = self.shared
        return UndoRun(
            shared.jobs,
            shared.contacts,
            shared.change_book,
            self.read_words,
            shared.collections,
            self._connections(),
            shared.clock,
            self._beside,
            self._after_undo,
        )

    @cached_property
    def undo_results(self) -> UndoResults:
        from chalicelib.undoing.undo_results import UndoResults

        return UndoResults(self.shared.jobs, self.shared.contacts, self.shared.redirects)

    @cached_property
    def restore_contact(self) -> RestoreContact:
        from chalicelib.undoing.restore_contact import RestoreContact

        shared = self.shared
        return RestoreContact(
            shared.contacts,
            shared.books,
            shared.words,
            shared.statuses,
            shared.collections,
            shared.clock,
            self._note_edit,
        )

    @cached_property
    def deleted_contacts(self) -> DeletedContacts:
        from chalicelib.undoing.deleted_contacts import DeletedContacts

        shared = self.shared
        lasts = timedelta(days=shared.settings.undo_days)
        happened = partial(shared.activity.of_person, before="~")
        return DeletedContacts(shared.contacts, shared.words, happened, shared.executor, shared.clock, lasts)

    def left_by(self, undo: Job) -> Sequence[RunApart]:
        """The runs that an undo leaves, although they imported rows of the same file; none before it has ended."""
        run = self.shared.jobs.find(str(undo.details[UNDOES])) if undo.is_finished else None
        return [] if run is None else self.decided_apart(run)

    # ── for the pages

    def title_of(self, run: Job) -> str:
        """The name of such a run on pages."""
        titles = {job.kind.name: job.title for room in self.shared.rooms for job in room.jobs}
        return titles.get(run.kind, "Run")

    def path_of(self, run: Job) -> str:
        """The path of the run's page; "" if it has none."""
        if "connection_id" in run.details:
            return f"/imports/{run.job_id}"
        if run.kind == UNDO.name:
            return f"/undos/{run.job_id}"
        import_id = run.details.get("import_id")
        return f"/file-imports/{import_id}" if import_id else ""
