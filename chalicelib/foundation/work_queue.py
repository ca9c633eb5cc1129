"""The work queue (SQS): its messages start jobs and the indexing of books without delay.

Messages may be lost, duplicated or late. The schedule guarantees that jobs run; a book without an index gets one when
it is next read.
"""

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any, Protocol

from chalicelib.foundation.log import error_origin

log = logging.getLogger(__name__)

LONGEST_DELAY = timedelta(minutes=15)  # of a message; the limit of SQS


class SqsClient(Protocol):
    """The calls of the SQS client that the service makes."""

    def send_message(self, **request: Any) -> Any: ...
    def get_queue_attributes(self, **request: Any) -> Any: ...


@dataclass(frozen=True)
class SqsQueue:
    """The work queue."""

    sqs: SqsClient
    url: str

    def send(self, job_id: str, *, after: timedelta = timedelta()) -> None:
        """Have a worker start a job. Never raises: without the message, the schedule starts the job within a minute.

        Args:
            after: the delay of the message; if SQS does not support one that long, nothing is sent.
        """
        if after > LONGEST_DELAY:
            return
        delay = max(0, ceil(after.total_seconds()))
        try:
            body = json.dumps({"job_id": job_id})
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body, **({"DelaySeconds": delay} if delay else {}))
        except Exception as error:  # any error of SQS
            log.warning("job_message_lost", extra={"job_id": job_id, **error_origin(error)})

    def send_index_request(self, owner: str) -> None:
        """Have a worker index the book of `owner`. Never raises: a book can be read without its index."""
        try:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=json.dumps({"index_of": owner}))
        except Exception as error:  # any error of SQS
            log.warning("index_message_lost", extra=error_origin(error))

    def check(self) -> None:
        """Raises the error of SQS if the queue cannot be reached."""
        self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["ApproximateNumberOfMessages"])


class NoQueue:
    """For a deployment without a queue: the schedule starts every job."""

    def send(self, job_id: str, *, after: timedelta = timedelta()) -> None:
        pass


def job_id_in(body: str) -> str | None:
    """The id of the job in a message; None for another message."""
    return _member(body, "job_id")


def book_owner_in(body: str) -> str | None:
    """The owner of the book in a message about indexing; None for another message."""
    return _member(body, "index_of")


def _member(body: str, name: str) -> str | None:
    try:
        text = json.loads(body)[name]
    except (ValueError, TypeError, KeyError):
        return None
    return text if isinstance(text, str) and text else None
