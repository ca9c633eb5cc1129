"""Jobs outside the lane of the book, on the fake and on the embedded AWS alike."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.books.job_kinds import contacts_kind
from chalicelib.foundation.errors import Conflict, TooMany
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.job_kinds import JobKind, JobKinds, KindError
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import Fenced, StoreBusy
from chalicelib.jobs.rows import queue_key
from chalicelib.jobs.store import JobStore
from chalicelib.tables.keys import LANES
from tests.fakes.executor import InlineExecutor

COUNTED = Outcomes.of(("odd", "even", "lost"), not_read=["lost"], changing=["odd"])
KINDS = JobKinds([JobKind("count", COUNTED, changes_book=False), contacts_kind("import")])
SECOND = timedelta(seconds=1)


@pytest.fixture
def store(ground: Any) -> JobStore:
    return JobStore(
        ground.dynamo,
        ground.names.jobs,
        ground.clock,
        InlineExecutor(),
        shards=2,
        max_queue_length=3,
        max_in_lanes=4,
        kinds=KINDS,
    )


def create_job(store: JobStore, job_id: str, lane: str = "left", **more: Any) -> Job:
    return store.create(NewJob(job_id, "ada", "count", {}, lane=lane), **more)


def create_import(store: JobStore, job_id: str) -> Job:
    return store.create(NewJob(job_id, "ada", "import", {}))


def claim_job(store: JobStore, job_id: str) -> Job:
    job = store.claim(job_id, f"holder of {job_id}", store.clock.now())
    assert job is not None
    return job


def end_job(store: JobStore, job_id: str) -> Job:
    return store.commit(claim_job(store, job_id), Progress(None, state=JobState.COMPLETED))


def item(store: JobStore, key: tuple[str, str]) -> Any:
    return store.dynamo.get(store.table, key.item)


class TestAJobInALane:
    def test_runs_beside_those_of_other_lanes_and_of_the_book(self, store):
        create_import(store, "book")
        for job_id, lane in (("l1", "left"), ("r1", "right")):
            create_job(store, job_id, lane)

        assert sorted(store.due(store.clock.now(), limit=9)) == ["book", "l1", "r1"]
        assert [claim_job(store, job_id).lane for job_id in ("book", "l1", "r1")] == ["", "left", "right"]

    def test_waits_for_those_before_it_in_its_own(self, store):
        jobs = [create_job(store, job_id) for job_id in ("l1", "l2")]

        assert store.claim("l2", "anna", store.clock.now()) is None
        assert store.jobs_ahead(jobs) == {"l1": 0, "l2": 1}
        assert store.queue("ada", "left").jobs == ("l1", "l2")
        assert store.queue("ada").jobs == ()

    def test_commits_chunk_by_chunk_and_lets_the_next_run_at_its_end(self, store):
        create_job(store, "l1")
        create_job(store, "l2")
        job = store.commit(claim_job(store, "l1"), Progress({"at": 1}))
        store.commit(job, Progress(None, state=JobState.COMPLETED))

        assert store.get("l1").state is JobState.COMPLETED
        assert store.get("l2").due == store.clock.now()
        assert store.lanes("ada").jobs == {"l2"}

    def test_leaves_nothing_of_its_lane_when_it_was_the_last(self, store):
        create_job(store, "l1")
        create_job(store, "r1", "right")
        end_job(store, "l1")
        store.cancel("r1")

        assert item(store, queue_key("ada", "left")) is None
        assert item(store, queue_key("ada", "right")) is None
        assert item(store, LANES.key(owner="ada")) == LANES.key(owner="ada").item
        assert end_job(store, create_job(store, "l2").job_id).state is JobState.COMPLETED

    def test_lets_the_others_of_its_lane_go_first_while_a_provider_makes_it_wait(self, store, clock):
        create_job(store, "l1")
        create_job(store, "l2")

        assert store.park(claim_job(store, "l1"), until=clock.now() + 60 * SECOND, waiting=ParkReason.PROVIDER) == "l2"
        assert store.queue("ada", "left").jobs == ("l2", "l1")

    def test_is_fenced_when_it_is_canceled(self, store):
        create_job(store, "l1")
        held = claim_job(store, "l1")
        store.cancel("l1")

        with pytest.raises(Fenced):
            store.commit(held, Progress({"at": 1}))

    def test_is_created_once_by_its_key_which_stands_for_its_lane_too(self, store):
        first = create_job(store, "l1", idempotency_key="press")

        assert create_job(store, "l9", idempotency_key="press") == first
        with pytest.raises(Conflict, match="idempotency key"):
            create_job(store, "r1", "right", idempotency_key="press")

    def test_of_a_kind_that_may_change_the_book_is_a_mistake(self, store):
        for kind in ("import", "never declared"):
            with pytest.raises(KindError):
                store.create(NewJob("i1", "ada", kind, {}, lane="left"))
        assert store.find("i1") is None

    def test_can_be_in_the_book_s_lane_too(self, store):
        assert create_job(store, "b1", "").lane == ""
        assert store.queue("ada").jobs == ("b1",)


class TestAnOwner:
    def test_has_the_unfinished_jobs_of_all_lanes(self, store, clock):
        for job_id, lane in (("r1", "right"), ("l1", "left"), ("book", ""), ("l2", "left")):
            create_job(store, job_id, lane)
            clock.advance(SECOND)

        assert [job.job_id for job in store.unfinished("ada")] == ["book", "r1", "l1", "l2"]
        assert [job.job_id for job in store.of_owner("ada")[0]] == ["l2", "book", "l1", "r1"]

    def test_limits_the_jobs_in_other_lanes_without_counting_those_of_the_book(self, store):
        for number in range(4):
            create_job(store, f"j{number}", f"lane-{number}")

        with pytest.raises(TooMany):
            create_job(store, "j9", "lane-9")
        create_import(store, "book")
        end_job(store, "j0")
        assert create_job(store, "j9", "lane-9").due == store.clock.now()

    def test_does_not_keep_a_job_that_another_one_replaces(self, store):
        create_job(store, "other", "right")
        for number in range(6):  # more than an owner may have
            create_job(store, f"l{number}", canceling=[f"l{number - 1}"] if number else [])

        assert store.lanes("ada").jobs == {"other", "l5"}
        assert store.queue("ada", "left").jobs == ("l5",)
        assert store.get("l4").state is JobState.CANCELED

    def test_has_so_many_in_one_lane_at_most(self, store):
        for number in range(3):
            create_job(store, f"j{number}")

        with pytest.raises(TooMany):
            create_job(store, "j9")


class TestJobsOfSeveralLanes:
    def new(self, *job_ids: str) -> list[NewJob]:
        return [NewJob(job_id, "ada", "count", {}, lane=f"lane-{job_id}") for job_id in job_ids]

    def test_are_created_at_once_each_at_the_front_of_its_lane(self, store):
        created = store.create_in_lanes(self.new("a", "b", "c"))

        assert [job.job_id for job in created] == ["a", "b", "c"]
        assert sorted(store.due(store.clock.now(), limit=9)) == ["a", "b", "c"]
        assert store.lanes("ada").jobs == {"a", "b", "c"}
        assert [store.queue("ada", f"lane-{job_id}").jobs for job_id in "abc"] == [("a",), ("b",), ("c",)]
        assert store.get("b") == created[1]

    def test_are_created_once(self, store):
        first = store.create_in_lanes(self.new("a", "b"))

        assert store.create_in_lanes(self.new("a", "b", "c"))[:2] == first
        assert store.lanes("ada").jobs == {"a", "b", "c"}

    def test_wait_for_jobs_that_were_there_before(self, store):
        create_job(store, "before", "lane-b")

        store.create_in_lanes(self.new("a", "b"))

        assert store.queue("ada", "lane-b").jobs == ("before", "b")
        assert store.claim("b", "anna", store.clock.now()) is None

    def test_go_before_a_job_that_waits_itself(self, store, clock):
        create_job(store, "before", "lane-b")
        store.park(claim_job(store, "before"), until=clock.now() + 60 * SECOND, waiting=ParkReason.LATER)

        store.create_in_lanes(self.new("a", "b"))

        assert store.queue("ada", "lane-b").jobs == ("b", "before")
        assert claim_job(store, "b").lane == "lane-b"

    def test_are_created_all_or_none(self, store):
        create_job(store, "other")

        with pytest.raises(TooMany):
            store.create_in_lanes(self.new("a", "b", "c", "d"))
        assert store.find("a") is None
        assert [job.job_id for job in store.create_in_lanes(self.new("a", "b", "c"))] == ["a", "b", "c"]

    def test_are_not_created_while_the_owner_is_being_erased(self, store):
        store.create(NewJob("e", "ada", "erase", {}, erases=True))

        with pytest.raises(Conflict, match="being erased"):
            store.create_in_lanes(self.new("a"))

    def test_of_a_kind_that_may_change_the_book_are_a_mistake(self, store):
        with pytest.raises(KindError):
            store.create_in_lanes([NewJob("i1", "ada", "import", {}, lane="left")])


class TestWaking:
    @pytest.fixture
    def parked(self, store, clock) -> Job:
        create_job(store, "l1")
        store.park(claim_job(store, "l1"), until=clock.now() + 60 * SECOND, waiting=ParkReason.LATER)
        return store.get("l1")

    def test_a_job_that_has_nothing_to_do_is_due_at_once(self, store, parked):
        store.wake("l1")

        assert store.get("l1").due == store.clock.now()
        assert claim_job(store, "l1").rev == parked.rev + 2

    def test_does_nothing_to_a_job_that_is_worked_on(self, store, parked):
        store.wake("l1")
        held = claim_job(store, "l1")

        store.wake("l1")

        assert store.get("l1") == held

    def test_does_nothing_to_a_job_that_waits_for_a_provider_or_behind_others(self, store, clock):
        create_job(store, "l1")
        until = clock.now() + 60 * SECOND
        store.park(claim_job(store, "l1"), until=until, waiting=ParkReason.PROVIDER)
        store.wake("l1")
        assert store.get("l1").due == until

        create_job(store, "l2")  # goes before it
        store.wake("l1")
        assert store.get("l1").due is None

    def test_does_nothing_to_a_job_that_has_ended_or_never_was(self, store):
        create_job(store, "l1")
        end_job(store, "l1")

        store.wake("l1")
        store.wake("nobody")

        assert store.get("l1").state is JobState.COMPLETED
        assert store.find("nobody") is None


class TestAnErasure:
    def erasing(self, store):
        return store.create(NewJob("e", "ada", "erase", {}, erases=True))

    def test_lets_nothing_begin_in_any_lane(self, store):
        self.erasing(store)

        for lane in ("", "left"):
            with pytest.raises(Conflict, match="being erased"):
                create_job(store, "l1", lane)

    def test_that_an_older_version_accepted_does_neither(self, store):
        self.erasing(store)
        store.dynamo.delete(TableName=store.table, Key=LANES.key(owner="ada").item)

        with pytest.raises(Conflict, match="being erased"):
            create_job(store, "l1")

    def test_stops_the_jobs_of_all_lanes_and_leaves_nothing(self, store):
        for job_id, lane in (("l1", "left"), ("l2", "left"), ("r1", "right")):
            create_job(store, job_id, lane)
        held = claim_job(store, "l1")
        self.erasing(store)
        store.cancel_lane_jobs("ada")
        store.cancel_lane_jobs("ada")

        assert [job.job_id for job in store.unfinished("ada")] == ["e"]
        with pytest.raises(Fenced):
            store.commit(held, Progress({"at": 1}))
        store.commit(claim_job(store, "e"), Progress(None, state=JobState.COMPLETED, forgets_owner=True))
        for key in (queue_key("ada"), queue_key("ada", "left"), queue_key("ada", "right"), LANES.key(owner="ada")):
            assert item(store, key) is None
        assert create_job(store, "l9").due == store.clock.now()

    def test_does_not_end_while_a_job_is_left_in_a_lane(self, store):
        create_job(store, "l1")
        self.erasing(store)

        with pytest.raises(StoreBusy):  # the erasure tries again, and cancels that job first
            store.commit(claim_job(store, "e"), Progress(None, state=JobState.COMPLETED, forgets_owner=True))
        assert store.lanes("ada").jobs == {"l1"}
