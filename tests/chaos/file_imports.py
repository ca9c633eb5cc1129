"""People who import a file while workers are killed: one after the other, each into a book of their own."""

from dataclasses import dataclass, field

from chalicelib.file_imports.committing.commit_import import Confirmation
from chalicelib.file_imports.job_kinds import COMMIT, PLAN
from chalicelib.file_imports.planning.create_import import NewFile
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.ledger import verify
from chalicelib.wiring import Wiring

ROWS = 2_500  # of each file; three blocks of a plan
REPEATED = 10  # of them, which are rows that the file has twice


def file_content() -> bytes:
    numbers = [*range(ROWS - REPEATED), *range(REPEATED)]
    rows = (f"Given{number},Family{number},person{number}@example.com\n" for number in numbers)
    return ("First Name,Last Name,Email Address\n" + "".join(rows)).encode()


@dataclass
class FileImports:
    """The imports, of which the last one may not be committed yet."""

    wiring: Wiring
    imports: list[FileImport] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)

    def advance(self) -> None:
        """What people do next: commit what is planned, and start another import after that."""
        found = self._latest()
        if found is None or found.state is FileImportState.COMMITTED:
            self._upload()
        elif found.state is FileImportState.PLANNED and found.plan is not None:
            confirmed = Confirmation(found.plan.plan_id, found.plan.counts["new"], found.plan.counts["update"])
            self.imports[-1] = self.wiring.file_imports.commit(found.owner, found.import_id, confirmed)

    def are_committed(self) -> bool:
        """Whether all are; goes on with the last one if not."""
        found = self._latest()
        if found is not None and found.state is not FileImportState.COMMITTED:
            self.advance()
            return False
        return True

    def chunks(self) -> int:
        """How many chunks of rows are committed."""
        return sum(job.chunk for job in self.stored())

    def commits(self) -> int:
        """How often their plans and chunks were committed."""
        return sum(job.rev - job.attempts for job in self.stored())

    def __str__(self) -> str:
        plans, commits = (self.interrupted(each) for each in (PLAN.name, COMMIT.name))
        return f"{len(self.imports)} files, {plans} plans and {commits} commits of them interrupted"

    def stored(self) -> list[Job]:
        """All their jobs; those that have ended are not read again."""
        for found in self.imports:
            known = self.jobs.get(str(found.job_id))
            if known is None or not known.is_finished:
                self.jobs[str(found.job_id)] = self.wiring.shared.jobs.get(str(found.job_id))
        return list(self.jobs.values())

    def interrupted(self, kind: str) -> int:
        """How many jobs of a kind were claimed again after a kill."""
        return sum(job.kind == kind and job.attempts > 1 for job in self.stored())

    def are_exact(self) -> None:
        """Every row is counted once, and is one contact."""
        for found in self.imports:
            job = self.wiring.shared.jobs.get(str(found.job_id))
            assert (job.kind, job.state) == (COMMIT.name, JobState.COMPLETED), job
            assert (job.counts.created, job.counts.skipped) == (ROWS - REPEATED, REPEATED), job
            assert verify(self.wiring.shared.jobs, job).consistent
            assert dict(self.wiring.file_imports.results.recount(found, job)) == dict(job.counts)
            names = [str(each.shown.get("display")) for each in self.wiring.shared.contacts.all(found.owner)]
            assert len(names) == len(set(names)) == ROWS - REPEATED, found

    def _upload(self) -> None:
        owner = f"file-person{len(self.imports)}"
        self.imports.append(self.wiring.file_imports.create.receive(owner, NewFile("people.csv"), file_content()))

    def _latest(self) -> FileImport | None:
        if not self.imports:
            return None
        found = self.imports[-1]
        self.imports[-1] = self.wiring.file_imports.imports.get(found.owner, found.import_id)
        return self.imports[-1]
