"""The work queue: a failed send is not an error, because the schedule finds the job."""

import json

import pytest

from chalicelib.foundation.work_queue import NoQueue, SqsQueue, book_owner_in, job_id_in


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
        assert job_id_in(sqs.sent[0]["MessageBody"]) == "j"

    def test_a_message_names_the_owner_whose_book_is_to_be_indexed(self):
        sqs = Sqs()

        SqsQueue(sqs, "https://queue").send_index_request("ann")

        [message] = sqs.sent
        assert (book_owner_in(message["MessageBody"]), job_id_in(message["MessageBody"])) == ("ann", None)

    def test_a_lost_message_of_a_book_is_logged_without_its_owner(self, caplog):
        SqsQueue(Sqs(OSError("no")), "https://queue").send_index_request("ann")

        [record] = caplog.records
        assert record.msg == "index_message_lost"
        assert "ann" not in str(vars(record))

    def test_a_lost_message_fails_nothing_and_is_logged(self, caplog):
        SqsQueue(Sqs(OSError("https://secret.queue")), "https://queue").send("j")

        [record] = caplog.records
        assert (record.msg, record.job_id, record.error) == ("job_message_lost", "j", "OSError")

    def test_without_a_queue_nothing_happens(self):
        assert NoQueue().send("j") is None

    @pytest.mark.parametrize(
        "body", ["", "{", "null", "[]", "7", "{}", '{"job_id": null}', '{"job_id": ""}', json.dumps([1])]
    )
    def test_a_foreign_message_has_no_job_id(self, body):
        assert job_id_in(body) is None
        assert book_owner_in(body) is None
