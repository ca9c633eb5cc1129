"""The work queue: starts jobs and the indexing of books at once. Messages may be lost, doubled or late.

The schedule is the guarantee for jobs, the next look at a book for its index.
"""

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any, Protocol

from chalicelib.foundation.log import error_origin

log = logging.getLogger(__name__)

LONGEST_DELAY = timedelta(minutes=15)  # of one message; SQS allows no more


class SqsClient(Protocol):
    """The calls of the SQS client that the service makes."""

    def send_message(self, **request: Any) -> Any: ...
    def get_queue_attributes(self, **request: Any) -> Any: ...


@dataclass(frozen=True)
class SqsQueue:
    sqs: SqsClient
    url: str

    def send(self, job_id: str, *, after: timedelta = timedelta()) -> None:
        """Never raises: whoever asked for the job has it already, and it begins within a minute anyway.

        Args:
            after: when the message is to come; one that is further off than a queue can wait is left to the schedule.
        """
        if after > LONGEST_DELAY:
            return
        delay = max(0, ceil(after.total_seconds()))
        try:
            body = json.dumps({"job_id": job_id})
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body, **({"DelaySeconds": delay} if delay else {}))
        except Exception as error:  # whatever the queue says
            log.warning("job_message_lost", extra={"job_id": job_id, **error_origin(error)})

    def send_index_request(self, owner: str) -> None:
        """Have a worker index the book of `owner`. Never raises: the book can be looked at without."""
        try:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=json.dumps({"index_of": owner}))
        except Exception as error:  # whatever the queue says
            log.warning("index_message_lost", extra=error_origin(error))

    def check(self) -> None:
        """Raises whatever SQS says when the queue cannot be asked."""
        self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["ApproximateNumberOfMessages"])


class NoQueue:
    """Where no queue is set up: the schedule finds every job by itself."""

    def send(self, job_id: str, *, after: timedelta = timedelta()) -> None:
        pass


def job_id_in(body: str) -> str | None:
    """The job a message names; None for a message that names none."""
    return _named(body, "job_id")


def book_owner_in(body: str) -> str | None:
    """The owner whose book a message asks to index; None for a message that names none."""
    return _named(body, "index_of")


def _named(body: str, name: str) -> str | None:
    try:
        text = json.loads(body)[name]
    except (ValueError, TypeError, KeyError):
        return None
    return text if isinstance(text, str) and text else None
