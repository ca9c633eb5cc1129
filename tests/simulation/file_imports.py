"""File imports in the simulator, and their invariants."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import EndpointConnectionError

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import PERSON
from chalicelib.file_imports.committing.commit_import import Confirmation
from chalicelib.file_imports.job_kinds import COMMIT, PLAN, FileOutcome
from chalicelib.file_imports.planning.plan_rows import PlannedRow
from chalicelib.file_imports.planning.plan_summary import PlanSummary
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.file_imports.storing.import_files import FILES, UPLOADS, plan_name, summary_name
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.job import Job, JobState, LedgerLine
from tests.simulation.bulk import lines_of
from tests.simulation.faults import MOST_RUNS, Plan, check_error
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.promises import contacts_in, holds_at_every_step, jobs_in

KEPT = (FileOutcome.CREATED, FileOutcome.UPDATED, FileOutcome.UNCHANGED)
SUCCESSFUL = (JobState.COMPLETED, JobState.PARTIAL)
HEADERS = "First Name,Last Name,Email Address,Mobile Phone\n"
_JOB_OF = {  # the kind of its last job, and whether that ended well
    FileImportState.PLANNED: (PLAN.name, True),
    FileImportState.COMMITTING: (COMMIT.name, False),
    FileImportState.COMMITTED: (COMMIT.name, True),
}
_UNANSWERED = (ResponseLost, EndpointConnectionError)
MOST_REQUESTS = 8  # of a person who sends one again and again


def imports_in(house: House) -> list[FileImport]:
    return house.outside.file_imports.imports.of_owner(OWNER)


def import_of(house: House, import_id: str) -> FileImport:
    return house.outside.file_imports.imports.get(OWNER, import_id)


def confirmation(found: FileImport, *, remove: int = 0) -> Confirmation:
    assert found.plan is not None, found
    return Confirmation(found.plan.plan_id, found.plan.counts["new"], found.plan.counts["update"], remove)


def planned_rows(house: House, found: FileImport) -> list[PlannedRow]:
    assert found.plan is not None, found
    return [
        PlannedRow.of(row) for row in house.outside.file_imports.files.block(found, plan_name(found.plan.plan_id), 0)
    ]


def written(house: House) -> list[tuple[str, int]]:
    """Every contact of the book with its version."""
    return sorted((contact.contact_id, contact.version) for contact in contacts_in(house))


def blobs_of(house: House, found: FileImport) -> list[str]:
    return [key for key in house.blobs.kept if key.startswith((UPLOADS, FILES)) and found.import_id in key]


# ── what happens


def request(house: House, plan: Plan, work: Callable[[Parts], Any], *, insists: bool = False) -> Any:
    """What a person's request returns, who sends it again while it is not answered.

    Args:
        insists: whether the person also sends it again after a conflict, such as with a plan that has just ended.
    """
    for _ in range(MOST_REQUESTS):
        process = house.process(work)
        process.run(plan.get)
        holds_at_every_step(house)
        error = process.main.error
        if not process.dead and error is None:
            return process.main.value
        if error is not None and not isinstance(error, (*_UNANSWERED, *([Conflict] if insists else []))):
            raise error
        house.world.now += 1
    raise AssertionError("a request is never answered")


def run_jobs(house: House, plan: Plan) -> None:
    """Run all jobs to their ends, a new process whenever one stopped, as the schedule would."""
    for _ in range(MOST_RUNS):
        waiting = [(job.due, job.job_id) for job in jobs_in(house) if job.due is not None]
        if not waiting:
            return
        due, job_id = min(waiting)
        late = (milliseconds(due) - milliseconds(house.world.instant())) / 1000
        house.world.now += max(late, 0) + 1
        process = house.process(lambda parts, job_id=job_id: parts.run_job(job_id))
        process.run(plan.get)
        check_error(process.main.error)
        holds_at_every_step(house)
    raise AssertionError(f"stuck: {jobs_in(house)}")


# ── what holds


def holds_of_file_imports(house: House) -> None:
    """At any time: an import is committed if and only if its commit ended well, and every row is counted once."""
    found = {each.import_id: each for each in imports_in(house)}
    for each in found.values():
        _holds_of(house, each)
    for job in jobs_in(house):
        if job.kind == COMMIT.name and job.state in SUCCESSFUL:
            ended = found[str(job.details["import_id"])]
            assert (ended.state, ended.job_id) == (FileImportState.COMMITTED, job.job_id), (ended, job)
    holds_of_the_book(contacts_in(house))


def holds_at_rest(house: House) -> None:
    """Once all jobs have ended: no import waits for a job that does not come."""
    holds_of_file_imports(house)
    for found in imports_in(house):
        if found.state in (FileImportState.UPLOADED, FileImportState.MAPPED, FileImportState.COMMITTING):
            job = house.outside.jobs.get(str(found.job_id))
            assert job.state in (JobState.CANCELED, JobState.FAILED), (found, job)


def holds_of_the_book(contacts: Sequence[Contact]) -> None:
    """No row has become two contacts, and each contact is of something."""
    every = (record for contact in contacts for record in contact.records)
    records = Counter((record.source, record.source_id) for record in every if record.source != PERSON)
    assert max(records.values(), default=1) == 1, records.most_common(3)
    assert all(contact.records for contact in contacts)


def _holds_of(house: House, found: FileImport) -> None:
    if found.plan is not None:
        _plan_is_whole(house, found)
    if found.state not in _JOB_OF:
        return
    job = house.outside.jobs.get(str(found.job_id))
    assert (job.kind, job.state in SUCCESSFUL) == _JOB_OF[found.state], (found, job)
    if found.state is FileImportState.COMMITTED:
        _results_agree(house, found, job)


def _plan_is_whole(house: House, found: FileImport) -> None:
    """Every row has one outcome, in the rows of the plan, in its summary and in the counts of the import."""
    files, plan = house.outside.file_imports.files, found.plan
    assert plan is not None
    summary = PlanSummary.of(files.get(found, summary_name(plan_name(plan.plan_id))))
    counted = Counter(row.outcome.value for row in planned_rows(house, found))
    assert sum(plan.counts.values()) == found.rows
    assert dict(plan.counts) == dict(summary.counts) == {name: counted[name] for name in plan.counts}


def _results_agree(house: House, found: FileImport, job: Job) -> None:
    """Counts, ledger and stored results say the same of every row of the plan, in the order of the file."""
    counts = job.counts
    settled = [line for line in lines_of(house, job) if line.outcome != FileOutcome.REMOVED]
    assert [line.source_id for line in settled] == [row.key for row in planned_rows(house, found)]
    rows = (counts.created, counts.updated, counts.unchanged, counts.conflict, counts.skipped, counts.failed)
    assert sum(rows) == counts.read == found.rows
    parts = house.outside.file_imports
    check = parts.verify(parts.follow.of(found))
    assert check.consistent, (found, check)
    kept = [(str(each.outcome), each.contact_id, each.reason) for each in parts.results.of_block(found, job, 0)]
    decided = parts.decisions.between(OWNER, found.import_id)
    for place, line in enumerate(settled):
        if place not in decided or decided[place].outcome is None:
            assert kept[place] == (line.outcome, line.contact_id, line.reason), place
    assert (job.state is JobState.PARTIAL) is bool(counts.failed or counts.conflict), job


def outcomes_of(house: House, found: FileImport) -> list[str]:
    """What the commit did with each row, then the removals."""
    return [line.outcome for line in lines_of(house, house.outside.jobs.get(str(found.job_id)))]


def kept_by(lines: Sequence[LedgerLine]) -> set[str]:
    return {str(line.contact_id) for line in lines if line.outcome in KEPT}


def rows_are_there(house: House, found: FileImport) -> None:
    """Every row that was kept is a record of its contact, under its key."""
    job = house.outside.jobs.get(str(found.job_id))
    records: Mapping[tuple[str, str], str] = {
        (record.source, record.source_id): contact.contact_id
        for contact in contacts_in(house)
        for record in contact.records
    }
    for line in lines_of(house, job):
        if line.outcome in KEPT:
            assert records[found.source.key, line.source_id] == line.contact_id, line
