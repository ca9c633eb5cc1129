"""Reads the imports of one person with what their status needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.file_imports.job_kinds import COMMIT, PLANNED, READ
from chalicelib.file_imports.storing.file_description import FileDescription
from chalicelib.file_imports.storing.file_import import WORKING, FileImport
from chalicelib.file_imports.storing.import_files import ImportFiles, description_name, plan_name, summary_name
from chalicelib.file_imports.storing.import_store import FileImportStore
from chalicelib.file_imports.storing.published_state import PublishedState, published_state, shown_counts
from chalicelib.file_imports.storing.state_conflict import NO_PLAN, NOT_READ, state_conflict
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.listing import wait_contexts
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.waiting import WaitContext

if TYPE_CHECKING:
    from chalicelib.file_imports.planning.plan_summary import PlanSummary
    from chalicelib.files.mapping.column_mapping import ColumnMapping


class Progress(NamedTuple):
    """How many rows were read, planned or committed."""

    done: int
    total: int  #: 0 until the file has been read


_ENDED_WELL = (JobState.COMPLETED, JobState.PARTIAL)


@dataclass(frozen=True)
class FollowedImport:
    """An import as it is published."""

    found: FileImport
    #: Its last job, and what its waiting depends on; None if it has had none.
    job: Job | None
    context: WaitContext | None

    @property
    def state(self) -> PublishedState:
        return published_state(self.found, self.job)

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of rows by `FileOutcome`, also those that a person has decided since the commit."""
        return shown_counts(self.found, self.job)

    @property
    def progress(self) -> Progress:
        """How far its job has come."""
        job, total = self.job, self.found.rows or 0
        if job is None:
            return Progress(0, total)
        if job.kind == COMMIT.name:
            return Progress(job.counts.read, total)
        done = job.details.get(PLANNED, 0) if self.found.reading else job.details.get(READ, 0)
        return Progress(done, total)


@dataclass(frozen=True)
class FollowFileImports:
    """Reads imports. What belongs to somebody else is not found."""

    imports: FileImportStore
    files: ImportFiles
    jobs: JobStore
    clock: Clock
    #: Whether a work queue starts jobs.
    has_queue: bool = False

    def __call__(self, owner: str, import_id: str) -> FollowedImport:
        """The import. Raises NotFound."""
        return self.of(self.imports.get(owner, import_id))

    def of(self, found: FileImport) -> FollowedImport:
        """An import that was just read or stored."""
        return self._followed([found])[0]

    def all(self, owner: str) -> Sequence[FollowedImport]:
        """All imports of this person, newest first."""
        return self._followed(self.imports.of_owner(owner))

    def earlier_versions(self, followed: Sequence[FollowedImport]) -> Mapping[str, FileImport]:
        """The imports whose newer versions these are, by their ids."""
        known = {each.found.import_id: each.found for each in followed}
        for each in followed:
            other_id = each.found.newer_than
            if other_id and other_id not in known and (other := self.imports.find(each.found.owner, other_id)):
                known[other_id] = other
        return known

    def description(self, found: FileImport) -> FileDescription:
        """What was read of the file.

        Raises:
            Conflict: it has not been read.
            NotFound: the import's files are no longer stored.
        """
        if not found.reading:
            raise self.conflict(NOT_READ, found)
        return FileDescription.of_json(self.files.get(found, description_name(found.reading)))

    def mapping(self, found: FileImport, description: FileDescription) -> "ColumnMapping | None":
        """What its columns become: as confirmed, or else as suggested; None for cards. Raises NotFound."""
        from chalicelib.files.mapping.column_mapping import ColumnMapping

        stored = self.files.get(found, found.mapping) if found.mapping else description.mapping
        return None if stored is None else ColumnMapping.from_json(stored)

    def plan_summary(self, found: FileImport) -> "PlanSummary":
        """The summary of its plan. Raises Conflict if it has none, and NotFound."""
        from chalicelib.file_imports.planning.plan_summary import (
            PlanSummary,  # loads what plans rows, which no status needs
        )

        if found.plan is None:
            raise self.conflict(NO_PLAN, found)
        return PlanSummary.of(self.files.get(found, summary_name(plan_name(found.plan.plan_id))))

    def conflict(self, what: str, found: FileImport) -> Conflict:
        """The error of what the import cannot do in its state."""
        return state_conflict(what, found, self.jobs)

    def _followed(self, imports: Sequence[FileImport]) -> list[FollowedImport]:
        jobs = self.jobs.get_many([each.job_id for each in imports if each.job_id])
        imports = [self._as_job_left_it(each, jobs) for each in imports]
        contexts = wait_contexts(self.jobs, self.clock, list(jobs.values()), has_queue=self.has_queue)
        followed = []
        for found in imports:
            job = jobs.get(found.job_id or "")
            followed.append(FollowedImport(found, job, contexts.get(job.job_id) if job else None))
        return followed

    def _as_job_left_it(self, found: FileImport, jobs: dict[str, Job]) -> FileImport:
        """The import, read again if its job has ended well since it was read. Adds the job it has then to `jobs`."""
        job = jobs.get(found.job_id or "")
        if found.state not in WORKING or job is None or job.state not in _ENDED_WELL:
            return found
        latest = self.imports.find(found.owner, found.import_id) or found
        if latest.job_id and latest.job_id not in jobs:
            jobs[latest.job_id] = self.jobs.get(latest.job_id)
        return latest
