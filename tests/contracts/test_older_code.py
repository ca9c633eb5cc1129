"""A rolling deployment: for a while the version before still counts edits in an owner's line and expects them there.

Its writes are literal here, as it sent them. On the fake and on the embedded AWS alike.
"""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.books.book_store import BookStore
from chalicelib.erasing.erase_person import LONGEST_RUN, ErasePerson, Erasing
from chalicelib.foundation.dynamo import TransactionCanceled
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, JobState, LedgerLine
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import Fenced
from chalicelib.jobs.rows import queue_key
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore
from chalicelib.tables.keys import JOB
from tests.fakes.executor import InlineExecutor
from tests.jobs.kinds import KINDS

CREATED = LedgerLine("s1", Outcome.CREATED, "c1")
ONE, NONE = {":one": {"N": "1"}}, {":none": {"L": []}}


@pytest.fixture
def jobs(ground: Any) -> JobStore:
    return JobStore(ground.dynamo, ground.names.jobs, ground.clock, InlineExecutor(), shards=2, kinds=KINDS)


@pytest.fixture
def books(ground: Any, jobs: JobStore) -> BookStore:
    return BookStore(ground.dynamo, ground.names.jobs, jobs)


@dataclass(frozen=True)
class OlderCode:
    """What the version before sent to DynamoDB."""

    jobs: JobStore

    def edit(self) -> None:
        """One person's edit; its contact is left out."""
        update = {
            "UpdateExpression": "SET jobs = if_not_exists(jobs, :none) ADD edits :one",
            "ConditionExpression": "attribute_not_exists(erasing)",
            "ExpressionAttributeValues": {**ONE, **NONE},
        }
        self.jobs.dynamo.commit([{"Update": {**self._line(), **update}}])

    def edits(self) -> int:
        """How often people edited, as far as it knows."""
        return int(self._item()["edits"]["N"])

    def commit(self, job: Job, edits: int) -> None:
        """A chunk of a job it claimed; Refused if the job is not the first in line, or people edited since."""
        chunk = {
            "Key": JOB.key(job_id=job.job_id).item,
            "UpdateExpression": "ADD rev :one, chunk :one, created :one",
            "ConditionExpression": "rev = :rev",
            "ExpressionAttributeValues": {**ONE, ":rev": {"N": str(job.rev)}},
        }
        check = {
            "ConditionExpression": "jobs[0] = :job AND edits = :edits",
            "ExpressionAttributeValues": {":job": {"S": job.job_id}, ":edits": {"N": str(edits)}},
        }
        update = {"Update": {"TableName": self.jobs.table, **chunk}}
        self.jobs.dynamo.commit([update, {"ConditionCheck": {**self._line(), **check}}])

    def begin_erasure(self, job_id: str) -> None:
        """It put the mark on the line alone; the erasure's job is created like any other here."""
        self.jobs.create(NewJob(job_id, "ada", "erase-person", {}))
        self.jobs.dynamo.update(
            **self._line(),
            UpdateExpression="SET erasing = :true",
            ExpressionAttributeValues={":true": {"BOOL": True}},
        )

    def _item(self) -> Any:
        return self.jobs.dynamo.get(self.jobs.table, self._line()["Key"])

    def _line(self) -> dict[str, Any]:
        return {"TableName": self.jobs.table, "Key": queue_key("ada").item}


@pytest.fixture
def older(jobs: JobStore) -> OlderCode:
    return OlderCode(jobs)


def claim_job(jobs: JobStore, job_id: str, clock: Any) -> Job | None:
    return jobs.claim(job_id, f"holder-of-{job_id}", clock.now())


def create_job(jobs: JobStore, job_id: str) -> None:
    jobs.create(NewJob(job_id, "ada", "copy", {}))


class TestTheVersionOfABook:
    @pytest.mark.parametrize("seed", range(5))
    def test_never_repeats_during_any_edit(self, jobs, books, older, ground, seed):
        chance, versions = random.Random(seed), [books.state("ada").version]
        create_job(jobs, "a")
        job = claim_job(jobs, "a", ground.clock)
        for _ in range(12):
            match chance.choice(["older edit", "edit", "older chunk", "chunk"]):
                case "older edit":
                    older.edit()
                case "edit":
                    books.commit_edit("ada", ["c1"], [])
                case "older chunk":
                    older.commit(job, older.edits())
                    job = jobs.get("a")
                case "chunk":
                    job = jobs.commit(job, Progress(None, lines=[CREATED]))
            versions.append(books.state("ada").version)

        assert len(set(versions)) == len(versions)

    def test_counts_what_older_code_counted_before(self, books, older):
        for _ in range(3):
            older.edit()
        books.commit_edit("ada", ["c1"], [])

        assert books.state("ada").version.edits == 4


class TestAJob:
    def test_of_older_code_goes_on_beside_edits(self, jobs, books, older, ground):
        create_job(jobs, "a")
        job = claim_job(jobs, "a", ground.clock)
        seen = older.edits()
        books.commit_edit("ada", ["c1"], [])
        older.commit(job, seen)

        assert jobs.get("a").counts.created == 1

    def test_goes_on_beside_edits_of_older_code(self, jobs, older, ground):
        create_job(jobs, "a")
        job = claim_job(jobs, "a", ground.clock)
        older.edit()

        assert jobs.commit(job, Progress(None, lines=[CREATED])).counts.created == 1

    def test_claimed_by_one_version_is_refused_to_the_other_from_then_on(self, jobs, older, ground):
        create_job(jobs, "a")
        slow = claim_job(jobs, "a", ground.clock)
        ground.clock.advance(timedelta(minutes=2))
        jobs.claim("a", "another", ground.clock.now())

        with pytest.raises(TransactionCanceled):
            older.commit(slow, older.edits())
        with pytest.raises(Fenced):
            jobs.commit(slow, Progress(None, lines=[CREATED]))
        assert jobs.get("a").counts.created == 0

    def test_waits_for_the_one_before_it_whichever_version_runs_that(self, jobs, older, ground):
        create_job(jobs, "a")
        create_job(jobs, "b")
        first = claim_job(jobs, "a", ground.clock)
        older.commit(first, older.edits())

        assert claim_job(jobs, "b", ground.clock) is None
        jobs.commit(jobs.get("a"), Progress(None, state=JobState.COMPLETED))
        assert claim_job(jobs, "b", ground.clock) is not None


class TestAnErasure:
    def test_that_this_version_accepted_refuses_edits_of_older_code(self, jobs, books, older):
        ErasePerson(jobs, books)("ada")

        with pytest.raises(TransactionCanceled):
            older.edit()

    def test_that_older_code_accepted_refuses_what_would_begin(self, jobs, books, older):
        older.begin_erasure("e")

        assert books.state("ada").is_erasing
        with pytest.raises(Conflict):
            create_job(jobs, "a")

    def test_that_older_code_accepted_refuses_edits_once_it_runs_and_leaves_nothing(self, jobs, books, older, ground):
        books.commit_edit("ada", ["c1"], [])
        older.begin_erasure("e")
        erasing = Erasing(jobs, books, {})
        _run(erasing, jobs, ground.clock)

        with pytest.raises(Conflict):
            books.commit_edit("ada", ["c1"], [])
        ground.clock.advance(LONGEST_RUN + timedelta(seconds=1))
        _run(erasing, jobs, ground.clock)
        assert jobs.get("e").state is JobState.COMPLETED
        assert (books.edits("ada").count, books.state("ada").is_erasing) == (0, False)


def _run(erasing: Erasing, jobs: JobStore, clock: Any) -> None:
    job = claim_job(jobs, "e", clock)
    assert job is not None
    until = clock.now() + timedelta(minutes=10)
    erasing(Run(jobs, clock, job, until=until, reserve=timedelta()))
