from datetime import timedelta

import pytest

from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.foundation.errors import Conflict, NotFound, TooMany
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import JobState, LedgerLine, ParkReason
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import ExtraWriteRefused, Fenced
from chalicelib.jobs.store import LEASE, NewJob
from tests.fakes.clock import NOON

CREATED = LedgerLine("s1", Outcome.CREATED, "c1")


def claim(store, job_id="a", holder="anna", at=NOON):
    return store.claim(job_id, holder, at)


def finished(store, job_id="a", state=JobState.COMPLETED):
    return store.commit(claim(store, job_id), Progress({"at": 1}, state=state))


class TestCreate:
    def test_the_first_job_of_an_owner_is_due_at_once(self, store, queued):
        queued("a")

        assert store.due(NOON, limit=10) == ["a"]

    def test_the_second_waits_in_line_and_is_not_due(self, store, queued):
        queued("a")
        queued("b")

        assert (store.queue("ann").jobs, store.get("b").due) == (("a", "b"), None)

    def test_two_owners_do_not_wait_for_each_other(self, store, queued):
        queued("a")
        queued("b", owner="bob")

        assert sorted(store.due(NOON, limit=10)) == ["a", "b"]

    def test_the_same_job_id_makes_one_job(self, store, queued):
        queued("a")
        queued("a")

        assert store.queue("ann").jobs == ("a",)

    def test_the_same_key_answers_with_the_same_job(self, store):
        first = store.create(NewJob("a", "ann", "copy", {"x": 1}), idempotency_key="press")

        assert store.create(NewJob("b", "ann", "copy", {"x": 1}), idempotency_key="press").job_id == first.job_id

    def test_the_same_key_for_something_else_is_refused(self, store):
        store.create(NewJob("a", "ann", "copy", {"x": 1}), idempotency_key="press")

        with pytest.raises(Conflict, match="idempotency key"):
            store.create(NewJob("b", "ann", "copy", {"x": 2}), idempotency_key="press")

    def test_a_key_is_free_again_after_a_day(self, store, clock):
        store.create(NewJob("a", "ann", "copy", {}), idempotency_key="press")
        clock.advance(hours=25)

        assert store.create(NewJob("b", "ann", "copy", {}), idempotency_key="press").job_id == "b"

    def test_the_same_key_of_two_owners_is_two_keys(self, store):
        store.create(NewJob("a", "ann", "copy", {}), idempotency_key="press")

        assert store.create(NewJob("b", "bob", "copy", {}), idempotency_key="press").job_id == "b"

    def test_a_full_line_takes_no_more(self, store, queued):
        for job_id in ("a", "b", "c"):
            queued(job_id)

        with pytest.raises(TooMany) as refused:
            queued("d")

        assert refused.value.retry_after > timedelta()

    def test_what_lands_with_it_is_refused_with_it(self, store):
        missing = {
            "Update": store.writes.advance(
                store.create(NewJob("x", "bob", "copy", {})), Progress(None), now=NOON, lease=LEASE
            )["Update"]
        }
        missing["Update"] = {**missing["Update"], "Key": {"pk": {"S": "job#none"}, "sk": {"S": "job"}}}

        with pytest.raises(ExtraWriteRefused) as refused:
            store.create(NewJob("a", "ann", "copy", {}), extra_writes=[missing])

        assert refused.value.index == 0
        assert store.find("a") is None

    def test_it_can_end_others_with_its_beginning(self, store, queued):
        queued("a")
        queued("b")

        store.create(NewJob("c", "ann", "disconnect", {}), canceling=["a"])

        assert store.get("a").state is JobState.CANCELED
        assert store.queue("ann").jobs == ("b", "c")
        assert store.get("b").due == NOON

    def test_nobody_waits_behind_a_job_that_waits_for_its_provider(self, store, queued):
        queued("a")
        store.park(claim(store), until=NOON + timedelta(minutes=10), waiting=ParkReason.PROVIDER)

        queued("b")

        assert store.queue("ann").jobs == ("b", "a")
        assert store.due(NOON, limit=10) == ["b"]

    def test_where_two_wait_for_their_provider_whoever_is_first_then_is_due_when_its_wait_is_over(self, store, queued):
        later, soon = NOON + timedelta(minutes=10), NOON + timedelta(minutes=5)
        queued("a")
        store.park(claim(store), until=later, waiting=ParkReason.PROVIDER)
        queued("b")
        store.park(claim(store, "b"), until=soon, waiting=ParkReason.PROVIDER)

        queued("c")

        assert store.queue("ann").jobs == ("a", "c", "b")
        assert [store.get(job_id).due for job_id in ("a", "b", "c")] == [later, None, None]


class TestClaim:
    def test_a_due_job_goes_to_the_first_worker_that_asks(self, store, queued):
        queued("a")

        job = claim(store)

        assert (job.state, job.holder, job.rev, job.attempts) == (JobState.PROCESSING, "anna", 1, 1)

    def test_a_second_worker_leaves_with_empty_hands(self, store, queued):
        queued("a")
        claim(store)

        assert claim(store, holder="bert") is None

    def test_a_claim_whose_answer_got_lost_recognises_itself(self, store, queued):
        queued("a")

        assert claim(store) == claim(store)

    def test_a_job_that_is_not_due_yet_is_left_alone(self, store, queued):
        queued("a")

        assert claim(store, at=NOON - timedelta(seconds=1)) is None

    def test_a_job_behind_the_head_cannot_be_claimed(self, store, queued):
        queued("a")
        queued("b")

        assert claim(store, "b") is None

    def test_a_job_whose_lease_ran_out_is_free_again_and_its_old_holder_is_fenced(self, store, queued):
        queued("a")
        slow = claim(store)
        rescued = claim(store, holder="bert", at=NOON + LEASE + timedelta(seconds=1))

        assert rescued.crashes == 1
        with pytest.raises(Fenced):
            store.park(slow, until=NOON, waiting=ParkReason.HAND_OVER)
        with pytest.raises(Fenced):
            store.commit(slow, Progress({"at": 1}))

    @pytest.mark.parametrize("state", [JobState.COMPLETED, JobState.FAILED, JobState.PARTIAL])
    def test_a_finished_job_is_never_claimed_again(self, store, queued, state):
        queued("a")
        finished(store, state=state)

        assert claim(store, at=NOON + timedelta(days=365)) is None

    def test_a_missing_job_is_nobodys(self, store):
        assert claim(store, "none") is None


class TestCommit:
    def test_moves_counts_cursor_and_ledger_together(self, store, queued):
        queued("a")

        job = store.commit(claim(store), Progress({"at": 1}, lines=[CREATED]))

        assert store.get("a") == job
        assert (job.counts.created, job.cursor, job.chunk) == (1, {"at": 1}, 1)
        assert [chunk.lines for chunk in store.ledger(job)] == [[CREATED]]

    def test_extends_the_lease_and_forgets_failures(self, store, queued, clock):
        queued("a")
        job = claim(store)
        clock.advance(seconds=30)

        assert store.commit(job, Progress({"at": 1})).due == NOON + timedelta(seconds=90)

    def test_recognises_itself_when_its_answer_got_lost(self, store, queued):
        queued("a")
        job = claim(store)
        first = store.commit(job, Progress({"at": 1}, lines=[CREATED]))

        assert store.commit(job, Progress({"at": 1}, lines=[CREATED])) == first
        assert store.get("a").counts.created == 1

    def test_a_canceled_job_takes_nothing_more(self, store, queued):
        queued("a")
        job = claim(store)
        store.cancel("a")

        with pytest.raises(Fenced):
            store.commit(job, Progress({"at": 1}, lines=[CREATED]))
        assert list(store.ledger(store.get("a"))) == []

    def test_the_last_one_ends_the_job_and_the_next_in_line_may_run(self, store, queued):
        queued("a")
        queued("b")

        done = finished(store)

        assert (done.state, done.due, store.due(NOON, limit=5)) == (JobState.COMPLETED, None, ["b"])

    def test_the_last_one_survives_a_job_that_joined_the_line_meanwhile(self, store, queued):
        queued("a")
        job = claim(store)
        queued("b")

        store.commit(job, Progress({"at": 1}, state=JobState.COMPLETED))

        assert store.queue("ann").jobs == ("b",)


class TestPark:
    def test_puts_the_job_back_until_later(self, store, queued):
        queued("a")
        until = NOON + timedelta(seconds=38)

        store.park(claim(store), until=until, waiting=ParkReason.PROVIDER)

        job = store.get("a")
        assert (job.state, job.due, job.waiting, job.failures) == (JobState.QUEUED, until, ParkReason.PROVIDER, 0)

    def test_a_retry_counts_as_a_failure(self, store, queued):
        queued("a")

        store.park(claim(store), until=NOON, waiting=ParkReason.RETRY, failed=True)

        assert store.get("a").failures == 1

    def test_whoever_waits_for_a_provider_lets_the_others_go_first(self, store, queued):
        queued("a")
        queued("b")

        promoted = store.park(claim(store), until=NOON + timedelta(minutes=1), waiting=ParkReason.PROVIDER)

        assert (promoted, store.queue("ann").jobs, store.due(NOON, limit=5)) == ("b", ("b", "a"), ["b"])

    def test_and_keeps_its_wait_when_it_is_the_head_again(self, store, queued):
        queued("a")
        queued("b")
        until = NOON + timedelta(minutes=1)
        store.park(claim(store), until=until, waiting=ParkReason.PROVIDER)

        finished(store, "b")

        assert store.get("a").due == until

    def test_a_hand_over_keeps_its_place(self, store, queued):
        queued("a")
        queued("b")

        store.park(claim(store), until=NOON, waiting=ParkReason.HAND_OVER)

        assert store.queue("ann").jobs == ("a", "b")

    def test_finds_its_last_commit_landed_after_all(self, store, queued):
        queued("a")
        before = claim(store)
        store.commit(before, Progress({"at": 1}))

        store.park(before, until=NOON, waiting=ParkReason.RETRY, failed=True)

        assert store.get("a").state is JobState.QUEUED


class TestRestart:
    def test_counts_from_zero_in_a_new_generation(self, store, queued):
        queued("a")
        job = store.commit(claim(store), Progress({"at": 1}, lines=[CREATED]))

        again = store.restart(job, cursor={"at": 0}, details={"mode": "full"})

        assert (again.generation, again.counts.read, again.chunk) == (1, 0, 0)
        assert again.details["mode"] == "full"
        assert list(store.ledger(again)) == []

    def test_recognises_itself_when_its_answer_got_lost(self, store, queued):
        queued("a")
        job = claim(store)
        first = store.restart(job, cursor={"at": 0}, details={})

        assert store.restart(job, cursor={"at": 0}, details={}) == first


class TestCancel:
    def test_ends_a_waiting_job_and_takes_it_out_of_the_line(self, store, queued):
        queued("a")
        queued("b")

        assert store.cancel("b").state is JobState.CANCELED
        assert store.queue("ann").jobs == ("a",)

    def test_lets_the_next_in_line_run(self, store, queued):
        queued("a")
        queued("b")
        store.cancel("a")

        assert store.due(NOON, limit=5) == ["b"]

    def test_canceling_twice_is_one_canceling(self, store, queued):
        queued("a")

        assert store.cancel("a") == store.cancel("a")

    def test_a_finished_job_cannot_be_canceled(self, store, queued):
        queued("a")
        finished(store)

        with pytest.raises(Conflict, match="already finished"):
            store.cancel("a")

    def test_a_missing_one_is_not_found(self, store):
        with pytest.raises(NotFound):
            store.cancel("none")


class TestLists:
    def test_an_owners_jobs_come_newest_first_page_by_page(self, store, queued, clock):
        for job_id in ("a", "b", "c"):
            queued(job_id)
            clock.advance(seconds=1)

        first, following = store.of_owner("ann", limit=2)
        second, end = store.of_owner("ann", before=following, limit=2)

        assert ([job.job_id for job in first], [job.job_id for job in second], end) == (["c", "b"], ["a"], None)

    def test_nobody_sees_the_jobs_of_another(self, store, queued):
        queued("a")

        assert store.of_owner("bob") == ([], None)

    def test_due_jobs_come_oldest_first(self, store, queued, clock):
        for job_id, owner in (("a", "ann"), ("b", "bob"), ("c", "cyd")):
            queued(job_id, owner=owner)
            clock.advance(seconds=1)

        assert store.due(clock.now(), limit=2) == ["a", "b"]


class TestForgettingAllButOne:
    def test_that_was_done_by_half_can_be_done_again(self, store, client, queued):
        """DynamoDB deletes what it can of a batch; the rest is found again, whichever part that is."""
        queued("old")
        store.cancel("old")
        stored, whole = set(client.tables["jobs"].items), client.batch_write_item
        client.batch_write_item = only_the_last(whole)
        with pytest.raises(ResponseLost):
            store.delete_other_jobs("ann", keeping="new")

        client.batch_write_item = whole
        store.delete_other_jobs("ann", keeping="new")

        assert ("job#old", "job") in stored
        assert not [key for key in client.tables["jobs"].items if "old" in str(key)]


def only_the_last(batch_write_item):
    """A busy table: of each batch it does the last write, and nothing when there is only one."""

    def written(RequestItems):  # noqa: N803 # as boto3 calls it
        ((table, writes),) = RequestItems.items()
        if len(writes) > 1:
            batch_write_item(RequestItems={table: writes[-1:]})
        return {"UnprocessedItems": {table: writes[:-1] if len(writes) > 1 else writes}}

    return written
