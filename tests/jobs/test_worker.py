import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.foundation.errors import ConsentNeeded, Misconfigured, ProviderBroken, ProviderBusy
from chalicelib.foundation.outcomes import Outcome
from chalicelib.foundation.request_id import current_request_id, working_for
from chalicelib.jobs.job import JobState, LedgerLine, ParkReason
from chalicelib.jobs.ledger import ledger_page, verify
from chalicelib.jobs.minute_schedule import RunSchedule
from chalicelib.jobs.progress import MOST_FAILED_CHUNKS, Progress
from chalicelib.jobs.refusals import StoreBusy
from chalicelib.jobs.retry import MOST_FAILURES
from chalicelib.jobs.worker import RunOutcome, Worker
from tests.fakes.executor import InlineExecutor

RESERVE = timedelta(seconds=15)


@pytest.fixture
def works(store, clock, work_queue, chance):
    """Claim job "a" and run it with a step; gives how it ended."""

    def run(step, minutes=5, **more):
        worker = Worker(store, {"copy": step}, work_queue, clock, chance, **more)
        job = worker.claim("a")
        return worker.run(job, until=clock.now() + timedelta(minutes=minutes), reserve=RESERVE)

    return run


def finish(run):
    run.commit(Progress({"at": 1}, state=JobState.COMPLETED))


def failing(error):
    def step(run):
        raise error

    return step


class TestWorker:
    def test_a_step_that_ends_its_job_finishes_the_run(self, works, queued, store):
        queued("a")

        assert works(finish) is RunOutcome.FINISHED
        assert store.get("a").state is JobState.COMPLETED

    def test_a_step_that_returns_early_is_handed_over_and_sent_again(self, works, queued, store, work_queue):
        queued("a")

        assert works(lambda run: None) is RunOutcome.HANDED_OVER
        assert (store.get("a").failures, work_queue.sent) == (0, ["a"])

    def test_works_for_the_request_that_created_the_job(self, works, queued, store):
        seen = []
        with working_for("r-1"):
            queued("a")

        works(lambda run: seen.append(current_request_id()))

        assert (seen, store.get("a").request_id, current_request_id()) == (["r-1"], "r-1", "")

    def test_works_for_no_request_if_the_schedule_created_the_job(self, works, queued, store):
        seen = []
        queued("a")

        with working_for("of something else"):
            works(lambda run: seen.append(current_request_id()))

        assert (seen, store.get("a").request_id) == ([""], None)

    def test_on_finished_is_called_after_the_job_has_ended_and_the_next_was_sent(
        self, works, queued, store, work_queue
    ):
        queued("a")
        queued("b")
        seen = []

        works(
            finish, on_finished=lambda job: seen.append((job.job_id, store.get("a").is_finished, list(work_queue.sent)))
        )

        assert seen == [("a", True, ["b"])]

    @pytest.mark.parametrize("minutes", [5, 0.1])
    def test_on_finished_is_not_called_for_an_unfinished_job_nor_when_the_time_is_up(self, works, queued, minutes):
        queued("a")
        seen = []

        works(finish if minutes < 1 else lambda run: None, minutes=minutes, on_finished=seen.append)

        assert seen == []

    def test_on_finished_may_fail_without_failing_the_job(self, works, queued, store):
        queued("a")

        assert works(finish, on_finished=lambda job: 1 // 0) is RunOutcome.FINISHED
        assert store.get("a").state is JobState.COMPLETED

    def test_the_next_job_is_sent_to_the_work_queue_when_a_job_ends(self, works, queued, work_queue):
        queued("a")
        queued("b")
        works(finish)

        assert work_queue.sent == ["b"]

    def test_the_job_waits_for_a_busy_provider_as_long_as_requested(self, works, queued, store, clock):
        queued("a")

        ran = works(failing(ProviderBusy("Google asks us to wait.", retry_after=timedelta(seconds=100))))

        job = store.get("a")
        assert (ran, job.waiting, job.failures) == (RunOutcome.PARKED, ParkReason.PROVIDER, 0)
        assert timedelta(seconds=100) <= job.due - clock.now() <= timedelta(seconds=110)

    def test_a_waiting_job_is_sent_to_the_work_queue_for_the_end_of_its_wait(self, works, queued, work_queue):
        queued("a")
        works(failing(ProviderBusy("Google asks us to wait.", retry_after=timedelta(seconds=100))))

        assert work_queue.sent == ["a"]
        assert timedelta(seconds=100) <= work_queue.delays["a"] <= timedelta(seconds=110)

    @pytest.mark.parametrize("refused", [ResponseLost("throttled"), StoreBusy()])
    def test_the_job_waits_for_a_silent_store_without_counting_a_failure(self, works, queued, store, clock, refused):
        queued("a")

        for _ in range(MOST_FAILURES + 1):
            assert works(failing(refused)) is RunOutcome.PARKED
            clock.advance(seconds=11)

        job = store.get("a")
        assert (job.state, job.waiting, job.failures, job.crashes) == (JobState.QUEUED, ParkReason.RETRY, 0, 0)

    def test_a_lost_consent_fails_the_job_and_tells_what_to_do(self, works, queued, store):
        queued("a")

        assert works(failing(ConsentNeeded("Connect Google again."))) is RunOutcome.FAILED
        assert (store.get("a").error, store.get("a").error_code) == ("Connect Google again.", "consent-needed")

    def test_other_errors_are_retried_a_limited_number_of_times(self, works, queued, store, clock):
        queued("a")
        for _ in range(MOST_FAILURES - 1):
            assert works(failing(ProviderBroken("Google answered nonsense."))) is RunOutcome.PARKED
            clock.advance(minutes=16)

        assert works(failing(ProviderBroken("Google answered nonsense."))) is RunOutcome.FAILED
        assert "8 times" in store.get("a").error

    def test_an_unexpected_error_is_reported_without_its_message(self, works, queued, store, caplog):
        queued("a")
        works(failing(KeyError("wonder@land.example")))

        assert store.get("a").error == "Something went wrong on our side."
        assert "wonder" not in caplog.text

    def test_the_log_tells_of_the_start_the_waits_for_a_provider_and_the_end_once_each(
        self, works, queued, clock, caplog
    ):
        caplog.set_level(logging.INFO)
        queued("a")
        works(failing(ProviderBusy("Google asks us to wait.", retry_after=timedelta(seconds=10))))
        clock.advance(seconds=20)
        works(failing(ConsentNeeded("Connect Google again.")))

        told = [each for each in caplog.messages if each in ("job_started", "provider_busy", "job_finished")]
        assert told == ["job_started", "provider_busy", "job_finished"]

    def test_operators_are_told_at_once_of_a_job_that_failed_by_us(self, works, queued, caplog):
        queued("a")
        works(failing(Misconfigured("Google does not know this service. Please contact support.")))

        (told,) = [record for record in caplog.records if record.msg == "job_failed_by_us"]
        assert (told.levelname, told.job_id, told.code) == ("ERROR", "a", "misconfigured")

    def test_operators_are_not_told_so_of_one_that_the_provider_or_the_person_made_fail(self, works, queued, caplog):
        queued("a")
        works(failing(ConsentNeeded("Connect Google again.")))

        assert "job_failed_by_us" not in caplog.messages

    def test_progress_resets_failures(self, works, queued, store, clock):
        queued("a")

        def one_chunk_then_fail(run):
            run.commit(Progress({"at": run.job.rev}))
            raise ProviderBroken("Google answered nonsense.")

        for _ in range(MOST_FAILURES * 2):
            assert works(one_chunk_then_fail) is RunOutcome.PARKED
            clock.advance(minutes=16)

    def test_a_job_older_than_two_days_fails(self, works, queued, store, clock):
        queued("a")
        clock.advance(hours=49)

        assert works(finish) is RunOutcome.FAILED
        assert "48 hours" in store.get("a").error

    def test_a_job_canceled_meanwhile_is_lost(self, works, queued, store):
        queued("a")

        def canceled_in_between(run):
            store.cancel("a")
            finish(run)

        assert works(canceled_in_between) is RunOutcome.LOST
        assert store.get("a").state is JobState.CANCELED


class TestSchedule:
    @pytest.fixture
    def schedule(self, store, clock, work_queue, chance):
        def of(step, limit=2, starters=()):
            worker = Worker(store, {"copy": step}, work_queue, clock, chance)
            run = RunSchedule(store, worker, work_queue, clock, InlineExecutor(), claim_limit=limit, starters=starters)
            return lambda: run(until=clock.now() + timedelta(minutes=5), reserve=RESERVE)

        return of

    def test_claims_the_oldest_up_to_its_limit_and_sends_the_others(self, schedule, queued, work_queue, clock):
        for job_id, owner in (("a", "ann"), ("b", "bob"), ("c", "cyd")):
            queued(job_id, owner=owner)
            clock.advance(seconds=1)

        assert schedule(finish)().processed == ("a", "b")
        assert work_queue.sent == ["c"]

    def test_reports_failed_jobs_separately(self, schedule, queued):
        queued("a")

        ran = schedule(failing(ConsentNeeded("Connect Google again.")))()

        assert (ran.processed, ran.failed) == ((), ("a",))

    def test_runs_the_jobs_that_are_due_by_a_schedule_of_their_own(self, schedule, queued):
        assert schedule(finish, starters=[lambda: queued("a")])().processed == ("a",)

    def test_runs_the_others_although_such_a_job_cannot_be_created(self, schedule, queued, caplog):
        queued("a")

        assert schedule(finish, starters=[failing(RuntimeError("no table"))])().processed == ("a",)
        assert (caplog.records[0].levelname, caplog.records[0].msg) == ("ERROR", "due_jobs_not_created")

    def test_records_its_run_even_if_nothing_was_due(self, schedule, store, clock):
        schedule(finish)()

        assert store.last_schedule_run() == clock.now()

    def test_continues_a_job_whose_worker_crashed(self, schedule, queued, store, clock):
        queued("a")
        store.claim("a", "crashed", clock.now())
        clock.advance(seconds=61)

        assert schedule(finish)().processed == ("a",)


class TestLedger:
    def test_counts_are_recomputed_from_its_lines(self, works, queued, store):
        queued("a")

        def two_chunks(run):
            run.commit(Progress({"at": 1}, lines=[LedgerLine("s1", Outcome.CREATED, "c1")]))
            run.commit(Progress({"at": 2}, lines=[LedgerLine("s2", Outcome.SKIPPED, None, "empty", "Bo")]))

        works(two_chunks)
        verdict = verify(store, store.get("a"))

        assert verdict.consistent
        assert (verdict.counted.created, verdict.counted.skipped) == (1, 1)

    def test_wrong_counts_are_detected(self, works, queued, store, client):
        queued("a")
        works(lambda run: run.commit(Progress({"at": 1}, lines=[LedgerLine("s1", Outcome.CREATED, "c1")])))
        client.update_item(
            TableName="jobs",
            Key={"pk": {"S": "job#a"}, "sk": {"S": "job"}},
            UpdateExpression="SET created = :lie",
            ExpressionAttributeValues={":lie": {"N": "7"}},
        )

        assert not verify(store, store.get("a")).consistent

    def test_a_page_begins_where_the_last_one_ended(self, works, queued, store):
        queued("a")
        lines = [LedgerLine(f"s{number}", Outcome.CREATED, f"c{number}") for number in range(5)]
        works(lambda run: [run.commit(Progress({"at": 1}, lines=lines[:3])), run.commit(Progress({}, lines=lines[3:]))])

        job, start, seen = store.get("a"), (0, 0), []
        while start is not None:
            page, start = ledger_page(store, job, outcome=None, start=start, limit=2)
            seen += page

        assert seen == lines

    def test_lines_can_be_filtered_by_outcome(self, works, queued, store):
        queued("a")
        odd = LedgerLine("s2", Outcome.FAILED, None, "too_large", "Ada")
        works(lambda run: run.commit(Progress({}, lines=[LedgerLine("s1", Outcome.CREATED, "c1"), odd])))

        assert ledger_page(store, store.get("a"), outcome=Outcome.FAILED) == ([odd], None)

    def test_a_name_that_reads_like_an_outcome_has_no_effect(self, works, queued, store):
        queued("a")
        odd = LedgerLine("s2", Outcome.FAILED, None, "too_large", "Ada")
        named = LedgerLine("failed", Outcome.SKIPPED, None, "empty", "failed")
        works(lambda run: run.commit(Progress({}, lines=[named, odd])))

        assert ledger_page(store, store.get("a"), outcome=Outcome.FAILED) == ([odd], None)

    @pytest.mark.parametrize(
        ("outcome", "requests"), [(Outcome.FAILED, {"batch_get_item": 1}), (Outcome.SKIPPED, {"query": 1})]
    )
    def test_a_rare_outcome_is_found_among_many_chunks_with_one_request(
        self, works, queued, store, client, outcome, requests
    ):
        queued("a")
        odd = LedgerLine("s99", outcome, None, "too_large", "Ada")

        def many_chunks(run):
            for number in range(60):
                run.commit(Progress({"at": number}, lines=[LedgerLine(f"s{number}", Outcome.CREATED, f"c{number}")]))
            run.commit(Progress({"at": 60}, lines=[odd]))

        works(many_chunks)
        job = store.get("a")
        client.calls.clear()

        assert ledger_page(store, job, outcome=outcome) == ([odd], None)
        assert dict(client.calls) == requests

    @pytest.mark.parametrize("known", [0, 1, MOST_FAILED_CHUNKS])
    def test_failed_lines_come_page_by_page_also_if_the_job_does_not_name_all_their_chunks(
        self, works, queued, store, known
    ):
        queued("a")
        lines = [LedgerLine(f"s{number}", Outcome.FAILED, None, "too_large", "Ada") for number in range(7)]
        fine = LedgerLine("s9", Outcome.CREATED, "c1")
        chunks = [[fine], [lines[0], fine, lines[1]], [fine], [*lines[2:5], fine], lines[5:]]
        works(lambda run: [run.commit(Progress({"at": at}, lines=chunk)) for at, chunk in enumerate(chunks)])
        job = store.get("a")
        assert job.failed_chunks == {1: 2, 3: 3, 4: 2}
        job = replace(job, failed_chunks=dict(list(job.failed_chunks.items())[:known]))

        for limit in range(1, 9):
            pages, start = [], (0, 0)
            while start is not None:
                page, start = ledger_page(store, job, outcome=Outcome.FAILED, start=start, limit=limit)
                pages.append(page)
            assert [line for page in pages for line in page] == lines
            assert all(len(page) == limit for page in pages[:-1])

    def test_a_job_names_only_the_first_chunks_with_failed_lines(self, works, queued, store):
        queued("a")
        line = LedgerLine("s1", Outcome.FAILED, None, "too_large", "Ada")
        works(lambda run: [run.commit(Progress({"at": at}, lines=[line])) for at in range(MOST_FAILED_CHUNKS + 2)])

        assert store.get("a").failed_chunks == dict.fromkeys(range(MOST_FAILED_CHUNKS), 1)

    def test_a_frequent_outcome_is_read_a_few_chunks_at_a_time(self, works, queued, store):
        queued("a")

        def six_chunks(run):
            for number in range(6):
                lines = [LedgerLine(f"s{number}.{line}", Outcome.CREATED, "c1") for line in range(50)]
                run.commit(Progress({"at": number}, lines=lines))

        works(six_chunks)
        read = []

        class Watched:
            def ledger_chunks(self, job, chunks):
                read.append(list(chunks))
                return store.ledger_chunks(job, chunks)

        for outcome in (None, Outcome.CREATED):
            ledger_page(Watched(), store.get("a"), outcome=outcome, limit=50)
        assert read == [[0, 1, 2, 3]] * 2

    def test_reading_stops_after_the_last_line_of_an_outcome(self, works, queued, store):
        queued("a")
        odd = LedgerLine("s2", Outcome.SKIPPED, None, "empty", "Ada")
        works(lambda run: run.commit(Progress({"at": 1}, lines=[LedgerLine("s1", Outcome.CREATED, "c1"), odd])))
        job = store.get("a")

        class OneChunk:
            def ledger_chunks(self, job, chunks):
                assert list(chunks) == [0], "it reads on"
                return store.ledger_chunks(job, chunks)

        assert ledger_page(OneChunk(), job, outcome=Outcome.SKIPPED) == ([odd], None)
        assert ledger_page(OneChunk(), job, outcome=Outcome.UPDATED) == ([], None)
