from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.books.book_store import BookStore
from chalicelib.erasing.erase_person import KIND, LONGEST_RUN, ErasePerson, Erasing
from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job import JobState, ParkReason
from chalicelib.jobs.job_kinds import JobKind, JobKinds
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import Fenced
from chalicelib.jobs.worker import RunOutcome, Worker


@pytest.fixture
def kept():
    """What another room stores about each owner."""
    return {"ann": ["a page"], "bob": ["a page"]}


@pytest.fixture
def books(store):
    return BookStore(store.dynamo, "jobs", store)


@pytest.fixture
def erase(store, books):
    return ErasePerson(store, books)


@pytest.fixture
def sweep(store, books, clock, chance, work_queue, kept):
    def forget(owner):
        kept[owner] = []

    worker = Worker(store, {KIND: Erasing(store, books, {"forget": forget})}, work_queue, clock, chance)

    def run(job):
        return worker.run(worker.claim(job.job_id), until=clock.now() + timedelta(minutes=10), reserve=timedelta())

    return run


class TestErasePerson:
    def test_cancels_running_jobs(self, store, erase, queued, clock):
        queued("a")
        running = store.claim("a", "anna", clock.now())

        erase("ann")

        assert store.get("a").state is JobState.CANCELED
        with pytest.raises(Fenced):
            store.commit(running, Progress({"at": 1}))

    def test_blocks_new_jobs(self, store, erase):
        erase("ann")

        with pytest.raises(Conflict, match="being erased"):
            store.create(NewJob("b", "ann", "copy", {}))

    def test_blocks_edits(self, erase, books):
        erase("ann")

        with pytest.raises(Conflict, match="being erased"):
            books.commit_edit("ann", ["c1"], [])

    def test_blocks_edits_once_it_runs_if_an_older_version_accepted_it(self, store, books, sweep):
        sweep(store.create(NewJob("e", "ann", KIND, {}, erases=True)))

        with pytest.raises(Conflict, match="being erased"):
            books.commit_edit("ann", ["c1"], [])

    def test_cancels_jobs_in_other_lanes_before_deleting_anything(self, store, clock, chance, work_queue, books):
        store = replace(store, kinds=JobKinds([JobKind("count", Outcomes(), changes_book=False)]))
        store.create(NewJob("l1", "ann", "count", {}, lane="left"))
        seen = []
        forgets = {"look": lambda owner: seen.append(store.get("l1").state)}
        worker = Worker(store, {KIND: Erasing(store, books, forgets)}, work_queue, clock, chance)
        job = ErasePerson(store, books)("ann")

        worker.run(worker.claim(job.job_id), until=clock.now() + timedelta(minutes=10), reserve=timedelta())

        assert seen == [JobState.CANCELED]

    @pytest.mark.parametrize("cursor", [{"sweep": 2, "done": 2}, {"sweep": 2, "done": 0, "forgotten": ["pages"]}])
    def test_resumes_by_name_and_starts_the_sweep_over_where_an_older_version_only_counted(
        self, store, books, clock, chance, work_queue, cursor
    ):
        """Two versions may forget in different orders, so that a number means different things to them."""
        seen = []
        erasing = Erasing(store, books, {name: lambda _, name=name: seen.append(name) for name in ("pages", "lists")})
        store.create(NewJob("e", "ann", KIND, {}, erases=True))
        begun = store.commit(store.claim("e", "anna", clock.now()), Progress(cursor))
        store.park(begun, until=clock.now(), waiting=ParkReason.HAND_OVER)
        worker = Worker(store, {KIND: erasing}, work_queue, clock, chance)

        worker.run(worker.claim("e"), until=clock.now() + timedelta(minutes=10), reserve=timedelta())

        assert seen == [name for name in ("pages", "lists") if name not in cursor.get("forgotten", ())]

    def test_stores_what_it_deleted_by_name_and_lets_older_versions_start_over(
        self, store, books, erase, clock, chance, work_queue
    ):
        job, seen = erase("ann"), []
        forgets = {name: lambda _: seen.append(store.get(job.job_id).cursor) for name in ("pages", "lists")}
        worker = Worker(store, {KIND: Erasing(store, books, forgets)}, work_queue, clock, chance)

        worker.run(worker.claim(job.job_id), until=clock.now() + timedelta(minutes=10), reserve=timedelta())

        assert seen == [{"sweep": 1, "done": 0, "forgotten": names} for names in ([], ["pages"])]

    def test_is_idempotent(self, store, erase):
        assert erase("ann") == erase("ann")

    def test_deletes_again_after_the_longest_run_of_a_canceled_worker(self, store, erase, clock, sweep, kept):
        job = erase("ann")
        assert sweep(job) is RunOutcome.PARKED
        kept["ann"] = ["a page that came late"]
        clock.advance(seconds=LONGEST_RUN.total_seconds())

        assert sweep(job) is RunOutcome.FINISHED
        assert kept == {"ann": [], "bob": ["a page"]}

    def test_leaves_only_the_record_of_the_erasure(self, store, erase, queued, clock, sweep, client):
        queued("a")
        queued("b", owner="bob")
        job = erase("ann")
        sweep(job)
        clock.advance(seconds=LONGEST_RUN.total_seconds())
        sweep(job)

        of_ann = [item for item in client.stored_items() if "ann" in str(item)]
        assert [item["job_id"]["S"] for item in of_ann] == [job.job_id]
        assert "ttl" in of_ann[0]
        assert store.get("b").owner == "bob"

    def test_an_erased_person_can_come_back(self, store, books, erase, clock, sweep):
        job = erase("ann")
        sweep(job)
        clock.advance(seconds=LONGEST_RUN.total_seconds())
        sweep(job)

        assert store.create(NewJob("new", "ann", "copy", {})).due == clock.now()
        assert books.commit_edit("ann", ["c1"], [])

    def test_a_failed_erasure_can_be_started_again(self, store, erase, clock, sweep, kept):
        failed = erase("ann")
        run = store.claim(failed.job_id, "anna", clock.now())
        store.commit(run, Progress(None, state=JobState.FAILED, error="No.", error_code="internal"))

        again = erase("ann")
        sweep(again)
        clock.advance(seconds=LONGEST_RUN.total_seconds())

        assert again.job_id != failed.job_id
        assert sweep(again) is RunOutcome.FINISHED
        assert kept["ann"] == []
