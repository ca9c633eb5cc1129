"""The specification of finding and listing jobs, for the fake DynamoDB and the embedded AWS alike."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.foundation.errors import NotFound
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.rows import sort_key_job_id
from chalicelib.jobs.store import LEASE, JobStore
from tests.contracts.jobs import SECOND, claim_job, create_job, store_on


@pytest.fixture
def store(ground: Any) -> JobStore:
    return store_on(ground.dynamo, ground)


class TestReading:
    def test_due_jobs_come_oldest_first_and_only_heads_of_lines(self, store, clock):
        for number, owner in enumerate(("eve", "ada", "bob", "ada")):
            create_job(store, f"j{number}", owner)
            clock.advance(SECOND)

        assert store.due(clock.now(), limit=9) == ["j0", "j1", "j2"]
        assert store.due(clock.now(), limit=2) == ["j0", "j1"]
        assert store.due(clock.now() - timedelta(minutes=1), limit=9) == []

    def test_the_oldest_due_job_tells_since_when_it_is_due(self, store, clock):
        began = clock.now()
        assert store.oldest_due(began) is None

        for job_id, owner in (("j0", "eve"), ("j1", "ada")):
            create_job(store, job_id, owner)
            clock.advance(SECOND)

        assert store.oldest_due(clock.now()) == began

    def test_jobs_that_an_older_version_spread_over_more_partitions_are_due_as_all_others(self, store, clock):
        older, newer = replace(store, shards=16), replace(store, earlier_shards=16)
        ids = [f"j{number}" for number in range(8)]
        for job_id in ids:
            create_job(older, job_id, owner=job_id)
        clock.advance(SECOND)

        assert sorted(newer.due(clock.now(), limit=9)) == ids
        for job_id in ids:
            claim_job(newer, job_id)
        clock.advance(LEASE)
        assert sorted(store.due(clock.now(), limit=9)) == ids

    def test_an_owners_jobs_come_newest_first_page_by_page(self, store, clock):
        ids = [f"j{number}" for number in range(5)]
        for job_id in ids:
            create_job(store, job_id)
            store.cancel(job_id)
            clock.advance(SECOND)

        assert ids_by_page(store, "ada", limit=2) == [["j4", "j3"], ["j2", "j1"], ["j0"]]
        assert store.of_owner("bob") == ([], None)

    def test_a_job_that_is_not_there_is_not_found(self, store):
        assert store.find("nowhere") is None
        with pytest.raises(NotFound):
            store.get("nowhere")

    def test_the_schedules_last_run_is_remembered(self, store):
        assert store.last_schedule_run() is None
        store.record_schedule_run(store.clock.now())

        assert store.last_schedule_run() == store.clock.now()


def ids_by_page(store: JobStore, owner: str, limit: int) -> Sequence[Sequence[str]]:
    pages, before = [], None
    while True:
        jobs, before = store.of_owner(owner, before=before, limit=limit)
        pages.append([job.job_id for job in jobs])
        if before is None:
            return pages


class TestListed:
    """The index of all jobs, and the lines of those who have some."""

    def test_lists_the_jobs_of_everybody_on_one_day_newest_first(self, store, clock):
        today = store.clock.now().replace(hour=1)
        clock.advance(today + timedelta(days=1) - store.clock.now())  # so that the day does not end in between
        for number, owner in enumerate(("ada", "bob", "eve")):
            create_job(store, f"j{number}", owner)
            clock.advance(SECOND)
        day = store.clock.now()

        first = store.created_on(day, before="~", limit=2)
        rest = store.created_on(day, before=first[-1], limit=2)

        assert [sort_key_job_id(place) for place in (*first, *rest)] == ["j2", "j1", "j0"]
        assert store.created_on(day - timedelta(days=1), before="~", limit=2) == []
        assert store.created_on(day + timedelta(days=1), before="~", limit=2) == []

    def test_an_erased_person_is_not_in_it(self, store):
        create_job(store, "gone", "ada")
        store.cancel("gone")

        store.delete_other_jobs("ada", keeping="another")

        assert store.created_on(store.clock.now(), before="~", limit=9) == []

    def test_says_how_many_are_before_each_of_several_jobs(self, store):
        jobs = [create_job(store, *each) for each in (("j1", "ada"), ("j2", "ada"), ("j3", "bob"))]
        store.commit(claim_job(store, "j3"), Progress(None, state=JobState.COMPLETED))

        assert store.jobs_ahead([*jobs[:2], store.get("j3")]) == {"j1": 0, "j2": 1}
        assert store.jobs_ahead([]) == {}
