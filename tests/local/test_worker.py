"""The event sources: what becomes of messages, and what a stop tells a running step."""

import threading

import pytest

from local.invocation import Function, LambdaContext, Lifetime, queue_event, schedule_event
from local.worker import Busy, QueueReader, Schedule


class Sqs:
    """A queue with a few messages in it, and what was deleted from it."""

    def __init__(self, *bodies: str) -> None:
        self.waiting = [
            {
                "MessageId": body,
                "ReceiptHandle": f"r-{body}",
                "Body": body,
                "Attributes": {"ApproximateReceiveCount": "1"},
            }
            for body in bodies
        ]
        self.deleted: list[str] = []

    def receive_message(self, *, MaxNumberOfMessages: int, **_: object) -> dict:  # noqa: N803 # the API's word
        taken, self.waiting = self.waiting[:MaxNumberOfMessages], self.waiting[MaxNumberOfMessages:]
        return {"Messages": taken} if taken else {}

    def delete_message(self, *, ReceiptHandle: str, **_: object) -> None:  # noqa: N803 # the API's word
        self.deleted.append(ReceiptHandle)


def reader(sqs: Sqs, handler, *, batch_size: int = 1, lifetime: Lifetime | None = None) -> QueueReader:
    function = Function("start_job", handler, 30.0, batch_size)
    return QueueReader(sqs, "http://127.0.0.1:1/000000000000/work", function, lifetime or Lifetime(), Busy())


class TestQueueReader:
    def test_the_handler_sees_an_event_as_lambda_gives_it(self):
        seen = []
        reader(Sqs("a"), lambda event, context: seen.append(event)).read_once()

        record = seen[0]["Records"][0]
        assert (record["messageId"], record["body"], record["eventSource"]) == ("a", "a", "aws:sqs")
        assert record["eventSourceARN"].endswith(":work")

    def test_what_was_worked_on_is_deleted(self):
        sqs = Sqs("a", "b")
        reader(sqs, lambda event, context: None, batch_size=2).read_once()

        assert sqs.deleted == ["r-a", "r-b"]

    def test_messages_of_a_handler_that_raised_come_again(self):
        def broken(event, context):
            raise RuntimeError

        sqs = Sqs("a")
        reader(sqs, broken).read_once()

        assert sqs.deleted == []

    def test_a_message_named_as_failed_comes_again_and_its_neighbors_do_not(self):
        sqs = Sqs("a", "b")
        answer = {"batchItemFailures": [{"itemIdentifier": "b"}]}
        reader(sqs, lambda event, context: answer, batch_size=2).read_once()

        assert sqs.deleted == ["r-a"]

    def test_no_message_is_begun_once_the_end_is_near(self):
        lifetime, sqs, seen = Lifetime(), Sqs("a"), []
        lifetime.end_within(5)
        reader(sqs, lambda event, context: seen.append(event), lifetime=lifetime).read_once()

        assert seen == []
        assert sqs.deleted == []


class TestSchedule:
    def test_a_run_that_raises_does_not_end_the_schedule(self):
        def broken(event, context):
            raise RuntimeError

        busy = Busy()
        Schedule(Function("process_imports", broken, 30.0), Lifetime(), busy).run_once()

        assert busy.wait(0)


class TestLambdaContext:
    def test_a_fresh_invocation_has_the_functions_whole_time(self):
        assert 29_000 < LambdaContext("f", 30.0).get_remaining_time_in_millis() <= 30_000

    def test_a_process_that_stops_leaves_a_running_step_little_time(self):
        lifetime = Lifetime()
        context = LambdaContext("f", 300.0, lifetime)
        lifetime.end_within(10.0)

        assert context.get_remaining_time_in_millis() <= 10_000

    def test_time_is_never_less_than_none(self):
        assert LambdaContext("f", -1.0).get_remaining_time_in_millis() == 0


class TestBusy:
    def test_a_stop_waits_for_what_runs(self):
        busy, leave = Busy(), threading.Event()

        def work() -> None:
            with busy:
                entered.set()
                leave.wait(60)

        entered = threading.Event()
        threading.Thread(target=work, daemon=True).start()
        entered.wait(60)

        assert not busy.wait(0.01)
        leave.set()
        assert busy.wait(60)


class TestEvents:
    def test_chalice_understands_them(self):
        from chalice.app import CloudWatchEvent, SQSEvent

        message = {"MessageId": "m", "ReceiptHandle": "r", "Body": '{"job_id": "j"}'}
        assert [record.body for record in SQSEvent(queue_event([message], "work"), None)] == ['{"job_id": "j"}']
        assert CloudWatchEvent(schedule_event("process_imports"), None).source == "aws.events"

    @pytest.mark.parametrize("name", ["aws_request_id", "function_name", "invoked_function_arn", "log_group_name"])
    def test_a_context_has_what_lambdas_have(self, name):
        assert getattr(LambdaContext("f", 1.0), name)
