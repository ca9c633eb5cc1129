"""The specification of the store of jobs, for the fake DynamoDB and the embedded AWS alike."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.foundation.errors import Conflict, NotFound, TooMany
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import JobState, LedgerLine, ParkReason
from chalicelib.jobs.job_kinds import KindError
from chalicelib.jobs.ledger import verify
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import ExtraWriteRefused, Fenced, Replan
from chalicelib.jobs.store import LEASE, JobStore
from tests.contracts.jobs import MINUTE, SECOND, claim_job, create_job, store_on
from tests.jobs.kinds import counted


@pytest.fixture
def store(ground: Any) -> JobStore:
    return store_on(ground.dynamo, ground)


def lines(*outcomes: Outcome, start: int = 0) -> list[LedgerLine]:
    return [LedgerLine(f"c{start + number}", outcome) for number, outcome in enumerate(outcomes)]


def put(store: JobStore, key: str, condition: str = "attribute_not_exists(pk)") -> dict[str, Any]:
    item = {"pk": {"S": key}, "sk": {"S": "x"}}
    return {"Put": {"TableName": store.table, "Item": item, "ConditionExpression": condition}}


def is_there(store: JobStore, key: str) -> bool:
    return store.dynamo.get(store.table, {"pk": {"S": key}, "sk": {"S": "x"}}) is not None


class TestCreate:
    def test_puts_a_job_at_the_head_of_an_empty_line_and_makes_it_due(self, store):
        job = create_job(store)

        assert store.get("j1") == job
        assert (job.state, job.rev, job.due) == (JobState.QUEUED, 0, store.clock.now())
        assert store.queue("ada").jobs == ("j1",)
        assert store.due(store.clock.now(), limit=9) == ["j1"]

    def test_does_not_let_one_owner_wait_for_another(self, store):
        create_job(store)
        create_job(store, "j2", "bob")

        assert sorted(store.due(store.clock.now(), limit=9)) == ["j1", "j2"]

    def test_lets_a_second_job_wait_behind_the_first(self, store):
        create_job(store)

        assert create_job(store, "j2").due is None
        assert store.queue("ada").jobs == ("j1", "j2")

    def test_gives_the_same_job_for_the_same_id_or_the_same_key(self, store):
        first = create_job(store, idempotency_key="press-1")

        assert create_job(store) == first
        assert create_job(store, idempotency_key="press-1") == first

    def test_refuses_a_key_that_was_used_for_something_else(self, store):
        create_job(store, idempotency_key="press-1")

        with pytest.raises(Conflict):
            store.create(NewJob("j2", "ada", "provider-import", {"mode": "incremental"}), idempotency_key="press-1")

    def test_takes_a_key_again_after_a_day(self, store, clock):
        create_job(store, idempotency_key="press-1")
        clock.advance(timedelta(hours=25))

        assert create_job(store, "j2", idempotency_key="press-1").job_id == "j2"

    def test_refuses_more_jobs_than_a_line_may_hold(self, store):
        for number in range(3):
            create_job(store, f"j{number}")

        with pytest.raises(TooMany) as refused:
            create_job(store, "j9")
        assert refused.value.retry_after > timedelta()

    def test_lands_with_its_other_writes_or_not_at_all(self, store):
        create_job(store, extra_writes=[put(store, "beside")])
        assert is_there(store, "beside")

        with pytest.raises(ExtraWriteRefused) as refused:
            create_job(store, "j2", extra_writes=[put(store, "other"), put(store, "beside")])
        assert refused.value.index == 1
        assert store.find("j2") is None
        assert not is_there(store, "other")

    def test_keeps_the_keys_of_two_owners_apart(self, store):
        create_job(store, idempotency_key="press-1")

        assert create_job(store, "j2", "bob", idempotency_key="press-1").job_id == "j2"

    def test_can_cancel_other_jobs_in_the_same_transaction(self, store):
        create_job(store)
        create_job(store, "j2")

        create_job(store, "j3", canceling=["j1"])

        assert store.get("j1").state is JobState.CANCELED
        assert store.queue("ada").jobs == ("j2", "j3")
        assert store.get("j2").due == store.clock.now()

    def test_goes_before_a_job_that_waits_for_its_provider(self, store, clock):
        create_job(store)
        store.park(claim_job(store), until=clock.now() + 10 * MINUTE, waiting=ParkReason.PROVIDER)

        create_job(store, "j2")

        assert store.queue("ada").jobs == ("j2", "j1")
        assert store.due(clock.now(), limit=9) == ["j2"]

    def test_goes_behind_a_job_whose_wait_for_its_provider_makes_it_due(self, store, clock):
        later, soon = clock.now() + 10 * MINUTE, clock.now() + 5 * MINUTE
        create_job(store)
        store.park(claim_job(store), until=later, waiting=ParkReason.PROVIDER)
        create_job(store, "j2")
        store.park(claim_job(store, "j2"), until=soon, waiting=ParkReason.PROVIDER)

        create_job(store, "j3")

        assert store.queue("ada").jobs == ("j1", "j3", "j2")
        assert [store.get(job_id).due for job_id in ("j1", "j2", "j3")] == [later, None, None]


class TestClaim:
    def test_a_due_job_goes_to_the_first_worker_that_asks(self, store):
        create_job(store)
        job = claim_job(store)

        assert (job.state, job.holder, job.rev, job.attempts) == (JobState.PROCESSING, "anna", 1, 1)
        assert job.due == store.clock.now() + LEASE

    def test_a_second_worker_leaves_with_empty_hands(self, store):
        create_job(store)
        claim_job(store)

        assert store.claim("j1", "bert", store.clock.now()) is None

    def test_the_same_claim_again_is_the_same_claim(self, store):
        create_job(store)

        assert claim_job(store) == claim_job(store)

    def test_an_orphan_is_free_after_its_lease_and_its_old_holder_is_fenced(self, store, clock):
        create_job(store)
        slow = claim_job(store)
        clock.advance(LEASE + SECOND)
        assert claim_job(store, holder="bert").crashes == 1

        with pytest.raises(Fenced):
            store.commit(slow, Progress({"at": 1}))
        with pytest.raises(Fenced):
            store.park(slow, until=clock.now(), waiting=ParkReason.RETRY)
        with pytest.raises(Fenced):
            store.restart(slow, cursor={}, details={})

    def test_a_job_behind_the_head_is_not_to_be_had(self, store):
        create_job(store)
        create_job(store, "j2")
        assert store.claim("j2", "anna", store.clock.now()) is None

    def test_there_is_nothing_to_claim_where_there_is_no_job(self, store):
        assert store.claim("nowhere", "anna", store.clock.now()) is None

    def test_a_job_that_is_not_due_yet_is_left_alone(self, store, clock):
        create_job(store)

        assert store.claim("j1", "anna", clock.now() - SECOND) is None

    @pytest.mark.parametrize("state", [JobState.COMPLETED, JobState.FAILED, JobState.PARTIAL])
    def test_a_finished_job_is_never_claimed_again(self, store, clock, state):
        create_job(store)
        store.commit(claim_job(store), Progress(None, state=state))

        assert store.claim("j1", "anna", clock.now() + timedelta(days=365)) is None


class TestCommit:
    def test_moves_counts_cursor_ledger_and_writes_together(self, store):
        create_job(store)
        chunk = lines(Outcome.CREATED, Outcome.CREATED, Outcome.FAILED)

        job = store.commit(claim_job(store), Progress({"at": 1}, lines=chunk, writes=[put(store, "c0")]))

        stored = store.get("j1")
        assert (stored.counts, stored.cursor) == (counted(created=2, failed=1), {"at": 1})
        assert stored == replace(job, due=stored.due)
        assert [line for chunk in store.ledger(stored) for line in chunk.lines] == chunk
        assert verify(store, stored).consistent
        assert is_there(store, "c0")

    def test_counts_items_whose_lines_are_in_a_blob(self, store):
        create_job(store)
        first = store.commit(claim_job(store), Progress(1, counted={Outcome.CREATED: 900, Outcome.FAILED: 2}, blob="a"))
        store.commit(first, Progress(2, lines=lines(Outcome.CREATED), counted={Outcome.FAILED: 1}, blob="b"))

        stored = store.get("j1")
        assert stored.counts == counted(created=901, failed=3)
        assert [(chunk.blob, chunk.counted) for chunk in store.ledger(stored)] == [
            ("a", {"created": 900, "failed": 2}),
            ("b", {"failed": 1}),
        ]
        assert verify(store, stored).consistent
        with pytest.raises(KindError):
            store.commit(stored, Progress(3, counted={"unheard of": 1}, blob="c"))

    def test_changes_nothing_when_one_of_its_writes_is_refused(self, store):
        create_job(store)
        before = claim_job(store)
        writes = [put(store, "c0"), put(store, "c1", "attribute_exists(pk)")]

        with pytest.raises(Replan) as refused:
            store.commit(before, Progress({"at": 1}, lines=lines(Outcome.CREATED), writes=writes))
        assert [(moved.index, moved.key["pk"], moved.old) for moved in refused.value.refused] == [
            (1, {"S": "c1"}, None)
        ]
        assert store.get("j1") == before
        assert not is_there(store, "c0")
        assert list(store.ledger(before)) == []

    def test_recognizes_its_own_write_when_the_response_was_lost(self, store):
        create_job(store)
        job, progress = claim_job(store), Progress({"at": 1}, lines=lines(Outcome.CREATED))
        first = store.commit(job, progress)

        assert store.commit(job, progress) == first
        assert store.get("j1").counts == counted(created=1)

    def test_the_last_one_ends_the_job_and_promotes_the_next(self, store):
        create_job(store)
        create_job(store, "j2")
        store.commit(claim_job(store), Progress(None, state=JobState.COMPLETED))

        ended = store.get("j1")
        assert (ended.state, ended.due) == (JobState.COMPLETED, None)
        assert store.queue("ada").jobs == ("j2",)
        assert store.get("j2").due == store.clock.now()
        assert store.due(store.clock.now(), limit=9) == ["j2"]

    def test_extends_the_lease(self, store, clock):
        create_job(store)
        job = claim_job(store)
        clock.advance(30 * SECOND)

        assert store.commit(job, Progress({"at": 1})).due == clock.now() + LEASE

    def test_the_last_one_survives_a_job_that_joined_the_queue_meanwhile(self, store):
        create_job(store)
        job = claim_job(store)
        create_job(store, "j2")

        store.commit(job, Progress(None, state=JobState.COMPLETED))

        assert store.queue("ada").jobs == ("j2",)


class TestPark:
    def test_a_handed_over_job_is_due_at_once_and_that_is_no_failure(self, store):
        create_job(store)
        store.park(claim_job(store), until=store.clock.now(), waiting=ParkReason.HAND_OVER)

        job = store.get("j1")
        assert (job.state, job.holder, job.failures) == (JobState.QUEUED, None, 0)
        assert claim_job(store, holder="bert").crashes == 0

    def test_one_that_waits_for_a_provider_lets_the_others_go_first(self, store, clock):
        create_job(store)
        create_job(store, "j2")

        promoted = store.park(claim_job(store), until=clock.now() + 60 * SECOND, waiting=ParkReason.PROVIDER)

        assert promoted == "j2"
        assert store.queue("ada").jobs == ("j2", "j1")
        assert [store.get(job_id).due for job_id in ("j2", "j1")] == [clock.now(), None]

    def test_counts_failures_until_something_is_committed(self, store):
        create_job(store)
        for _ in range(2):
            store.park(claim_job(store), until=store.clock.now(), waiting=ParkReason.RETRY, failed=True)
        assert store.get("j1").failures == 2

        store.commit(claim_job(store), Progress({"at": 1}, lines=lines(Outcome.CREATED)))
        assert store.get("j1").failures == 0

    def test_keeps_its_wait_when_it_is_the_front_again(self, store, clock):
        create_job(store)
        create_job(store, "j2")
        until = clock.now() + MINUTE
        store.park(claim_job(store), until=until, waiting=ParkReason.PROVIDER)

        store.commit(claim_job(store, "j2"), Progress(None, state=JobState.COMPLETED))

        job = store.get("j1")
        assert (job.state, job.due, job.waiting, job.failures) == (JobState.QUEUED, until, ParkReason.PROVIDER, 0)

    def test_a_hand_over_keeps_its_place_in_the_queue(self, store, clock):
        create_job(store)
        create_job(store, "j2")

        store.park(claim_job(store), until=clock.now(), waiting=ParkReason.HAND_OVER)

        assert store.queue("ada").jobs == ("j1", "j2")

    def test_succeeds_although_the_response_of_the_last_commit_was_lost(self, store, clock):
        create_job(store)
        before = claim_job(store)
        store.commit(before, Progress({"at": 1}))

        store.park(before, until=clock.now(), waiting=ParkReason.RETRY, failed=True)

        assert store.get("j1").state is JobState.QUEUED


class TestRestart:
    def test_counts_from_zero_in_a_new_generation(self, store):
        create_job(store)
        job = store.commit(claim_job(store), Progress({"at": 1}, lines=lines(Outcome.CREATED, Outcome.FAILED)))
        assert job.failed_chunks == store.get("j1").failed_chunks == {0: 1}

        job = store.restart(job, cursor={"at": 0}, details={"mode": "full"})

        assert (job.generation, job.counts, job.cursor, job.chunk) == (1, counted(), {"at": 0}, 0)
        assert job.failed_chunks == store.get("j1").failed_chunks == {}
        assert job.details["mode"] == "full"
        assert list(store.ledger(job)) == []

    def test_the_failed_chunks_of_an_earlier_generation_that_an_older_version_left_do_not_count(self, store):
        create_job(store)
        job = store.commit(claim_job(store), Progress({"at": 1}, lines=lines(Outcome.FAILED)))
        key = {"pk": {"S": "job#j1"}, "sk": {"S": "job"}}
        request = {"UpdateExpression": "ADD generation :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
        store.dynamo.update(TableName=store.table, Key=key, **request)

        assert job.failed_chunks == {0: 1}
        assert store.get("j1").failed_chunks == {}

    def test_recognizes_itself_when_its_response_was_lost(self, store):
        create_job(store)
        job = claim_job(store)
        first = store.restart(job, cursor={"at": 0}, details={})

        assert store.restart(job, cursor={"at": 0}, details={}) == first


class TestCancel:
    @pytest.mark.parametrize("is_claimed", [True, False])
    def test_ends_a_queued_or_claimed_job_and_promotes_the_next(self, store, is_claimed):
        create_job(store)
        create_job(store, "j2")
        held = claim_job(store) if is_claimed else None

        assert store.cancel("j1").state is JobState.CANCELED
        assert store.get("j2").due == store.clock.now()
        if held is not None:
            with pytest.raises(Fenced):
                store.commit(held, Progress({"at": 1}, lines=lines(Outcome.CREATED)))
            assert list(store.ledger(store.get("j1"))) == []

    def test_canceling_again_changes_nothing_and_a_finished_job_cannot_be_canceled(self, store):
        create_job(store)
        assert store.cancel("j1") == store.cancel("j1")

        create_job(store, "j2")
        store.commit(claim_job(store, "j2"), Progress(None, state=JobState.COMPLETED))
        with pytest.raises(Conflict):
            store.cancel("j2")

    def test_takes_a_waiting_job_out_of_the_queue(self, store):
        create_job(store)
        create_job(store, "j2")

        assert store.cancel("j2").state is JobState.CANCELED
        assert store.queue("ada").jobs == ("j1",)

    def test_a_missing_job_is_not_found(self, store):
        with pytest.raises(NotFound):
            store.cancel("nowhere")


class TestDeleteOtherJobs:
    def test_can_be_repeated_when_only_a_part_was_deleted(self, ground, store):
        """DynamoDB deletes what it can of a batch; the next call finds the rest, whichever part that is."""
        create_job(store, "old")
        store.cancel("old")
        busy = store_on(replace(ground.dynamo, client=Busy(ground.dynamo.client)), ground)
        with pytest.raises(ResponseLost):
            busy.delete_other_jobs("ada", keeping="new")

        store.delete_other_jobs("ada", keeping="new")

        assert store.find("old") is None
        assert store.of_owner("ada") == ([], None)
        assert store.created_on(store.clock.now(), before="~", limit=9) == []


class Busy:
    """A client whose table does only the last write of each batch, and none if there is only one."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def batch_write_item(self, *, RequestItems: Any) -> Any:  # noqa: N803 # as boto3 calls it
        ((table, writes),) = RequestItems.items()
        if len(writes) > 1:
            self._client.batch_write_item(RequestItems={table: writes[-1:]})
        return {"UnprocessedItems": {table: writes[:-1] if len(writes) > 1 else writes}}
