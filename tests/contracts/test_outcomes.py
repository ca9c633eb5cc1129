"""Outcomes that a kind of job declares, on the fake and on the embedded AWS alike."""

from dataclasses import replace
from enum import StrEnum
from typing import Any

import pytest

from chalicelib.books.job_kinds import contacts_kind
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job import Job, LedgerLine
from chalicelib.jobs.job_kinds import JobKind, JobKinds, KindError
from chalicelib.jobs.ledger import ledger_page, verify
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.store import JobStore
from chalicelib.tables.keys import JOB
from tests.fakes.executor import InlineExecutor


class Look(StrEnum):
    FOUND = "found"
    MISSED = "missed"
    SKIPPED = "skipped"  # a word that contacts have too
    LATE = "late"


LOOKED = Outcomes.of(Look, not_read=[Look.LATE], changing=[Look.FOUND])
KINDS = JobKinds([JobKind("look", LOOKED, changes_book=False), contacts_kind("import")])


@pytest.fixture
def store(ground: Any) -> JobStore:
    return JobStore(ground.dynamo, ground.names.jobs, ground.clock, InlineExecutor(), shards=2, kinds=KINDS)


def claim_new_job(store: JobStore, kind: str = "look") -> Job:
    store.create(NewJob("j1", "ada", kind, {}))
    job = store.claim("j1", "anna", store.clock.now())
    assert job is not None
    return job


def commit_outcomes(store: JobStore, job: Job, *outcomes: str) -> Job:
    return store.commit(
        job, Progress(None, lines=[LedgerLine(f"c{place}", each) for place, each in enumerate(outcomes)])
    )


class TestAKind:
    def test_counts_its_own_outcomes(self, store):
        job = commit_outcomes(store, claim_new_job(store), Look.FOUND, Look.MISSED, Look.FOUND, Look.LATE)
        job = commit_outcomes(store, job, Look.SKIPPED)

        stored = store.get("j1")
        assert stored.counts == job.counts
        assert dict(stored.counts) == {"found": 2, "missed": 1, "skipped": 1, "late": 1}
        assert (stored.counts.read, stored.counts.changes, stored.counts.found) == (4, 2, 2)
        assert verify(store, stored).consistent

    def test_begins_with_none(self, store):
        assert dict(claim_new_job(store).counts) == {"found": 0, "missed": 0, "skipped": 0, "late": 0}

    def test_counts_from_zero_when_it_begins_again(self, store):
        job = commit_outcomes(store, claim_new_job(store), Look.FOUND, Look.SKIPPED)
        store.restart(job, cursor=None, details={})

        assert set(store.get("j1").counts.values()) == {0}

    def test_gets_its_own_words_back_from_its_ledger(self, store):
        job = commit_outcomes(store, claim_new_job(store), Look.FOUND, Look.MISSED)

        [chunk] = store.ledger(job)
        assert [line.outcome for line in chunk.lines] == [Look.FOUND, Look.MISSED]
        assert chunk.lines[0].outcome is Look.FOUND
        lines, _ = ledger_page(store, job, outcome="missed")
        assert [line.source_id for line in lines] == ["c1"]

    def test_finds_the_chunks_of_its_ledger_that_have_an_outcome(self, store):
        job = commit_outcomes(store, claim_new_job(store), Look.FOUND)
        job = commit_outcomes(store, job, Look.FOUND, Look.MISSED)
        job = commit_outcomes(store, job, Look.LATE)

        [chunk] = store.ledger(job, outcome=Look.MISSED)

        assert (chunk.chunk, [line.outcome for line in chunk.lines]) == (1, [Look.FOUND, Look.MISSED])
        assert list(store.ledger(job, outcome=Look.SKIPPED)) == []

    def test_changes_something_by_those_outcomes_alone_that_say_so(self, store):
        job = commit_outcomes(store, claim_new_job(store), Look.MISSED, Look.SKIPPED)
        assert not job.has_changed
        assert commit_outcomes(store, job, Look.FOUND).has_changed

    @pytest.mark.parametrize("outcome", ["removed", "never heard of"])
    def test_that_does_not_declare_an_outcome_makes_it_a_mistake(self, store, outcome):
        job = claim_new_job(store)

        with pytest.raises(KindError, match=outcome):
            commit_outcomes(store, job, Look.FOUND, outcome)
        assert store.get("j1") == job


class TestStored:
    def test_are_the_columns_of_old_for_the_words_of_contacts(self, store):
        commit_outcomes(store, claim_new_job(store, "import"), Outcome.CREATED, Outcome.REMOVED)

        item = store.dynamo.get(store.table, JOB.key(job_id="j1").item)
        assert {name: item[name]["N"] for name in Outcome} == {
            "created": "1",
            "updated": "0",
            "unchanged": "0",
            "skipped": "0",
            "failed": "0",
            "removed": "1",
        }
        assert not [name for name in item if name.startswith("count_")]

    def test_are_columns_of_their_own_for_other_words(self, store):
        commit_outcomes(store, claim_new_job(store), Look.FOUND, Look.SKIPPED)

        item = store.dynamo.get(store.table, JOB.key(job_id="j1").item)
        assert (item["count_found"], item["skipped"], item["created"]) == ({"N": "1"}, {"N": "1"}, {"N": "0"})


class TestAKindThatIsNotDeclared:
    """A newer version made the job, and this one is asked about it."""

    @pytest.fixture
    def older(self, store):
        return replace(store, kinds=JobKinds())

    def test_can_be_read_ended_and_is_taken_to_have_changed_something(self, store, older):
        commit_outcomes(store, claim_new_job(store), Look.MISSED)

        job = older.get("j1")
        assert (job.counts["missed"], job.has_changed) == (1, True)
        assert [line.outcome for chunk in older.ledger(job) for line in chunk.lines] == ["missed"]
        assert older.cancel("j1").is_finished

    def test_cannot_be_counted(self, store, older):
        claim_new_job(store)

        with pytest.raises(KindError):
            commit_outcomes(older, older.get("j1"), Look.FOUND)
