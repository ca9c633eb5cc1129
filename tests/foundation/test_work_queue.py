"""The work queue: a courtesy that may fail."""

import json

import pytest

from chalicelib.foundation.work_queue import NoQueue, SqsQueue, job_in


class Sqs:
    def __init__(self, error: Exception | None = None) -> None:
        self.sent: list[dict[str, str]] = []
        self._error = error

    def send_message(self, **request: str) -> None:
        if self._error:
            raise self._error
        self.sent.append(request)


class TestQueue:
    def test_a_message_names_its_job(self):
        sqs = Sqs()

        SqsQueue(sqs, "https://queue").send("j")

        assert sqs.sent == [{"QueueUrl": "https://queue", "MessageBody": '{"job_id": "j"}'}]
        assert job_in(sqs.sent[0]["MessageBody"]) == "j"

    def test_a_lost_message_fails_nothing_and_is_logged(self, caplog):
        SqsQueue(Sqs(OSError("https://secret.queue")), "https://queue").send("j")

        [record] = caplog.records
        assert (record.msg, record.job_id, record.error) == ("kick_lost", "j", "OSError")

    def test_without_a_queue_nothing_happens(self):
        assert NoQueue().send("j") is None

    @pytest.mark.parametrize(
        "body", ["", "{", "null", "[]", "7", "{}", '{"job_id": null}', '{"job_id": ""}', json.dumps([1])]
    )
    def test_what_is_no_message_of_ours_names_nothing(self, body):
        assert job_in(body) is None
