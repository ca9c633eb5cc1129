"""Starts the jobs that carry out what a person decides about rows in conflict.

A few rows are claimed in the transaction that creates their job, so that of two requests for a row one is refused. A
long list is not: its job claims each row when it comes to it, and skips those that were decided otherwise meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.books.contact_store import ContactStore
from chalicelib.contacts.edit_request import validate_edit
from chalicelib.file_imports.deciding.waiting_rows import WaitingRows
from chalicelib.file_imports.job_kinds import DECISION
from chalicelib.file_imports.storing.decision_list import NAME, ListedDecision, to_json
from chalicelib.file_imports.storing.decision_store import Decisions, DecisionStore
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_files import ImportFiles
from chalicelib.file_imports.storing.row_decision import RowDecision, StoredDecision, Verdict
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue

MOST_CLAIMED = 50  # rows of one request; a transaction has room for them beside the new job
MOST_DECIDED = 10_000  # rows of one request
_TRIES = 4


@dataclass(frozen=True)
class DecideRows:
    """Starts these jobs."""

    waiting: WaitingRows
    decisions: DecisionStore
    files: ImportFiles
    contacts: ContactStore
    jobs: JobStore
    work_queue: WorkQueue
    clock: Clock
    most_claimed: int = MOST_CLAIMED

    def __call__(self, owner: str, import_id: str, decided: Sequence[RowDecision]) -> Job:
        """The job that carries out these decisions about rows of one import.

        Rows that were decided meanwhile are left out. The same request may be sent again: if every row is decided so,
        the job that does it is returned.

        Raises:
            NotFound: the owner has no such import, the file has no such row, or the book no such contact.
            InvalidInput: there are no decisions, too many, or two about one row; or a chosen value is not possible.
            Conflict: the import is not committed, or a newer version of its file is; a row is not in conflict with a
                contact; or all rows were decided, one of them otherwise.
            TooMany: the person has too many unfinished jobs.
        """
        _check(decided)
        followed = self.waiting.committed(owner, import_id)
        listed = self.waiting.listed(followed, decided)
        self._check_same(owner, decided)
        for _ in range(_TRIES):
            stored = self.decisions.find(owner, import_id, [each.position for each in listed])
            done = self.waiting.without_void(stored)
            left = [each for each in listed if each.position not in done]
            if not left:
                return self._job_of(listed, done)
            try:
                return self._start(followed.found, left, stored)
            except ExtraWriteRefused:  # one of them was decided at the same time
                continue
        raise _decided_otherwise(listed[0].decided.row)

    def _job_of(self, listed: Sequence[ListedDecision], done: Decisions) -> Job:
        """The job that carries out the first of these decisions. Raises Conflict if one of them was not made."""
        for each in listed:
            if done[each.position].decided != each.decided:
                raise _decided_otherwise(each.decided.row)
        return self.jobs.get(done[listed[0].position].job_id)

    def _check_same(self, owner: str, decided: Sequence[RowDecision]) -> None:
        """Raises NotFound if the book lacks a contact that a row is, and InvalidInput for an impossible choice."""
        same = [(each, each.contact_id) for each in decided if each.contact_id is not None]
        ids = sorted({contact_id for _, contact_id in same})
        contacts = self.contacts.get_many(owner, ids) if ids else {}
        if missing := set(ids) - contacts.keys():
            raise NotFound("Contact not found.", contact_id=min(missing))
        for each, contact_id in same:
            validate_edit(each.choices, contacts[contact_id].shown)

    def _start(self, found: FileImport, left: Sequence[ListedDecision], stored: Decisions) -> Job:
        name = self.files.put_named(found, NAME, to_json(left))
        new = NewJob(
            fresh_id(), found.owner, DECISION.name, {"import_id": found.import_id, "decisions": name, "rows": len(left)}
        )
        claims = left if len(left) <= self.most_claimed else ()
        job = self.jobs.create(new, extra_writes=[self._claim(found, each, new.job_id, stored) for each in claims])
        self.work_queue.send(job.job_id)
        return job

    def _claim(self, found: FileImport, listed: ListedDecision, job_id: str, stored: Decisions) -> Write:
        claim = StoredDecision(listed.position, listed.decided, job_id, self.clock.now())
        return self.decisions.write(found.owner, found.import_id, claim, stored.get(listed.position))


def _check(decided: Sequence[RowDecision]) -> None:
    if not 0 < len(decided) <= MOST_DECIDED:
        raise InvalidInput(f"Send 1 to {MOST_DECIDED:,} decisions.", field="decisions")
    if len({each.row for each in decided}) < len(decided):
        raise InvalidInput("Two decisions are about one row.", field="decisions")
    for each in decided:
        if each.verdict is not Verdict.SAME and each.choices:
            raise InvalidInput("Values are chosen for a row that is a contact of the book alone.", field="choices")
        if (each.verdict is Verdict.SAME) != (each.contact_id is not None):
            raise InvalidInput(
                'A row that is the "same" needs the id of the contact; others have none.', field="contact_id"
            )


def _decided_otherwise(row: int) -> Conflict:
    return Conflict(f"Row {row:,} was decided otherwise. Read the rows again.", row=row, code="row-decided")
