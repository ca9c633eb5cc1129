"""Starts the commit of a plan that a person has confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.collections.collection_store import CollectionStore
from chalicelib.file_imports.job_kinds import COMMIT
from chalicelib.file_imports.planning.plan_rows import RowOutcome
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState, Plan
from chalicelib.file_imports.storing.import_store import FileImportStore, changed_meanwhile
from chalicelib.file_imports.storing.state_conflict import NO_PLAN, state_conflict
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person confirmed: the plan, and its numbers as the person saw them."""

    plan_id: str
    new: int
    update: int
    #: How many contacts are taken away because their rows are gone from the file; 0 to keep them all.
    remove: int = 0


@dataclass(frozen=True)
class CommitImport:
    """Starts commits."""

    imports: FileImportStore
    jobs: JobStore
    collections: CollectionStore
    work_queue: WorkQueue

    def __call__(self, owner: str, import_id: str, confirmed: Confirmation) -> FileImport:
        """The import, whose plan is committed now. The same confirmation may be sent again.

        Raises:
            NotFound: there is no such import.
            InvalidInput: the numbers are not those of the plan.
            Conflict: the plan is no longer the import's, the import has none, it was changed at the same time, or was
                confirmed with another decision about the rows that are gone.
            TooMany: the person has too many unfinished jobs.
        """
        found = self.imports.get(owner, import_id)
        if found.plan is None:
            raise state_conflict(NO_PLAN, found, self.jobs)
        plan = _confirmed_plan(found.plan, confirmed)
        if found.state is FileImportState.COMMITTED or self._is_committing(found):
            return _as_confirmed(found, confirmed)
        if found.state not in (FileImportState.PLANNED, FileImportState.COMMITTING):
            raise state_conflict(NO_PLAN, found, self.jobs)
        return self._start(found, plan, removes_gone=confirmed.remove > 0)

    def _is_committing(self, found: FileImport) -> bool:
        """Whether a job commits the plan now; one that was canceled or has failed does not."""
        if found.state is not FileImportState.COMMITTING or found.job_id is None:
            return False
        return not self.jobs.get(found.job_id).is_finished

    def _start(self, found: FileImport, plan: Plan, *, removes_gone: bool) -> FileImport:
        details = {"import_id": found.import_id, "plan_id": plan.plan_id}
        new = NewJob(fresh_id(), found.owner, COMMIT.name, details)
        started = found.changed(
            state=FileImportState.COMMITTING, job_id=new.job_id, removes_gone=removes_gone, undone_by=None
        )
        try:
            self.jobs.create(new, extra_writes=[self.imports.write(started), *self._collection_check(found, plan)])
        except ExtraWriteRefused:
            raise changed_meanwhile() from None
        self.work_queue.send(new.job_id)
        return started

    def _collection_check(self, found: FileImport, plan: Plan) -> Sequence[Write]:
        """The condition that the person may edit the collection. Raises NotFound, NotAllowed and Conflict."""
        if found.collection_id is None:
            return ()
        self.collections.for_editor(found.owner, found.collection_id)
        kept = plan.counts[RowOutcome.NEW] + plan.counts[RowOutcome.UPDATE] + plan.counts[RowOutcome.UNCHANGED]
        self.collections.check_room(found.collection_id, kept)
        return [self.collections.edit_check(found.owner, found.collection_id)]


def _as_confirmed(found: FileImport, confirmed: Confirmation) -> FileImport:
    """The import that is committed already. Raises Conflict if it treats the rows that are gone otherwise."""
    if (confirmed.remove > 0) != found.removes_gone:
        kept = "taking away" if found.removes_gone else "keeping"
        raise Conflict(
            f"The plan was confirmed before, {kept} the contacts whose rows are gone. "
            "Import the file again to change that."
        )
    return found


def _confirmed_plan(plan: Plan, confirmed: Confirmation) -> Plan:
    if plan.plan_id != confirmed.plan_id:
        raise Conflict("This plan is no longer the one of the import. Read the import again.")
    counts: Mapping[str, int] = plan.counts
    expected = {"new": counts[RowOutcome.NEW], "update": counts[RowOutcome.UPDATE]}
    if {"new": confirmed.new, "update": confirmed.update} != expected:
        raise InvalidInput("The numbers are not those of the plan. Read the import again.", field="new", **expected)
    if confirmed.remove not in (0, plan.gone):
        raise InvalidInput(f"remove must be 0 or {plan.gone}.", field="remove", gone=plan.gone)
    return plan
